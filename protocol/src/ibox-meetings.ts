import { z } from 'zod';
import { Instant } from './identity.ts';

/** A file that was sent to a meeting, where it still opens. */
export const FileMeeting = z.object({
  roomId: z.string(),
  /** The message's, in the room's chat. */
  number: z.int(),
  /** The room's. */
  title: z.string(),
  /** Who sent it. */
  by: z.string(),
  sentAt: Instant,
});
export type FileMeeting = z.infer<typeof FileMeeting>;
/**
 * GET /api/ibox/nodes/:id/meetings -> FileMeeting[], the latest first, for who manages the file.
 * DELETE /api/ibox/nodes/:id/meetings/:roomId/:number takes it back: the message stays and says so.
 */
