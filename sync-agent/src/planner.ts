import { type Pair, Paused } from './pair.ts';
import { findDifferences } from './plan/differences.ts';
import { type Identified, identify, movedStats, type Other, splitPath } from './plan/identify.ts';
import { IGNORE_FILE, type IgnoreRules, movedRules } from './plan/ignore.ts';
import { type Doubts, doubtsAfter, doubtsOf, type FolderPlaces, type Looked, narrow } from './plan/narrow.ts';
import { type Action, type Plan, reconcile } from './plan/reconcile.ts';
import { agreedPath, inFolders, type Key, pathOf, type RemoteNode } from './plan/tree.ts';
import { ignoredAgreements, leftOut, shaken, viewOf } from './plan/view.ts';

/**
 * Plans one after the other, each of what may differ: at first that is found by comparing all there is, later it is what changed on
 * either side since, and what was not done. So a plan costs as much as there is to do.
 */
export interface Planner {
  /** @throws {Paused} when the pair's folder is not on the hub any more */
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
  /** The places of what is not wanted here, at the plan before. */
  let taken = '';
  /** What was agreed on is measured by these. */
  let applied: IgnoreRules | undefined;
  return {
    doubtAll() {
      doubts = 'all';
    },
    plan({ saved, state, observer, rules, machine, excluded }) {
      const root = saved.rootId;
      const { base, byObject } = state;
      // What a folder's own rules say goes along with it, wherever it is on the hub, or was when it was agreed on.
      const folderAt = (path: string) => {
        const stat = observer.surface.at(path)?.stat;
        return stat && byObject(stat).find(({ kind }) => kind === 'folder')?.key;
      };
      const rulesOf = (pathOf: (key: Key) => string | undefined) =>
        movedRules(observer.rules, (folder) => placeOf(folder, folderAt, pathOf));
      if (observer.rules !== applied) {
        const then = rulesOf((key) => agreedPath(base, root, base.get(key)));
        const gone = ignoredAgreements(root, base, then);
        state.together(() => {
          for (const key of gone) state.forget(key);
        });
        applied = observer.rules;
        doubts = 'all';
      }
      const selection = { root, rules: rulesOf((key) => pathOf(state.remote, root, key)), excluded };
      const view = viewOf(selection, state.remote, base);
      if (!view.get(root)) throw new Paused({ why: 'root_gone', detail: saved.root });
      const others: Other[] = [
        ...state.shared.map((mount) => ({ ...mount, whose: 'shared_folder' as const })),
        ...view.taken,
      ];

      const [touched, changed] = [state.takeTouched(), observer.takeChanged()];
      const nowTaken = JSON.stringify(view.taken);
      if (touched === 'all' || nowTaken !== taken) doubts = 'all';
      taken = nowTaken;

      const failing = observer.failing();
      const isNew = !failing.isSubsetOf(failed);
      if (failing.size === 0) held.clear();
      // What is in there may be from anywhere: a part would not tell. So it is when all can be listed again.
      const looksAtAll = failing.size > 0 || failed.size > 0;
      failed = failing;
      const isHeld = failing.size > 0 ? (key: Key) => isNew || held.has(key) : undefined;

      const lookAtAll = (): Seeing => {
        const [base, all, scan] = [new Map(state.base), inFolders(new Map(state.remote)), observer.scan()];
        const view = viewOf(selection, all, base);
        const remote = new Map<Key, RemoteNode>();
        for (const key of all.keys()) {
          const node = view.get(key);
          if (node) remote.set(key, node);
        }
        const looked = { found: identify(root, base, scan, rules, others, isHeld), base, remote, scan };
        return { ...looked, left: leftOut(view, looked, remote.keys()) };
      };
      const lookAt = (some: Doubts): Seeing => {
        const { listed, wide, ...looked } = narrow(
          { root, base, remote: view, byObject, disk: observer.surface, rules, others, isHeld },
          some,
          places,
        );
        for (const path of listed) if (!observer.surface.isThere(path)) places.forget(path);
        return { ...looked, left: leftOut(view, looked, wide) };
      };
      const date = new Date(Date.now()).toISOString().slice(0, 10);
      const planFor = ({ base, remote, found: { local, obstacles }, left }: Seeing) => {
        const trees = { root, base, local, remote, obstacles, ...left, countAgreed: state.countFiles };
        return reconcile(trees, { rules, machine, date, mode: saved.mode ?? 'two-way' });
      };

      const { looked, plan } = state.reading(() => {
        if (doubts === 'all') {
          places.forgetAll();
          const differing = state.differing().filter((key) => base.has(key) || view.get(key));
          doubts = findDifferences({ root, base, disk: observer.surface }, differing, places.put);
        } else if (touched !== 'all') {
          const seen = doubtsOf(changed, { root, rules, agreedAt: state.agreedAt }, places);
          doubts = { keys: doubts.keys.union(touched).union(seen.keys), folders: doubts.folders.union(seen.folders) };
        }
        doubts.keys = doubts.keys.union(shaken(doubts.keys, selection, view, state.remote, base));
        const looked = looksAtAll ? lookAtAll() : lookAt(doubts);
        places.learn(looked.found);
        const plan = planFor(looked);
        if (compare) compare(plan, planFor(lookAtAll()));
        return { looked, plan };
      });
      doubts = doubtsAfter(looked, plan);
      for (const key of looked.found.held) held.add(key);
      for (const key of looked.found.seen.keys()) held.delete(key);
      state.setStat(movedStats(looked.base, looked.found));
      return { plan: rulesFirst(plan, looked), found: looked.found };
    },
  };
}

interface Seeing extends Looked {
  left: ReturnType<typeof leftOut>;
}

/** Where a folder of this disk is in another tree; one that is not in it, by the folder above it. */
function placeOf(
  folder: string,
  folderAt: (path: string) => Key | undefined,
  pathOf: (key: Key) => string | undefined,
): string {
  if (folder === '') return '';
  const key = folderAt(folder);
  const there = key && pathOf(key);
  if (there) return there;
  const [parent, name] = splitPath(folder);
  const above = placeOf(parent, folderAt, pathOf);
  return above === '' ? name : `${above}/${name}`;
}

/** What another machine ignores in a folder is to be known before anything else comes there, or goes. */
function rulesFirst(plan: Plan, { remote, found: { local } }: Looked): Plan {
  const isRules = ({ do: what, key }: Action) => what === 'download' && remote.get(key)?.name === IGNORE_FILE;
  const unruled = new Set(plan.actions.filter(isRules).map(({ key }) => remote.get(key)?.parent));
  if (unruled.size === 0) return plan;
  const isUnruled = (key: Key | null | undefined): boolean =>
    key != null && (unruled.has(plan.links.get(key) ?? key) || isUnruled((remote.get(key) ?? local.get(key))?.parent));
  const waits = (action: Action) => {
    const isContent =
      action.do === 'upload' || action.do === 'download' || (action.do === 'make-folder' && action.side === 'remote');
    return isContent && !isRules(action) && isUnruled(action.to.parent);
  };
  return { ...plan, actions: plan.actions.filter((action) => !waits(action)) };
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
