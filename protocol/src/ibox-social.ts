import { z } from 'zod';
import { Node } from './ibox.ts';
import { Instant } from './identity.ts';

/** What a person who may read a file or folder says about it, to all who may. Plain text: it is never markup. */
export const Comment = z.object({
  id: z.int().positive(),
  nodeId: z.string(),
  by: z.string(),
  /** The person's own, who may edit it; `mayDelete`: their own, or they manage the space. */
  isOwn: z.boolean(),
  mayDelete: z.boolean(),
  text: z.string(),
  createdAt: Instant,
  editedAt: Instant.nullable(),
});
export type Comment = z.infer<typeof Comment>;

export const longestComment = 4000;
/**
 * POST /api/ibox/nodes/:id/comments -> Comment (201). Errors: not_found.
 * PATCH /api/ibox/comments/:id -> Comment; one's own only. Errors: not_found, forbidden.
 * DELETE /api/ibox/comments/:id -> 204; one's own, or any by who manages the space. Errors: not_found, forbidden.
 */
export const CommentWrite = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .refine((text) => [...text].length <= longestComment, `at most ${longestComment} characters`)
    // PostgreSQL keeps no NUL in text, and half a character is none.
    .refine((text) => !text.includes('\0') && text.isWellFormed(), 'not text'),
});
export type CommentWrite = z.infer<typeof CommentWrite>;

/** GET /api/ibox/nodes/:id/comments?before=ID&limit=N -> CommentPage: the latest first. */
export const CommentPageQuery = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const CommentPage = z.object({ comments: z.array(Comment), next: z.int().nullable() });
export type CommentPage = z.infer<typeof CommentPage>;

/**
 * PUT /api/ibox/nodes/:id/favourite -> 204. Errors: not_found, forbidden (there are mostFavourites already).
 * DELETE /api/ibox/nodes/:id/favourite -> 204, also when it was none.
 * GET /api/ibox/favourites -> Favourites, the latest first. What one may read no longer is left out, and is there again when one may.
 */
export const mostFavourites = 1000;
export const Favourites = z.object({
  favourites: z.array(
    z.object({
      node: Node,
      /** The folders it is in, as the person sees them: a shared space begins where it shows in their own. */
      place: z.array(z.object({ id: z.string(), name: z.string() })),
      since: Instant,
    }),
  ),
});
export type Favourites = z.infer<typeof Favourites>;

/**
 * PUT /api/ibox/nodes/:id/lock -> NodeLock: nobody else changes it, or what is in it, for so long, by whatever way. Again by the same
 * person: the time counts anew. Errors: not_found, forbidden (a reader, or the root), locked.
 * DELETE /api/ibox/nodes/:id/lock -> 204: by who holds it, or manages the space; a program's lock too. Errors: not_found, forbidden.
 * Who meets a lock is answered `locked` (423), `detail` being the name of who holds it.
 */
export const longestLockMinutes = 7 * 24 * 60;
export const NodeLockRequest = z.strictObject({
  minutes: z.int().min(1).max(longestLockMinutes),
  note: z
    .string()
    .trim()
    .max(500)
    .refine((text) => !text.includes('\0') && text.isWellFormed(), 'not text')
    .default(''),
});
export type NodeLockRequest = z.infer<typeof NodeLockRequest>;
