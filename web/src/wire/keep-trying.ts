import { codeOf, ProblemError } from './problem.ts';
import { meQuery, queryClient } from './queries.ts';
import { onOpen } from './socket.ts';

/** First and longest wait between two tries (ms). */
const shortest = 500;
const longest = 30_000;
/** A fault of the hub that stays is told, not tried for ever. */
const mostFaults = 5;

const waits = new Set<object>();
const listeners = new Set<() => void>();

/** Whether some work waits for the line, the hub or the session to come back. */
export const holdUp = {
  get: (): boolean => waits.size > 0,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/**
 * Does work that may be repeated until it is through: a lost line, a hub that restarts, maintenance and a session that ended
 * are waited out, for as long as it takes.
 * @throws what no waiting helps against, or the signal's reason
 */
export async function keepTrying<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  let faults = 0;
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (isSessionGone(error)) {
        await held(() => sessionBack(signal));
        continue;
      }
      if (!isPassing(error) || (isFault(error) && ++faults === mostFaults)) throw error;
      await held(() => pause(waitOf(error, tries), signal));
    }
  }
}

async function held(wait: () => Promise<void>): Promise<void> {
  const token = {};
  const change = (go: () => void) => {
    const before = waits.size > 0;
    go();
    if (before !== waits.size > 0) for (const listener of listeners) listener();
  };
  change(() => waits.add(token));
  await wait().finally(() => change(() => waits.delete(token)));
}

/** Doubling, and by chance up to half of it sooner: a hundred pages must not come back at once. */
function waitOf(error: unknown, tries: number): number {
  const asked = error instanceof ProblemError ? (error.problem.retryAfter ?? 0) * 1000 : 0;
  const wait = Math.min(longest, shortest * 2 ** tries);
  return Math.max(Math.min(asked, longest), wait * (0.5 + Math.random() / 2));
}

/** Ends early when the line is back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    const stopHearing = onOpen(end);
    window.addEventListener('online', end);
    signal.addEventListener('abort', end);
    function end() {
      clearTimeout(timer);
      stopHearing();
      window.removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    }
  });
}

/** Resolves once somebody is signed in and has accepted the terms. */
function sessionBack(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // A refusal is told to the page before it comes here: whoever is signed in now is so after it.
    const isBack = () => queryClient.getQueryData(meQuery.queryKey)?.termsAccepted === true;
    const stop = queryClient.getQueryCache().subscribe(() => isBack() && end());
    const timer = setTimeout(() => isBack() && end(), longest);
    signal.addEventListener('abort', end);
    function end() {
      stop();
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
  });
}

function isSessionGone(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'unauthenticated' || code === 'token_expired' || code === 'cgu_required';
}

function isFault(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.status === 500;
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  const { status } = error.problem;
  return status === 0 || status === 408 || status === 429 || (status >= 500 && status <= 504);
}
