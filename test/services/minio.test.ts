import { Client } from 'minio';
import { expect, it } from 'vitest';
import { available } from './available.ts';
import { startMinio } from './minio.ts';

it.skipIf(!available('minio'))('MinIO keeps an object and refuses a wrong key', async () => {
  const minio = await startMinio();
  const client = (secretKey: string) =>
    new Client({ endPoint: '127.0.0.1', port: minio.port, useSSL: false, accessKey: minio.accessKey, secretKey });
  try {
    const owner = client(minio.secretKey);
    await owner.makeBucket('proof');
    await owner.putObject('proof', 'a/b', 'bytes');
    const read = await owner.getObject('proof', 'a/b');
    expect(Buffer.concat(await read.toArray()).toString()).toBe('bytes');
    await expect(client('wrong-secret').listBuckets()).rejects.toThrow(/signature/);
  } finally {
    await minio.stop();
  }
});
