import type { VideoCodec } from '@diwan/protocol/vroom-media.ts';
import type { Size } from './layout.ts';

export interface Encoding {
  scaleResolutionDownBy?: number;
  scalabilityMode: string;
  maxBitrate: number;
  maxFramerate?: number;
}

/**
 * Layers for a camera, smallest first: pictures of their own (simulcast), or one stream of layers that build on each other (SVC) in
 * VP9. Small pictures are worth two layers only, the smallest one: Chromium sends no more, and would leave out the larger.
 */
export function cameraEncodings(capture: Size, codec: VideoCodec = 'vp8'): Encoding[] {
  const lines = Math.min(capture.width, capture.height);
  const isSmall = lines <= 360;
  if (codec === 'vp9')
    return [{ scalabilityMode: isSmall ? 'L2T3_KEY' : 'L3T3_KEY', maxBitrate: isSmall ? 450_000 : 1_000_000 }];
  const layer = (scaleResolutionDownBy: number, maxBitrate: number) => ({
    scaleResolutionDownBy,
    // H264 encoders have no temporal layers.
    scalabilityMode: codec === 'h264' ? 'L1T1' : 'L1T3',
    maxBitrate,
  });
  if (lines < 270) return [layer(1, 300_000)];
  if (isSmall) return [layer(2, 100_000), layer(1, 500_000)];
  return [layer(4, 100_000), layer(2, 300_000), layer(1, 900_000)];
}

/** A screen is one sharp picture: text is not readable when made smaller. */
export function screenEncodings(codec: VideoCodec = 'vp8'): Encoding[] {
  return [{ scalabilityMode: codec === 'h264' ? 'L1T1' : 'L1T3', maxBitrate: 2_500_000, maxFramerate: 15 }];
}

/** Spatial layers of what a consumer receives, from its first encoding's scalability mode ("L3T3", "S3T3"). */
export function layerCount(scalabilityMode: string | undefined): number {
  const digits = /^[LS](\d)/.exec(scalabilityMode ?? '')?.[1];
  return digits === undefined ? 1 : Number(digits);
}

/** Heights that the layers of a camera most likely have. */
const heights: Record<number, readonly number[]> = { 1: [720], 2: [180, 360], 3: [180, 360, 720] };

/** The smallest spatial layer that fills a tile of this size (in device pixels) without looking soft; 0 is the smallest. */
export function layerFor(tile: Size, layers: number): number {
  // The picture covers the tile, so the longer of the two decides.
  const needed = Math.max(tile.height, (tile.width * 9) / 16) * 0.75;
  const known = heights[layers] ?? [];
  const fitting = known.findIndex((height) => height >= needed);
  return fitting === -1 ? Math.max(0, layers - 1) : fitting;
}
