import type { Notice } from '@diwan/protocol/notices.ts';
import type { Progress } from './apply/deeds.ts';
import { watchFolders } from './observe/watch.ts';
import { type Pair, Paused, statusFile } from './pair.ts';
import { syncPass } from './pass.ts';
import { Refused, Unreachable } from './remote/client.ts';
import { listen } from './remote/live.ts';
import type { Home } from './state/home.ts';
import { type LiveStatus, type Pause, writeStatus } from './state/live-status.ts';

export type AgentEvent =
  | { event: 'synced'; done: number }
  | { event: 'incomplete'; problems: { path: string; why: string }[] }
  | { event: 'conflict'; path: string; copy: string }
  | { event: 'paused'; pause: Pause }
  | { event: 'resumed' }
  | { event: 'notice'; notice: Notice }
  | { event: 'watch_limited'; detail: string };

export interface AgentOptions {
  home: Home;
  language: string;
  signal: AbortSignal;
  say: (event: AgentEvent) => void;
  /** The first pass may remove most of a tree. */
  force?: boolean;
}

const POLL_MS = 30_000;
const POLL_WHEN_LIVE_MS = 300_000;
const RESCAN_MS = 600_000;
const RESCAN_WHEN_LIMITED_MS = 30_000;
const STATUS_EVERY_MS = 250;

/** Keeps a pair synchronised until the signal: woken by the disk, by the hub and by the clock. */
export async function runAgent(pair: Pair, { home, language, signal, say, force }: AgentOptions): Promise<void> {
  let wake = () => {};
  let woken = false;
  /** Paused for something that only the hub or time can end: events on the disk are noted, but wake nobody. */
  let deaf = false;
  const nudge = () => {
    woken = true;
    wake();
  };
  const look = (folders: Set<string> | 'all') => {
    if (folders === 'all') pair.due = 'all';
    else if (pair.due !== 'all') for (const folder of folders) pair.due.add(folder);
    if (!deaf) nudge();
  };

  const status: LiveStatus = {
    pid: process.pid,
    phase: 'checking',
    pending: 0,
    problems: [],
    pause: null,
    watchLimited: false,
    at: Date.now(),
  };
  let written = 0;
  const tell = (change: Partial<LiveStatus>, soon = false) => {
    Object.assign(status, change, { at: Date.now() });
    if (soon && status.at - written < STATUS_EVERY_MS) return;
    written = status.at;
    try {
      writeStatus(statusFile(home, pair.saved.id), status);
    } catch {
      // A full disk must not end the agent; the pass itself tells.
    }
  };
  tell({});

  const watch = watchFolders(pair.saved.root, look, (error) => {
    if (!status.watchLimited) say({ event: 'watch_limited', detail: error.message });
    tell({ watchLimited: true });
    look('all');
  });
  pair.observer.follow(watch);
  look('all');
  const live = listen(pair.client, language, {
    'space:changed': ({ spaceId, epoch, seq }) => {
      const { cursor } = pair.state;
      if (spaceId === pair.saved.spaceId && (cursor?.epoch !== epoch || cursor.seq < seq)) nudge();
    },
    'notice:published': (notice) => say({ event: 'notice', notice }),
    'notice:withdrawn': nudge,
    'terms:published': nudge,
    'session:ended': nudge,
    connected: nudge,
  });
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort);

  let failures = 0;
  let scanned = performance.now();
  let told = '';
  let conflicts = pair.state.conflicts().length;
  try {
    while (!signal.aborted) {
      woken = false;
      let wait: number;
      const rescan = status.watchLimited ? RESCAN_WHEN_LIMITED_MS : RESCAN_MS;
      if (performance.now() - scanned > rescan) pair.due = 'all';
      if (pair.due === 'all') scanned = performance.now();
      try {
        const progress = ({ left }: Progress) => tell({ phase: 'transferring', pending: left }, true);
        const result = await syncPass(pair, { signal, progress, force });
        if (status.pause) say({ event: 'resumed' });
        failures = 0;
        deaf = false;
        force = false;
        tell({ phase: result.synced ? 'synced' : 'incomplete', pending: 0, problems: result.problems, pause: null });
        const known = pair.state.conflicts();
        for (const { path, copy } of known.slice(0, known.length - conflicts)) say({ event: 'conflict', path, copy });
        conflicts = known.length;
        const now = JSON.stringify(result.problems);
        if (result.done > 0) say({ event: 'synced', done: result.done });
        if (result.problems.length > 0 && now !== told) say({ event: 'incomplete', problems: result.problems });
        told = now;
        wait = live.connected ? POLL_WHEN_LIVE_MS : POLL_MS;
        if (pair.observer.unsettled.size > 0 || (pair.due !== 'all' && pair.due.size > 0)) wait = 300;
        else if (!result.synced) wait = Math.min(wait, POLL_MS);
        wait = Math.min(wait, rescan);
      } catch (error) {
        if (signal.aborted) break;
        const pause = pauseOf(error);
        if (status.pause?.why !== pause.why || status.pause.detail !== pause.detail) say({ event: 'paused', pause });
        tell({ phase: 'paused', pause });
        wait = waitOf(pause, ++failures);
        deaf = pause.why !== 'root_missing' && pause.why !== 'brake';
      }
      if (!woken && !signal.aborted) await slumber(wait);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    live.close();
    watch.close();
    tell({ phase: 'stopped', pending: 0, pause: null });
  }

  function slumber(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** What a failed pass waits for. */
export function pauseOf(error: unknown): Pause {
  if (error instanceof Paused) return error.pause;
  if (error instanceof Unreachable) return { why: 'offline', detail: error.message };
  if (error instanceof Refused) {
    const { code, title: detail, retryAfter } = error;
    if (code === 'maintenance') {
      const until = retryAfter === undefined ? {} : { until: Date.now() + retryAfter * 1000 };
      return { why: 'maintenance', detail, ...until };
    }
    if (code === 'cgu_required') return { why: 'cgu_required', detail };
    if (['unauthenticated', 'token_expired', 'account_suspended', 'bad_credentials'].includes(code))
      return { why: 'signed_out', detail };
    return { why: 'error', detail: detail || code };
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || /database or disk is full/.test(message)) return { why: 'disk_full' };
  return { why: 'error', detail: message };
}

const LONGEST_MS = 60_000;

/** Milliseconds, longer with each failure in a row, half of it random. */
function waitOf({ why, until }: Pause, failures: number): number {
  const jitter = 0.5 + Math.random() / 2;
  if (why === 'root_missing') return 5000;
  if (why === 'maintenance' && until !== undefined)
    return Math.min(Math.max(until - Date.now(), 0), LONGEST_MS) + 2000 * jitter;
  if (why === 'cgu_required') return 15_000 * jitter;
  return Math.min(LONGEST_MS, 1000 * 2 ** Math.min(failures, 6)) * jitter;
}
