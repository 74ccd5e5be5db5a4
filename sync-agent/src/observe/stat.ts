import type { Stat } from '../plan/tree.ts';

/** File systems stamp times in ticks (10 ms at most): a file written in the same tick again would look untouched. */
export const TICK_MS = 20;
/** By its ctime, which no program can set; one from the future is as sure as an old one (the clock was set back). */
export const isSettled = (stat: Stat, seenAt: number) => Math.abs(seenAt - stat.ctimeMs) > TICK_MS;
