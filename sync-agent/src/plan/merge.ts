import { conflictName, hubNameKey, type NameRules, nameKey, swapName } from './names.ts';
import type { BaseNode, Key, LocalNode, RemoteNode, Tree, TreeNode } from './tree.ts';

/** Where a node shall be when hub and machine are equal. */
export interface Place {
  parent: Key;
  name: string;
}

export interface Trees {
  root: Key;
  base: Tree<BaseNode>;
  local: Tree<LocalNode>;
  remote: Tree<RemoteNode>;
  /** Names on the disk taken by what is not synchronised: folder -> name keys. */
  obstacles: ReadonlyMap<Key, ReadonlySet<string>>;
  /** Agreed files, of the whole tree where this is a part of it. */
  countAgreed?: () => number;
  /** Local and remote folders with nothing in them but what is left out: new ones are not made on the other side. */
  hollow?: ReadonlySet<Key>;
  /** Remote folders that are not removed: something is in them that is left out. */
  holding?: ReadonlySet<Key>;
  /** What a person does not want here any more: removed here, and here only, once the hub has all of it. */
  leaving?: ReadonlySet<Key>;
}

export interface Context {
  rules: NameRules;
  machine: string;
  /** YYYY-MM-DD, for the names of conflict copies. */
  date: string;
  /** Which side may be changed: both, unless told (docs/adr/0013). */
  mode?: Mode;
}

/** `upload`: nothing here is ever changed; `download`: nothing on the hub. */
export type Mode = 'two-way' | 'upload' | 'download';

/** What the three trees shall become. */
export interface Target {
  /** A new local thing and the remote one that stands in the same place: local key -> node id. */
  links: Map<Key, Key>;
  /** Agreements to drop: gone on both sides, or deleted on one and changed on the other (it survives as new). */
  forget: Key[];
  /** Every node that shall live, by id (or `new:` key). */
  places: Map<Key, Place>;
  /** Agreed on one side, gone on the other: to be removed. */
  dead: Set<Key>;
  /** Equal on both sides, and not wanted here. */
  drop: Set<Key>;
  /** Named as conflict copies: their names are others'. */
  copies: Set<Key>;
  /** What a mode, or what is left out, keeps from being done. */
  blocked: Map<Key, 'name_in_use' | 'newer_on_hub' | 'not_empty'>;
  /** Files whose content changed on one side, or on both to different contents. */
  contents: Map<Key, 'upload' | 'download' | 'conflict'>;
}

/**
 * Merges what happened on both sides since the last agreement. Deletion yields to any change, remote names win over local
 * names, and two contents are both kept. Pure.
 */
export function merge(trees: Trees, context: Context): Target {
  const { root, base, remote } = trees;
  const { mode = 'two-way' } = context;
  const links = linkNew(trees);
  const local = rekey(trees.local, links);
  const target: Target = {
    ...{ links, forget: [], places: new Map(), dead: new Set(), drop: new Set(), copies: new Set() },
    ...{ contents: new Map(), blocked: new Map() },
  };

  const keys = new Set([...base.keys(), ...local.keys(), ...remote.keys()]);
  keys.delete(root);
  // In an order of their own: the plan is the same however the trees are stored, and whatever part of them it is made of.
  for (const key of [...keys].sort()) {
    const [B, L, R] = [base.get(key), local.get(key), remote.get(key)];
    if (trees.leaving?.has(key)) {
      if (!L && B) target.forget.push(key);
      const isSent = B && L && !L.frozen && R && samePlace(L, B) && L.sha256 === B.sha256;
      if (isSent) target.drop.add(key);
      if (!L || isSent) continue;
    }
    if (L && R) target.places.set(key, placeOf(B, L, R, mode));
    else if (!L && !R) target.forget.push(key);
    else if (!B && trees.hollow?.has(key)) continue;
    else if (!B) target.places.set(key, place((L ?? R) as TreeNode));
    else if (mode === 'download' && R) target.places.set(key, place(R));
    else if ((mode === 'upload' && L) || isTouched(key, base, L ? local : remote, L ? remote : local))
      target.forget.push(key);
    else target.dead.add(key);
    if (L && R && L.kind === 'file' && L.sha256 !== R.sha256) {
      const [ours, theirs] = [L.sha256 !== B?.sha256, R.sha256 !== B?.sha256];
      if (mode === 'two-way') target.contents.set(key, ours && theirs ? 'conflict' : ours ? 'upload' : 'download');
      else if (mode === 'download') target.contents.set(key, ours ? 'conflict' : 'download');
      else if (ours) target.contents.set(key, 'upload');
      else target.blocked.set(key, 'newer_on_hub');
    }
  }
  keepFull(target, trees);
  revive(target, trees, [local, remote]);
  breakCycles(target, root, remote);
  // What has to stay where the hub has it may close a ring with what goes elsewhere.
  while (settleNames(target, trees, local, context)) breakCycles(target, root, remote);
  return target;
}

