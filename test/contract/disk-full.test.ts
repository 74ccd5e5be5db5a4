import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReadOnly } from '../../server/src/db/database.ts';
import { verifyStore } from '../../server/src/ibox/chunks/verify.ts';
import { diskStore } from '../../server/src/objects/disk.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { type Client, createClient, signedInAdmin } from './client.ts';

const MiB = 1024 * 1024;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A small disk of its own; undefined where this may not be made. */
function mountDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'diwan-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    const line = 'SKIPPED: a full disk, which needs root to mount a small one';
    if (process.env.DIWAN_NO_SKIP) throw new Error(line);
    console.error(`\n!!! ${line}\n`);
    return undefined;
  }
}
const disk = mountDisk();

describe.skipIf(disk === undefined)('a full disk', () => {
  const folder = disk as string;
  let hub: Hub;
  let pid: number;
  let client: Client;
  let root: string;
  beforeAll(async () => {
    // What else is on the disk.
    writeFileSync(join(folder, 'other'), Buffer.alloc(20 * MiB));
    hub = await startHub({ HUB_DATA_DIR: join(folder, 'data') });
    pid = hub.pid;
    client = await signedInAdmin(hub);
    root = (await client.get('/api/ibox/spaces')).body[0].rootId;
  });
  afterAll(async () => {
    await hub?.stop();
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });

  const free = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  const put = (name: string, bytes: Uint8Array) =>
    client.request('PUT', `/api/ibox/nodes/${root}/files/${name}`, bytes, {
      'content-type': 'application/octet-stream',
    });
  const content = async (id: string) => Buffer.from((await client.get(`/api/ibox/nodes/${id}/content`)).body);
  const kept = new Map<string, { id: string; hash: string }>();
  async function keep(name: string, bytes: Uint8Array): Promise<void> {
    const { status, body } = await put(name, bytes);
    expect(status).toBe(201);
    kept.set(name, { id: body.id, hash: sha256(bytes) });
  }
  async function expectAllThere(): Promise<void> {
    expect((await client.children(root)).map(({ name }) => name).sort()).toEqual([...kept.keys()].sort());
    for (const { id, hash } of kept.values()) expect(sha256(await content(id))).toBe(hash);
  }
  async function expectStorageFull(name: string, bytes: Uint8Array): Promise<void> {
    const { status, body } = await put(name, bytes);
    expect([status, body.code]).toEqual([507, 'storage_full']);
  }

  it('R-41 uploads are refused while there is room for the database: people sign in, delete, download and make folders', async () => {
    for (let i = 0; free() > 40 * MiB; i++) await keep(`fill-${i}`, randomBytes(20 * MiB));
    await expectStorageFull('too-large', randomBytes(60 * MiB));
    for (let i = 0; i < 20 && (await put('x', randomBytes(MiB))).status === 201; i++) {
      await client.request('DELETE', `/api/ibox/nodes/${(await idOf('x')) as string}`);
    }
    const form = new FormData();
    form.append('files', new Blob([randomBytes(30 * MiB)]), 'form.bin');
    const posted = await client.post(`/api/ibox/nodes/${root}/files`, form);
    expect([posted.status, posted.body.code]).toEqual([507, 'storage_full']);

    expect((await createClient(hub).login(hub.admin.email, hub.admin.password)).status).toBe(200);
    const [name, { id }] = [...kept][0] as [string, { id: string }];
    expect((await client.request('DELETE', `/api/ibox/nodes/${id}`)).status).toBe(204);
    kept.delete(name);
    expect((await client.post('/api/ibox/folders', { parentId: root, name: 'dossier' })).status).toBe(201);
    await client.request('DELETE', `/api/ibox/nodes/${(await idOf('dossier')) as string}`);
    await expectAllThere();
  });
  const idOf = async (name: string) => (await client.children(root)).find((node) => node.name === name)?.id;

  it('R-41 not a byte left, for the database neither: nothing is torn, and it goes on when there is room again', async () => {
    const filler = join(folder, 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(free()));
    } catch {}
    expect(free()).toBeLessThan(MiB);
    await expectStorageFull('none', randomBytes(1000));
    for (let i = 0; i < 60; i++) {
      const name = `folder-${i}-${'x'.repeat(200)}`;
      const made = await client.post('/api/ibox/folders', { parentId: root, name });
      // The database takes some more in the space that it has, and then says why not.
      if (made.status === 201) kept.set(name, { id: made.body.id, hash: '' });
      else expect([made.status, made.body.code]).toEqual([507, 'storage_full']);
    }
    for (const { id, hash } of kept.values()) if (hash) expect(sha256(await content(id))).toBe(hash);
    rmSync(filler);
    rmSync(join(folder, 'other'));
    await keep('again', randomBytes(MiB));
    for (const [name, { id, hash }] of [...kept]) {
      if (hash) continue;
      expect((await client.request('DELETE', `/api/ibox/nodes/${id}`)).status).toBe(204);
      kept.delete(name);
    }
    await expectAllThere();
    expect(hub.pid).toBe(pid);
    process.kill(pid, 0);
    const db = await openReadOnly(join(hub.dataDir, 'diwan.sqlite'));
    const objects = await diskStore(join(hub.dataDir, 'objects'), { isReadOnly: true });
    const damages: unknown[] = [];
    await verifyStore({ db, objects }, { damage: (damage) => damages.push(damage) });
    await db.destroy();
    expect(damages).toEqual([]);
  });
});
