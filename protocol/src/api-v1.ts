import { z } from 'zod';
import { Email, Instant, PersonName } from './identity.ts';
import { Room, RoomCreate } from './vroom.ts';
import { Meeting, MeetingDraft } from './vroom-meetings.ts';
import { MeetingRole, RoomSettingsChange } from './vroom-roles.ts';

// What other systems (a CRM, an LMS) call with `Authorization: Bearer dwn_…`, below /api/v1. Each call names the scope that it needs.

/** Who acts is chosen by the address they sign in with; left out: the admin who made the key. */
const owner = Email.optional();

/** A meeting that goes on; `id` is the `meetingId` of webhooks and, once it is over, that of PastMeetingV1. */
export const MeetingNowV1 = z.object({
  id: z.string(),
  startedAt: Instant,
  people: z.array(
    z.object({
      id: z.string(),
      /** null: a guest. */
      accountId: z.string().nullable(),
      name: z.string(),
      role: MeetingRole,
      since: Instant,
      /** The connection is lost; the seat is kept for a while. */
      away: z.boolean(),
    }),
  ),
  /** At the door. */
  waiting: z.int(),
});
export const RoomV1 = Room.extend({
  /** For people with an account, and for guests where the room lets them in. */
  link: z.url(),
  /** null: nobody is there. */
  meeting: MeetingNowV1.nullable(),
});
export type RoomV1 = z.infer<typeof RoomV1>;

/** GET /api/v1/rooms (meetings:read) -> RoomsV1: rooms that have not ended, the newest first. `next` is the `before` of the page after. */
export const RoomsQueryV1 = z.object({
  owner,
  /** 1: only those in which people are. */
  live: z.enum(['0', '1']).default('0'),
  before: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export const RoomsV1 = z.object({ rooms: z.array(RoomV1), next: z.string().nullable() });
/** GET /api/v1/rooms/:id (meetings:read) -> RoomV1. DELETE (meetings:write) ends its meeting for all; the link of an instant room ends too. */

/** POST /api/v1/rooms (meetings:write) -> RoomV1: to be used at once, until it is ended. */
export const RoomCreateV1 = z.strictObject({
  title: RoomCreate.shape.title,
  owner,
  settings: RoomSettingsChange.omit({ locked: true }).default({}),
});

/** POST /api/v1/meetings (meetings:write) -> PlannedV1: planned, and who is invited is mailed by its owner. DELETE /api/v1/meetings/:id cancels it. */
export const PlanV1 = z.strictObject({ owner, meeting: MeetingDraft });
export const PlannedV1 = Meeting.extend({ link: z.url() });

/**
 * POST /api/v1/rooms/:id/join-links (meetings:write) -> JoinLinkV1: lets somebody without an account in under this name, past the lobby and
 * the password, whether or not guests are let in; not while the meeting is locked, unless as host. They accept the terms of use at the
 * door. Until it expires it opens again and again, for whoever has it; who is in stays in.
 */
export const JoinLinkCreateV1 = z.strictObject({
  name: PersonName,
  /** `host`: the host while the room's own is not there, else a co-host. */
  role: z.enum(['host', 'participant']).default('participant'),
  /** Until it expires: 30 days at most, a day unless said otherwise. */
  minutes: z
    .int()
    .min(1)
    .max(30 * 24 * 60)
    .default(24 * 60),
});
export const JoinLinkV1 = z.object({
  url: z.url(),
  name: z.string(),
  role: z.enum(['host', 'participant']),
  expiresAt: Instant,
});

/** GET /api/v1/meetings/past (meetings:read) -> PastMeetingsV1, the latest first. */
export const PastQueryV1 = z.object({
  roomId: z.string().max(64).optional(),
  before: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export const PastMeetingV1 = z.object({
  id: z.string(),
  roomId: z.string(),
  title: z.string(),
  ownerId: z.string(),
  ownerName: z.string(),
  startedAt: Instant,
  endedAt: Instant,
  /** Each time that somebody came; who came back stands here twice. */
  attendance: z.array(
    z.object({ accountId: z.string().nullable(), name: z.string(), joinedAt: Instant, leftAt: Instant }),
  ),
});
export const PastMeetingsV1 = z.object({ meetings: z.array(PastMeetingV1), next: z.string().nullable() });
export type PastMeetingsV1 = z.infer<typeof PastMeetingsV1>;
