import { type Brake, brakeOf } from './brake.ts';
import { type Context, merge, type Place, rekey, samePlace, type Target, type Trees } from './merge.ts';
import { canExist, conflictName, hubNameKey, nameKey, swapName } from './names.ts';
import { type Key, type LocalNode, type Tree, type TreeNode, wantsExecutable } from './tree.ts';

export type Side = 'local' | 'remote';

/** One step, safe to do again: each looks first whether its side is still as planned. `to` is where the node is or goes. */
export type Action =
  /** Both sides are equal: note it. */
  | { do: 'agree'; key: Key }
  | { do: 'forget'; key: Key }
  /** `isCopy`: of two things with one name, it is the one that is named as a conflict copy. */
  | { do: 'move'; side: Side; key: Key; to: Place; isCopy?: true }
  | { do: 'remove'; side: Side; key: Key }
  | { do: 'make-folder'; side: Side; key: Key; to: Place }
  /** `keepAs`: the local content is kept beside, under this name. */
  | { do: 'download'; key: Key; to: Place; keepAs?: string }
  /** `over`: of the hub, a version that this machine has never had; it is kept as an earlier one. */
  | { do: 'upload'; key: Key; to: Place; over?: number }
  /** A content that goes anyway takes this along. */
  | { do: 'set'; side: Side; key: Key; executable: boolean };

/** What cannot be done now; it is asked again at every plan. */
export interface Waiting {
  key: Key;
  reason: 'name_not_possible' | 'name_in_use' | 'unreadable' | 'newer_on_hub' | 'not_empty';
}

export interface Plan {
  /** In an order that holds when they are done one after the other. Empty when hub and machine are equal. */
  actions: Action[];
  links: Target['links'];
  waiting: Waiting[];
  /** Set when the plan removes so much that a person must agree first. */
  brake: Brake | null;
}

