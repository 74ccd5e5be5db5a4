import { localProblem, readProblem } from './problem.ts';

const stampKey = 'diwan.refreshed';
let inThisTab: Promise<void> | undefined;

/**
 * Renews the session's cookies: one call however many requests, tabs and sockets found the token expired at once.
 * Throws the problem (unauthenticated) when the session is over.
 */
export function refreshSession(): Promise<void> {
  const askedAt = Date.now();
  inThisTab ??= acrossTabs(() => renewUnlessSince(askedAt)).finally(() => {
    inThisTab = undefined;
  });
  return inThisTab;
}

function acrossTabs(work: () => Promise<void>): Promise<void> {
  // Web Locks exist on https and localhost only; elsewhere each tab looks after itself.
  return 'locks' in navigator ? navigator.locks.request('diwan.refresh', work) : work();
}

async function renewUnlessSince(askedAt: number): Promise<void> {
  if (Number(localStorage.getItem(stampKey)) > askedAt) return;
  const response = await fetch('/api/auth/refresh', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  }).catch(() => {
    throw localProblem('unavailable');
  });
  if (!response.ok) throw readProblem(response.status, await response.text());
  localStorage.setItem(stampKey, String(Date.now()));
}
