import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cameraEncodings, layerCount, layerFor } from './layers.ts';

describe('R-35 simulcast layers', () => {
  it('are three for a 720p camera and two up to 360p, upright ones too', () => {
    expect(cameraEncodings({ width: 1280, height: 720 }).map((e) => e.scaleResolutionDownBy)).toEqual([4, 2, 1]);
    expect(cameraEncodings({ width: 640, height: 360 }).map((e) => e.scaleResolutionDownBy)).toEqual([2, 1]);
    expect(cameraEncodings({ width: 360, height: 640 })).toHaveLength(2);
    expect(cameraEncodings({ width: 320, height: 180 }).map((e) => e.scaleResolutionDownBy)).toEqual([1]);
  });

  it('build on each other in VP9', () => {
    expect(cameraEncodings({ width: 1280, height: 720 }, 'vp9').map((e) => e.scalabilityMode)).toEqual(['L3T3_KEY']);
    expect(cameraEncodings({ width: 320, height: 180 }, 'vp9').map((e) => e.scalabilityMode)).toEqual(['L2T3_KEY']);
    expect(cameraEncodings({ width: 1280, height: 720 }, 'h264')).toHaveLength(3);
    expect(layerCount('L3T3_KEY')).toBe(3);
  });

  it('are read from what the consumer says', () => {
    expect(layerCount('L3T3')).toBe(3);
    expect(layerCount('S2T3')).toBe(2);
    expect(layerCount('L1T3')).toBe(1);
    expect(layerCount(undefined)).toBe(1);
  });

  it('follow the size of the tile', () => {
    expect(layerFor({ width: 200, height: 112 }, 3)).toBe(0);
    expect(layerFor({ width: 640, height: 360 }, 3)).toBe(1);
    expect(layerFor({ width: 1280, height: 720 }, 3)).toBe(2);
    expect(layerFor({ width: 1280, height: 720 }, 2)).toBe(1);
  });

  it('never shrink when the tile grows, and exist', () => {
    const side = fc.integer({ min: 0, max: 4000 });
    fc.assert(
      fc.property(side, side, side, fc.integer({ min: 1, max: 4 }), (width, height, more, layers) => {
        const layer = layerFor({ width, height }, layers);
        expect(layer).toBeGreaterThanOrEqual(0);
        expect(layer).toBeLessThan(layers);
        expect(layerFor({ width: width + more, height: height + more }, layers)).toBeGreaterThanOrEqual(layer);
      }),
    );
  });
});
