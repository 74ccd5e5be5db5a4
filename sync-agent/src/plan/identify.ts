import type { Verdict } from './ignore.ts';
import { hubNameKey, type NameRules, nameKey } from './names.ts';
import {
  type BaseNode,
  identityOf,
  type Key,
  type LocalNode,
  type Mount,
  type Stat,
  sameStat,
  type Tree,
} from './tree.ts';

/** One thing seen on the disk. */
export interface Seen {
  /** From the root, as the disk spells it. */
  path: string;
  parentPath: string;
  name: string;
  kind: 'file' | 'folder';
  stat: Stat;
  /** false: written so lately that one more write could have left the same stat. */
  settled: boolean;
  /** null for a folder. */
  sha256: string | null;
  /** null: a folder, or a disk that keeps no such thing. */
  executable: boolean | null;
}

/** What a scan of the whole root found. */
export interface Scan {
  /** Parents before children. */
  seen: readonly Seen[];
  /** Paths that are there but cannot be synchronised or read now; for a folder, with all that is under it. Its stat where known. */
  unknown: ReadonlyMap<string, Stat | null>;
  /** Names in a folder that are ignored. */
  ignored?: ReadonlyMap<string, ReadonlyMap<string, Verdict>>;
}

/** A place of the hub's tree that is not this pair's to use: of a shared folder, or of one that is not wanted here. */
export interface Other extends Pick<Mount, 'parent' | 'name'> {
  whose: 'shared_folder' | 'excluded_folder';
}

export interface Identified {
  local: Map<Key, LocalNode>;
  /** Where each node is on the disk, as the disk spells it. */
  paths: Map<Key, string>;
  seen: Map<Key, Seen>;
  /** Names that are taken on the disk by what is unknown: folder -> name keys. */
  obstacles: Map<Key, Set<string>>;
  /** Folders with something in them that is ignored, and is more than what goes along with its folder. */
  holding: ReadonlySet<Key>;
  /**
   * What lies there and is not synchronised, by path: a name that the disk tells from another by Unicode form only, and the hub does
   * not (it waits for a person); what is in the place of a folder that is another's to keep, or nobody's on this machine.
   */
  left: Map<string, 'name_in_use' | Other['whose']>;
  /** What is missing, and counts as unchanged. */
  held: Set<Key>;
}

/**
 * Says which node each thing on the disk is: by its place, or by the file object (inode and birth time) when it has moved.
 * Pure; what is unknown keeps its agreed state, frozen.
 * @param isHeld what is missing may be in a folder that cannot be listed, and counts as unknown
 */
