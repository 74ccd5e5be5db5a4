/** How long somebody has been speaking into a microphone that is off. */
export interface Speech {
  /** Loud time up to now (ms), and when the last level was taken. */
  loudMs: number;
  atMs: number | null;
  /** Long enough to be told. */
  told: boolean;
}

export const silent: Speech = { loudMs: 0, atMs: null, told: false };

/** As meterLevel has it: -60 dBFS is 0. A voice at a desk is above -35 dBFS, a room with its fans below -45. */
const loud = 0.42;
/** A cough or a door is shorter. */
const neededMs = 700;

/** The speech after a level (0 to 1) at a time (ms); quiet wears it away as fast as loudness builds it up. */
export function afterLevel({ loudMs, atMs }: Speech, level: number, nowMs: number): Speech {
  // Between two looks of a page in the background nothing is known.
  const passed = atMs === null ? 0 : Math.min(100, Math.max(0, nowMs - atMs));
  const next = Math.max(0, loudMs + (level >= loud ? passed : -passed));
  return { loudMs: next, atMs: nowMs, told: next >= neededMs };
}
