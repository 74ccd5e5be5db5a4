import { execFile } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startHub } from '../services/hub.ts';
import { type Client, signedInAdmin } from './client.ts';

const program = join(import.meta.dirname, '../../server/src/ibox-restored.ts');
const restored = (HUB_DATA_DIR: string) =>
  promisify(execFile)(process.execPath, [program], { env: { ...process.env, HUB_DATA_DIR } });

const spaceOf = async (client: Client) => (await client.get('/api/ibox/spaces')).body[0];
const makeFolder = async (client: Client, name: string) =>
  expect((await client.post('/api/ibox/folders', { parentId: (await spaceOf(client)).rootId, name })).status).toBe(201);
/** What an agent asks that has read the journal up to there. */
const changesAfter = async (client: Client, { id, epoch, seq }: { id: string; epoch: string; seq: number }) =>
  (await client.get(`/api/ibox/spaces/${id}/changes?epoch=${epoch}&since=${seq}`)).body;
const namesOf = ({ nodes }: { nodes: { name: string; parentId: string | null }[] }) =>
  nodes.filter(({ parentId }) => parentId !== null).map(({ name }) => name);

it('R-45 a database that was set back: after ibox:restored a cursor of before begins again, also when the journal has reached its number', {
  timeout: 180_000,
}, async () => {
  const hub = await startHub();
  const backup = join(hub.folder, 'backup');
  try {
    await makeFolder(await signedInAdmin(hub), 'kept');
    await hub.kill();
    cpSync(hub.dataDir, backup, { recursive: true });
    await hub.restart();
    let admin = await signedInAdmin(hub);
    await makeFolder(admin, 'lost');
    const cursor = await spaceOf(admin);

    await hub.kill();
    rmSync(hub.dataDir, { recursive: true });
    cpSync(backup, hub.dataDir, { recursive: true });
    await hub.restart();
    admin = await signedInAdmin(hub);
    await makeFolder(admin, 'another');
    expect(await changesAfter(admin, cursor)).toMatchObject({ reset: false, nodes: [], seq: cursor.seq });

    await hub.kill();
    expect((await restored(hub.dataDir)).stdout).toMatch(/^1 spaces/);
    await hub.restart();
    admin = await signedInAdmin(hub);
    const told = await changesAfter(admin, cursor);
    expect(told).toMatchObject({ reset: true, nodes: [] });
    expect(told.epoch).not.toBe(cursor.epoch);
    const all = await changesAfter(admin, { ...cursor, epoch: told.epoch, seq: 0 });
    expect(namesOf(all).sort()).toEqual(['another', 'kept']);

    await expect(restored('/nonexistent')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/there is no \S/),
    });
  } finally {
    await hub.stop();
  }
});
