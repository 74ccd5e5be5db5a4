import { z } from 'zod';
import { Language } from './errors.ts';
import { NodeName } from './ibox.ts';
import { Email, Instant } from './identity.ts';

/**
 * A link gives whoever has its address a file or a folder with all that is in it (`read`), or lets them put files into a folder
 * without seeing what is in it (`drop`). It never gives more than its maker may do at that moment.
 */
export const LinkKind = z.enum(['read', 'drop']);
export type LinkKind = z.infer<typeof LinkKind>;

/** Only an open one works. A revoked one is listed no longer. */
export const LinkState = z.enum(['open', 'expired', 'used_up', 'revoked']);
export type LinkState = z.infer<typeof LinkState>;

/** A link as those see it who manage the node. */
export const Link = z.object({
  id: z.string(),
  nodeId: z.string(),
  nodeName: z.string(),
  nodeKind: z.enum(['file', 'folder']),
  kind: LinkKind,
  label: z.string(),
  /** The address to hand out: PUBLIC_URL/l/TOKEN. */
  url: z.string(),
  hasPassword: z.boolean(),
  expiresAt: Instant.nullable(),
  downloadLimit: z.int().positive().nullable(),
  /** A visitor who takes a content (or an archive) counts once in 12 hours, whatever ranges of it they ask for. */
  downloads: z.int().nonnegative(),
  /** Files that came through it. */
  uploads: z.int().nonnegative(),
  state: LinkState,
  createdAt: Instant,
  createdBy: z.string(),
});
export type Link = z.infer<typeof Link>;

const Label = z.string().trim().max(120);
export const LinkPassword = z.string().min(8).max(1024);
const DownloadLimit = z.int().min(1).max(1_000_000);

/**
 * POST /api/ibox/nodes/:id/links -> Link (201). Errors: not_found, forbidden (who may not manage it, or an agent), bad_request (a file
 * takes no drop link, a drop link no download limit, a time that is past), conflict (too many).
 * GET /api/ibox/nodes/:id/links -> Link[]: everyone's on that node, newest first. GET /api/ibox/links -> Link[]: one's own.
 */
export const LinkCreate = z.strictObject({
  kind: LinkKind.default('read'),
  label: Label.default(''),
  password: LinkPassword.optional(),
  expiresAt: Instant.optional(),
  downloadLimit: DownloadLimit.optional(),
});
export type LinkCreate = z.infer<typeof LinkCreate>;

/**
 * PATCH /api/ibox/links/:id -> Link: what is named is changed, null takes it away. Another password (or none) shuts out who came in by
 * the one before. DELETE /api/ibox/links/:id -> 204: revoked for good, at once.
 */
export const LinkPatch = z.strictObject({
  label: Label.optional(),
  password: LinkPassword.nullable().optional(),
  expiresAt: Instant.nullable().optional(),
  downloadLimit: DownloadLimit.nullable().optional(),
});
export type LinkPatch = z.infer<typeof LinkPatch>;

/** POST /api/ibox/links/:id/mail -> LinkMailed: one mail to each, in one's own language unless told. Error: too_many_attempts. */
export const LinkMail = z.strictObject({
  to: z.array(Email).min(1).max(20),
  message: z.string().trim().max(2000).default(''),
  language: Language.optional(),
});
export type LinkMail = z.infer<typeof LinkMail>;
/** `failed`: the mail server did not take it. */
export const LinkMailed = z.object({ sent: z.array(z.string()), failed: z.array(z.string()) });
export type LinkMailed = z.infer<typeof LinkMailed>;

/** A file or folder as a visitor sees it. */
export const LinkNode = z.object({
  id: z.string(),
  kind: z.enum(['file', 'folder']),
  name: z.string(),
  size: z.int().nonnegative(),
  mediaType: z.string().nullable(),
  changedAt: Instant,
});
export type LinkNode = z.infer<typeof LinkNode>;

/**
 * What a visitor sees, without an account. GET /api/links/:token -> LinkPage; nothing is told before the password.
 * Errors of all below: not_found (no such link, or nothing there within it), link_gone (revoked, expired, used up, its maker lost the
 * right, or its file was deleted), link_password (none given or no longer the right one), forbidden (not with this kind of link),
 * too_many_attempts.
 */
export const LinkPage = z.discriminatedUnion('needsPassword', [
  z.object({ needsPassword: z.literal(true) }),
  z.object({
    needsPassword: z.literal(false),
    kind: LinkKind,
    name: z.string(),
    ownerName: z.string(),
    expiresAt: Instant.nullable(),
    /** What can be seen; null for a drop link. */
    node: LinkNode.nullable(),
    downloadsLeft: z.int().nonnegative().nullable(),
  }),
]);
export type LinkPage = z.infer<typeof LinkPage>;

/**
 * POST /api/links/:token/session -> LinkPage, and an httpOnly cookie for this link alone that lasts an hour from the last use. Whoever
 * has no cookies sends its value as `Authorization: Bearer`.
 */
export const LinkUnlock = z.strictObject({ password: z.string().min(1).max(1024) });

/** GET /api/links/:token/nodes/:id -> LinkNodeView: `path` from the link's own node down to this one. */
export const LinkNodeView = z.object({
  node: LinkNode,
  path: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type LinkNodeView = z.infer<typeof LinkNodeView>;

/** GET /api/links/:token/nodes/:id/children?after=NEXT&limit=N -> LinkNodes: folders first, then by name. */
export const LinkNodes = z.object({ nodes: z.array(LinkNode), next: z.string().nullable() });
export type LinkNodes = z.infer<typeof LinkNodes>;

/**
 * GET /api/links/:token/nodes/:id/content?download=1 — bytes, as GET /api/ibox/nodes/:id/content.
 * GET /api/links/:token/nodes/:id/archive — a folder or file as ZIP.
 * GET /api/links/:token/nodes/:id/text -> TextPreview.
 * These three count as a download, once for each visitor (cookie `diwan_visit`) and content within 12 hours.
 * GET /api/links/:token/nodes/:id/preview?size=256 — as the picture of GET /api/ibox/nodes/:id/preview; a link with a download limit
 * shows the small ones only.
 */
export const LinkContentQuery = z.object({ download: z.enum(['0', '1']).default('0') });

/**
 * POST /api/links/:token/files — multipart/form-data, any number of file parts, for a drop link -> LinkUploaded (201): what arrived, under
 * the names as sent. A name that is taken gets a number; the visitor does not learn of it.
 */
export const LinkUploaded = z.object({ files: z.array(z.object({ name: NodeName, size: z.int().nonnegative() })) });
export type LinkUploaded = z.infer<typeof LinkUploaded>;