const place = (node: TreeNode): Place => ({ parent: node.parent as Key, name: node.name });
export const samePlace = (a: Place | TreeNode, b: Place | TreeNode) => a.parent === b.parent && a.name === b.name;

/** Three-way choice of a place: what one side changed; the hub's, when both did. A name used to swap is nobody's choice. */
function placeOf(B: BaseNode | undefined, L: LocalNode, R: RemoteNode, mode: Mode): Place {
  if (!B) return place(mode === 'upload' ? L : R);
  if (mode === 'download') return place(R);
  const parked = swapName(B.key);
  const ours = L.name !== parked && !samePlace(L, B);
  const theirs = R.name !== parked && !samePlace(R, B);
  if (mode === 'upload') return place(ours ? L : R);
  if (theirs) return place(R);
  if (ours) return place(L);
  return place(B);
}

/** Whether the side that still has a node changed it, or moved it along with a folder that the other side deleted. */
function isTouched(key: Key, base: Tree<BaseNode>, side: Tree, other: Tree): boolean {
  for (let at: Key | null = key; at !== null && !other.has(at); ) {
    const [B, S]: [BaseNode | undefined, TreeNode | undefined] = [base.get(at), side.get(at)];
    if (!B || !S || !samePlace(B, S) || B.sha256 !== S.sha256) return B !== undefined || at === key;
    at = B.parent;
  }
  return false;
}

/** New on both sides in the same place and of the same kind: one node. A name that differs by case yields to the very name. */
function linkNew({ root, base, local, remote }: Trees): Map<Key, Key> {
  const links = new Map<Key, Key>();
  const free = new Map<string, RemoteNode>();
  for (const node of remote.values())
    if (node.parent !== null && !base.has(node.key)) free.set(slotOf(place(node)), node);
  const names = new Set<string>();
  for (const { parent, name } of local.values()) names.add(`${parent}/${name}`);
  const visit = (node: LocalNode): void => {
    if (node.parent === null || base.has(node.key) || links.has(node.key)) return;
    const above = local.get(node.parent);
    if (above && above.key !== root) visit(above);
    const slot = slotOf({ parent: links.get(node.parent) ?? node.parent, name: node.name });
    const there = free.get(slot);
    if (there?.kind !== node.kind || (there.name !== node.name && names.has(`${node.parent}/${there.name}`))) return;
    links.set(node.key, there.key);
    free.delete(slot);
  };
  for (const node of local.values()) visit(node);
  return links;
}

/** Names one place on the hub. */
const slotOf = ({ parent, name }: Place) => `${parent}/${hubNameKey(name)}`;

/** The local tree under the ids that its new nodes share with the hub. */
export function rekey(local: Tree<LocalNode>, links: ReadonlyMap<Key, Key>): Tree<LocalNode> {
  if (links.size === 0) return local;
  const keyed = new Map<Key, LocalNode>();
  for (const node of local.values()) {
    const key = links.get(node.key) ?? node.key;
    keyed.set(key, { ...node, key, parent: node.parent === null ? null : (links.get(node.parent) ?? node.parent) });
  }
  return keyed;
}

/** What is unknown or ignored in a folder that is not wanted here keeps it. */
function keepFull({ drop, places, blocked }: Target, { obstacles, remote }: Trees) {
  for (const [parent, names] of obstacles)
    for (
      let at = remote.get(names.size > 0 ? parent : '');
      at && drop.delete(at.key);
      at = remote.get(at.parent ?? '')
    ) {
      places.set(at.key, place(at));
      blocked.set(at.key, 'not_empty');
    }
}