/** What to do so that hub and machine become equal and nothing is lost. Pure: no I/O, no clock. */
export function reconcile(trees: Trees, context: Context): Plan {
  const target = merge(trees, context);
  const local = rekey(trees.local, target.links);
  const { remote, base } = trees;
  const { mode = 'two-way' } = context;
  const [mayHere, mayThere] = [mode !== 'upload', mode !== 'download'];
  const plan: Plan = { actions: [], links: target.links, waiting: [], brake: null };

  /** In a folder that cannot be agreed on: it is found anew each time. */
  const isBlocked = (place: Place): boolean => {
    if (mode === 'two-way' || target.blocked.size === 0) return false;
    const above = target.places.get(place.parent);
    return (target.blocked.has(place.parent) && !base.has(place.parent)) || (above !== undefined && isBlocked(above));
  };
  for (const [key, at] of target.places) {
    const [B, L, R] = [base.get(key), local.get(key), remote.get(key)];
    if (!L || !R || !samePlace(L, at) || !samePlace(R, at) || L.sha256 !== R.sha256) continue;
    if (isBlocked(at)) continue;
    const isBitNews = B?.executable !== R.executable && (L.executable ?? R.executable) === R.executable;
    if (!B || !samePlace(B, at) || B.sha256 !== R.sha256 || isBitNews) plan.actions.push({ do: 'agree', key });
  }

  const obstructed = (parent: Key, name: string) =>
    trees.obstacles.get(parent)?.has(nameKey(name, context.rules)) ?? false;
  const refuseLocal = (key: Key, to: Place): Waiting['reason'] | null => {
    if (local.get(key)?.frozen || local.get(to.parent)?.frozen) return 'unreadable';
    if (!canExist(to.name, context.rules)) return 'name_not_possible';
    return obstructed(to.parent, to.name) ? 'name_in_use' : null;
  };
  const gone = new Set([...target.dead, ...target.drop]);
  const here = arrange(local, target.places, gone, (name) => nameKey(name, context.rules), refuseLocal);
  const there = arrange(remote, target.places, target.dead, hubNameKey, () => null);
  if (!mayHere) here.steps.length = 0;
  // What is never named anew here may find its name taken there.
  plan.waiting.push(...(mayHere ? here : there).waiting.filter(({ key }) => !target.blocked.has(key)));
  if (!mayThere) there.steps.length = 0;
  for (const [key, reason] of target.blocked) plan.waiting.push({ key, reason });

  // A folder deleted on the hub takes what is in it along.
  const removedThere = new Set(there.steps.filter((step) => step.do === 'remove').map(({ key }) => key));
  for (const step of here.steps) {
    const action = actionOf('local', step, remote.get(step.key));
    const isCopy =
      action.do === 'move' && target.copies.has(step.key) && samePlace(action.to, target.places.get(step.key) as Place);
    plan.actions.push(isCopy ? { ...action, isCopy } : action);
  }
  for (const step of there.steps) {
    if (step.do === 'remove' && removedThere.has(remote.get(step.key)?.parent ?? '')) continue;
    plan.actions.push(actionOf('remote', step, local.get(step.key)));
  }

  for (const key of target.places.keys()) {
    const [L, R] = [local.get(key), remote.get(key)];
    if (!L || !R || L.executable === null || L.frozen || target.contents.has(key)) continue;
    const executable = mayThere ? wantsExecutable(base.get(key), L, R) : R.executable;
    if (mayHere && L.executable !== executable) plan.actions.push({ do: 'set', side: 'local', key, executable });
    if (mayThere && R.executable !== executable) plan.actions.push({ do: 'set', side: 'remote', key, executable });
  }

  for (const [key, what] of target.contents) {
    const at = here.sim.placeOf(key);
    const name = trees.remote.get(key)?.name;
    if (!at || name === undefined) continue;
    if (local.get(key)?.frozen) plan.waiting.push({ key, reason: 'unreadable' });
    else if (what === 'upload') {
      const R = remote.get(key);
      const isUnseen = R !== undefined && R.sha256 !== base.get(key)?.sha256;
      plan.actions.push({ do: 'upload', key, to: at, ...(isUnseen && { over: R.version }) });
    } else if (what === 'download') plan.actions.push({ do: 'download', key, to: at });
    else {
      const taken = (candidate: string) =>
        here.sim.at({ parent: at.parent, name: candidate }) !== undefined ||
        there.sim.at({ parent: at.parent, name: candidate }) !== undefined ||
        obstructed(at.parent, candidate);
      const keepAs = conflictName(at.name, context.machine, context.date, taken);
      here.sim.add(`copy:${key}`, { parent: at.parent, name: keepAs });
      plan.actions.push({ do: 'download', key, to: at, keepAs });
    }
  }

  // A folder that survives is forgotten only when what is to go from it has gone: its other children keep their agreement.
  const holdsDead = new Set<Key>();
  for (const key of target.dead) holdsDead.add(base.get(key)?.parent ?? '');
  for (const key of target.forget) if (!holdsDead.has(key)) plan.actions.push({ do: 'forget', key });
  plan.brake = brakeOf(target.dead, trees, mode);
  return plan;
}

type Step = { do: 'move'; key: Key; to: Place } | { do: 'remove'; key: Key } | { do: 'create'; key: Key; to: Place };

function actionOf(side: Side, step: Step, other: TreeNode | undefined): Action {
  if (step.do !== 'create') return { ...step, side };
  const { key, to } = step;
  if (other?.kind === 'folder') return { do: 'make-folder', side, key, to };
  return side === 'local' ? { do: 'download', key, to } : { do: 'upload', key, to };
}

