import fc from 'fast-check';
import { type Scan, type Seen, splitPath } from './identify.ts';
import { ignoreRules, type Verdict } from './ignore.ts';
import type { Agent, Disk } from './model.ts';
import { hubNameKey } from './names.ts';
import type { Changes, Surface } from './narrow.ts';
import type { Plan } from './reconcile.ts';
import { type BaseNode, type Key, type RemoteNode, sameStat } from './tree.ts';

// What happens to the two models between two plans, and how a plan sees it.

const name = fc.constantFrom('a', 'b', 'c', 'd', 'A');
export const edit = fc.record({
  side: fc.constantFrom('disk' as const, 'hub' as const),
  do: fc.constantFrom(...(['write', 'run', 'add', 'folder', 'move', 'remove'] as const)),
  at: fc.nat(40),
  to: fc.nat(40),
  name,
});
export const growth = fc.record({ do: fc.constantFrom('add' as const, 'folder' as const), at: fc.nat(60), name });
export type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;
let contents = 0;
export function change({ disk, space }: Agent, { side, do: what, at, to, name }: Edit): void {
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
    if (what === 'run' && !isFolder(target)) disk.setExecutable(target, to % 2 === 0);
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
  if (what === 'run' && target.kind === 'file') space.setExecutable(target.key, to % 2 === 0);
  if ((what === 'add' || what === 'folder') && target.kind === 'folder' && isFree(target.key))
    space.add(target.key, name, what === 'add' ? content : null);
  if (what === 'move' && target.parent !== null && goal.kind === 'folder' && isFree(goal.key))
    if (!space.isUnder(goal.key, target.key)) space.move(target.key, goal.key, name);
  if (what === 'remove' && target.parent !== null) space.remove(target.key);
}

/** The disk as a scan sees it; a path that cannot be read hides what is under it. */
export function look(disk: Disk, denied: string | undefined, rules = ignoreRules(new Map())): Scan {
  const seen: Seen[] = [];
  const ignored = new Map<string, Map<string, Verdict>>();
  const folders = new Set(['']);
  let hidden: Seen | undefined;
  for (const entry of disk.scan().seen) {
    const { path, parentPath, name, kind } = entry;
    if (!folders.has(parentPath)) continue;
    const verdict = rules.of(path, name, kind === 'folder');
    if (verdict) {
      const others = ignored.get(parentPath) ?? new Map<string, Verdict>();
      ignored.set(parentPath, others.set(name, verdict));
    } else if (path === denied) hidden = entry;
    else {
      seen.push(entry);
      if (kind === 'folder') folders.add(path);
    }
  }
  const stat = hidden?.kind === 'file' ? hidden.stat : null;
  return { seen, ignored, unknown: new Map(hidden ? [[hidden.path, stat]] : []) };
}

export function surfaceOf({ seen, unknown, ignored = new Map() }: Scan): Surface {
  const byFolder = Map.groupBy(seen, ({ parentPath }) => parentPath);
  const byPath = new Map(seen.map((entry) => [entry.path, entry]));
  return {
    isThere: (folder) => folder === '' || byPath.get(folder)?.kind === 'folder',
    in: (folder) => byFolder.get(folder) ?? [],
    at: (path) => byPath.get(path),
    ignored,
    unknownIn: (folder) => [...unknown].filter(([path]) => splitPath(path)[0] === folder),
  };
}

/** What an observer tells of it. */
export function changesOf(before: Scan, now: Scan): Changes {
  const folders = new Set<string>();
  const gone: Seen[] = [];
  const isListed = (path: string) =>
    path === '' || now.seen.some((entry) => entry.path === path && entry.kind === 'folder');
  const isIgnored = ({ parentPath, name }: Seen) => now.ignored?.get(parentPath)?.has(name) ?? false;
  const differ = (here: Scan, there: Scan) => {
    const others = new Map(there.seen.map((entry) => [entry.path, entry]));
    const isSame = (a: Seen, b: Seen | undefined) =>
      b?.kind === a.kind && (a.kind === 'folder' ? a.stat.ino === b.stat.ino : sameStat(a.stat, b.stat));
    for (const entry of here.seen) {
      const other = others.get(entry.path);
      if (isSame(entry, other)) continue;
      if (!other && here === before && entry.kind === 'file' && isListed(entry.parentPath) && !isIgnored(entry)) {
        gone.push(entry);
        continue;
      }
      folders.add(entry.parentPath);
      if (entry.kind === 'folder') folders.add(entry.path);
    }
    for (const path of here.unknown.keys()) folders.add(splitPath(path)[0]);
  };
  differ(before, now);
  differ(now, before);
  return { folders, gone };
}

/** Nodes that are other objects than they were: each change makes a new one. */
export function changedNodes<N>(before: ReadonlyMap<Key, N>, now: ReadonlyMap<Key, N>): Set<Key> {
  const keys = new Set([...before.keys(), ...now.keys()]);
  for (const key of keys) if (before.get(key) === now.get(key)) keys.delete(key);
  return keys;
}

/** What both trees have of a node, where that can differ. */
export const picture = (tree: ReadonlyMap<Key, BaseNode | RemoteNode>) =>
  new Map(
    [...tree.values()]
      .filter(({ parent }) => parent !== null)
      .map(({ key, parent, name, sha256, executable }) => [key, `${parent}/${name} ${sha256} ${executable}`]),
  );

export const told = ({ actions, waiting, brake }: Plan) => ({
  actions: actions.map((action) => JSON.stringify(action)).sort(),
  waiting: waiting.map((one) => JSON.stringify(one)).sort(),
  brake,
});
