/** How fast bytes go out, smoothed over a few seconds. */
export interface Pace {
  /** When counting began (ms). */
  since: number;
  /** When `sent` was counted (ms). */
  at: number;
  /** Bytes since the beginning. */
  sent: number;
  /** Bytes in a second; undefined before two counts. */
  perSecond: number | undefined;
}

/** After so long, two thirds of what is shown is new (ms). */
const memory = 4000;

/** @param now ms; never before the last count */
export function paced(before: Pace | undefined, sent: number, now: number): Pace {
  if (!before) return { since: now, at: now, sent, perSecond: undefined };
  // Bytes of a request that broke are not sent after all: counting goes on from there.
  if (sent < before.sent) return { ...before, at: now, sent };
  const elapsed = now - before.at;
  if (elapsed <= 0) return before;
  const latest = ((sent - before.sent) / elapsed) * 1000;
  // At first the plain average, so that the beginning doesn't linger.
  const weight = Math.max(1 - Math.exp(-elapsed / memory), elapsed / (now - before.since));
  const perSecond = before.perSecond === undefined ? latest : before.perSecond + (latest - before.perSecond) * weight;
  return { since: before.since, at: now, sent, perSecond };
}

/** Seconds until `left` bytes are sent; undefined while nothing can be said. */
export function secondsLeft(pace: Pace | undefined, left: number): number | undefined {
  return pace?.perSecond === undefined || pace.perSecond < 1 ? undefined : left / pace.perSecond;
}
