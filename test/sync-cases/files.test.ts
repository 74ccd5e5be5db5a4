import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type Live, type Machine, openHouse, paths, rest, sha256, until } from './house.ts';

let house: House;
let a: Machine;
let b: Machine;
let agents: Live[];
beforeAll(async () => {
  house = await openHouse();
  [a, b] = await Promise.all([house.machine('Alger'), house.machine('Bejaia')]);
  agents = await Promise.all([a.live(), b.live()]);
});
afterAll(() => house?.close());

const text = (machine: Machine, path: string) => readFileSync(machine.path(path), 'utf8');
const nodeAt = async (path: string) => (await house.tree()).get(path) ?? expect.fail(`no ${path} on the hub`);

/** While the agent of A looks away: as quick as a program is. */
function atOnce(work: () => void): void {
  agents[0]?.sleep();
  work();
  agents[0]?.wake();
}

describe('contents, on two machines with a real hub', { timeout: 120_000 }, () => {
  it('R-45 case: an editor saves by a temporary file and a rename: one new version of the same file', async () => {
    writeFileSync(a.path('letter.odt'), 'first');
    await rest(house, a, b);
    const before = await nodeAt('letter.odt');
    atOnce(() => {
      writeFileSync(a.path('.~letter.odt.tmp'), 'second');
      renameSync(a.path('.~letter.odt.tmp'), a.path('letter.odt'));
    });
    await until(() => text(b, 'letter.odt') === 'second');
    atOnce(() => {
      renameSync(a.path('letter.odt'), a.path('letter.odt~'));
      writeFileSync(a.path('letter.odt'), 'third');
      rmSync(a.path('letter.odt~'));
    });
    await until(() => text(b, 'letter.odt') === 'third');
    await rest(house, a, b);
    const now = await nodeAt('letter.odt');
    expect(now).toMatchObject({ id: before.id, version: before.version + 2, sha256: sha256('third') });
    expect(paths(b)).toEqual(['letter.odt']);
    const { body } = await house.client.get(`/api/ibox/spaces/${house.spaceId}/trash`);
    expect(body.entries).toEqual([]);
  });

  it('R-45 case: a file that is written to slowly while it is sent is never torn: each version is a beginning of the last', async () => {
    const path = a.path('growing.bin');
    let whole = randomBytes(12 * 1024 * 1024);
    writeFileSync(path, whole);
    for (let n = 0; n < 30; n++) {
      const line = Buffer.from(`${n} ${randomBytes(2000).toString('hex')}\n`);
      appendFileSync(path, line);
      whole = Buffer.concat([whole, line]);
      await sleep(60);
    }
    await until(() => existsSync(b.path('growing.bin')) && lstatSync(b.path('growing.bin')).size === whole.length);
    await rest(house, a, b);
    const { id, version: last } = await nodeAt('growing.bin');
    for (let version = 1; version <= last; version++) {
      const { status, body } = await house.client.get(`/api/ibox/nodes/${id}/content?version=${version}`);
      expect(status).toBe(200);
      expect(whole.subarray(0, body.byteLength).equals(Buffer.from(body))).toBe(true);
    }
    expect(paths(b).filter((at) => at.includes('growing'))).toEqual(['growing.bin']);
  });

  it('R-45 case: files of 1970, 1601 and 2100 are like any other; edits of them are seen', async () => {
    mkdirSync(a.path('times'));
    for (const year of [1970, 1601, 2100]) {
      writeFileSync(a.path(`times/${year}`), `of ${year}`);
      utimesSync(a.path(`times/${year}`), new Date(), new Date(Date.UTC(year, 0, 1, 0, 0, 0)));
    }
    await rest(house, a, b);
    for (const year of [1970, 2100]) expect(lstatSync(b.path(`times/${year}`)).mtimeMs).toBe(Date.UTC(year, 0, 1));
    for (const year of [1970, 1601, 2100]) {
      const { mtime } = lstatSync(b.path(`times/${year}`));
      writeFileSync(b.path(`times/${year}`), `OF ${year}`);
      utimesSync(b.path(`times/${year}`), mtime, mtime);
    }
    await until(() => [1970, 1601, 2100].every((year) => text(a, `times/${year}`) === `OF ${year}`));
    await rest(house, a, b);
    // Nothing is left to be done, and nothing is done again and again.
    const { version } = await nodeAt('times/1601');
    await sleep(1000);
    expect((await nodeAt('times/1601')).version).toBe(version);
    expect(version).toBe(2);
  });

  it('R-45 case: a loop of links, a link out of the folder and a FIFO: not followed, not waited for, and the rest goes on', async () => {
    const outside = join(house.dir, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret'), 'secret');
    mkdirSync(a.path('links'));
    symlinkSync('..', a.path('links/loop'));
    symlinkSync('self', a.path('links/self'));
    symlinkSync(outside, a.path('links/out'));
    symlinkSync(join(outside, 'secret'), a.path('links/file'));
    symlinkSync('nowhere', a.path('links/broken'));
    execFileSync('mkfifo', [a.path('links/fifo')]);
    writeFileSync(a.path('links/plain'), 'plain');
    await until(() => existsSync(b.path('links/plain')));
    await until(() => a.status()?.problems.some(({ path, why }) => path === 'links/fifo' && why === 'special'));
    const there = [...(await house.tree()).entries()];
    expect(there.filter(([, { sha256: sum }]) => sum === sha256('secret'))).toEqual([]);
    expect(there.filter(([path]) => /^links\/(loop|out)\/|fifo/.test(path))).toEqual([]);
    // A link in the place of a folder is no deletion of what was in it.
    mkdirSync(a.path('was a folder'));
    writeFileSync(a.path('was a folder/kept'), 'kept');
    await until(() => existsSync(b.path('was a folder/kept')));
    renameSync(a.path('was a folder'), join(house.dir, 'moved out'));
    symlinkSync(join(house.dir, 'moved out'), a.path('was a folder'));
    writeFileSync(a.path('links/plain'), 'plain still');
    await until(() => text(b, 'links/plain') === 'plain still');
    expect(text(b, 'was a folder/kept')).toBe('kept');
    rmSync(a.path('was a folder'));
    rmSync(a.path('links'), { recursive: true });
    await rest(house, a, b);
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret');
    expect(readFileSync(join(house.dir, 'moved out/kept'), 'utf8')).toBe('kept');
  });

  it('R-45 case: empty folders and files without a byte travel, move, and get and lose their contents', async () => {
    mkdirSync(a.path('empty/one/two'), { recursive: true });
    mkdirSync(a.path('empty/three'));
    for (const name of ['x', 'y', 'z']) writeFileSync(a.path('empty/three', name), '');
    await rest(house, a, b);
    expect(paths(b, 'empty')).toEqual([
      ...['empty/one/', 'empty/one/two/', 'empty/three/', 'empty/three/x', 'empty/three/y', 'empty/three/z'],
    ]);
    const before = await nodeAt('empty/three/x');
    renameSync(b.path('empty/three/x'), b.path('empty/one/two/x'));
    writeFileSync(b.path('empty/three/y'), 'no longer');
    await rest(house, a, b);
    expect((await nodeAt('empty/one/two/x')).id).toBe(before.id);
    writeFileSync(a.path('empty/three/y'), '');
    rmSync(a.path('empty/three/z'));
    await rest(house, a, b);
    expect(lstatSync(b.path('empty/three/y')).size).toBe(0);
    expect(paths(b, 'empty/three')).toEqual(['empty/three/y']);
  });
});
