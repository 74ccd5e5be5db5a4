/**
 * The three trees. A key is the hub's node id, or `new:PATH` for something that exists only on this machine so far.
 * The root of all three is the space's root folder and has the same key in each.
 */
export type Key = string;
export type Kind = 'file' | 'folder';

export interface TreeNode {
  key: Key;
  /** null for the root only. */
  parent: Key | null;
  /** In Unicode NFC. */
  name: string;
  kind: Kind;
  /** Of the content, hex; null for a folder. */
  sha256: string | null;
}

export interface LocalNode extends TreeNode {
  /** Seen but not known (unreadable, being written, replaced by a link): it is left alone, and never taken for deleted. */
  frozen: boolean;
  /** null: a folder, or a disk that keeps no such thing. */
  executable: boolean | null;
}

export interface RemoteNode extends TreeNode {
  /** Journal number of its last change: what a rename, move or deletion is based on. */
  seq: number;
  /** What a new content is based on. */
  version: number;
  size: number;
  /** Milliseconds since the epoch. */
  mtime: number | null;
  executable: boolean;
}

/** What a file object on this disk is known by; see `sameStat` and `identityOf`. */
export interface Stat {
  size: number;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
  /** 0 where the file system keeps none. */
  birthtimeMs: number;
}

/** Last agreed: what hub and machine both held, and the file on this disk that held it. */
export interface BaseNode extends TreeNode {
  seq: number;
  version: number;
  /** null: not agreed on. */
  executable: boolean | null;
  /** null: the disk object is not known (being replaced). */
  stat: Stat | null;
}

/**
 * A content on its way to the hub. When its answer was lost, what the hub then has is still this machine's own, not somebody else's
 * change.
 */
export interface Sending {
  /** The node that gets a new version; null: a new file in that place. */
  key: Key | null;
  parent: Key;
  name: string;
  sha256: string;
  stat: Stat;
}

/** A node on its way to another place of the hub's tree; the same holds for it. */
export interface Moving {
  key: Key;
  parent: Key;
  name: string;
}

/**
 * What is about to be done to the disk for the hub's sake. When a crash comes between the deed and its record, what is found there is
 * still the hub's, not somebody's change on this machine.
 */
export interface Incoming extends Omit<BaseNode, 'stat'> {
  /** The place is where it will be, or for a removal is. */
  does: 'place' | 'move' | 'remove';
}

/** A shared folder shows in this place of the hub's tree: what lies there on this machine is nobody's to synchronise. */
export interface Mount {
  key: Key;
  parent: Key;
  name: string;
  /** The shared folder itself; it has the key that it had before it was shared. */
  root: Key;
}

export type Tree<N extends TreeNode = TreeNode> = ReadonlyMap<Key, N>;

/** A tree that tells what is in a folder without being gone through. */
export interface TreeByFolder<N extends TreeNode = TreeNode> extends Tree<N> {
  childrenOf(key: Key): N[];
}

/** Two looks at the same, untouched file: its ctime rises with any write and cannot be set back by a program. */
export function sameStat(a: Stat, b: Stat): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

/** Names a file object across renames; the birth time tells a reused inode number from the old file. */
export function identityOf(stat: Stat): string {
  return `${stat.ino}:${stat.birthtimeMs}`;
}

/** Whether a file shall be executable: what one side changed, else as the hub says. */
export const wantsExecutable = (
  base: Pick<BaseNode, 'executable'> | undefined,
  local: Pick<LocalNode, 'executable'> | undefined,
  remote: Pick<RemoteNode, 'executable'>,
): boolean => {
  const [agreed, here] = [base?.executable ?? null, local?.executable ?? null];
  return agreed !== null && here !== null && here !== agreed ? here : remote.executable;
};

/** No path is as long: it leads round in a ring. */
const DEEPEST = 10_000;

/** Path of a node from the root, `/` between names; undefined when it hangs on nothing. The root is ''. */
export function pathOf(tree: Pick<Tree, 'get'>, root: Key, key: Key): string | undefined {
  const names: string[] = [];
  for (let at = tree.get(key); at; at = tree.get(at.parent)) {
    if (at.key === root || at.parent === null) return names.reverse().join('/');
    names.push(at.name);
    if (names.length > DEEPEST) return undefined;
  }
  return undefined;
}

/** Path of a node by what was agreed, which the root is not part of. undefined when it hangs on nothing. */
export function agreedPath(
  base: Pick<Tree, 'get'>,
  root: Key,
  node: Pick<TreeNode, 'parent' | 'name'> | undefined,
): string | undefined {
  const names: string[] = [];
  for (let at = node; at?.parent != null; at = base.get(at.parent)) {
    names.unshift(at.name);
    if (at.parent === root) return names.join('/');
  }
  return undefined;
}

/** All of a tree by folder. */
export function inFolders<N extends TreeNode>(tree: Tree<N>): TreeByFolder<N> {
  const children = Map.groupBy(tree.values(), ({ parent }) => parent);
  return Object.assign(new Map(tree), { childrenOf: (key: Key) => children.get(key) ?? [] });
}
