import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { available } from '../../../test/services/available.ts';
import { type Minio, startMinio } from '../../../test/services/minio.ts';
import { objectStoreContract } from './contract.ts';
import type { ObjectStore } from './object-store.ts';
import { s3Store } from './s3.ts';

describe.skipIf(!available('minio'))('S3 store on MinIO', () => {
  let minio: Minio;
  let store: ObjectStore;
  const settings = () => ({
    endpoint: minio.url,
    bucket: 'diwan',
    accessKey: minio.accessKey,
    secretKey: minio.secretKey,
  });
  beforeAll(async () => {
    minio = await startMinio();
    store = await s3Store(settings());
  });
  afterAll(() => minio?.stop());

  objectStoreContract(() => store);

  it('says storage_unavailable while MinIO is away, opens all the same, and goes on when it is back', async () => {
    await store.put('packs/before', [Buffer.from('before')]);
    await minio.kill();
    const away = { code: 'storage_unavailable', retryAfter: 5 };
    await expect(store.put('packs/meanwhile', [Buffer.from('x')])).rejects.toMatchObject(away);
    await expect(store.get('packs/before', { offset: 0, length: 6 })).rejects.toMatchObject(away);
    await expect(store.head('packs/before')).rejects.toMatchObject(away);
    const opened = await s3Store(settings());
    await minio.restart();
    // For a moment after it says that it is ready, MinIO may still answer 503: those who upload are told to come again too.
    await expect.poll(() => opened.put('packs/after', [Buffer.from('after')]).then(() => 'kept', String)).toBe('kept');
    expect(Buffer.from(await store.get('packs/before', { offset: 0, length: 6 })).toString()).toBe('before');
    expect(Buffer.from(await store.get('packs/after', { offset: 0, length: 5 })).toString()).toBe('after');
  });

  it('counts a wrong secret as unavailable, not as missing', async () => {
    const wrong = await s3Store({ ...settings(), secretKey: 'another-secret' });
    await expect(wrong.head('packs/before')).rejects.toMatchObject({ code: 'storage_unavailable' });
  });
});
