import { describe, expect, it } from 'vitest';
import { paced, paceOf } from './pace.ts';

describe('pace', () => {
  it('R-45 with a limit, bytes take at least as long as it says', async () => {
    const pace = paceOf(() => 1_000_000);
    const from = performance.now();
    const parts: Uint8Array[] = [];
    for await (const part of paced([Buffer.alloc(100_000, 7), Buffer.alloc(200_000, 7)], pace)) parts.push(part);
    expect(Buffer.concat(parts).equals(Buffer.alloc(300_000, 7))).toBe(true);
    // 300 ms, less what may be caught up with.
    expect(performance.now() - from).toBeGreaterThanOrEqual(190);
  });

  it('R-45 it ends with its signal', async () => {
    const stop = new AbortController();
    const waiting = paceOf(() => 1)(1_000_000, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow();
  });

  it('R-45 what waits under a limit goes on when the limit is taken back', async () => {
    let limit: number | undefined = 1;
    const pace = paceOf(() => limit);
    const waiting = pace(1_000_000);
    limit = undefined;
    await waiting;
    await pace(1_000_000);
  });
});
