import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDifferences } from './differences.ts';
import { type Identified, identify, type Scan, type Seen, splitPath } from './identify.ts';
import { Agent, context, type Disk, rules, Space } from './model.ts';
import { hubNameKey } from './names.ts';
import { type Doubts, doubtsAfter, type FolderPlaces, type Looked, narrow, type Surface } from './narrow.ts';
import { type Plan, reconcile } from './reconcile.ts';
import {
  type BaseNode,
  identityOf,
  type Key,
  type RemoteNode,
  type Stat,
  sameStat,
  type TreeByFolder,
} from './tree.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'A');
const edit = fc.record({
  side: fc.constantFrom('disk' as const, 'hub' as const),
  do: fc.constantFrom('write' as const, 'add' as const, 'folder' as const, 'move' as const, 'remove' as const),
  at: fc.nat(40),
  to: fc.nat(40),
  name,
});
const growth = fc.record({ do: fc.constantFrom('add' as const, 'folder' as const), at: fc.nat(60), name });
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;
/** Edits, then a look, of whose plan some steps are done. */
const turn = fc.record({
  edits: fc.array(edit, { maxLength: 2 }),
  steps: fc.oneof(fc.constant(50), fc.nat(3)),
  /** What cannot be read at this look. */
  denied: fc.option(fc.nat(40), { freq: 4 }),
});

let contents = 0;
function change({ disk, space }: Agent, { side, do: what, at, to, name }: Edit): void {
  const content = `c${++contents}`;
  if (side === 'disk') {
    const all = [...disk.objects.keys()];
    const [target, goal] = [all[at % all.length] as number, all[to % all.length] as number];
    const isFolder = (ino: number) => disk.objects.get(ino)?.content === null;
    const remove = (ino: number): void => {
      for (const [child, { parent }] of [...disk.objects]) if (parent === ino) remove(child);
      disk.remove(ino);
    };
    if (what === 'write' && !isFolder(target)) disk.write(target, content);
    if ((what === 'add' || what === 'folder') && isFolder(target) && !disk.child(target, name))
      disk.add(target, name, what === 'add' ? content : null);
    if (what === 'move' && target !== 1 && isFolder(goal) && !disk.isUnder(goal, target) && !disk.child(goal, name))
      disk.move(target, goal, name);
    if (what === 'remove' && target !== 1) remove(target);
    return;
  }
  const all = [...space.nodes.values()];
  const [target, goal] = [all[at % all.length] as RemoteNode, all[to % all.length] as RemoteNode];
  const isFree = (parent: Key) =>
    !all.some((n) => n.parent === parent && hubNameKey(n.name) === hubNameKey(name) && n !== target);
  if (what === 'write' && target.kind === 'file') space.write(target.key, content);
  if ((what === 'add' || what === 'folder') && target.kind === 'folder' && isFree(target.key))
    space.add(target.key, name, what === 'add' ? content : null);
  if (what === 'move' && target.parent !== null && goal.kind === 'folder' && isFree(goal.key))
    if (!space.isUnder(goal.key, target.key)) space.move(target.key, goal.key, name);
  if (what === 'remove' && target.parent !== null) space.remove(target.key);
}

/** The disk as a scan sees it; a path that cannot be read hides what is under it. */
function look(disk: Disk, denied: string | undefined): Scan {
  const seen = disk.scan().seen.filter(({ path }) => denied === undefined || !`${path}/`.startsWith(`${denied}/`));
  const hidden = disk.scan().seen.find(({ path }) => path === denied);
  const stat = hidden?.kind === 'file' ? hidden.stat : null;
  return { seen, unknown: new Map(denied === undefined ? [] : [[denied, stat]]) };
}

function surfaceOf({ seen, unknown }: Scan): Surface {
  const byFolder = Map.groupBy(seen, ({ parentPath }) => parentPath);
  const byPath = new Map(seen.map((entry) => [entry.path, entry]));
  return {
    isThere: (folder) => folder === '' || byPath.get(folder)?.kind === 'folder',
    in: (folder) => byFolder.get(folder) ?? [],
    at: (path) => byPath.get(path),
    unknownIn: (folder) => [...unknown].filter(([path]) => splitPath(path)[0] === folder),
  };
}

/** Folders whose entries are not as they were. */
function changedFolders(before: Scan, now: Scan): Set<string> {
  const folders = new Set<string>();
  const differ = (here: Scan, there: Scan) => {
    const others = new Map(there.seen.map((entry) => [entry.path, entry]));
    const isSame = (a: Seen, b: Seen | undefined) =>
      b?.kind === a.kind && (a.kind === 'folder' ? a.stat.ino === b.stat.ino : sameStat(a.stat, b.stat));
    for (const entry of here.seen) {
      if (isSame(entry, others.get(entry.path))) continue;
      folders.add(entry.parentPath);
      if (entry.kind === 'folder') folders.add(entry.path);
    }
    for (const path of here.unknown.keys()) folders.add(splitPath(path)[0]);
  };
  differ(before, now);
  differ(now, before);
  return folders;
}

