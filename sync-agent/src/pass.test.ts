import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPair, type Pair, stateFile } from './pair.ts';
import { type PassOptions, syncPass } from './pass.ts';
import type { Action } from './plan/reconcile.ts';
import { type FakeHub, startFakeHub } from './remote/fake-hub.ts';
import { runPairs } from './run-pairs.ts';
import { openHome } from './state/home.ts';
import { PairBusy, writeMark } from './state/pair-lock.ts';
import { readLog } from './state/pair-log.ts';

let hub: FakeHub;
let dir: string;
let root: string;
beforeEach(async () => {
  hub = await startFakeHub();
  dir = mkdtempSync(join(tmpdir(), 'diwan-pass-'));
  root = join(dir, 'root');
  writeMark(root, 'p', 'account');
});
afterEach(async () => {
  await hub.close();
  rmSync(dir, { recursive: true, force: true });
});

const saved = () => ({ id: 'p', accountId: 'a', root, spaceId: 's', rootId: 'root' });
const at = (path: string) => join(root, path);
const write = (path: string, text: string) => writeFileSync(at(path), text);
const read = (path: string) => readFileSync(at(path), 'utf8');
const names = () =>
  readdirSync(root)
    .filter((name) => name !== '.diwan')
    .sort();
const hubNames = () =>
  [...hub.nodes.values()]
    .filter(({ id }) => id !== 'root')
    .map(({ name }) => name)
    .sort();

async function open(): Promise<Pair> {
  const home = openHome(join(dir, 'home'));
  const tokens = { accessToken: hub.validToken, refreshToken: 'refresh-1' };
  await home.saveAccount({ id: 'a', hub: hub.url, email: 'a@b.c', machine: 'M', ...tokens });
  return openPair(home, saved(), 'fr');
}

/** An agent that starts, does one pass and ends. */
async function sync(options: PassOptions = {}) {
  const pair = await open();
  try {
    return await syncPass(pair, options);
  } finally {
    pair.close();
  }
}

