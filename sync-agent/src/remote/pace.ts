import { setTimeout as sleep } from 'node:timers/promises';

/** Lets bytes pass at a pace; resolves when these may. */
export interface Pace {
  (bytes: number, signal?: AbortSignal): Promise<void>;
  /** Bytes in a second, as it is now; undefined: as fast as it goes. */
  limit(): number | undefined;
}

/** What was not used may be caught up with for so long (ms). */
const CATCH_UP_MS = 100;
/** A changed limit holds for what waits already after so long (ms). */
const LOOK_AGAIN_MS = 250;

/** @param limit asked again and again: it may change while bytes pass */
export function paceOf(limit: () => number | undefined): Pace {
  let free = 0;
  const pass = async (bytes: number, signal?: AbortSignal) => {
    const perSecond = limit();
    if (perSecond === undefined) return;
    const now = performance.now();
    free = Math.max(free, now - CATCH_UP_MS) + (bytes / perSecond) * 1000;
    for (let left = free - now; left > 0; left = free - performance.now()) {
      await sleep(Math.min(left, LOOK_AGAIN_MS), undefined, signal ? { signal } : {});
      if (limit() === perSecond) continue;
      free = 0;
      return;
    }
  };
  return Object.assign(pass, { limit });
}

const STEP = 16 * 1024;

/** A body that goes out at a pace. */
export async function* paced(
  pieces: readonly Uint8Array[],
  pace: Pace,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const bytes of pieces)
    for (let at = 0; at < bytes.length; at += STEP) {
      const part = bytes.subarray(at, at + STEP);
      await pace(part.length, signal);
      yield part;
    }
}