/** Nodes that are other objects than they were: each change makes a new one. */
function changedNodes<N>(before: ReadonlyMap<Key, N>, now: ReadonlyMap<Key, N>): Set<Key> {
  const keys = new Set([...before.keys(), ...now.keys()]);
  for (const key of keys) if (before.get(key) === now.get(key)) keys.delete(key);
  return keys;
}

const byFolder = <N extends BaseNode | RemoteNode>(tree: ReadonlyMap<Key, N>): TreeByFolder<N> => {
  const children = Map.groupBy(tree.values(), ({ parent }) => parent);
  return Object.assign(new Map(tree), { childrenOf: (key: Key) => children.get(key) ?? [] });
};

function placesOf({ local, paths }: Identified): FolderPlaces {
  return placesFrom(
    new Map([...paths].filter(([key]) => local.get(key)?.kind === 'folder' && !key.startsWith('new:'))),
  );
}

function placesFrom(places: ReadonlyMap<Key, string>): FolderPlaces {
  const keys = new Map([...places].map(([key, path]) => [path, key]));
  return { pathOf: (key) => places.get(key), keyOf: (path) => keys.get(path) };
}

/** What both trees have of a node, where that can differ. */
const picture = (tree: ReadonlyMap<Key, BaseNode | RemoteNode>) =>
  new Map(
    [...tree.values()]
      .filter(({ parent }) => parent !== null)
      .map(({ key, parent, name, sha256 }) => [key, `${parent}/${name} ${sha256}`]),
  );

const told = ({ actions, waiting, brake }: Plan) => ({
  actions: actions.map((action) => JSON.stringify(action)).sort(),
  waiting: waiting.map((one) => JSON.stringify(one)).sort(),
  brake,
});

describe('narrow', () => {
  it('R-45 a plan of what changed is the plan of the whole, whatever happened and however much was done', () => {
    let looked = 0;
    let there = 0;
    fc.assert(
      fc.property(
        fc.array(growth, { minLength: 30, maxLength: 60 }),
        fc.array(turn, { minLength: 2, maxLength: 8 }),
        (first, turns) => {
          const agent = new Agent(new Space());
          for (const one of first) change(agent, { ...one, to: 0, side: 'disk' });
          agent.rest();
          let doubts: Doubts | undefined;
          let [scan, base, remote] = [look(agent.disk, undefined), new Map(agent.base), new Map(agent.space.nodes)];
          let places = placesOf(identify('root', base, scan, rules));
          for (const { edits, steps, denied } of turns) {
            for (const one of edits) change(agent, one);
            const paths = agent.disk.scan().seen.map(({ path }) => path);
            const now = look(agent.disk, denied === null ? undefined : paths[denied % (paths.length || 1)]);
            const found = identify('root', agent.base, now, rules);
            const whole = {
              ...{ root: 'root', rules, shared: [], disk: surfaceOf(now) },
              ...{ base: byFolder(agent.base), remote: byFolder(agent.space.nodes) },
              byObject: (stat: Stat) =>
                [...agent.base.values()].filter((node) => node.stat && identityOf(node.stat) === identityOf(stat)),
            };
            const countAgreed = () => [...agent.base.values()].filter(({ kind }) => kind === 'file').length;
            const planOf = ({ base, remote, found: { local, obstacles } }: Looked) =>
              reconcile({ root: 'root', base, remote, local, obstacles, countAgreed }, context);
            const wanted = told(planOf({ ...whole, found, scan: now }));

            const keys = changedNodes(base, agent.base).union(changedNodes(remote, agent.space.nodes));
            const folders = changedFolders(scan, now);
            const changed = {
              keys: keys.union(doubts?.keys ?? new Set<Key>()),
              folders: folders.union(doubts?.folders ?? new Set<string>()),
            };
            // While a folder cannot be listed, and at the first plan after that, the planner looks at all.
            const cannotList = [scan, now].some(({ unknown }) => [...unknown.values()].includes(null));
            const part = cannotList ? { ...whole, found, scan: now } : narrow(whole, changed, places);
            const plan = planOf(part);
            expect(told(plan)).toEqual(wanted);
            if (!cannotList) {
              // As for an agent that starts: nothing is remembered.
              const folderOf = new Map<Key, string>();
              const differing = changedNodes(picture(agent.base), picture(agent.space.nodes));
              const differences = findDifferences(whole, differing, (key, path) => folderOf.set(key, path));
              expect(told(planOf(narrow(whole, differences, placesFrom(folderOf))))).toEqual(wanted);
            }
            looked += part.found.local.size;
            there += found.local.size;

            doubts = doubtsAfter(part, plan);
            [scan, base, remote, places] = [now, new Map(agent.base), new Map(agent.space.nodes), placesOf(found)];
            if (denied === null) agent.round(steps);
          }
        },
      ),
      { numRuns: Number(process.env.DIWAN_FUZZ_RUNS ?? 500) },
    );
    // It would be no news if each part were the whole.
    expect(looked).toBeLessThan(there * 0.8);
  });
});
