import type { Other } from './identify.ts';
import type { IgnoreRules } from './ignore.ts';
import type { Trees } from './merge.ts';
import type { Looked } from './narrow.ts';
import type { BaseNode, Key, RemoteNode, Tree, TreeByFolder, TreeNode } from './tree.ts';

/** What of the hub's space concerns a pair: from its folder down, which is the root, without what is ignored or not wanted here. */
export interface View extends Pick<TreeByFolder<RemoteNode>, 'get' | 'childrenOf'> {
  /** The places of what is not wanted here: they are not this machine's to use. */
  taken: Other[];
  /** Whether something in this folder is left out and is to stay. */
  isHolding(folder: Key): boolean;
  /** Not wanted here, and here still, with all that is in it: shown, so that what is new in it is sent before it goes. */
  isLeaving(node: TreeNode): boolean;
}

export interface Selection {
  root: Key;
  rules: IgnoreRules;
  /** Folders that a person does not want here; one that was agreed on is here still. */
  excluded: ReadonlySet<Key>;
}

/** Pure; it looks at what it is asked for. */
export function viewOf(
  { root, rules, excluded }: Selection,
  remote: Pick<TreeByFolder<RemoteNode>, 'get' | 'childrenOf'>,
  base: Pick<Tree, 'has'>,
): View {
  const here = new Set([...excluded].filter((key) => base.has(key)));
  const gone = excluded.difference(here);
  const whereIs = placesOf(root, remote, rules, gone);
  const isShown = (node: RemoteNode) => whereIs(node).is === 'shown';
  const leaving = new Map<Key, boolean>([[root, false]]);
  const isLeaving = ({ key, parent }: Pick<TreeNode, 'key' | 'parent'>): boolean => {
    let known = leaving.get(key);
    if (known === undefined) {
      const above = parent === null ? undefined : remote.get(parent);
      known = here.has(key) || (above !== undefined && isLeaving(above));
      leaving.set(key, known);
    }
    return known;
  };
  const taken: Other[] = [];
  for (const key of gone) {
    const node = remote.get(key);
    if (node?.parent != null && whereIs(node).why === 'excluded')
      taken.push({ parent: node.parent, name: node.name, whose: 'excluded_folder' });
  }
  return {
    get(key) {
      const node = remote.get(key);
      if (!node || !isShown(node)) return undefined;
      return key === root && node.parent !== null ? { ...node, parent: null, name: '' } : node;
    },
    childrenOf: (key) => remote.childrenOf(key).filter(isShown),
    taken,
    isHolding: (folder) =>
      remote.childrenOf(folder).some((node) => {
        const { why } = whereIs(node);
        return why !== undefined && why !== 'junk';
      }),
    isLeaving: (node) => here.size > 0 && isLeaving(node),
  };
}

/**
 * What is left out, as a plan must know it.
 * @param wide folders of the hub with all that is in them
 */
export function leftOut(
  view: View,
  { base, remote, found: { local, holding } }: Looked,
  wide: Iterable<Key>,
): Required<Pick<Trees, 'holding' | 'hollow' | 'leaving'>> {
  const there = new Set([...wide].filter(view.isHolding));
  return {
    holding: there,
    hollow: hollowOf(remote, there, base).union(hollowOf(local, holding, base)),
    leaving: new Set([...remote.values()].filter(view.isLeaving).map(({ key }) => key)),
  };
}

/** Nodes of which more may be otherwise than they themselves: what is in a folder that came into view or went out of it. */
export function shaken(
  keys: ReadonlySet<Key>,
  { rules, excluded }: Selection,
  view: View,
  remote: Pick<TreeByFolder<RemoteNode>, 'get' | 'childrenOf'>,
  base: TreeByFolder<BaseNode>,
): Set<Key> {
  const inside = new Set<Key>();
  for (const key of keys) {
    const B = base.get(key);
    if ((remote.get(key) ?? B)?.kind !== 'folder') continue;
    // A rule of the person's own may be about a path: what is in a folder that moved can be judged otherwise.
    if (rules.texts.size > 0 || (view.get(key) !== undefined) !== (B !== undefined)) inside.add(key);
  }
  for (const key of excluded) if (base.has(key)) inside.add(key);
  for (const key of inside)
    for (const tree of [base, remote]) for (const child of tree.childrenOf(key)) inside.add(child.key);
  // What was agreed on in one that is gone from here already.
  const gone = new Set(excluded);
  for (const key of gone) for (const child of base.childrenOf(key)) gone.add(child.key);
  return inside.union(gone);
}

/** Agreements about what is ignored by now. */
export function ignoredAgreements(root: Key, base: TreeByFolder<BaseNode>, rules: IgnoreRules): Set<Key> {
  const gone = new Set<Key>();
  const visit = (folder: Key, path: string) => {
    for (const { key, name, kind } of base.childrenOf(folder)) {
      const at = path === '' ? name : `${path}/${name}`;
      if (rules.of(at, name, kind === 'folder')) gone.add(key);
      else if (kind === 'folder') visit(key, at);
    }
  };
  visit(root, '');
  // An agreement may hang on nothing for a while: it is judged as at the root.
  const isLoose = ({ parent }: BaseNode) => parent !== null && parent !== root && !base.has(parent);
  for (const parent of new Set([...base.values()].filter(isLoose).map((node) => node.parent as Key))) visit(parent, '');
  for (const key of gone) for (const child of base.childrenOf(key)) gone.add(child.key);
  return gone;
}

interface Where {
  is: 'shown' | 'out' | 'elsewhere';
  path: string;
  /** Of the top of what is out. */
  why?: 'junk' | 'ignored' | 'excluded';
}

function placesOf(root: Key, tree: Pick<Tree, 'get'>, rules: IgnoreRules, excluded: ReadonlySet<Key>) {
  const known = new Map<Key, Where>([[root, { is: 'shown', path: '' }]]);
  const find = (node: TreeNode): Where => {
    const before = known.get(node.key);
    if (before) return before;
    const parent = node.parent === null ? undefined : (known.get(node.parent) ?? tree.get(node.parent));
    const above = parent && ('is' in parent ? parent : find(parent));
    let here: Where;
    if (!above || above.is === 'elsewhere') here = { is: 'elsewhere', path: '' };
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

/** New folders with nothing in them but what is left out, or such folders. */
function hollowOf(tree: Tree, holding: ReadonlySet<Key>, base: Pick<Tree, 'has'>): Set<Key> {
  const hollow = new Set<Key>();
  if (holding.size === 0) return hollow;
  const inside = Map.groupBy(tree.values(), ({ parent }) => parent);
  const visit = ({ key, kind }: TreeNode): boolean => {
    if (kind !== 'folder') return false;
    const children = (inside.get(key) ?? []).map(visit);
    const isHollow = !base.has(key) && children.every(Boolean) && (holding.has(key) || children.length > 0);
    if (isHollow) hollow.add(key);
    return isHollow;
  };
  for (const top of inside.get(null) ?? []) visit(top);
  return hollow;
}
