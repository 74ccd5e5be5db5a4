import { existsSync } from 'node:fs';
import { stateFile, statusFile } from '../pair.ts';
import type { Home, SavedPair } from '../state/home.ts';
import { isRunning, type LiveStatus, readStatus } from '../state/live-status.ts';
import { type Conflict, openPairState } from '../state/pair-state.ts';

export interface PairStatus {
  folder: string;
  account: string;
  hub: string;
  running: boolean;
  phase: LiveStatus['phase'];
  /** Milliseconds since the epoch. */
  lastSync: number | null;
  files: number;
  pending: number;
  pause: LiveStatus['pause'];
  problems: LiveStatus['problems'];
  conflicts: Conflict[];
  watchLimited: boolean;
}

/** How a pair stands, by its state and by what its agent last told. */
export function statusOf(home: Home, pair: SavedPair): PairStatus {
  const account = home.accounts().find(({ id }) => id === pair.accountId);
  const live = readStatus(statusFile(home, pair.id));
  const running = live !== undefined && isRunning(live);
  let lastSync: number | null = null;
  let files = 0;
  let conflicts: Conflict[] = [];
  if (existsSync(stateFile(home, pair.id))) {
    const state = openPairState(stateFile(home, pair.id));
    lastSync = state.lastSync ?? null;
    files = state.countFiles();
    conflicts = state.conflicts();
    state.close();
  }
  return {
    folder: pair.root,
    account: account?.email ?? '',
    hub: account?.hub ?? '',
    running,
    phase: running ? live.phase : 'stopped',
    lastSync,
    files,
    pending: running ? live.pending : 0,
    pause: running ? live.pause : null,
    problems: live?.problems ?? [],
    conflicts,
    watchLimited: running && live.watchLimited,
  };
}
