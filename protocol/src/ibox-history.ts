import { z } from 'zod';
import { Node, NodeName } from './ibox.ts';
import { Instant } from './identity.ts';

/** One content that a file has had. The newest is what the file is; the others can be read and taken back. */
export const Version = z.object({
  version: z.int().positive(),
  size: z.int().nonnegative(),
  sha256: z.string(),
  mediaType: z.string(),
  mtime: Instant.nullable(),
  /** As in a node. */
  executable: z.literal(true).optional(),
  createdAt: Instant,
  createdBy: z.string(),
  /** As in a node. */
  viaLink: z.literal(true).optional(),
});
export type Version = z.infer<typeof Version>;
/** GET /api/ibox/nodes/:id/versions?before=N&limit=N -> VersionPage: newest first. Bytes: GET /api/ibox/nodes/:id/content?version=N. */
export const VersionPageQuery = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const VersionPage = z.object({ versions: z.array(Version), next: z.int().nullable() });
export type VersionPage = z.infer<typeof VersionPage>;
/**
 * POST /api/ibox/nodes/:id/versions/:version/restore -> Node: the old content as a new version. `baseVersion` is the newest that was
 * seen: conflict when there is a newer one. Errors: not_found, conflict, quota_exceeded.
 */
export const VersionRestore = z.strictObject({ baseVersion: z.int().positive().optional() });
export type VersionRestore = z.infer<typeof VersionRestore>;

/** Something that was deleted, with all that went with it. */
export const TrashEntry = z.object({
  node: Node,
  /** Where it was, from the space's root down (the root left out), as these folders are named now. */
  place: z.array(z.string()),
  /** Files and folders that come back with it, itself included, and the files' bytes. */
  count: z.int().positive(),
  size: z.int().nonnegative(),
  deletedAt: Instant,
  deletedBy: z.string(),
  /** When it is deleted for good by itself; null where the operator keeps everything. */
  endsAt: Instant.nullable(),
});
export type TrashEntry = z.infer<typeof TrashEntry>;
/** GET /api/ibox/spaces/:id/trash?before=SEQ&limit=N -> TrashPage: what was deleted last comes first. */
export const TrashPageQuery = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const TrashPage = z.object({ entries: z.array(TrashEntry), next: z.int().nullable() });
export type TrashPage = z.infer<typeof TrashPage>;
/**
 * POST /api/ibox/trash/:id/restore (empty body) -> Node, where it was: in the nearest folder that still lives, under a numbered name
 * if its own is taken. Errors: not_found (also when it was restored already), quota_exceeded.
 * DELETE /api/ibox/trash/:id -> 204: for good. DELETE /api/ibox/spaces/:id/trash?upTo=SEQ -> 204: all of it, or all that was seen.
 */
export const TrashEmptyQuery = z.object({ upTo: z.coerce.number().int().positive().optional() });

/** GET /api/ibox/usage -> Usage. Live files count, in their newest version; the trash and older versions do not. */
export const Usage = z.object({
  usedBytes: z.int().nonnegative(),
  /** Null: no limit. */
  quotaBytes: z.int().positive().nullable(),
  trashBytes: z.int().nonnegative(),
});
export type Usage = z.infer<typeof Usage>;

/**
 * GET /api/ibox/search?q=WORDS&limit=N -> SearchResult: live files and folders of the person's spaces in whose names each word of the
 * question begins a word, whatever case, accents and, in Arabic, vowel signs, forms of alef, or article.
 */
export const SearchQuery = z.object({
  q: z.string().max(255),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const SearchResult = z.object({
  found: z.array(z.object({ node: Node, place: z.array(z.object({ id: z.string(), name: z.string() })) })),
  /** There is more than was looked at: another word helps. */
  more: z.boolean(),
});
export type SearchResult = z.infer<typeof SearchResult>;

/**
 * POST /api/ibox/nodes/:id/copy -> Node (201): a copy with all that is in it; no bytes are moved. Without a name the copy keeps its own.
 * A name that is taken gets a number, or is refused. Errors: name_invalid, name_taken, not_found, quota_exceeded.
 */
export const NodeCopy = z.strictObject({
  parentId: z.string().max(64),
  name: NodeName.optional(),
  onConflict: z.enum(['rename', 'refuse']).default('rename'),
});
export type NodeCopy = z.input<typeof NodeCopy>;
