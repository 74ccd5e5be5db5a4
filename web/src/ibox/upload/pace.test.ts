import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Pace, paced, secondsLeft } from './pace.ts';

const after = (counts: readonly { ms: number; bytes: number }[]) => {
  let pace: Pace | undefined;
  let [now, sent] = [0, 0];
  for (const { ms, bytes } of counts) {
    now += ms;
    sent += bytes;
    pace = paced(pace, sent, now);
  }
  return pace as Pace;
};

it('R-40 a steady line shows its speed from the second count on, and the time that is left', () => {
  const steady = fc.record({ ms: fc.integer({ min: 1, max: 2000 }), perMs: fc.integer({ min: 1, max: 100_000 }) });
  fc.assert(
    fc.property(steady, fc.integer({ min: 2, max: 50 }), ({ ms, perMs }, count) => {
      const pace = after(Array.from({ length: count }, () => ({ ms, bytes: ms * perMs })));
      expect(pace.perSecond).toBeCloseTo(perMs * 1000, 0);
      expect(secondsLeft(pace, perMs * 5000)).toBeCloseTo(5, 3);
    }),
  );
});

it('R-40 the speed shown is between the slowest and the fastest that was measured; bytes taken back make it no less than 0', () => {
  const counts = fc.array(
    fc.record({ ms: fc.integer({ min: 1, max: 5000 }), bytes: fc.integer({ min: -1000, max: 5000 }) }),
    {
      minLength: 2,
    },
  );
  fc.assert(
    fc.property(counts, (some) => {
      const { perSecond } = after(some);
      const speeds = some
        .slice(1)
        .filter(({ bytes }) => bytes >= 0)
        .map(({ ms, bytes }) => (bytes / ms) * 1000);
      if (speeds.length === 0) expect(perSecond).toBeUndefined();
      else {
        expect(perSecond).toBeGreaterThanOrEqual(Math.min(...speeds) - 1e-6);
        expect(perSecond).toBeLessThanOrEqual(Math.max(...speeds) + 1e-6);
      }
    }),
  );
  expect(secondsLeft(after([{ ms: 0, bytes: 5 }]), 100)).toBeUndefined();
});