export function identify(
  rootKey: Key,
  base: Tree<BaseNode>,
  scan: Scan,
  rules: NameRules,
  others: readonly Other[] = [],
  isHeld?: (key: Key) => boolean,
): Identified {
  const local = new Map<Key, LocalNode>([
    [rootKey, { key: rootKey, parent: null, name: '', kind: 'folder', sha256: null, frozen: false, executable: null }],
  ]);
  const paths = new Map<Key, string>([[rootKey, '']]);
  const seenBy = new Map<Key, Seen>();
  const keyAt = new Map<string, Key>([['', rootKey]]);
  const obstacles = new Map<Key, Set<string>>();
  const left: Identified['left'] = new Map();
  const otherAt = new Map(others.map(({ parent, name, whose }) => [`${parent}/${hubNameKey(name)}`, whose]));

  const agreed = indexBase(rootKey, base, rules);
  const spelled = bySpelling(scan.seen);
  const objects = new Map<string, Seen[]>();
  for (const entry of spelled.values()) addTo(objects, identityOf(entry.stat), entry);

  const isHome = (entry: Seen) => {
    const node = agreed.atPath.get(entry.path.normalize('NFC'));
    return node?.stat != null && node.kind === entry.kind && identityOf(node.stat) === identityOf(entry.stat);
  };
  const hasLeft = (node: BaseNode) => {
    const entries = node.stat ? (objects.get(identityOf(node.stat)) ?? []) : [];
    return entries.some((entry) => entry.kind === node.kind && !isHome(entry));
  };

  for (const entry of scan.seen) {
    const parent = keyAt.get(entry.parentPath);
    if (parent === undefined) continue;
    const name = entry.name.normalize('NFC');
    const place = nameKey(name, rules);
    // A disk can hold two spellings of one name, the hub one: the second waits until a person renames it.
    if (spelled.get(entry.path.normalize('NFC')) !== entry) {
      addToSet(obstacles, parent, place);
      left.set(entry.path, 'name_in_use');
      continue;
    }
    const whose = otherAt.get(`${parent}/${hubNameKey(name)}`);
    if (whose) {
      addToSet(obstacles, parent, place);
      left.set(entry.path, whose);
      continue;
    }
    const here = agreed.atPlace.get(`${parent}/${place}`);
    const byPlace = here?.kind === entry.kind && !local.has(here.key) ? here : undefined;
    const object = agreed.byObject.get(identityOf(entry.stat));
    const byObject =
      object?.kind === entry.kind && !local.has(object.key) && !isHome(entry) && isSameObject(object, entry)
        ? object
        : undefined;
    const key = choose(byPlace, byObject, hasLeft)?.key ?? `new:${entry.path}`;
    keyAt.set(entry.path, key);
    paths.set(key, entry.path);
    seenBy.set(key, entry);
    const { kind, sha256, executable } = entry;
    local.set(key, { key, parent, name, kind, sha256, frozen: false, executable });
  }

  for (const [path, stat] of scan.unknown) {
    const [parentPath, name] = splitPath(path);
    const parent = keyAt.get(parentPath);
    if (parent !== undefined) {
      const place = nameKey(name, rules);
      addToSet(obstacles, parent, place);
      const seenKey = keyAt.get(path);
      const seen = seenKey === undefined ? undefined : local.get(seenKey);
      if (seen) {
        local.set(seen.key, { ...seen, frozen: true });
        keepChildren(seen.key, path);
      } else keep(agreed.atPlace.get(`${parent}/${place}`), path);
    }
    // It may have moved while it could not be read: it is not gone from its old place either.
    const object = stat ? agreed.byObject.get(identityOf(stat)) : undefined;
    if (object) keep(object, agreed.paths.get(object.key) ?? path);
  }
  const holding = new Set<Key>();
  for (const [path, names] of scan.ignored ?? []) {
    const key = keyAt.get(path);
    if (key === undefined) continue;
    for (const [name, verdict] of names) {
      if (verdict === 'junk') continue;
      addToSet(obstacles, key, nameKey(name, rules));
      holding.add(key);
    }
  }
  const held: Identified['held'] = new Set();
  if (isHeld) holdMissing(rootKey, isHeld);
  return { local, paths, seen: seenBy, obstacles, left, held, holding };

  /** Not where something else has its place by now. */
  function holdMissing(folder: Key, isHeld: (key: Key) => boolean) {
    const missing = (agreed.children.get(folder) ?? []).filter(({ key }) => !local.has(key) && isHeld(key));
    const taken = new Set<string>();
    if (missing.length > 0)
      for (const { parent, name } of local.values()) if (parent === folder) taken.add(nameKey(name, rules));
    for (const node of missing) {
      if (taken.has(nameKey(node.name, rules))) continue;
      keep(node, agreed.paths.get(node.key) ?? node.name);
      held.add(node.key);
    }
    for (const { key } of agreed.children.get(folder) ?? []) if (local.has(key)) holdMissing(key, isHeld);
  }

  /** What is unknown, and what was agreed to be under it, counts as unchanged. */
  function keep(node: BaseNode | undefined, path: string) {
    if (!node || local.has(node.key) || node.parent === null || !local.has(node.parent)) return;
    const { key, parent, name, kind, sha256 } = node;
    local.set(key, { key, parent, name, kind, sha256, frozen: true, executable: null });
    paths.set(key, path);
    keepChildren(key, path);
  }

  function keepChildren(key: Key, path: string) {
    for (const child of agreed.children.get(key) ?? []) keep(child, path === '' ? child.name : `${path}/${child.name}`);
  }
}

