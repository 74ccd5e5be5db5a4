/** How many characters of a file's name to preselect for renaming: all but the extension. */
export function stemLength(name: string): number {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? dot : name.length;
}

/** How full an account is: `nearly` from nine tenths on. */
export function fullness(usedBytes: number, quotaBytes: number): { ratio: number; level: 'fine' | 'nearly' | 'full' } {
  const ratio = Math.min(1, usedBytes / quotaBytes);
  return { ratio, level: ratio >= 1 ? 'full' : ratio >= 0.9 ? 'nearly' : 'fine' };
}

/** Whole days until `instant`, counted from `now` (both ms) and never below 0. */
export const daysUntil = (instant: number, now: number): number =>
  Math.max(0, Math.ceil((instant - now) / (24 * 3600 * 1000)));
