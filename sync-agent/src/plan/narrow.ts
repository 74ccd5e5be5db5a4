import { type Identified, identify, type Other, type Scan, type Seen, splitPath } from './identify.ts';
import { samePlace } from './merge.ts';
import type { NameRules } from './names.ts';
import type { Plan } from './reconcile.ts';
import {
  type BaseNode,
  identityOf,
  type Key,
  type LocalNode,
  type RemoteNode,
  type Stat,
  type Tree,
  type TreeByFolder,
} from './tree.ts';

/** What a scan found, folder by folder. */
export interface Surface {
  /** Whether this folder was listed. */
  isThere(folder: string): boolean;
  in(folder: string): Iterable<Seen>;
  at(path: string): Seen | undefined;
  unknownIn(folder: string): Iterable<[path: string, stat: Stat | null]>;
  /** Names that are ignored, by folder. */
  ignored: NonNullable<Scan['ignored']>;
}

/** All there is, to be looked up. */
export interface Whole {
  root: Key;
  base: TreeByFolder<BaseNode>;
  remote: Pick<TreeByFolder<RemoteNode>, 'get' | 'childrenOf'>;
  disk: Surface;
  /** The agreed nodes that this file object held. */
  byObject(stat: Stat): BaseNode[];
  rules: NameRules;
  others: readonly Other[];
  isHeld?: ((key: Key) => boolean) | undefined;
}

/** Where hub, machine and agreement may differ: nodes, and folders by their path on the disk. Everywhere else they are equal. */
export interface Doubts {
  keys: Set<Key>;
  folders: Set<string>;
}

/** Which node each folder on the disk was when it was last looked at. */
export interface FolderPlaces {
  pathOf(key: Key): string | undefined;
  keyOf(path: string): Key | undefined;
}

export interface Narrowed extends Looked {
  /** Folders of the disk that are in it with all their entries. */
  listed: Set<string>;
  /** Folders of the hub that are in it with all their children. */
  wide: Set<Key>;
}

/**
 * The part of the three trees that a plan can depend on: what is in doubt, with all that is beside it and above it on each side.
 * A plan made of it has the very actions that one of the whole would have. Pure.
 */