/** A stat to be kept; that of an unsettled file is one that no later look will equal, so that it is read again. */
export const noted = ({ stat, settled }: Pick<Seen, 'stat' | 'settled'>): Stat =>
  settled ? stat : { ...stat, ctimeMs: -1 };

/** Disk objects that are to be noted anew: the content is the agreed one, only the file that holds it is another, or was touched. */
export function movedStats(base: Tree<BaseNode>, { seen }: Identified): Map<Key, Stat> {
  const moved = new Map<Key, Stat>();
  for (const [key, entry] of seen) {
    const node = base.get(key);
    if (!node || node.sha256 !== entry.sha256) continue;
    const isSame =
      node.stat !== null &&
      (entry.kind === 'folder' ? identityOf(node.stat) === identityOf(entry.stat) : sameStat(node.stat, entry.stat));
    if (!isSame) moved.set(key, noted(entry));
  }
  return moved;
}

/** Place or object: an editor's save puts a new object in an old place, a rename an old object in a new place. */
function choose(
  byPlace: BaseNode | undefined,
  byObject: BaseNode | undefined,
  hasLeft: (node: BaseNode) => boolean,
): BaseNode | undefined {
  if (!byPlace || byPlace === byObject) return byObject;
  if (byObject?.kind === 'folder') return byObject;
  return hasLeft(byPlace) ? byObject : byPlace;
}

/** Without a birth time an inode number may have been given to a new file: then only equal content proves a move. */
function isSameObject(node: BaseNode, entry: Seen): boolean {
  return entry.kind === 'folder' || entry.stat.birthtimeMs > 0 || node.sha256 === entry.sha256;
}

/** The entries by NFC path; of two spellings of one path, the one that is NFC already. */
function bySpelling(seen: readonly Seen[]): Map<string, Seen> {
  const spelled = new Map<string, Seen>();
  for (const entry of seen) {
    const nfc = entry.path.normalize('NFC');
    if (!spelled.has(nfc) || entry.path === nfc) spelled.set(nfc, entry);
  }
  return spelled;
}

function indexBase(rootKey: Key, base: Tree<BaseNode>, rules: NameRules) {
  const atPlace = new Map<string, BaseNode>();
  const byObject = new Map<string, BaseNode>();
  const children = new Map<Key, BaseNode[]>();
  for (const node of base.values()) {
    if (node.parent === null) continue;
    atPlace.set(`${node.parent}/${nameKey(node.name, rules)}`, node);
    // Two names of one file: the same of them in any part of the tree.
    const object = node.stat && identityOf(node.stat);
    if (object && (byObject.get(object)?.key ?? '') < node.key) byObject.set(object, node);
    addTo(children, node.parent, node);
  }
  const paths = new Map<Key, string>();
  const atPath = new Map<string, BaseNode>();
  const pending: [Key, string][] = [[rootKey, '']];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [key, path] = next;
    for (const child of children.get(key) ?? []) {
      const at = path === '' ? child.name : `${path}/${child.name}`;
      paths.set(child.key, at);
      atPath.set(at, child);
      pending.push([child.key, at]);
    }
  }
  return { atPlace, byObject, children, paths, atPath };
}

/** Folder and name of a path; the folder of what lies at the root is ''. */
export function splitPath(path: string): [parent: string, name: string] {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? ['', path] : [path.slice(0, slash), path.slice(slash + 1)];
}

function addTo<K, V>(map: Map<K, V[]>, key: K, value: V) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function addToSet<K, V>(map: Map<K, Set<V>>, key: K, value: V) {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}
