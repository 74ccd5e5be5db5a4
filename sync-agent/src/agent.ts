import type { LocalText } from '@diwan/protocol/errors.ts';
import type { Deed, Progress } from './apply/deeds.ts';
import { giveBack } from './give-back.ts';
import { deepScan } from './observe/deep-scan.ts';
import { watchFolders } from './observe/watch.ts';
import { type Pair, Paused } from './pair.ts';
import { syncPass } from './pass.ts';
import { Refused, Unreachable } from './remote/client.ts';
import type { Link } from './remote/link.ts';
import { paceOf } from './remote/pace.ts';
import { speedOf } from './speed.ts';
import { firstStatus, type LiveStatus, type Pause, writeStatus } from './state/live-status.ts';
import { PairBusy } from './state/pair-lock.ts';
import type { PairLog } from './state/pair-log.ts';
import type { Hold } from './state/settings.ts';

export type AgentEvent =
  | { event: 'synced'; done: number }
  | { event: 'incomplete'; problems: { path: string; why: string }[] }
  | { event: 'conflict'; path: string; copy: string }
  | { event: 'paused'; pause: Pause }
  | { event: 'resumed' }
  | { event: 'watch_limited'; detail: string }
  | { event: 'watch_overflowed' };

export interface AgentOptions {
  link: Link;
  log: PairLog;
  /** Where `status` reads how it stands. */
  statusFile: string;
  /** A person's pause that holds now. */
  hold: () => Hold | undefined;
  /** Calls back when a person changed pauses or accounts. @returns ends it */
  onSettings: (changed: () => void) => () => void;
  language: keyof LocalText;
  signal: AbortSignal;
  say: (event: AgentEvent) => void;
  /** The first pass may remove most of a tree. */
  force?: boolean;
}

const POLL_MS = 30_000;
const POLL_WHEN_LIVE_MS = 300_000;
const RESCAN_MS = 600_000;
const RESCAN_WHEN_LIMITED_MS = 30_000;
/** Once it has rested for so long after a pass that was much work, it gives back the memory. */
const RESTED_MS = 2000;
const MUCH = 1000;
const STATUS_EVERY_MS = 500;
const LONGEST_TIMER_MS = 24 * 3600 * 1000;
/** From one reading of every file to the next. */
const DEEP_SCAN_MS = Number(process.env.DIWAN_SYNC_DEEP_DAYS ?? 7) * 24 * 3600_000;
/** Bytes in a second that it reads. */
const DEEP_SCAN_BYTES = 2 * 1024 * 1024;