export function narrow(whole: Whole, doubts: Doubts, places: FolderPlaces): Narrowed {
  const { root, disk, rules, others, isHeld } = whole;
  const base = new Map<Key, BaseNode>();
  const remote = new Map<Key, RemoteNode>();
  const known = new Set<Key>();
  /** Those of it that are gone on a side, and nothing else: what is beside them does not matter. */
  const gone = new Set<Key>();
  const doubted = new Set<Key>();
  /** Folders with all their children, by key; and as they lie on the disk. */
  const wide = new Set<Key>();
  const agreedIn = new Map<Key, Map<string, BaseNode>>();
  const listed = new Set<string>();
  const shown = new Set<string>(['']);
  const entries = new Map<string, Map<string, Seen>>();
  const unknown = new Map<string, Stat | null>();

  include(root);
  // Folders first: what is in them is read together.
  for (const folder of doubts.folders) list(folder);
  for (const key of doubts.keys) doubt(key);
  for (;;) {
    const scan = scanned();
    const found = identify(root, base, scan, rules, others, isHeld);
    const before = wide.size + listed.size + doubted.size;
    for (const [key, path] of found.paths) {
      if (listed.has(path) && found.local.get(key)?.kind === 'folder') widen(key);
      // A new folder that was here before, too: as a second spelling of a name it was nobody's.
      if (wide.has(key) || (key.startsWith('new:') && found.local.get(key)?.kind === 'folder')) list(path);
    }
    // What was in a folder that is missing is missing too.
    for (const { key, kind } of base.values()) if (kind === 'folder' && !found.local.has(key)) widen(key);
    if (wide.size + listed.size + doubted.size === before) return { found, base, remote, scan, listed, wide };
  }

  /** The node, and what it lies in on each side. */
  function include(key: Key, B = whole.base.get(key), R = whole.remote.get(key)): void {
    if (known.has(key)) return;
    known.add(key);
    if (B) base.set(key, B);
    if (R) remote.set(key, R);
    if (B?.parent != null) include(B.parent);
    if (R?.parent != null) include(R.parent);
    const path = places.pathOf(key);
    if (path !== undefined) show(path);
  }

  /**
   * A node that may be about to change: what is beside it counts, where it was and where it goes.
   * @param hasMoved what it was lies elsewhere
   */
  function doubt(key: Key, hasMoved = false): void {
    if (doubted.has(key) && !(hasMoved && gone.delete(key))) return;
    doubted.add(key);
    include(key);
    const [B, R] = [base.get(key), remote.get(key)];
    if (!hasMoved && B && isGone(B, R)) {
      gone.add(key);
      return;
    }
    if (B?.parent != null) widen(B.parent);
    if (R?.parent != null) widen(R.parent);
    if (B?.kind === 'folder' || R?.kind === 'folder') widen(key);
  }

  /** A file that one side, or each, has no more, and the other has just as agreed, in a folder that all have. */
  function isGone(B: BaseNode, R: RemoteNode | undefined): boolean {
    if (B.kind !== 'file' || B.parent === null || rules.caseInsensitive || !isPlain(B.name)) return false;
    const folder = B.parent === root ? '' : places.pathOf(B.parent);
    if (folder === undefined || !disk.isThere(folder) || !whole.remote.get(B.parent)) return false;
    for (const _ of disk.unknownIn(folder)) return false;
    if (B.parent !== root && places.keyOf(folder) !== B.parent) return false;
    const entry = disk.at(folder === '' ? B.name : `${folder}/${B.name}`);
    if (!entry) return !R || (samePlace(B, R) && B.sha256 === R.sha256 && B.executable === R.executable);
    const isAgreed =
      entry.kind === 'file' &&
      entry.sha256 === B.sha256 &&
      (entry.executable ?? B.executable) === B.executable &&
      B.stat !== null &&
      identityOf(B.stat) === identityOf(entry.stat);
    if (R || !isAgreed) return false;
    include(B.parent);
    put(entry);
    return true;
  }

  function widen(key: Key): void {
    if (wide.has(key) || key.startsWith('new:')) return;
    wide.add(key);
    include(key);
    const there = new Map(whole.remote.childrenOf(key).map((node) => [node.key, node]));
    const agreed = new Map<string, BaseNode>();
    agreedIn.set(key, agreed);
    for (const node of whole.base.childrenOf(key)) {
      agreed.set(node.name, node);
      include(node.key, node, there.get(node.key) ?? whole.remote.get(node.key));
      there.delete(node.key);
    }
    for (const node of there.values()) include(node.key, whole.base.get(node.key), node);
    const path = places.pathOf(key);
    if (path !== undefined) list(path);
  }

  function list(path: string): void {
    if (listed.has(path)) return;
    listed.add(path);
    show(path);
    const key = path === '' ? root : places.keyOf(path);
    if (key !== undefined) widen(key);
    for (const [at, stat] of disk.unknownIn(path)) take(at, stat);
    for (const entry of disk.in(path)) put(entry);
  }

  /** What leads to a folder on the disk, and what may be wrong with it. */
  function show(path: string): void {
    if (shown.has(path)) return;
    shown.add(path);
    const [parent] = splitPath(path);
    show(parent);
    const entry = disk.at(path);
    if (entry) put(entry);
    for (const [at, stat] of disk.unknownIn(parent)) if (at === path) take(at, stat);
    const key = places.keyOf(path);
    if (key !== undefined) include(key);
  }

  function put(entry: Seen): void {
    const there = entries.get(entry.parentPath);
    if (there?.has(entry.name)) return;
    if (there) there.set(entry.name, entry);
    else entries.set(entry.parentPath, new Map([[entry.name, entry]]));
    objectOf(entry.stat, entry.parentPath, entry.name);
  }

  function take(path: string, stat: Stat | null): void {
    unknown.set(path, stat);
    if (stat) objectOf(stat, ...splitPath(path));
  }

  /** What lies here was agreed on elsewhere: it has moved, or has a second name. */
  function objectOf(stat: Stat, folder: string, name: string): void {
    const here = folder === '' ? root : places.keyOf(folder);
    const agreed = here === undefined ? undefined : agreedIn.get(here)?.get(name.normalize('NFC'));
    if (agreed?.stat && identityOf(agreed.stat) === identityOf(stat)) return;
    const nodes = whole.byObject(stat);
    if (nodes.some((node) => node.parent === here && node.name === name.normalize('NFC'))) return;
    for (const { key } of nodes) doubt(key, true);
  }

  /** As a scan of the whole would have it: parents first, and in each folder in the order of the disk. */
  function scanned(): Scan {
    const seen: Seen[] = [];
    const collect = (path: string) => {
      const chosen = entries.get(path);
      for (const entry of listed.has(path) ? disk.in(path) : (chosen?.values() ?? [])) {
        seen.push(entry);
        if (entry.kind === 'folder' && entries.has(entry.path)) collect(entry.path);
      }
    };
    collect('');
    return { seen, unknown, ignored: disk.ignored };
  }
}

