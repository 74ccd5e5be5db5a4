import type { IgnoreRules } from './ignore.ts';
import type { BaseNode, Key, RemoteNode, Tree, TreeNode } from './tree.ts';

/** What of the hub's space concerns a pair. */
export interface View {
  /** From the pair's folder down, which is the root. undefined: that folder is not there any more. */
  remote: Tree<RemoteNode> | undefined;
  /** Folders with something in them that is left out and is to stay: they are not removed on the hub. */
  holding: ReadonlySet<Key>;
  /** Of these, the ones with nothing else in them, themselves and below. */
  hollow: ReadonlySet<Key>;
  /** How many are left out by the ignore rules, without what is in them. */
  ignored: number;
}

/**
 * The hub's tree without what is ignored or excluded, with all that is in it. Pure.
 * @param excluded folders that a person does not want here
 */
export function viewOf(
  rootKey: Key,
  remote: Tree<RemoteNode>,
  rules: IgnoreRules,
  excluded: ReadonlySet<Key> = new Set(),
): View {
  const root = remote.get(rootKey);
  const holding = new Set<Key>();
  const places = placesOf(rootKey, remote, rules, excluded);
  let ignored = 0;
  const shown = new Map<Key, RemoteNode>();
  for (const node of remote.values()) {
    const place = places(node);
    if (place.is === 'shown') shown.set(node.key, node);
    else if (place.is === 'out' && place.why) {
      if (place.why !== 'excluded') ignored++;
      if (place.why !== 'junk') holding.add(node.parent as Key);
    }
  }
  if (root && root.parent !== null) shown.set(rootKey, { ...root, parent: null, name: '' });
  const hollow = hollowOf(shown, holding);
  const isWhole = shown.size === remote.size && root?.parent === null;
  return { remote: root && (isWhole ? remote : shown), holding, hollow, ignored };
}

/** Agreements about what is ignored by now. */
export function ignoredAgreements(rootKey: Key, base: Tree<BaseNode>, rules: IgnoreRules): Key[] {
  const places = placesOf(rootKey, base, rules, new Set());
  return [...base.values()].filter((node) => places(node).is === 'out').map(({ key }) => key);
}

interface Where {
  is: 'shown' | 'out' | 'elsewhere';
  path: string;
  /** Of the top of what is out. */
  why?: 'junk' | 'ignored' | 'excluded';
}

function placesOf(rootKey: Key, tree: Tree<TreeNode>, rules: IgnoreRules, excluded: ReadonlySet<Key>) {
  const known = new Map<Key, Where>([[rootKey, { is: 'shown', path: '' }]]);
  const find = (node: TreeNode): Where => {
    const before = known.get(node.key);
    if (before) return before;
    // Agreements may hang on nothing for a while: such a one is judged by itself, as at the root.
    const parent = node.parent === null ? undefined : tree.get(node.parent);
    const above = parent ? find(parent) : known.get(node.parent ?? '');
    let here: Where;
    if (!above || above.is === 'elsewhere') here = { is: 'elsewhere', path: node.name };
    else if (above.is === 'out') here = { is: 'out', path: '' };
    else {
      const path = above.path === '' ? node.name : `${above.path}/${node.name}`;
      const why = excluded.has(node.key) ? 'excluded' : rules.of(path, node.name, node.kind === 'folder');
      here = why ? { is: 'out', path, why } : { is: 'shown', path };
    }
    known.set(node.key, here);
    return here;
  };
  return find;
}

/** Folders that hold something left out, or such folders, and nothing else. */
export function hollowOf(tree: Tree<TreeNode>, holding: ReadonlySet<Key>): Set<Key> {
  const hollow = new Set<Key>();
  if (holding.size === 0) return hollow;
  const inside = new Map<Key, TreeNode[]>();
  for (const node of tree.values()) {
    if (node.parent === null) continue;
    const siblings = inside.get(node.parent);
    if (siblings) siblings.push(node);
    else inside.set(node.parent, [node]);
  }
  const visit = (key: Key): boolean => {
    const children = (inside.get(key) ?? []).map((child) => child.kind === 'folder' && visit(child.key));
    const isHollow = children.every(Boolean) && (holding.has(key) || children.length > 0);
    if (isHollow) hollow.add(key);
    return isHollow;
  };
  for (const node of tree.values()) if (node.parent === null) visit(node.key);
  return hollow;
}