/** Keeps a pair synchronised until the signal: woken by the disk, by the hub, by a person and by the clock. */
export async function runAgent(pair: Pair, options: AgentOptions): Promise<void> {
  const { link, log, language, signal, say } = options;
  let { force } = options;
  let wake = () => {};
  let woken = false;
  /** Paused for something that only the hub, a person or time can end: events on the disk are noted, but wake nobody. */
  let deaf = false;
  /** Ends the pass under way, and it alone. */
  let pass = new AbortController();
  /** The hub may have changed since it was last asked. */
  let hasNews = true;
  const nudge = () => {
    woken = true;
    wake();
  };
  const news = () => {
    hasNews = true;
    nudge();
  };
  const look = (folders: Set<string> | 'all') => {
    if (folders === 'all') pair.due = 'all';
    else if (pair.due !== 'all') for (const folder of folders) pair.due.add(folder);
    if (!deaf) nudge();
  };

  /** What stops synchronisation from outside, whatever the folder is like. */
  const halt = (): Pause | undefined => {
    const hold = options.hold();
    if (hold) return { why: 'person', ...(hold.until === null ? {} : { until: hold.until }) };
    return maintenanceOf(link, pair, language);
  };
  const reconsider = () => {
    if (halt()) pass.abort();
    nudge();
  };

  const status = firstStatus();
  const speed = speedOf(pair.client.meter);
  let written = 0;
  const tell = (change: Partial<LiveStatus>, soon = false) => {
    Object.assign(status, change, { at: Date.now() });
    if (soon && status.at - written < STATUS_EVERY_MS) return;
    if (status.transfer) Object.assign(status.transfer, speed());
    written = status.at;
    writeStatus(options.statusFile, status);
  };
  const progress = ({ left, ...transfer }: Progress) =>
    tell({ phase: 'transferring', pending: left, transfer: { up: 0, down: 0, ...transfer } }, true);
  const did = ({ did: what, at: side, path, other, bytes }: Deed) => {
    log.add({ did: what, side, path, other: other ?? null, bytes: bytes ?? null });
    if (what === 'conflict') say({ event: 'conflict', path, copy: other ?? '' });
  };
  tell({});
  // While one long request is under way nothing is told, but its speed changes.
  const ticking = setInterval(() => {
    if (status.phase === 'transferring') tell({});
  }, 1000);

  const watch = watchFolders(pair.saved.root, {
    hinted: look,
    failed(error) {
      if (!status.watchLimited) say({ event: 'watch_limited', detail: error.message });
      tell({ watchLimited: true });
      look('all');
    },
    overflowed() {
      say({ event: 'watch_overflowed' });
      log.add({ did: 'recheck', side: null, path: '', other: 'watch_overflowed', bytes: null });
    },
  });
  pair.observer.follow(watch);
  look('all');
  const leave = link.join({
    'space:changed': ({ spaceId, epoch, seq }) => {
      const { cursor } = pair.state;
      if (spaceId === pair.saved.spaceId && (cursor?.epoch !== epoch || cursor.seq < seq)) news();
    },
    maintenance: reconsider,
    changed: news,
  });
  const forgetSettings = options.onSettings(reconsider);
  const ended = new AbortController();
  let isReadingAll = DEEP_SCAN_MS <= 0;
  const readAll = () => {
    if (isReadingAll) return;
    isReadingAll = true;
    const { disk, observer, state: records } = pair;
    deepScan({
      ...{ disk, root: pair.saved.root, observer, records, period: DEEP_SCAN_MS, pace: paceOf(() => DEEP_SCAN_BYTES) },
      found: (folder) => look(new Set([folder])),
      signal: AbortSignal.any([signal, ended.signal]),
    }).catch(() => {
      // Stopped, or its progress cannot be noted (a full disk, of which the next pass tells): that pass begins it again.
      isReadingAll = false;
    });
  };
  const onAbort = () => {
    pass.abort();
    wake();
  };
  signal.addEventListener('abort', onAbort);

  let failures = 0;
  let hasWorked = false;
  let scanned = performance.now();
  let told = '';
  try {
    while (!signal.aborted) {
      woken = false;
      pass = new AbortController();
      let wait: number;
      const rescan = status.watchLimited ? RESCAN_WHEN_LIMITED_MS : RESCAN_MS;
      if (performance.now() - scanned > rescan) pair.due = 'all';
      try {
        const halted = halt();
        if (halted) throw new Paused(halted);
        if (pair.due === 'all') {
          scanned = performance.now();
          hasWorked = true;
        }
        // A file that was saved here goes out at once: while the hub tells of its changes, it need not be asked first.
        const isNews = (isFirst: boolean) => {
          const isDue = hasNews || (isFirst && !link.connected);
          hasNews = false;
          return isDue;
        };
        const result = await syncPass(pair, { signal: pass.signal, progress, did, force, isNews });
        if (status.pause) {
          say({ event: 'resumed' });
          log.add({ did: 'resume', side: null, path: '', other: null, bytes: null });
        }
        readAll();
        failures = 0;
        deaf = false;
        force = false;
        const { synced, problems } = result;
        const ignored = pair.observer.ignored();
        tell({ phase: synced ? 'synced' : 'incomplete', pending: 0, transfer: null, problems, pause: null, ignored });
        const now = JSON.stringify(problems);
        if (result.done > MUCH) hasWorked = true;
        if (result.done > 0) say({ event: 'synced', done: result.done });
        if (problems.length > 0 && now !== told) {
          say({ event: 'incomplete', problems });
          for (const { path, why } of problems) log.add({ did: 'problem', side: null, path, other: why, bytes: null });
        }
        told = now;
        wait = link.connected ? POLL_WHEN_LIVE_MS : POLL_MS;
        if (pair.observer.unsettled.size > 0 || (pair.due !== 'all' && pair.due.size > 0)) wait = 300;
        else if (!synced) wait = Math.min(wait, POLL_MS);
        wait = Math.min(wait, rescan);
      } catch (error) {
        hasNews = true;
        if (signal.aborted) break;
        const halted = halt();
        // The pause that ended the pass is over already.
        if (pass.signal.aborted && !halted) continue;
        const pause = halted ?? pauseOf(error);
        if (status.pause?.why !== pause.why || status.pause.detail !== pause.detail) {
          say({ event: 'paused', pause });
          log.add({ did: 'pause', side: null, path: pause.detail ?? '', other: pause.why, bytes: null });
        }
        tell({ phase: 'paused', pause, transfer: null });
        wait = waitOf(pause, ++failures);
        deaf = pause.why !== 'root_missing' && pause.why !== 'brake';
      }
      if (hasWorked && wait > RESTED_MS && !woken && !signal.aborted) {
        await slumber(RESTED_MS);
        wait -= RESTED_MS;
        if (!woken && !signal.aborted) {
          giveBack();
          hasWorked = false;
        }
      }
      if (!woken && !signal.aborted) await slumber(wait);
      // Time woke it, or a doubt about the disk: both sides are looked at.
      if (!woken || pair.due === 'all') hasNews = true;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    ended.abort();
    clearInterval(ticking);
    forgetSettings();
    leave();
    await watch.close();
    tell({ phase: 'stopped', pending: 0, transfer: null, pause: null });
  }

  function slumber(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The pause that an announced window of maintenance asks for now; its end is told by this machine's clock. */
function maintenanceOf(link: Link, { client }: Pair, language: keyof LocalText): Pause | undefined {
  const notice = link.maintenance();
  if (!notice) return undefined;
  return {
    why: 'maintenance',
    detail: notice.text[language],
    until: Math.round(notice.endsAt - client.now() + Date.now()),
  };
}

/** What a failed pass waits for. */
export function pauseOf(error: unknown): Pause {
  if (error instanceof Paused) return error.pause;
  if (error instanceof PairBusy) return { why: 'busy', detail: error.message };
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
  if (why === 'person') return until === undefined ? LONGEST_TIMER_MS : Math.max(until - Date.now(), 0) + 10;
  if (why === 'maintenance' && until !== undefined)
    return Math.min(Math.max(until - Date.now(), 0), LONGEST_MS) + 2000 * jitter;
  if (why === 'cgu_required') return 15_000 * jitter;
  return Math.min(LONGEST_MS, 1000 * 2 ** Math.min(failures, 6)) * jitter;
}
