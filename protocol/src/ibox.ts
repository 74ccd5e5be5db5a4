import { z } from 'zod';
import { NameWarning, nameWarnings } from './ibox-names.ts';
import { Instant } from './identity.ts';

/** What a person may do in a space: a reader reads and copies out, a writer changes, a manager shares it and purges its trash. */
export const SpaceRole = z.enum(['reader', 'writer', 'manager']);
export type SpaceRole = z.infer<typeof SpaceRole>;

/** A namespace with its own journal. `epoch` changes when the server was restored from a backup. */
export const Space = z.object({
  id: z.string(),
  kind: z.enum(['personal', 'shared']),
  name: z.string(),
  rootId: z.string(),
  epoch: z.string(),
  seq: z.int().nonnegative(),
  usedBytes: z.int().nonnegative(),
  /** The person's own. */
  role: SpaceRole,
  /** Whose quota it counts in, by name; `isOwner`: the person's own. */
  owner: z.string(),
  isOwner: z.boolean(),
  /** The folder of the person's own in which a shared space shows; null for the personal space. */
  mountId: z.string().nullable(),
});
export type Space = z.infer<typeof Space>;
/** GET /api/ibox/spaces -> Space[] */

/** As typed: the rules (NFC, length in bytes, separators, reserved) are in server/ibox/rules and answer name_invalid. */
export const NodeName = z.string().min(1).max(4096);

/** A file or folder; its id survives renames and moves. `seq` is the journal number of its last change. */
export const Node = z.object({
  id: z.string(),
  spaceId: z.string(),
  parentId: z.string().nullable(),
  kind: z.enum(['file', 'folder']),
  name: z.string(),
  /** Bytes; 0 for a folder. */
  size: z.int().nonnegative(),
  /** Of the whole content, hex; null for a folder. It is also the strong ETag of the content. */
  sha256: z.string().nullable(),
  /** Rises with each new content of a file, from 1; 0 for a folder. */
  version: z.int().nonnegative(),
  mediaType: z.string().nullable(),
  /** The content's own time as its author's machine gave it; createdAt and changedAt are the server's. */
  mtime: Instant.nullable(),
  /** It may be run as a program, where a machine knows such a thing. */
  executable: z.literal(true).optional(),
  createdAt: Instant,
  changedAt: Instant,
  changedBy: z.string(),
  /** `changedBy` is what a link is called, through which somebody without an account sent it. */
  viaLink: z.literal(true).optional(),
  seq: z.int().positive(),
  deleted: z.boolean(),
  /** Of its name; left out where there is none. */
  warnings: z.array(NameWarning).optional(),
  /** A shared space shows in this folder: what is in it has `rootId` for its parent, in that space. */
  mount: z.object({ spaceId: z.string(), rootId: z.string() }).nullable().optional(),
});
export type Node = z.infer<typeof Node>;

/** What keeps others from changing a node: a `person`'s (PUT /api/ibox/nodes/:id/lock) or a WebDAV `program`'s. */
export const NodeLock = z.object({
  /** The locked node: this one, or a folder it is in. */
  nodeId: z.string(),
  by: z.string(),
  isOwn: z.boolean(),
  kind: z.enum(['person', 'program']),
  note: z.string(),
  until: Instant,
});
export type NodeLock = z.infer<typeof NodeLock>;

/** GET /api/ibox/nodes/:id -> NodeView: the node and its ancestors from the root down (breadcrumbs). */
export const NodeView = z.object({
  node: Node,
  ancestors: z.array(z.object({ id: z.string(), name: z.string() })),
  /** How many there are. */
  comments: z.int().nonnegative(),
  favourite: z.boolean(),
  lock: NodeLock.nullable(),
});
export type NodeView = z.infer<typeof NodeView>;
/** GET /api/ibox/nodes/:id/children?after=NEXT&limit=N -> NodePage: folders first, then by name. */
export const NodePageQuery = z.object({
  after: z.string().max(2048).optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(500),
});
const common = [
  z.string().describe('id'),
  z.string().describe('name'),
  z.int().positive().describe('seq'),
  Instant.describe('createdAt'),
  Instant.describe('changedAt'),
] as const;
const author = z.int().nonnegative().describe('who changed it: index of authors');
export const FolderRow = z.tuple([
  ...common,
  z.string().nullable().describe('of the space that shows here, if one does'),
  z.string().nullable().describe("that space's root"),
  author,
]);
type FolderRow = z.infer<typeof FolderRow>;
export const FileRow = z.tuple([
  ...common,
  Node.shape.size.describe('size'),
  z.string().describe('sha256'),
  z.int().positive().describe('version'),
  Node.shape.mediaType.describe('mediaType'),
  Node.shape.mtime.describe('mtime'),
  z.literal([0, 1]).nullable().describe('1: executable'),
  author,
]);
type FileRow = z.infer<typeof FileRow>;
/**
 * Nodes as rows, without the names of their fields, and what they share said once: a folder of ten thousand is half as long so, and as
 * much sooner written and read. `WholeNodePage` makes nodes of them.
 */
export const NodePage = z.object({
  /** Of the folder's contents: another space's where one shows in the folder. */
  spaceId: z.string(),
  parentId: z.string(),
  folders: z.array(FolderRow),
  files: z.array(FileRow),
  authors: z.array(Node.pick({ changedBy: true, viaLink: true })),
  next: z.string().nullable(),
  /** Ids of the folder's nodes that are the person's favourites, and of those that are locked by themselves; not only of this page's. */
  favourites: z.array(z.string()),
  locked: z.array(z.string()),
});
export type NodePage = z.infer<typeof NodePage>;

