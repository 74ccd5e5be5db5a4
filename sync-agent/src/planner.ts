import type { Pair } from './pair.ts';
import { findDifferences } from './plan/differences.ts';
import { type Identified, identify, movedStats } from './plan/identify.ts';
import { type Doubts, doubtsAfter, type FolderPlaces, type Looked, narrow } from './plan/narrow.ts';
import { type Plan, reconcile } from './plan/reconcile.ts';
import type { Key } from './plan/tree.ts';

/**
 * Plans one after the other, each of what may differ: at first that is found by comparing all there is, later it is what changed on
 * either side since, and what was not done. So a plan costs as much as there is to do.
 */
export interface Planner {
  plan(pair: Omit<Pair, 'planner'>): { plan: Plan; found: Identified };
  /** Before the next plan all there is is compared again. */
  doubtAll(): void;
}

/** @param compare is given each plan that was made of a part, and that of the whole, which must be the same */
export function createPlanner(compare?: (part: Plan, whole: Plan) => void): Planner {
  let doubts: Doubts | 'all' = 'all';
  const places = folderPlaces();
  /** What could not be looked into at the plan before, and what was missing when that was first so: it may be in there. */
  let failed = new Set<string>();
  const held = new Set<Key>();
  return {
    doubtAll() {
      doubts = 'all';
    },
    plan({ saved, state, observer, rules, machine }) {
      const root = saved.rootId;
      const { shared, byObject } = state;
      const [touched, changed] = [state.takeTouched(), observer.takeChanged()];
      if (touched === 'all') doubts = 'all';
      else if (doubts !== 'all') doubts = { keys: doubts.keys.union(touched), folders: doubts.folders.union(changed) };

      const failing = observer.failing();
      const isNew = !failing.isSubsetOf(failed);
      if (failing.size === 0) held.clear();
      // What is in there may be from anywhere: a part would not tell. So it is when all can be listed again.
      const looksAtAll = failing.size > 0 || failed.size > 0;
      failed = failing;
      const isHeld = failing.size > 0 ? (key: Key) => isNew || held.has(key) : undefined;

      const lookAtAll = (): Looked => {
        const [base, remote, scan] = [new Map(state.base), new Map(state.remote), observer.scan()];
        return { found: identify(root, base, scan, rules, shared, isHeld), base, remote, scan };
      };
      const lookAt = (some: Doubts): Looked => {
        const { base, remote } = state;
        const { listed, ...looked } = narrow(
          { root, base, remote, byObject, disk: observer.surface, rules, shared, isHeld },
          some,
          places,
        );
        for (const path of listed) if (!observer.surface.isThere(path)) places.forget(path);
        return looked;
      };
      const date = new Date(Date.now()).toISOString().slice(0, 10);
      const planFor = ({ base, remote, found: { local, obstacles } }: Looked) => {
        const trees = { root, base, local, remote, obstacles, countAgreed: state.countFiles };
        return reconcile(trees, { rules, machine, date });
      };

      if (doubts === 'all') {
        places.forgetAll();
        doubts = findDifferences({ root, base: state.base, disk: observer.surface }, state.differing(), places.put);
      }
      const looked = looksAtAll ? lookAtAll() : lookAt(doubts);
      places.learn(looked.found);
      const plan = planFor(looked);
      if (compare) compare(plan, planFor(lookAtAll()));
      doubts = doubtsAfter(looked, plan);
      for (const key of looked.found.held) held.add(key);
      for (const key of looked.found.seen.keys()) held.delete(key);
      state.setStat(movedStats(looked.base, looked.found));
      return { plan, found: looked.found };
    },
  };
}

type Places = FolderPlaces & {
  learn(found: Identified): void;
  put(key: Key, path: string): void;
  forget(path: string): void;
  forgetAll(): void;
};

function folderPlaces(): Places {
  const paths = new Map<Key, string>();
  const keys = new Map<string, Key>();
  const put = (key: Key, path: string) => {
    const old = paths.get(key);
    if (old !== undefined && old !== path && keys.get(old) === key) keys.delete(old);
    paths.set(key, path);
    keys.set(path, key);
  };
  return {
    pathOf: (key) => paths.get(key),
    keyOf: (path) => keys.get(path),
    learn({ local, paths: found }) {
      for (const [key, path] of found) {
        if (local.get(key)?.kind !== 'folder' || key.startsWith('new:')) continue;
        put(key, path);
      }
    },
    put,
    forget(path) {
      const key = keys.get(path);
      keys.delete(path);
      if (key !== undefined && paths.get(key) === path) paths.delete(key);
    },
    forgetAll() {
      paths.clear();
      keys.clear();
    },
  };
}