/** Folders in which anything changed; where files only went from a folder, those files. */
export interface Changes {
  folders: Set<string>;
  gone: Seen[];
}

/** A file that went is the node that was agreed to be there; or where that is not so clear, its folder is in doubt. */
export function doubtsOf(
  { folders, gone }: Changes,
  { root, rules, agreedAt }: Pick<Whole, 'root' | 'rules'> & { agreedAt(parent: Key, name: string): BaseNode[] },
  places: FolderPlaces,
): Doubts {
  const doubts: Doubts = { keys: new Set(), folders: new Set(folders) };
  for (const { parentPath, name } of gone) {
    const parent = parentPath === '' ? root : places.keyOf(parentPath);
    if (parent === undefined || rules.caseInsensitive || !isPlain(name)) doubts.folders.add(parentPath);
    else for (const { key } of agreedAt(parent, name)) doubts.keys.add(key);
  }
  return doubts;
}

/** No disk and no hub takes it for another name. */
const isPlain = (name: string) => /^[\x20-\x7e]+$/.test(name);

/** What the next plan must look at again even if nothing more happens: all where the three are not equal. */
export function doubtsAfter({ found, base, remote, scan }: Looked, plan: Plan): Doubts {
  const doubts: Doubts = { keys: new Set(), folders: new Set() };
  const removed = new Set(plan.actions.filter((action) => action.do === 'remove').map(({ key }) => key));
  const local = new Map<Key, LocalNode>();
  for (const [key, node] of found.local) local.set(plan.links.get(key) ?? key, node);
  for (const key of new Set([...base.keys(), ...remote.keys(), ...local.keys()])) {
    const [B, L, R] = [base.get(key), local.get(key), remote.get(key)];
    const isEqual =
      B !== undefined &&
      L !== undefined &&
      R !== undefined &&
      samePlace(B, L) &&
      samePlace(B, R) &&
      B.sha256 === L.sha256 &&
      B.sha256 === R.sha256 &&
      B.executable === R.executable &&
      (L.executable ?? R.executable) === R.executable;
    if (!isEqual && L?.parent !== null) note(key, L);
  }
  for (const { key } of [...plan.actions, ...plan.waiting]) note(key, local.get(key));
  for (const path of found.left.keys()) doubts.folders.add(splitPath(path)[0]);
  // It may have come from elsewhere: it will be told to be there once it can be read, and to be gone when it never could.
  const objects = new Set<string>();
  for (const [path, stat] of scan.unknown) {
    if (!stat) continue;
    doubts.folders.add(splitPath(path)[0]);
    objects.add(identityOf(stat));
  }
  if (objects.size > 0)
    for (const { key, stat } of base.values()) if (stat && objects.has(identityOf(stat))) doubts.keys.add(key);
  return doubts;

  function note(key: Key, L: LocalNode | undefined) {
    if (!key.startsWith('new:')) doubts.keys.add(key);
    // What is to go from where it was agreed is looked at for the node's sake; once it is gone, nothing is there.
    const B = base.get(key);
    if (B && L && samePlace(B, L) && removed.has(key)) return;
    const entry = L && found.seen.get(L.key);
    if (entry) doubts.folders.add(entry.parentPath);
  }
}

/** What a plan was made of. */
export interface Looked {
  found: Identified;
  base: Tree<BaseNode>;
  remote: Tree<RemoteNode>;
  scan: Scan;
}
