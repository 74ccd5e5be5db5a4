import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectStoreContract } from './contract.ts';
import { diskStore } from './disk.ts';
import type { ObjectStore } from './object-store.ts';

describe('disk store', () => {
  let folder: string;
  let store: ObjectStore;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'diwan-objects-'));
    store = await diskStore(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  objectStoreContract(() => store);

  it('is the same store when opened again, less what a crash left unfinished', async () => {
    await store.put('packs/abcd', [Buffer.from('kept')]);
    await writeFile(join(folder, '.unfinished', 'left-over'), 'half');
    const again = await diskStore(folder);
    expect(await readdir(join(folder, '.unfinished'))).toEqual([]);
    expect(Buffer.from(await again.get('packs/abcd', { offset: 0, length: 4 })).toString()).toBe('kept');
  });

  it('R-41 a truncated file is an error, never data', async () => {
    await store.put('packs/cut-short', [Buffer.from('0123456789')]);
    await truncate(join(folder, 'packs', 'cu', 'cut-short'), 5);
    await expect(store.get('packs/cut-short', { offset: 0, length: 10 })).rejects.toMatchObject({
      code: 'content_corrupt',
    });
  });
});