/** What a folder has where a file has a content. */
const folderFields = { kind: 'folder' as const, size: 0, sha256: null, version: 0, mediaType: null, mtime: null };

/** A page with its nodes as they are elsewhere: folders first. */
export const WholeNodePage = NodePage.transform(({ folders, files, authors, ...page }, context) => {
  const shared = { spaceId: page.spaceId, parentId: page.parentId, deleted: false };
  const whole = (row: FolderRow | FileRow): Node => {
    const [id, name, seq, createdAt, changedAt] = row;
    const author = authors[row.at(-1) as number];
    if (!author) context.addIssue({ code: 'custom', message: `no author ${row.at(-1)}` });
    const warnings = nameWarnings(name);
    return {
      ...{ id, ...shared, name, ...folderFields, createdAt, changedAt, changedBy: '', ...author, seq },
      ...(warnings.length > 0 && { warnings }),
    };
  };
  return {
    ...page,
    nodes: [
      ...folders.map((row): Node => {
        const [, , , , , spaceId, rootId] = row;
        return { ...whole(row), mount: spaceId && rootId ? { spaceId, rootId } : null };
      }),
      ...files.map((row): Node => {
        const [, , , , , size, sha256, version, mediaType, mtime, executable] = row;
        const file = { kind: 'file' as const, size, sha256, version, mediaType, mtime, mount: null };
        return { ...whole(row), ...file, ...(executable === 1 && { executable: true as const }) };
      }),
    ],
  };
});
export type WholeNodePage = z.infer<typeof WholeNodePage>;

/** POST /api/ibox/folders -> Node. Errors: name_taken, name_invalid, not_found. */
export const FolderCreate = z.strictObject({ parentId: z.string().max(64), name: NodeName });
export type FolderCreate = z.infer<typeof FolderCreate>;

/** PATCH /api/ibox/nodes/:id -> Node: rename and/or move. `baseSeq` (the seq that was seen) makes it optimistic: conflict when it differs. */
export const NodePatch = z.strictObject({
  name: NodeName.optional(),
  parentId: z.string().max(64).optional(),
  baseSeq: z.int().positive().optional(),
});
export type NodePatch = z.infer<typeof NodePatch>;
/** DELETE /api/ibox/nodes/:id?baseSeq=N -> 204; a folder goes with all that is in it. `baseSeq` guards as above (children included). */
export const NodeDeleteQuery = z.object({ baseSeq: z.coerce.number().int().positive().optional() });

/**
 * POST /api/ibox/nodes/:parentId/files — multipart/form-data, any number of file parts -> UploadResult.
 * A name that exists gets a new version of that file (onConflict=replace, the default) or a numbered name (onConflict=rename).
 */
export const UploadQuery = z.object({ onConflict: z.enum(['replace', 'rename']).default('replace') });
export const UploadResult = z.object({ nodes: z.array(Node) });
export type UploadResult = z.infer<typeof UploadResult>;

/**
 * PUT /api/ibox/nodes/:parentId/files/:name?mtime=MS — raw body, one new file -> Node (201). name_taken if it exists.
 * PUT /api/ibox/nodes/:id/content?mtime=MS&baseVersion=N — raw body, new version -> Node. conflict when the version is not N.
 * Header `Content-SHA256` (hex, optional): the hub refuses (upload_incomplete) bytes that hash otherwise.
 * Header `Idempotency-Key` (optional): a repeated request answers the first result.
 */
export const PutQuery = z.object({
  mtime: z.coerce.number().int().nonnegative().optional(),
  baseVersion: z.coerce.number().int().positive().optional(),
});
/** GET /api/ibox/nodes/:id/content?download=1&version=N — bytes; ETag = "sha256", Range and If-None-Match honoured (RFC 9110). */
export const ContentQuery = z.object({
  download: z.enum(['0', '1']).default('0'),
  version: z.coerce.number().int().positive().optional(),
});

/**
 * GET /api/ibox/spaces/:id/changes?epoch=E&since=N&limit=M -> Changes: every node whose last change is after N, oldest first, deletions
 * as nodes with deleted=true. since=0 is the whole live tree. A wrong epoch answers reset=true with the space's epoch: start again from 0, merging.
 */
export const ChangesQuery = z.object({
  epoch: z.string().max(64).optional(),
  since: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
});
export const Changes = z.object({
  epoch: z.string(),
  reset: z.boolean(),
  nodes: z.array(Node),
  /** Nodes that went to another space, each told by itself; those that came back are among `nodes`. */
  departed: z.array(z.object({ id: z.string(), seq: z.int().positive() })).optional(),
  /** Cursor for the next call. */
  seq: z.int().nonnegative(),
  more: z.boolean(),
});
export type Changes = z.infer<typeof Changes>;

/** Socket, server to client, to everyone with access: "space X is at N"; clients pull. */
export const iboxEvents = {
  'space:changed': z.object({ spaceId: z.string(), epoch: z.string(), seq: z.int() }),
  /** Something about a node is another, and the node is the same: ask for it again where it is shown. A favourite is told to its person alone. */
  'node:touched': z.object({
    spaceId: z.string(),
    nodeId: z.string(),
    what: z.enum(['comments', 'lock', 'favourite']),
  }),
} as const;
