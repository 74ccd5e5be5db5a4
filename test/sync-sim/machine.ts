import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { pauseOf } from '../../sync-agent/src/agent.ts';
import { isCode } from '../../sync-agent/src/disk/disk.ts';
import { createObserver } from '../../sync-agent/src/observe/scan.ts';
import { type Pair, Paused } from '../../sync-agent/src/pair.ts';
import { type PassResult, syncPass } from '../../sync-agent/src/pass.ts';
import { swapName } from '../../sync-agent/src/plan/names.ts';
import type { Action, Plan } from '../../sync-agent/src/plan/reconcile.ts';
import { agreedPath, type RemoteNode } from '../../sync-agent/src/plan/tree.ts';
import { createPlanner } from '../../sync-agent/src/planner.ts';
import { createClient, Refused, Unreachable } from '../../sync-agent/src/remote/client.ts';
import { openPairState } from '../../sync-agent/src/state/pair-state.ts';
import type { FakeDisk, Inode } from './fake-disk.ts';
import { isStateFull, setStateFull } from './full-state.ts';
import type { Hub } from './hub.ts';
import type { Line } from './line.ts';
import { ROOT } from './people.ts';
import type { Scheduler } from './scheduler.ts';
import { type Machine, onMachine } from './world-clock.ts';

export interface SimAgent {
  name: string;
  disk: FakeDisk;
  /** ms that its clock is ahead. */
  ahead: number;
  /** What it did since it was last asked: changes of the disk, and requests. */
  deeds: string[];
  /** How often people, or faults, changed something there. */
  touched: number;
  /** Something changed there and no watch told so; it has not looked at everything since. */
  hasMissed: boolean;
  /** Passes that ended, and how. */
  last: PassResult | { failed: unknown } | undefined;
  isIdle(): boolean;
  isAlive(): boolean;
  /** Looks at these folders, or at everything, and synchronises. */
  wake(folders: Iterable<string> | 'all', force?: boolean): void;
  start(): void;
  /** The process ends here; some of what it had asked for may still happen. */
  kill(): Promise<void>;
  /** Keeps the agent's records as a power cut may leave them. */
  keepRecords(): void;
  /** The machine ends here. */
  powerCut(): Promise<void>;
  /** Its records are gone, the files are there. */
  forgetAll(): void;
  /** Its records have no room to grow, or have it again; its files may be on another disk. */
  fillState(isFull: boolean): void;
  /** Its disks and folders are as they should be. */
  heal(): void;
}

/** What an agent has just said of itself. */
export interface Said {
  agent: SimAgent;
  result: PassResult;
  /** It looked at everything, and nobody touched anything meanwhile. */
  isWhole: boolean;
  /** The hub's tree, as it knows it. */
  remote: ReadonlyMap<string, RemoteNode>;
}

interface SimWorld {
  scheduler: Scheduler;
  hub: Hub;
  line: Line;
  disk: FakeDisk;
  folder: string;
  random: () => number;
  /** Who is signed in there: Amina unless told. */
  account?: 'amina' | 'bilal';
  /** Told of each conflict that a plan settles, and what kind it is of. */
  conflict?: (kind: string) => void;
}

