import { describe, expect, it } from 'vitest';
import { afterLevel, silent } from './muted-speech.ts';

/** Levels one each 16 ms. */
const told = (levels: number[]) => {
  let speech = silent;
  return levels.some((level, index) => {
    speech = afterLevel(speech, level, index * 16);
    return speech.told;
  });
};
const lasting = (level: number, ms: number) => Array<number>(Math.round(ms / 16)).fill(level);

describe('R-34 speaking into a microphone that is off', () => {
  it('is told after a sentence has begun, with its pauses', () => {
    expect(told(lasting(0.6, 1000))).toBe(true);
    expect(told([...lasting(0.6, 400), ...lasting(0.1, 100), ...lasting(0.6, 500)])).toBe(true);
  });

  it('is not told for a cough, for the noise of a room, or for one cough a minute', () => {
    expect(told(lasting(0.9, 400))).toBe(false);
    expect(told(lasting(0.25, 60_000))).toBe(false);
    const minute = [...lasting(0.9, 400), ...lasting(0.1, 5000)];
    expect(told([...minute, ...minute, ...minute])).toBe(false);
  });

  it('time in the background does not count as speech', () => {
    const before = afterLevel(silent, 0.9, 0);
    expect(afterLevel(before, 0.9, 60_000).told).toBe(false);
  });
});
