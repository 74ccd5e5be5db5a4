import { z } from 'zod';

/** Bytes in a second for contents, all folders together; null: as fast as it goes. */
export const Limits = z.object({ up: z.int().positive().nullable(), down: z.int().positive().nullable() });
export type Limits = z.infer<typeof Limits>;

/** A person paused a pair: until then (ms since the epoch), or, with null, until they say otherwise. */
export const Hold = z.object({ until: z.number().nullable() });
export type Hold = z.infer<typeof Hold>;

/** What a person chose, in settings.json; a running agent follows it at once. */
export const Settings = z.object({ limits: Limits, holds: z.record(z.string(), Hold) });
export type Settings = z.infer<typeof Settings>;

export const defaults: Settings = { limits: { up: null, down: null }, holds: {} };

/** The pause of a pair that holds now. */
export function holdOf({ holds }: Settings, pairId: string, now: number): Hold | undefined {
  const hold = holds[pairId];
  return hold && (hold.until === null || hold.until > now) ? hold : undefined;
}

/** What is in force: the environment wins over what was saved. What is no number above 0 there is no limit. */
export function limitsOf({ limits }: Settings, env: NodeJS.ProcessEnv): { up?: number; down?: number } {
  const choose = (given: string | undefined, saved: number | null) => (given ? Number(given) : (saved ?? 0));
  const up = choose(env.DIWAN_SYNC_UP, limits.up);
  const down = choose(env.DIWAN_SYNC_DOWN, limits.down);
  return { ...(up > 0 ? { up } : {}), ...(down > 0 ? { down } : {}) };
}
