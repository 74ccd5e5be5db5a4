import { setTimeout as sleep } from 'node:timers/promises';

/** Lets bytes pass at a pace; resolves when these may. */
export type Pace = (bytes: number, signal?: AbortSignal) => Promise<void>;

/** What was not used may be caught up with for so long (ms). */
const CATCH_UP_MS = 100;

/** @param perSecond bytes; undefined: as fast as it goes */
export function paceOf(perSecond: number | undefined): Pace {
  let free = 0;
  return async (bytes, signal) => {
    if (perSecond === undefined) return;
    const now = performance.now();
    free = Math.max(free, now - CATCH_UP_MS) + (bytes / perSecond) * 1000;
    if (free > now) await sleep(free - now, undefined, signal ? { signal } : {});
  };
}

const STEP = 16 * 1024;

/** A body that goes out at a pace. */
export async function* paced(bytes: Uint8Array, pace: Pace, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += STEP) {
    const part = bytes.subarray(at, at + STEP);
    await pace(part.length, signal);
    yield part;
  }
}
