import { z } from 'zod';
import { SpaceRole } from './ibox.ts';
import { Email, Instant } from './identity.ts';

/**
 * Folders shared with persons. A shared folder is a space of its own: its members see it in a folder of their own (Node.mount),
 * which they name and place as they like. Agents can't share.
 */

/**
 * POST /api/ibox/nodes/:id/share -> Sharing: shares a folder of the personal space, or invites more persons where it is shared already (its
 * managers). Whoever is a member stays what they are. Who is invited again gets the new role and another 30 days. The answer is the
 * same whether or not anybody has the address. Errors: share_nested, forbidden, not_found, too_many_attempts, bad_request (a file).
 */
export const ShareRequest = z.strictObject({
  people: z
    .array(z.strictObject({ email: Email, role: SpaceRole }))
    .min(1)
    .max(50),
  message: z.string().trim().max(1000).default(''),
});
export type ShareRequest = z.output<typeof ShareRequest>;

export const Member = z.object({
  accountId: z.string(),
  name: z.string(),
  email: z.string(),
  role: SpaceRole,
  /** In whose quota it counts; neither their role nor their part can be taken. */
  isOwner: z.boolean(),
  since: Instant,
});
export type Member = z.infer<typeof Member>;

/** Who was asked and has not answered: all that is known is the address. */
export const SentInvitation = z.object({
  id: z.string(),
  email: z.string(),
  role: SpaceRole,
  invitedAt: Instant,
  expiresAt: Instant,
});
export type SentInvitation = z.infer<typeof SentInvitation>;

/** GET /api/ibox/spaces/:id/sharing -> Sharing, for its managers. Errors: forbidden, not_found. */
export const Sharing = z.object({
  spaceId: z.string(),
  rootId: z.string(),
  name: z.string(),
  members: z.array(Member),
  invitations: z.array(SentInvitation),
});
export type Sharing = z.infer<typeof Sharing>;

/**
 * PATCH /api/ibox/spaces/:id/members/:accountId -> 204. DELETE the same -> 204: their access ends at once; of oneself: leaves.
 * DELETE /api/ibox/spaces/:id/invitations/:invitationId -> 204. For managers; the owner stays: forbidden.
 * DELETE /api/ibox/spaces/:id/sharing -> 204: the owner alone; all goes back into their own space, to where the folder shows.
 */
export const MemberPatch = z.strictObject({ role: SpaceRole });
export type MemberPatch = z.infer<typeof MemberPatch>;

/**
 * GET /api/ibox/invitations -> ReceivedInvitation[]: what the signed-in person is invited to, the latest first.
 * POST /api/ibox/invitations/:id/accept -> Node: the folder in which it shows now. POST /api/ibox/invitations/:id/decline -> 204.
 * Error: not_found, also when it was withdrawn or ran out.
 */
export const ReceivedInvitation = z.object({
  id: z.string(),
  name: z.string(),
  from: z.string(),
  role: SpaceRole,
  message: z.string(),
  invitedAt: Instant,
  expiresAt: Instant,
});
export type ReceivedInvitation = z.infer<typeof ReceivedInvitation>;

/** Socket, server to client: invitations or members are others than before; ask again. To who is invited, and to the members. */
export const sharesEvents = { 'shares:changed': z.object({}) } as const;
