import { describe, expect, it } from 'vitest';
import { speedOf } from './speed.ts';

describe('speed', () => {
  it('R-45 is that of the last seconds, and nothing once nothing passes', () => {
    const meter = { up: 500_000, down: 0 };
    let now = 10_000;
    const speed = speedOf(meter, () => now);
    expect(speed()).toEqual({ up: 0, down: 0 });
    for (let n = 0; n < 20; n++) {
      now += 500;
      meter.up += 1_000_000;
      meter.down += 250;
      speed();
    }
    expect(speed()).toEqual({ up: 2_000_000, down: 500 });
    now += 5000;
    speed();
    expect(speed()).toEqual({ up: 0, down: 0 });
  });
});
