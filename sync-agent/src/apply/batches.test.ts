import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPair, type Pair } from '../pair.ts';
import { syncPass } from '../pass.ts';
import { type FakeHub, startFakeHub } from '../remote/fake-hub.ts';
import { openHome } from '../state/home.ts';
import { writeMark } from '../state/pair-lock.ts';

let hub: FakeHub;
let dir: string;
beforeEach(async () => {
  hub = await startFakeHub();
  dir = mkdtempSync(join(tmpdir(), 'diwan-batches-'));
  for (const name of ['here', 'there']) writeMark(join(dir, name), name, 'account');
});
afterEach(async () => {
  await hub.close();
  rmSync(dir, { recursive: true, force: true });
});

const here = (path: string) => join(dir, 'here', path);
const there = (path: string) => join(dir, 'there', path);

/** A machine that starts, does one pass and ends; `prepare` may take parts of it in hand. */
async function sync(machine: 'here' | 'there' = 'here', prepare: (pair: Pair) => void = () => {}) {
  const home = openHome(join(dir, `${machine}-home`));
  const tokens = { accessToken: hub.validToken, refreshToken: 'refresh-1' };
  await home.saveAccount({ id: 'a', hub: hub.url, email: 'a@b.c', machine, ...tokens });
  const pair = openPair(
    home,
    { id: machine, accountId: 'a', root: join(dir, machine), spaceId: 's', rootId: 'root' },
    'fr',
  );
  try {
    prepare(pair);
    return await syncPass(pair, { force: true });
  } finally {
    pair.close();
  }
}
const content = (name: string) => [...hub.nodes.values()].find((node) => node.name === name)?.bytes;
const asked = (what: string) => hub.requests.filter((request) => request.includes(what)).length;
const files = (root: string) =>
  readdirSync(root, { recursive: true }).filter((path) => !String(path).startsWith('.diwan'));

