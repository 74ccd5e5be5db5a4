import { z } from 'zod';

/** What cameras and screens are sent in, where the browser can; VP8 where it can't. */
export const VideoCodec = z.enum(['vp8', 'vp9', 'h264']);
export type VideoCodec = z.infer<typeof VideoCodec>;

export const mediaEvents = {
  /** Who is heard now, by participant, and how loud, from 1 to 10: all of it each time, at most twice a second. */
  'audio:levels': z.object({ levels: z.record(z.string(), z.int().min(1).max(10)) }),
} as const;
