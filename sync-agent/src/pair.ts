import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { partsFolder } from './apply/fetch-large.ts';
import type { Disk } from './disk/disk.ts';
import { nodeDisk } from './disk/node-disk.ts';
import { createObserver, type Observer } from './observe/scan.ts';
import { type NameRules, OWN_FOLDER } from './plan/names.ts';
import type { Key } from './plan/tree.ts';
import { createPlanner, type Planner } from './planner.ts';
import { type Client, type ClientOptions, createClient } from './remote/client.ts';
import { paceOf } from './remote/pace.ts';
import type { Home, SavedPair } from './state/home.ts';
import type { Pause } from './state/live-status.ts';
import { lockPair, readMark } from './state/pair-lock.ts';
import { openPairState, type PairState } from './state/pair-state.ts';
import { limitsOf } from './state/settings.ts';

/** The pass cannot go on; the agent waits for what `pause` says. */
export class Paused extends Error {
  readonly pause: Pause;
  constructor(pause: Pause) {
    super(pause.why);
    this.pause = pause;
  }
}

/** One folder pair, held by this process. */
export interface Pair {
  saved: SavedPair;
  machine: string;
  disk: Disk;
  client: Client;
  state: PairState;
  observer: Observer;
  planner: Planner;
  rules: NameRules;
  /** Folders of the hub that are not wanted here. */
  excluded: ReadonlySet<Key>;
  /** Folders that must be looked at before the next plan. */
  due: Set<string> | 'all';
  /** Whether the folder is there and bears this pair's mark: an unmounted disk does not. */
  isOurs(): boolean;
  close(): void;
}

/** A download that was cut off is gone on with for so long. */
const PARTS_KEPT_MS = 7 * 24 * 3600 * 1000;

export const stateFile = (home: Home, id: string) => join(home.dir, 'pairs', `${id}.db`);
export const statusFile = (home: Home, id: string) => join(home.dir, 'pairs', `${id}.status.json`);

export type Paces = NonNullable<ClientOptions['paces']>;

/** What contents may take, all clients together; a change of the settings holds at once. */
export function pacesOf(home: Home): Paces {
  let limits = limitsOf(home.settings(), process.env);
  let read = performance.now();
  const now = () => {
    if (performance.now() - read < SETTINGS_HOLD_MS) return limits;
    read = performance.now();
    try {
      limits = limitsOf(home.settings(), process.env);
    } catch {
      // Changed by hand, and can't be read: what was known holds.
    }
    return limits;
  };
  return { up: paceOf(() => now().up), down: paceOf(() => now().down) };
}
const SETTINGS_HOLD_MS = 1000;

/** A client that speaks for an account and keeps its tokens in the home. */
export function accountClient(
  home: Home,
  accountId: string,
  language: string,
  options: Pick<ClientOptions, 'paces' | 'tries'> = { paces: pacesOf(home) },
): Client {
  const find = () => {
    const account = home.accounts().find(({ id }) => id === accountId);
    if (!account || account.accessToken === '') throw new Paused({ why: 'signed_out' });
    return account;
  };
  const tokens = {
    read: find,
    write: ({ accessToken, refreshToken }: { accessToken: string; refreshToken: string }) =>
      home.saveAccount({ ...find(), accessToken, refreshToken }),
    exclusively: home.exclusively,
  };
  return createClient(find().hub, tokens, { language, ...options });
}

/** Whether a file here can be made executable, and is not by itself: FAT and many network shares know no such thing. */
function keepsExecutable(root: string): boolean {
  const probe = join(root, OWN_FOLDER, 'probe');
  try {
    writeFileSync(probe, '', { mode: 0o600 });
    const before = nodeDisk.look(probe)?.executable;
    chmodSync(probe, 0o700);
    return before === false && nodeDisk.look(probe)?.executable === true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { force: true });
  }
}

const withoutExecutable = (disk: Disk): Disk => ({
  ...disk,
  look(path) {
    const found = disk.look(path);
    return found && { ...found, executable: null };
  },
});

/**
 * Takes a pair for this process and reads its state.
 * @throws {PairBusy} when another agent has it, {Paused} when its folder is not there
 */
export function openPair(home: Home, saved: SavedPair, language: string, paces = pacesOf(home)): Pair {
  const { root } = saved;
  const isOurs = () => readMark(root)?.pair === saved.id;
  if (!isOurs()) throw new Paused({ why: 'root_missing', detail: root });
  const client = accountClient(home, saved.accountId, language, { paces });
  const unlock = lockPair(root);
  try {
    const disk = keepsExecutable(root) ? nodeDisk : withoutExecutable(nodeDisk);
    const state = openPairState(stateFile(home, saved.id));
    state.useMode(saved.mode ?? 'two-way');
    const leftovers = join(root, OWN_FOLDER, 'tmp');
    for (const name of disk.look(leftovers) ? disk.list(leftovers) : []) rmSync(join(leftovers, name), { force: true });
    const parts = partsFolder(root);
    for (const path of disk.look(parts) ? disk.list(parts).map((name) => join(parts, name)) : [])
      if (Date.now() - (disk.look(path)?.stat.ctimeMs ?? 0) > PARTS_KEPT_MS) rmSync(path, { force: true });
    return {
      saved,
      machine: home.accounts().find(({ id }) => id === saved.accountId)?.machine ?? hostname(),
      disk,
      client,
      state,
      observer: createObserver(disk, root, state.byObject),
      planner: createPlanner(),
      rules: {
        platform: process.platform,
        caseInsensitive: disk.look(join(root, OWN_FOLDER.toUpperCase())) !== undefined,
      },
      excluded: new Set(saved.excluded),
      due: 'all',
      isOurs,
      close() {
        state.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
