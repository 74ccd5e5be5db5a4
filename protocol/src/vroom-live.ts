import { z } from 'zod';
import { Instant } from './identity.ts';
import { MeetingRole } from './vroom-roles.ts';

/** A person's part in a meeting as the operator sees it: who and how much, never what is said. */
const LivePerson = z.object({
  id: z.string(),
  name: z.string(),
  role: MeetingRole,
  joinedAt: Instant,
  /** Their connection is lost, the seat kept. */
  away: z.boolean(),
  /** How their media comes; null while there is none. */
  protocol: z.enum(['udp', 'tcp']).nullable(),
  /** bit/s from them and to them, as the media worker counts. */
  up: z.int().nonnegative(),
  down: z.int().nonnegative(),
});

export const LiveMeetings = z.object({
  rooms: z.array(
    z.object({
      roomId: z.string(),
      title: z.string(),
      ownerName: z.string(),
      people: z.array(LivePerson),
      /** Waiting to be let in. */
      waiting: z.int().nonnegative(),
    }),
  ),
  workers: z.array(
    z.object({
      index: z.int().nonnegative(),
      rooms: z.int().nonnegative(),
      producers: z.int().nonnegative(),
      consumers: z.int().nonnegative(),
      /** Processor time since it started, in ms: what it grows by in a second is its load. */
      cpuMs: z.int().nonnegative(),
    }),
  ),
  /** When this was so. */
  at: Instant,
});
/** GET /api/admin/meetings -> LiveMeetings. DELETE /api/rooms/:id ends one. */
export type LiveMeetings = z.infer<typeof LiveMeetings>;