/** A folder is not removed while something living belongs in it: it is forgotten, and made again on the other side. */
function revive(target: Target, { base, obstacles, holding }: Trees, sides: Tree[]) {
  const wanted = new Set<Key | null | undefined>(holding);
  for (const { parent } of target.places.values()) wanted.add(parent);
  for (const [parent, names] of obstacles) if (names.size > 0) wanted.add(parent);
  for (const key of target.forget) for (const side of sides) wanted.add(side.get(key)?.parent);
  for (const key of wanted) {
    if (key == null || !target.dead.delete(key)) continue;
    target.forget.push(key);
    wanted.add(base.get(key)?.parent);
  }
}

/** Folders moved into each other on the two sides: the hub's arrangement holds. */
function breakCycles({ places }: Target, root: Key, remote: Tree) {
  const safe = new Set<Key>([root]);
  for (const start of places.keys()) {
    const trail: Key[] = [];
    const onTrail = new Set<Key>();
    for (let at = start; ; ) {
      if (safe.has(at)) break;
      const here = places.get(at);
      if (!here) break;
      if (onTrail.has(at)) {
        const loop = trail.slice(trail.indexOf(at));
        const turned = loop.find((key) => {
          const R = remote.get(key);
          return R !== undefined && R.parent !== places.get(key)?.parent;
        });
        const R = turned === undefined ? undefined : remote.get(turned);
        if (turned === undefined || !R) break;
        places.set(turned, place(R));
        trail.length = 0;
        onTrail.clear();
        at = start;
        continue;
      }
      trail.push(at);
      onTrail.add(at);
      at = here.parent;
    }
    for (const key of trail) safe.add(key);
  }
}

/**
 * Two living nodes in one place: the one the hub has there keeps the name, the other is named as a conflict copy.
 * @returns whether one that may not be named anew went back to where the hub has it
 */
function settleNames(
  target: Target,
  trees: Trees,
  local: Tree<LocalNode>,
  { rules, machine, date, mode }: Context,
): boolean {
  const holders = new Map<string, Key>();
  const losers: Key[] = [];
  const isThere = (key: Key, at: Place) => {
    const R = trees.remote.get(key);
    return R !== undefined && samePlace(R, at);
  };
  for (const [key, at] of target.places) {
    const holder = holders.get(slotOf(at));
    if (holder === undefined) holders.set(slotOf(at), key);
    else if (isThere(key, at) || (!isThere(holder, at) && !trees.remote.has(holder) && trees.remote.has(key))) {
      losers.push(holder);
      holders.set(slotOf(at), key);
    } else losers.push(key);
  }
  if (losers.length === 0) return false;
  let isPutBack = false;
  const used = new Set(holders.keys());
  for (const tree of [local, trees.remote])
    for (const node of tree.values()) if (node.parent !== null) used.add(slotOf(place(node)));
  for (const key of losers) {
    const at = target.places.get(key) as Place;
    const holder = local.get(holders.get(slotOf(at)) ?? '');
    // Nothing here may be named anew; or what has the name may have left it, which can't be seen now: then this one waits.
    if (mode === 'upload' || holder?.frozen) {
      const R = trees.remote.get(key);
      target.blocked.set(key, 'name_in_use');
      isPutBack ||= R !== undefined && !samePlace(R, at);
      if (R) target.places.set(key, place(R));
      else target.places.delete(key);
      continue;
    }
    const R = trees.remote.get(key);
    // Another machine is exchanging names: this one follows, and in a moment it has its own again.
    if (R?.name === swapName(key) && local.has(key)) {
      target.places.set(key, place(R));
      continue;
    }
    const taken = (name: string) =>
      used.has(slotOf({ parent: at.parent, name })) ||
      (trees.obstacles.get(at.parent)?.has(nameKey(name, rules)) ?? false);
    const renamed = { parent: at.parent, name: conflictName(at.name, machine, date, taken) };
    used.add(slotOf(renamed));
    target.places.set(key, renamed);
    target.copies.add(key);
  }
  return isPutBack;
}