/** @param ended told after each pass */
export function createSimAgent(index: number, world: SimWorld, ended: (said: Said) => void): SimAgent {
  const { scheduler, hub, line, disk, folder, random, account = 'amina', conflict = () => {} } = world;
  const name = `M${index}`;
  const file = `${folder}/${name}.db`;
  const parts = ['', '-wal'];
  let alive: { stop(): void; turn: ReturnType<Scheduler['turn']>; pair: Pair } | undefined;
  let wakeUp: ((force: boolean) => void) | undefined;

  const agent: SimAgent = {
    ...{ name, disk, ahead: 0, deeds: [], touched: 0, hasMissed: false, last: undefined },
    isIdle: () => wakeUp !== undefined,
    isAlive: () => alive !== undefined,
    wake(folders, force = false) {
      if (!alive) return;
      const { pair } = alive;
      if (folders === 'all') pair.due = 'all';
      else if (pair.due !== 'all') for (const one of folders) pair.due.add(one);
      wakeUp?.(force);
    },
    start() {
      // Without room for its records it ends at once.
      if (isStateFull(file) && !existsSync(file)) return;
      const turn = scheduler.turn(index);
      const machine: Machine = {
        now: () => scheduler.now() + agent.ahead,
        sleep: turn.sleep,
      };
      const state = openPairState(file);
      const port = disk.port(turn, (what, path) => {
        if (!['read', 'sync', 'fsync'].includes(what)) agent.deeds.push(`${what} ${path}`);
      });
      for (const [left] of disk.find(`${ROOT}/.diwan/tmp`) ? disk.list(disk.find(`${ROOT}/.diwan/tmp`) as never) : [])
        disk.verbs.unlink(`${ROOT}/.diwan/tmp/${left}`);
      const tokens = {
        read: () => ({ accessToken: account, refreshToken: '' }),
        write: async () => {},
        exclusively: <T>(work: () => Promise<T>) => work(),
      };
      const { id: spaceId, rootId } = hub.space;
      const pair: Pair = {
        saved: { id: name, accountId: account, spaceId, rootId, root: ROOT } as Pair['saved'],
        machine: name,
        disk: port,
        client: createClient('http://hub.test', tokens, {
          ...{ language: 'en', tries: 3 },
          transport: line.from(turn, (deed) => agent.deeds.push(deed)),
        }),
        state,
        observer: createObserver(port, ROOT, state.byObject),
        planner: createPlanner((part, whole) => {
          comparePlans(part, whole);
          tellConflicts(whole);
        }),
        rules: { platform: 'linux', caseInsensitive: disk.traits.caseInsensitive },
        excluded: new Set(),
        due: 'all',
        isOurs: () => !disk.faults.unmounted,
        close: () => state.close(),
      };
      const told = new Set<string>();
      /** Each once, though it may be planned several times. */
      const tellConflicts = ({ actions }: Plan) => {
        for (const action of actions) {
          const kind = kindOfConflict(action, pair);
          const what = `${kind} ${action.key}`;
          if (kind !== undefined && !told.has(what)) conflict(kind);
          if (kind !== undefined) told.add(what);
        }
      };
      let stopped = false;
      alive = {
        turn,
        pair,
        stop() {
          stopped = true;
          wakeUp = undefined;
          state.close();
        },
      };
      const live = async () => {
        for (let force = false; !stopped; ) {
          const [touched, isWhole] = [agent.touched, pair.due === 'all'];
          try {
            const result = await syncPass(pair, { force });
            agent.last = result;
            if (isWhole && touched === agent.touched) agent.hasMissed = false;
            ended({ agent, result, isWhole: isWhole && touched === agent.touched, remote: state.remote });
          } catch (error) {
            agent.last = { failed: error };
            if (!isExpected(error)) throw error;
          }
          if (stopped) return;
          force = await new Promise<boolean>((resolve) => {
            wakeUp = resolve;
          });
          wakeUp = undefined;
        }
      };
      onMachine(machine, () =>
        live().catch((error) => {
          agent.last = { failed: error };
          line.broke(error);
        }),
      );
    },
    async kill() {
      if (!alive) return;
      await alive.turn.stop(Math.floor(random() * 3));
      alive.stop();
      alive = undefined;
      wakeUp = undefined;
    },
    keepRecords() {
      if (!existsSync(file)) return;
      for (const part of parts) {
        rmSync(`${file}.kept${part}`, { force: true });
        if (existsSync(file + part)) copyFileSync(file + part, `${file}.kept${part}`);
      }
    },
    async powerCut() {
      await agent.kill();
      disk.powerCut();
      if (!existsSync(`${file}.kept`) || random() < 0.4) return;
      for (const part of [...parts, '-shm']) rmSync(file + part, { force: true });
      for (const part of parts) if (existsSync(`${file}.kept${part}`)) copyFileSync(`${file}.kept${part}`, file + part);
    },
    forgetAll() {
      for (const part of [...parts, '-shm']) rmSync(file + part, { force: true });
    },
    fillState: (isFull) => setStateFull(file, isFull),
    heal() {
      Object.assign(disk.faults, { full: false, unmounted: false, failingLists: 0 });
      setStateFull(file, false);
      allow(disk.root);
    },
  };
  return agent;
}

const isExpected = (error: unknown) =>
  error instanceof Paused ||
  error instanceof Refused ||
  error instanceof Unreachable ||
  isCode(error, 'ENOSPC', 'EACCES', 'EIO', 'ENOENT') ||
  pauseOf(error).why === 'disk_full';

export const conflictKinds = [
  'edited on both sides',
  'deleted here, changed there',
  'changed here, deleted there',
  'one name for two',
  'names in a ring',
] as const;

/** What a step settles that both sides wanted otherwise. */
function kindOfConflict(
  action: Action,
  { machine, state, observer, saved }: Pair,
): (typeof conflictKinds)[number] | undefined {
  const { key } = action;
  if (action.do === 'download' && action.keepAs !== undefined) return 'edited on both sides';
  if (action.do === 'forget') {
    const B = state.base.get(key);
    if (state.remote.has(key)) return 'deleted here, changed there';
    const path = B && agreedPath(state.base, saved.rootId, B);
    return path !== undefined && observer.surface.at(path) ? 'changed here, deleted there' : undefined;
  }
  if (action.do !== 'move') return undefined;
  if (action.to.name.includes(`(conflicted copy of ${machine}`)) return 'one name for two';
  return action.to.name === swapName(key) ? 'names in a ring' : undefined;
}

function allow(folder: Inode) {
  delete folder.denied;
  for (const child of folder.entries.values()) allow(child);
}

/** A plan is made of what changed; it must be the one that all there is would give. */
function comparePlans(part: Plan, whole: Plan): void {
  const told = ({ actions, waiting, brake }: Plan) =>
    JSON.stringify([
      ...actions.map((action) => JSON.stringify(action)).sort(),
      ...waiting.map(({ key, reason }) => `${key} ${reason}`).sort(),
      brake,
    ]);
  if (told(part) !== told(whole)) throw new Error(`of a part ${told(part)}, of the whole ${told(whole)}`);
}
