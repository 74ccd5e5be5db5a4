import { z } from 'zod';
import { Instant } from './identity.ts';

/** What can be done to a file or folder. */
export const ActivityVerb = z.enum([
  'created',
  'changed',
  'renamed',
  'moved',
  'copied',
  'deleted',
  'restored',
  'purged',
  'version_restored',
  'commented',
  'shared',
  'unshared',
  'joined',
  'left',
  'link_made',
  'link_revoked',
  'link_downloaded',
  'meeting_shown',
  'meeting_withdrawn',
]);
export type ActivityVerb = z.infer<typeof ActivityVerb>;

const Folder = z.object({ id: z.string(), name: z.string() });

/**
 * Who did what, in the names of that moment: it reads right after later renames. Files of one folder that were created, changed,
 * deleted or purged together are one entry.
 */
export const ActivityEntry = z.object({
  id: z.int().positive(),
  at: Instant,
  /** Null: somebody without an account, by a link. */
  by: z.string().nullable(),
  verb: ActivityVerb,
  spaceId: z.string(),
  nodeId: z.string(),
  name: z.string(),
  /** Files and folders that it concerns; above 1, `nodeId` and `name` are those of one of them. */
  count: z.int().positive(),
  /** Where it lay once that was done; null for the root of a space, and for what went to another space. */
  folder: Folder.nullable(),
  /** `renamed`, and `moved` under another name: what it was called before. */
  fromName: z.string().nullable(),
  /** `moved`: where it lay before; null when it came from another space. */
  fromFolder: Folder.nullable(),
  /** The person or the meeting with whom it was shared, or no longer is. */
  about: z.string().nullable(),
});
export type ActivityEntry = z.infer<typeof ActivityEntry>;

/**
 * GET /api/ibox/nodes/:id/activity?before=ID&limit=N -> ActivityPage, the latest first: what was done to it and, for a folder, to what lay
 * directly in it at that moment. Only what was done in spaces that one may read.
 * GET /api/ibox/spaces/:id/activity?before=ID&limit=N -> ActivityPage: everything done in the space.
 */
export const ActivityPageQuery = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const ActivityPage = z.object({ entries: z.array(ActivityEntry), next: z.int().nullable() });
export type ActivityPage = z.infer<typeof ActivityPage>;
