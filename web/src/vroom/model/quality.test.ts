import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterScore, type Grade, type Standing, scoreOf, unknownStanding, worstOf } from './quality.ts';
import type { Rates } from './stats.ts';

const clear: Rates = {
  direction: 'in',
  kind: 'video',
  codec: 'VP8',
  width: 640,
  height: 360,
  bitrate: 300_000,
  loss: 0,
  fps: 30,
  frozen: 0,
  concealed: 0,
  packets: 200,
  jitterMs: 5,
  rttMs: null,
};
const part = fc.double({ min: 0, max: 1, noNaN: true });
const ms = fc.double({ min: 0, max: 2000, noNaN: true });

const after = (scores: (number | null)[], from: Standing = unknownStanding) =>
  scores.reduce<Standing>((standing, score) => afterScore(standing, score), from).grade;
const steady = (score: number) => after(Array(10).fill(score));

describe('R-35 how a stream is', () => {
  it('clear on a clear line, bearable with some loss, poor with much', () => {
    const grade = (patch: Partial<Rates>, rttMs = 30) => steady(scoreOf({ ...clear, ...patch }, rttMs) ?? -1);
    expect(grade({})).toBe('good');
    expect(grade({ kind: 'audio', loss: 0.01 }, 80)).toBe('good');
    expect(grade({ kind: 'audio', loss: 0.05 }, 100)).toBe('fair');
    expect(grade({ loss: 0.04 })).toBe('fair');
    expect(grade({ loss: 0.15 })).toBe('poor');
    expect(grade({}, 700)).toBe('fair');
    expect(grade({}, 1200)).toBe('poor');
    expect(grade({ frozen: 0.5 })).toBe('poor');
    expect(grade({ kind: 'audio', concealed: 0.2 })).toBe('fair');
  });

  it('a silent microphone says nothing', () => {
    expect(scoreOf({ ...clear, kind: 'audio', packets: 3 }, 30)).toBeNull();
    expect(scoreOf({ ...clear, kind: 'audio', packets: 3, loss: 0.5 }, 30)).not.toBeNull();
    expect(worstOf([null, 70, 90])).toBe(70);
    expect(worstOf([null])).toBeNull();
  });

  it('is never better with more loss, delay or stillness', () => {
    fc.assert(
      fc.property(part, part, part, part, ms, ms, (loss, moreLoss, frozen, moreFrozen, rtt, more) => {
        const score = scoreOf({ ...clear, loss, frozen }, rtt) ?? -1;
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
        expect(scoreOf({ ...clear, loss: Math.min(1, loss + moreLoss), frozen }, rtt)).toBeLessThanOrEqual(
          score + 1e-9,
        );
        expect(scoreOf({ ...clear, loss, frozen: Math.min(1, frozen + moreFrozen) }, rtt)).toBeLessThanOrEqual(
          score + 1e-9,
        );
        expect(scoreOf({ ...clear, loss, frozen }, rtt + more)).toBeLessThanOrEqual(score + 1e-9);
      }),
    );
  });
});

describe('R-35 the sign', () => {
  it('changes after two bad looks, and back after four good ones', () => {
    expect(after([20])).toBe('good');
    expect(after([20, 95, 20, 95])).toBe('good');
    expect(after([20, 20])).toBe('poor');
    expect(after([20, 20, 95, 95, 95])).toBe('poor');
    expect(after([20, 20, 95, 95, 95, 95])).toBe('good');
    expect(after([20, null, null, 20])).toBe('poor');
  });

  it('does not blink while the score trembles around a border', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(80, 55),
        fc.array(fc.double({ min: -3.9, max: 3.9, noNaN: true }), { minLength: 1, maxLength: 50 }),
        fc.constantFrom<Grade>('good', 'fair', 'poor'),
        (border, trembling, grade) => {
          let standing: Standing = { grade, doubt: 0 };
          let changes = 0;
          for (const offset of trembling) {
            const next = afterScore(standing, border + offset);
            if (next.grade !== standing.grade) changes++;
            standing = next;
          }
          // It may find its place once, and then stays.
          expect(changes).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('comes to rest where the score is', () => {
    expect([steady(100), steady(70), steady(10)]).toEqual(['good', 'fair', 'poor']);
  });
});