/** The steps that turn one side into the target, each possible when those before it are done. */
function arrange(
  current: Tree<TreeNode>,
  places: Target['places'],
  dead: Target['dead'],
  keyOf: (name: string) => string,
  refuse: (key: Key, to: Place) => Waiting['reason'] | null,
) {
  const sim = simulate(current, keyOf);
  const steps: Step[] = [];
  const waiting: Waiting[] = [];
  const allowed = (key: Key, to: Place) => {
    const reason = refuse(key, to);
    if (reason) waiting.push({ key, reason });
    return reason === null;
  };

  const moves = new Map<Key, Place>();
  const creates = new Map<Key, Place>();
  for (const [key, to] of places) {
    const node = current.get(key);
    if (!node) creates.set(key, to);
    else if (!samePlace(node, to) && allowed(key, to)) moves.set(key, to);
  }
  const removes = new Set([...dead].filter((key) => current.has(key) && !isFrozen(current.get(key))));
  const parked = new Set<Key>();
  const isFree = (key: Key, to: Place) => [undefined, key].includes(sim.at(to));
  const fits = (key: Key, to: Place) => sim.has(to.parent) && !sim.isUnder(to.parent, key);

  for (let stuck = false; !stuck; ) {
    const before = steps.length;
    for (const [key, to] of moves) {
      if (!fits(key, to) || !isFree(key, to)) continue;
      moves.delete(key);
      sim.move(key, to);
      steps.push({ do: 'move', key, to });
    }
    for (const key of removes) removeFrom(key);
    for (const [key, to] of creates) {
      if (!sim.has(to.parent) || !isFree(key, to)) continue;
      creates.delete(key);
      if (!allowed(key, to)) continue;
      sim.add(key, to);
      steps.push({ do: 'create', key, to });
    }
    if (steps.length === before) stuck = !park();
  }
  for (const [key, to] of [...moves, ...creates])
    if (sim.has(to.parent) && !isFree(key, to)) waiting.push({ key, reason: 'name_in_use' });
  return { sim, steps, waiting };

  /** Removes a dead node once nothing is left in it, its dead children first. */
  function removeFrom(key: Key) {
    if (!removes.has(key)) return;
    for (const child of sim.childrenOf(key)) removeFrom(child);
    if (sim.childrenOf(key).length > 0) return;
    removes.delete(key);
    sim.remove(key);
    steps.push({ do: 'remove', key });
  }

  /** Names that wait for each other in a ring: one steps aside, in the folder it goes to or else where it is. */
  function park(): boolean {
    for (const [key, to] of moves) {
      const occupant = sim.at(to);
      if (!fits(key, to) || occupant === undefined || !(moves.has(occupant) || removes.has(occupant))) continue;
      if (stepAside(key, to.parent)) return true;
    }
    for (const [, to] of [...creates, ...moves]) {
      const occupant = sim.at(to);
      if (occupant === undefined || !moves.has(occupant)) continue;
      if (stepAside(occupant, sim.placeOf(occupant)?.parent ?? to.parent)) return true;
    }
    return false;
  }

  function stepAside(key: Key, parent: Key): boolean {
    const to = { parent, name: swapName(key) };
    if (parked.has(key) || sim.at(to) !== undefined) return false;
    parked.add(key);
    sim.move(key, to);
    steps.push({ do: 'move', key, to });
    return true;
  }
}

const isFrozen = (node: TreeNode | undefined) => node !== undefined && 'frozen' in node && (node as LocalNode).frozen;

/** A tree's places, to try steps on. */
function simulate(tree: Tree<TreeNode>, keyOf: (name: string) => string) {
  const places = new Map<Key, Place>();
  const folders = new Map<Key, Map<string, Key>>();
  const roots = new Set<Key>();
  const slots = (parent: Key) => {
    const map = folders.get(parent) ?? new Map<string, Key>();
    folders.set(parent, map);
    return map;
  };
  const add = (key: Key, to: Place) => {
    places.set(key, to);
    slots(to.parent).set(keyOf(to.name), key);
  };
  const leave = (key: Key) => {
    const from = places.get(key);
    if (from && slots(from.parent).get(keyOf(from.name)) === key) slots(from.parent).delete(keyOf(from.name));
    places.delete(key);
  };
  for (const { key, parent, name } of tree.values()) {
    if (parent === null) roots.add(key);
    else add(key, { parent, name });
  }
  return {
    add,
    remove: leave,
    move(key: Key, to: Place) {
      leave(key);
      add(key, to);
    },
    has: (key: Key) => roots.has(key) || places.has(key),
    at: ({ parent, name }: Place) => folders.get(parent)?.get(keyOf(name)),
    placeOf: (key: Key) => places.get(key),
    childrenOf: (key: Key) => [...(folders.get(key)?.values() ?? [])],
    isUnder(key: Key, ancestor: Key) {
      for (let at: Key | undefined = key; at !== undefined; at = places.get(at)?.parent)
        if (at === ancestor) return true;
      return false;
    },
  };
}