describe('a pass on a real disk', () => {
  /** Changes on both sides, of every kind. */
  async function prepare() {
    for (const name of names()) rmSync(at(name), { recursive: true });
    rmSync(at('.diwan'), { recursive: true, force: true });
    rmSync(join(dir, 'home'), { recursive: true, force: true });
    writeMark(root, 'p', 'account');
    for (const id of [...hub.nodes.keys()]) if (id !== 'root') hub.remove(id);
    mkdirSync(at('d'));
    for (const name of ['edited', 'edited there', 'edited twice', 'gone here', 'gone there', 'd/x']) write(name, name);
    await sync();
    write('edited', 'edited here');
    write('edited twice', 'here');
    hub.put('edited twice', 'there');
    rmSync(at('gone here'));
    renameSync(at('d'), at('moved'));
    mkdirSync(at('new'));
    write('new/file', 'n');
    hub.put('edited there', 'new content');
    hub.remove([...hub.nodes.values()].find(({ name }) => name === 'gone there')?.id ?? '');
    hub.put('fresh', 'fresh', hub.put('folder', null));
  }

  function expectConverged() {
    const copy = names().find((name) => name.includes('conflicted copy')) ?? 'none';
    const top = ['edited', 'edited there', 'edited twice', copy, 'folder', 'moved', 'new'];
    expect(names()).toEqual(top.sort());
    expect(hubNames()).toEqual([...top, 'file', 'fresh', 'x'].sort());
    expect([read('edited twice'), read(copy)]).toEqual(['there', 'here']);
    expect([read('edited there'), read('folder/fresh')]).toEqual(['new content', 'fresh']);
    expect([...hub.nodes.values()].find(({ name }) => name === 'edited')?.bytes.toString()).toBe('edited here');
    expect(readdirSync(at('.diwan/tmp'))).toEqual([]);
  }

  /** One pass that ends in a crash at the n-th of these calls. @returns whether it came to its end instead */
  async function crash(stop: number, place: (pair: Pair, here: () => void) => PassOptions): Promise<boolean> {
    const error = new Error('crash');
    const pair = await open();
    let calls = 0;
    const here = () => {
      if (calls++ === stop) throw error;
    };
    try {
      await syncPass(pair, place(pair, here));
      return true;
    } catch (thrown) {
      if (thrown !== error) throw thrown;
      return false;
    } finally {
      pair.close();
    }
  }

  it('R-45 stopped before each step in turn, the next start converges to the same, with no further copy and no leftover', async () => {
    for (let stop = 0, ended = false; !ended; stop++) {
      await prepare();
      ended = await crash(stop, (_pair, step) => ({ step }));
      expect(await sync()).toMatchObject({ synced: true, problems: [] });
      expectConverged();
    }
  });

  it('R-45 stopped after each step, before it was noted: the same', async () => {
    for (let stop = 0, ended = false; !ended; stop++) {
      await prepare();
      ended = await crash(stop, ({ state }, here) => {
        for (const note of ['agree', 'forget', 'learn', 'unlearn', 'detach', 'addConflict'] as const) {
          const write = state[note] as (...args: unknown[]) => void;
          state[note] = (...args: unknown[]) => {
            here();
            write(...args);
          };
        }
        return {};
      });
      expect(await sync()).toMatchObject({ synced: true, problems: [] });
      expectConverged();
    }
  });

  it('R-45 at rest nothing is sent but the question for changes', async () => {
    write('a', 'a');
    await sync();
    hub.requests = [];
    expect(await sync()).toEqual({ synced: true, done: 0, problems: [] });
    expect(hub.requests).toEqual(['GET /api/ibox/spaces/s/changes']);
  });

  it('R-45 a file that changes just before it is replaced is not overwritten', async () => {
    write('a', 'old');
    await sync();
    hub.put('a', 'from the hub');
    const step = (action: Action) => {
      if (action.do === 'download' && !action.keepAs) write('a', 'written meanwhile');
    };
    await sync({ step });
    await sync();
    const contents = names().map(read).sort();
    expect(contents).toEqual(['from the hub', 'written meanwhile']);
  });

  it('R-45 a file that is written to in the moment it is moved keeps what was written', async () => {
    write('a', 'first');
    await sync();
    const id = [...hub.nodes.values()].find(({ name }) => name === 'a')?.id ?? '';
    hub.rename(id, 'b');
    const pair = await open();
    const { disk } = pair;
    pair.disk = {
      ...disk,
      async link(from, to) {
        writeFileSync(from, 'SECON');
        hub.put('b', 'from the hub');
        pair.disk.link = disk.link;
        await disk.link(from, to);
      },
    };
    await syncPass(pair);
    pair.close();
    await sync();
    expect(names().map(read).sort()).toEqual(['SECON', 'from the hub']);
  });

  it('R-45 a file that appears where a download goes is not overwritten', async () => {
    hub.put('a', 'from the hub');
    await sync({ step: (action) => action.do === 'download' && !existsSync(at('a')) && write('a', 'mine') });
    await sync();
    expect(names().map(read).sort()).toEqual(['from the hub', 'mine']);
  });

  it('R-45 same size and mtime with new content is seen', async () => {
    write('a', 'one');
    utimesSync(at('a'), 1000, 1000);
    await sync();
    write('a', 'two');
    utimesSync(at('a'), 1000, 1000);
    await sync();
    expect([...hub.nodes.values()].find(({ name }) => name === 'a')?.bytes.toString()).toBe('two');
  });

  it('R-45 odd times: 1601, 1970 and 2100 go both ways', async () => {
    for (const [name, seconds] of Object.entries({ y1601: -11_644_473_600, y1970: 0, y2100: 4_102_444_800 })) {
      write(name, name);
      utimesSync(at(name), seconds, seconds);
    }
    expect(await sync()).toMatchObject({ synced: true });
    expect(hubNames()).toEqual(['y1601', 'y1970', 'y2100']);
    expect(await sync()).toMatchObject({ done: 0 });
  });

  it('R-45 links and special names are told and left; two hard links are two files', async () => {
    write('a', 'a');
    linkSync(at('a'), at('b'));
    symlinkSync('.', at('loop'));
    hub.put('loop', 'taken here by a link');
    const result = await sync();
    expect(result.problems).toEqual(
      expect.arrayContaining([
        { path: 'loop', why: 'symlink' },
        { path: 'loop', why: 'name_in_use' },
      ]),
    );
    expect(result.synced).toBe(false);
    expect(hubNames()).toEqual(['a', 'b', 'loop']);
  });

  it('R-45 a damaged download never gets a name', async () => {
    const id = hub.put('a', 'good');
    const node = hub.nodes.get(id);
    if (node) hub.nodes.set(id, { ...node, bytes: Buffer.from('evil') });
    const result = await sync();
    expect(result).toMatchObject({ synced: false, problems: [{ path: 'a', why: 'content_corrupt' }] });
    expect(names()).toEqual([]);
    expect(readdirSync(at('.diwan/tmp'))).toEqual([]);
  });

  it('R-45 hub restored from a backup: everything is merged, nothing is deleted', async () => {
    for (const name of ['both', 'newer here', 'lost there']) write(name, name);
    await sync();
    hub.put('newer here', 'older content');
    hub.remove([...hub.nodes.values()].find(({ name }) => name === 'lost there')?.id ?? '');
    hub.epoch = 'e2';
    await sync();
    expect(read('lost there')).toBe('lost there');
    const contents = names().map(read);
    for (const kept of ['both', 'newer here', 'older content', 'lost there']) expect(contents).toContain(kept);
    expect(hubNames()).toEqual(names());
  });

  it('R-45 mass deletion stops until a person agrees', async () => {
    for (let n = 0; n < 12; n++) write(`f${n}`, `${n}`);
    await sync();
    for (const name of names()) rmSync(at(name));
    await expect(sync()).rejects.toMatchObject({ pause: { why: 'brake' } });
    expect(hubNames().length).toBe(12);
    await sync({ force: true });
    expect(hubNames()).toEqual([]);
  });

  it('R-45 the folder’s mark gone, or the folder itself: nothing is deleted', async () => {
    write('a', 'a');
    await sync();
    renameSync(root, `${root}-away`);
    await expect(sync()).rejects.toMatchObject({ pause: { why: 'root_missing' } });
    mkdirSync(root);
    mkdirSync(at('.diwan'));
    await expect(sync()).rejects.toMatchObject({ pause: { why: 'root_missing' } });
    expect(hubNames()).toEqual(['a']);
  });

  it('R-45 two agents on one folder: the second is refused', async () => {
    const first = await open();
    await expect(open()).rejects.toThrow(PairBusy);
    first.close();
    (await open()).close();
  });

  it('R-16 the file with the tokens is its owner’s only', async () => {
    (await open()).close();
    expect(statSync(join(dir, 'home', 'accounts.json')).mode & 0o777).toBe(0o600);
  });

  it('R-54 R-56 maintenance: the agent pauses with its reason, and resumes by itself when told it may', async () => {
    write('a', 'a');
    hub.trouble = [{ status: 503, code: 'maintenance', retryAfter: 0 }];
    (await open()).close();
    const home = openHome(join(dir, 'home'));
    await home.savePair(saved());
    const stop = new AbortController();
    const events: { event: string }[] = [];
    const say = (_pair: unknown, event: { event: string }) => {
      events.push(event);
      if (event.event === 'synced') stop.abort();
    };
    await runPairs({ home, language: 'fr', signal: stop.signal, say, announce: () => {} });
    expect(events.map(({ event }) => event)).toEqual(['running', 'paused', 'resumed', 'synced']);
    expect(events[1]).toMatchObject({ pause: { why: 'maintenance' } });
    const log = readLog(stateFile(home, 'p'), { limit: 10 });
    expect(log.map(({ did, path, other }) => [did, path, other])).toEqual([
      ['pause', 'maintenance', 'maintenance'],
      ['upload', 'a', null],
      ['resume', '', null],
    ]);
    expect(hubNames()).toEqual(['a']);
  });
});
