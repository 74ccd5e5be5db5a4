import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalText } from '@diwan/protocol/errors.ts';
import type { Notice } from '@diwan/protocol/notices.ts';
import { type AgentEvent, pauseOf, runAgent } from './agent.ts';
import { accountClient, openPair, type Pair, pacesOf, stateFile, statusFile } from './pair.ts';
import { type Link, openLink } from './remote/link.ts';
import type { Home, SavedPair } from './state/home.ts';
import { firstStatus, type Pause, writeStatus } from './state/live-status.ts';
import { openPairLog } from './state/pair-log.ts';
import { holdOf } from './state/settings.ts';

export interface RunOptions {
  home: Home;
  language: keyof LocalText;
  signal: AbortSignal;
  say: (pair: SavedPair, event: AgentEvent | { event: 'running' } | { event: 'left' }) => void;
  announce: (notice: Notice) => void;
  /** This pair alone. */
  only?: string | undefined;
  force?: boolean;
}

interface Running {
  saved: string;
  stop: AbortController;
  ended: Promise<void>;
}

/** A folder that is missing or taken is tried again so often. */
const TRY_AGAIN_MS = 5000;

/**
 * Keeps all pairs of all accounts synchronised until the signal, each by itself: what stops one stops no other. Pairs, accounts and
 * settings that change meanwhile are followed at once.
 */
export async function runPairs({
  home,
  language,
  signal,
  say,
  announce,
  only,
  force = false,
}: RunOptions): Promise<void> {
  const paces = pacesOf(home);
  const links = new Map<string, Link>();
  const running = new Map<string, Running>();
  const listeners = new Set<() => void>();
  let settings = home.settings();

  const linkOf = (accountId: string): Link => {
    let link = links.get(accountId);
    if (!link) {
      link = openLink(accountClient(home, accountId, language, { paces }), language, announce);
      links.set(accountId, link);
    }
    return link;
  };

  const refresh = () => {
    try {
      follow();
    } catch {
      // A file that was changed by hand and can't be read: what was known holds.
    }
  };
  const follow = () => {
    settings = home.settings();
    const wanted = new Map(
      home
        .pairs()
        .filter(({ id, leaving }) => !leaving && (only === undefined || only === id))
        .map((saved) => [saved.id, saved]),
    );
    for (const [id, { saved, stop }] of running) {
      const now = wanted.get(id);
      // One that was changed starts anew once it has ended.
      if (!now || JSON.stringify(now) !== saved) stop.abort();
    }
    for (const [id, saved] of wanted) if (!running.has(id) && !signal.aborted) start(saved);
    for (const changed of [...listeners]) changed();
  };

  function start(saved: SavedPair) {
    const stop = new AbortController();
    const onAbort = () => stop.abort();
    signal.addEventListener('abort', onAbort);
    const ended = keep(saved, stop.signal).finally(() => {
      signal.removeEventListener('abort', onAbort);
      running.delete(saved.id);
      if (signal.aborted) return;
      say(saved, { event: 'left' });
      refresh();
    });
    running.set(saved.id, { saved: JSON.stringify(saved), stop, ended });
  }

  /** Works on one pair until its signal; what it can't begin or go on with, it tries again. */
  async function keep(saved: SavedPair, stop: AbortSignal): Promise<void> {
    const status = statusFile(home, saved.id);
    let told: Pause | undefined;
    const wait = async (error: unknown) => {
      const pause = pauseOf(error);
      if (told?.why !== pause.why || told.detail !== pause.detail) say(saved, { event: 'paused', pause });
      told = pause;
      // The status of a folder that is taken is told by whoever has it.
      if (pause.why !== 'busy') writeStatus(status, { ...firstStatus(), phase: 'paused', pause });
      await sleep(TRY_AGAIN_MS, undefined, { signal: stop }).catch(() => {});
      if (stop.aborted && pause.why !== 'busy') writeStatus(status, { ...firstStatus(), phase: 'stopped' });
    };
    while (!stop.aborted) {
      let pair: Pair;
      let link: Link;
      try {
        link = linkOf(saved.accountId);
        pair = openPair(home, saved, language, paces);
      } catch (error) {
        await wait(error);
        continue;
      }
      const log = openPairLog(stateFile(home, saved.id));
      try {
        say(saved, { event: 'running' });
        await runAgent(pair, {
          ...{ link, log, language, force, signal: stop, statusFile: status },
          hold: () => holdOf(settings, saved.id, Date.now()),
          onSettings: (changed) => {
            listeners.add(changed);
            return () => void listeners.delete(changed);
          },
          say: (event) => say(saved, event),
        });
      } catch (error) {
        await wait(error);
      } finally {
        log.close();
        pair.close();
      }
    }
  }

  const unwatch = home.watch(refresh);
  follow();
  try {
    if (!signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.all([...running.values()].map(({ ended }) => ended));
  } finally {
    unwatch();
    for (const link of links.values()) link.close();
  }
}
