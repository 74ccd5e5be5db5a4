import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../../sync-agent/src/exit-codes.ts';
import { type House, type Machine, openHouse, paths, picture, rest, until } from './house.ts';

let house: House;
let a: Machine;
let b: Machine;
beforeAll(async () => {
  house = await openHouse();
  [a, b] = await Promise.all([house.machine('Alger'), house.machine('Bejaia')]);
});
afterAll(() => house?.close());

const write = (machine: Machine, files: Record<string, string>) => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(machine.path(path), '..'), { recursive: true });
    writeFileSync(machine.path(path), content);
  }
};
const contents = (machine: Machine) =>
  paths(machine).flatMap((path) => (path.endsWith('/') ? [] : [readFileSync(machine.path(path), 'utf8')]));

/** `npm run ibox:restored` on a prepared checkout. */
const restored = () =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../server/src/ibox-restored.ts')], {
    env: { ...process.env, HUB_DATA_DIR: house.hub.dataDir },
  });

describe('a hub restored from a backup', { timeout: 240_000 }, () => {
  it('R-45 case: offline for long, and the hub restored from a backup meanwhile: all is merged, nothing is deleted', async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`papers/${n}`, `paper ${n}`]));
    write(a, {
      ...files,
      'edited on A': 'old',
      'edited on B': 'old',
      'deleted on A': 'deleted on A',
      'deleted on B': 'deleted on B',
    });
    await a.sync();
    await b.sync();

    // The backup; what comes after it is known to the machines alone.
    await house.hub.kill();
    const backup = join(house.dir, 'backup');
    cpSync(house.hub.dataDir, backup, { recursive: true });
    await house.hub.restart();
    write(a, { 'after/new on A': 'new on A', 'edited on A': 'edited on A' });
    rmSync(a.path('deleted on A'));
    await a.sync();
    await b.sync();
    write(a, { 'after/new on A, unknown to B': 'new on A, unknown to B' });
    await a.sync();

    await house.hub.kill();
    rmSync(house.hub.dataDir, { recursive: true });
    cpSync(backup, house.hub.dataDir, { recursive: true });
    expect((await restored()).stdout).toMatch(/^\d+ spaces/);
    await house.hub.restart();

    // Somebody works on the restored hub until its journal is longer than any machine has ever seen it.
    const type = { 'content-type': 'application/octet-stream' };
    for (let n = 0; n < 40; n++) {
      const path = `/api/ibox/nodes/${house.rootId}/files/since ${n}`;
      expect((await house.client.request('PUT', path, Buffer.from(`since ${n}`), type)).status).toBe(201);
    }
    // B comes back after so long that its session is over and the trash was emptied, with work of its own.
    await house.client.request('DELETE', `/api/ibox/spaces/${house.spaceId}/trash`);
    const sessions = (await house.client.get('/api/me/sessions')).body as {
      id: string;
      label: string;
      machine?: string;
    }[];
    for (const session of sessions)
      if (JSON.stringify(session).includes('Bejaia'))
        await house.client.request('DELETE', `/api/me/sessions/${session.id}`);
    expect((await b.run('sync', '--once')).code).toBe(exitCodes.signedOut);
    write(b, { 'offline/by B': 'by B', 'edited on B': 'edited on B' });
    rmSync(b.path('deleted on B'));
    await house.signIn(b);

    const running = [await a.live(), await b.live()];
    await rest(house, a, b);
    expect(picture(b.root)).toEqual(picture(a.root));
    const kept = new Set(contents(a));
    for (const text of [
      ...Object.values(files),
      ...['new on A', 'new on A, unknown to B', 'edited on A', 'edited on B', 'by B', 'deleted on A', 'deleted on B'],
      ...Array.from({ length: 40 }, (_, n) => `since ${n}`),
    ])
      expect(kept).toContain(text);
    for (const agent of running) await agent.stop();
    await until(() => a.status()?.phase === 'stopped');
    const { said } = await a.run('sync', '--once');
    expect(said.at(-1)).toMatchObject({ synced: true, done: 0 });
  });
});
