import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type House, isCopy, type Live, type Machine, openHouse, paths, rest } from './house.ts';

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
afterEach(() => {
  expect(agents.flatMap(({ said }) => said.filter(({ event }) => event === 'paused'))).toEqual([]);
  expect(paths(a).filter((path) => isCopy(path) && !path.startsWith('kinds/'))).toEqual([]);
});

const text = (machine: Machine, path: string) => readFileSync(machine.path(path), 'utf8');

const settled = () => rest(house, a, b);

/** What happens on machines that do not hear of each other; then A wakes, and B after A has told the hub. */
async function apart(changes: () => void): Promise<void> {
  for (const agent of agents) agent.sleep();
  changes();
  agents[0]?.wake();
  await rest(house, a);
  agents[1]?.wake();
  await settled();
}

function write(machine: Machine, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(machine.path(path, '..'), { recursive: true });
    writeFileSync(machine.path(path), content);
  }
}

const ids = async (under: string) =>
  new Map([...(await house.tree())].filter(([path]) => path.startsWith(under)).map(([path, { id }]) => [path, id]));

describe('what moves, on two machines with a real hub', { timeout: 120_000 }, () => {
  it('R-45 case: a chain of renames and a swap keep the nodes, and no name is lost on the way', async () => {
    write(a, { 'chain/1': 'one', 'chain/2': 'two', 'chain/3': 'three', 'swap/x': 'ex', 'swap/y': 'why' });
    write(a, { 'swap/p/in p': 'p', 'swap/q/in q': 'q' });
    await settled();
    const [chain, swap] = [await ids('chain/'), await ids('swap/')];
    await apart(() => {
      for (const n of [3, 2, 1]) renameSync(a.path(`chain/${n}`), a.path(`chain/${n + 1}`));
      for (const [one, other] of ['xy', 'pq'].map((pair) => [...pair].map((name) => a.path('swap', name)))) {
        renameSync(one as string, a.path('swap/aside'));
        renameSync(other as string, one as string);
        renameSync(a.path('swap/aside'), other as string);
      }
    });
    expect(paths(b, 'chain')).toEqual(['chain/2', 'chain/3', 'chain/4']);
    expect(['chain/2', 'chain/3', 'chain/4'].map((path) => text(b, path))).toEqual(['one', 'two', 'three']);
    expect(['swap/x', 'swap/y', 'swap/p/in q', 'swap/q/in p'].map((path) => text(b, path))).toEqual([
      ...['why', 'ex', 'q', 'p'],
    ]);
    const [chainNow, swapNow] = [await ids('chain/'), await ids('swap/')];
    for (const n of [1, 2, 3]) expect(chainNow.get(`chain/${n + 1}`)).toBe(chain.get(`chain/${n}`));
    for (const [now, before] of ['xy', 'yx', 'pq', 'qp'])
      expect(swapNow.get(`swap/${now}`)).toBe(swap.get(`swap/${before}`));
  });

  it('R-45 case: a rename by case only is a rename, of a file and of a folder', async () => {
    write(a, { 'case/note.txt': 'note', 'case/folder/inside': 'inside' });
    await settled();
    const before = await ids('case/');
    await apart(() => {
      renameSync(a.path('case/note.txt'), a.path('case/NOTE.txt'));
      renameSync(b.path('case/folder'), b.path('case/Folder'));
    });
    expect(paths(b, 'case')).toEqual(['case/Folder/', 'case/Folder/inside', 'case/NOTE.txt']);
    const now = await ids('case/');
    expect(now.get('case/NOTE.txt')).toBe(before.get('case/note.txt'));
    expect(now.get('case/Folder')).toBe(before.get('case/folder'));
  });

  it('R-45 case: a folder becomes a file, and a file a folder', async () => {
    write(a, { 'kind/a/deep/file': 'deep', 'kind/b': 'plain' });
    await settled();
    await apart(() => {
      rmSync(a.path('kind/a'), { recursive: true });
      rmSync(a.path('kind/b'));
      write(a, { 'kind/a': 'a file now', 'kind/b/deep/file': 'a folder now' });
    });
    expect(paths(b, 'kind')).toEqual(['kind/a', 'kind/b/', 'kind/b/deep/', 'kind/b/deep/file']);
    expect([text(b, 'kind/a'), text(b, 'kind/b/deep/file')]).toEqual(['a file now', 'a folder now']);
  });

  it('R-45 case: a file becomes a folder here while it is edited there: both are kept', async () => {
    write(a, { 'kinds/thing': 'plain' });
    await settled();
    await apart(() => {
      rmSync(a.path('kinds/thing'));
      write(a, { 'kinds/thing/inside': 'inside' });
      write(b, { 'kinds/thing': 'edited' });
    });
    const texts = paths(b, 'kinds').flatMap((path) => (path.endsWith('/') ? [] : [text(b, path)]));
    expect(texts.sort()).toEqual(['edited', 'inside']);
  });

  it('R-45 case: deleted here, edited there: the edit survives, whoever comes first', async () => {
    write(a, { 'del/one': 'one', 'del/two': 'two', 'del/folder/three': 'three', 'del/folder/four': 'four' });
    await settled();
    await apart(() => {
      rmSync(a.path('del/one'));
      rmSync(b.path('del/two'));
      rmSync(a.path('del/folder'), { recursive: true });
      write(a, { 'del/two': 'two, edited' });
      write(b, { 'del/one': 'one, edited', 'del/folder/three': 'three, edited' });
    });
    expect(paths(a, 'del')).toEqual(['del/folder/', 'del/folder/three', 'del/one', 'del/two']);
    expect(['one', 'two', 'folder/three'].map((path) => text(b, `del/${path}`))).toEqual([
      ...['one, edited', 'two, edited', 'three, edited'],
    ]);
  });

  it('R-45 case: a folder moves while a child is edited elsewhere: the edit lands at the new place', async () => {
    write(a, { 'old place/sub/letter': 'first', 'old place/sub/other': 'other' });
    await settled();
    const before = await ids('old place/');
    await apart(() => {
      mkdirSync(a.path('archive'));
      renameSync(a.path('old place'), a.path('archive/new place'));
      write(b, { 'old place/sub/letter': 'second', 'old place/sub/fresh': 'fresh' });
    });
    expect(paths(a, 'archive')).toEqual([
      'archive/new place/',
      'archive/new place/sub/',
      ...['fresh', 'letter', 'other'].map((name) => `archive/new place/sub/${name}`),
    ]);
    expect(text(a, 'archive/new place/sub/letter')).toBe('second');
    const now = await ids('archive/');
    expect(now.get('archive/new place/sub/letter')).toBe(before.get('old place/sub/letter'));
    expect(paths(b).filter((path) => path.startsWith('old place'))).toEqual([]);
  });

  it('R-45 case: A goes into B here, B into A there: all is in one of the two, nothing hangs in the air', async () => {
    write(a, { 'cross/A/in a': 'in a', 'cross/B/in b': 'in b' });
    await settled();
    await apart(() => {
      renameSync(a.path('cross/A'), a.path('cross/B/A'));
      renameSync(b.path('cross/B'), b.path('cross/A/B'));
    });
    // Who came first has moved it.
    expect(paths(b, 'cross')).toEqual(['cross/B/', 'cross/B/A/', 'cross/B/A/in a', 'cross/B/in b']);
  });
});