describe('batches', () => {
  it('R-45 many small files go out and come in by a handful of requests', async () => {
    for (let n = 0; n < 1200; n++) {
      mkdirSync(here(`d${n % 12}`), { recursive: true });
      writeFileSync(here(`d${n % 12}/f${n}`), `content ${n}`);
    }
    expect(await sync()).toMatchObject({ synced: true, problems: [] });
    expect(hub.requests.length).toBeLessThan(100);
    hub.requests = [];
    expect(await sync('there')).toMatchObject({ synced: true, problems: [] });
    expect(hub.requests.length).toBeLessThan(20);
    expect(files(join(dir, 'there')).sort()).toEqual(files(join(dir, 'here')).sort());
    expect(readFileSync(there('d7/f7'), 'utf8')).toBe('content 7');
  });

  it('R-45 a folder of files renamed is one small commit; deletions are one commit', async () => {
    mkdirSync(here('old'));
    for (let n = 0; n < 200; n++) writeFileSync(here(`old/f${n}`), `${n}`);
    for (let n = 0; n < 200; n++) writeFileSync(here(`f${n}`), `${n}`);
    await sync();
    await sync('there');
    hub.requests = [];
    renameSync(here('old'), here('new'));
    for (let n = 0; n < 200; n++) rmSync(here(`f${n}`));
    expect(await sync()).toMatchObject({ synced: true, problems: [] });
    expect(asked('commits')).toBeLessThanOrEqual(2);
    expect(asked('chunks')).toBe(0);
    expect(await sync('there')).toMatchObject({ synced: true });
    expect(asked('fetch')).toBe(0);
    expect(files(join(dir, 'there')).sort()).toEqual(files(join(dir, 'here')).sort());
  });

  it('R-45 what one operation is refused for holds back that one only', async () => {
    for (let n = 0; n < 50; n++) writeFileSync(here(`f${n}`), `${n}`);
    hub.refuse = (operation) =>
      'name' in operation && operation.name === 'f7'
        ? 'locked'
        : 'name' in operation && operation.name === 'f9'
          ? 'quota_exceeded'
          : undefined;
    const result = await sync();
    expect(result.synced).toBe(false);
    expect(result.problems.sort((x, y) => x.path.localeCompare(y.path))).toEqual([
      { path: 'f7', why: 'locked' },
      { path: 'f9', why: 'quota_exceeded' },
    ]);
    expect(hub.nodes.size).toBe(1 + 48);
    hub.refuse = undefined;
    expect(await sync()).toMatchObject({ synced: true, done: 2 });
  });

  it('R-45 a folder that is refused keeps back what is in it, and no more', async () => {
    mkdirSync(here('no/deep'), { recursive: true });
    writeFileSync(here('no/deep/f'), 'f');
    writeFileSync(here('yes'), 'yes');
    hub.refuse = (operation) => (operation.op === 'folder' && operation.name === 'no' ? 'forbidden' : undefined);
    expect(await sync()).toMatchObject({ synced: false });
    expect(content('yes')?.toString()).toBe('yes');
    expect(hub.nodes.size).toBe(2);
    hub.refuse = undefined;
    expect(await sync()).toMatchObject({ synced: true });
    expect(content('f')?.toString()).toBe('f');
  });

  it('R-45 killed between the chunks and the commit: the next start sends no chunk again', async () => {
    for (let n = 0; n < 40; n++) writeFileSync(here(`f${n}`), randomBytes(100_000));
    const crash = new Error('crash');
    await expect(
      sync('here', (pair) => {
        const { ask } = pair.client;
        pair.client.ask = (answer, path, call) =>
          path.includes('commits') ? Promise.reject(crash) : ask(answer, path, call);
      }),
    ).rejects.toBe(crash);
    expect(hub.received).toBeGreaterThan(0);
    expect(await sync()).toMatchObject({ synced: true, done: 40 });
    expect(hub.received).toBe(hub.chunks.size);
  });

  it('R-45 a commit whose answer was lost is done once', async () => {
    for (let n = 0; n < 20; n++) writeFileSync(here(`f${n}`), `${n}`);
    hub.answersToLose = 1;
    expect(await sync()).toMatchObject({ synced: true, done: 20, problems: [] });
    expect(hub.nodes.size).toBe(21);
    expect([...hub.nodes.values()].every(({ version }) => version <= 1)).toBe(true);
  });

  it('R-45 killed after the commit, before its note: nothing is sent twice and nothing is a conflict', async () => {
    for (let n = 0; n < 20; n++) writeFileSync(here(`f${n}`), `${n}`);
    const crash = new Error('crash');
    await expect(
      sync('here', ({ state }) => {
        state.agree = () => {
          throw crash;
        };
      }),
    ).rejects.toBe(crash);
    const sent = hub.received;
    expect(hub.nodes.size).toBeGreaterThan(1);
    expect(await sync()).toMatchObject({ synced: true, problems: [] });
    expect([hub.nodes.size, hub.received <= Math.max(sent, 20)]).toEqual([21, true]);
    expect([...hub.nodes.values()].every(({ version }) => version <= 1)).toBe(true);
    expect(files(join(dir, 'here')).length).toBe(20);
  });

  it.each([5000, 9_000_000])('R-45 a file of %i bytes that grows while it is cut never arrives torn', async (size) => {
    writeFileSync(here('log'), randomBytes(size));
    let reads = 0;
    const seen: (Buffer | undefined)[] = [];
    const result = await sync('here', (pair) => {
      const { open } = pair.disk;
      pair.disk = {
        ...pair.disk,
        async open(path, mode) {
          const file = await open(path, mode);
          const { read } = file;
          file.read = async (into, position) => {
            seen.push(content('log'));
            if (path === here('log') && reads++ < 2) appendFileSync(path, 'more');
            return read(into, position);
          };
          return file;
        },
      };
    });
    expect(result).toMatchObject({ synced: true });
    expect(reads).toBeGreaterThan(1);
    expect(seen.every((bytes) => bytes === undefined)).toBe(true);
    expect(content('log')?.equals(readFileSync(here('log')))).toBe(true);
    expect(content('log')?.length).toBe(size + 8);
  });

  it('R-45 an answer of many files that is cut off: what came is kept, the rest is asked for again', async () => {
    for (let n = 0; n < 100; n++) hub.put(`f${n}`, `content ${n}`.repeat(50));
    hub.fetchesToCut = 2;
    expect(await sync('there')).toMatchObject({ synced: true, done: 100, problems: [] });
    expect(files(join(dir, 'there')).length).toBe(100);
    expect(readFileSync(there('f99'), 'utf8')).toBe('content 99'.repeat(50));
    expect(hub.fetched.length).toBeLessThan(200);
  });

  it('R-45 a long download that was cut off goes on where it was', async () => {
    const text = randomBytes(4_000_000).toString('hex');
    hub.put('long', text);
    hub.fetchesToCut = 1;
    await expect(sync('there')).rejects.toThrow();
    expect(await sync('there')).toMatchObject({ synced: true });
    expect(hub.fetched.map(({ offset }) => offset > 0)).toEqual([false, true]);
    expect(readFileSync(there('long'), 'utf8') === text).toBe(true);
    expect(readdirSync(there('.diwan/parts'))).toEqual([]);
  });

  it('R-45 a part that was damaged on the disk is fetched anew', async () => {
    const text = randomBytes(4_000_000).toString('hex');
    const id = hub.put('long', text);
    mkdirSync(there('.diwan/parts'));
    writeFileSync(there(`.diwan/parts/${id}.1`), 'not the beginning of it');
    expect(await sync('there')).toMatchObject({ synced: true, problems: [] });
    expect(readFileSync(there('long'), 'utf8') === text).toBe(true);
  });
});
