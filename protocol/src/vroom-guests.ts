import { z } from 'zod';
import { Instant, PersonName } from './identity.ts';

// A meeting's link without an account, where the room allows it. The socket is then opened with `auth: { guestOf: roomId }`.

/** GET /api/guests/:roomId — whose meeting it is. room_not_found where guests are not let in: nobody learns which rooms there are. */
const Sent = z.object({ name: z.string(), role: z.enum(['host', 'participant']) });
export const GuestDoor = z.object({
  title: z.string(),
  ownerName: z.string(),
  lobby: z.boolean(),
  password: z.boolean(),
  encrypted: z.boolean(),
  /** Whether this browser is known as a guest of the room already, and under which name. */
  known: z.object({ name: z.string(), expiresAt: Instant }).nullable(),
  /** By a join link, which says who they are; null: by the room's own. */
  sent: Sent.nullable(),
});
export type GuestDoor = z.infer<typeof GuestDoor>;

/**
 * POST /api/guests/:roomId/door -> GuestDoor, for a join link (JoinLinkV1 in api-v1.ts): what stands behind the # of its address.
 * link_gone once it expired, was made for another room, or its key was revoked.
 */
export const JoinToken = z.string().min(1).max(2000);
export const GuestKnock = z.strictObject({ join: JoinToken });

/**
 * POST /api/guests/:roomId -> GuestPass, and an httpOnly cookie of an hour that opens the socket for this one room and nothing else.
 * Asked again before it is over, the guest stays the same. `terms`: what was on the screen and ticked; cgu_required when another version
 * is in force.
 */
export const GuestEnter = z.strictObject({
  name: PersonName,
  terms: z.strictObject({ version: z.int(), hash: z.string().max(128) }),
  /** Of a join link, whose name counts then. */
  join: JoinToken.optional(),
});
export type GuestEnter = z.infer<typeof GuestEnter>;
export const GuestPass = z.object({ name: z.string(), expiresAt: Instant });
export type GuestPass = z.infer<typeof GuestPass>;
