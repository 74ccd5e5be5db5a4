import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { Node, NodeName } from './ibox.ts';
import { Instant } from './identity.ts';

/**
 * Files by their chunks, for agents and large browser uploads: ask which chunks are missing, send those, commit. Each step can be
 * repeated after a cut; chunks that were sent are kept for a day without a commit. An account may refer to chunks that it sent
 * itself or that a file it may read has; all answers go by that alone, never by what others store.
 */

/** SHA-256 of a chunk or a content, in lower-case hex. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** All chunks of one request, in bytes, without their frames. */
export const longestPack = 8 * 1024 * 1024;

/** POST /api/ibox/chunks/missing -> MissingAnswer: which of these the account would have to send. */
export const MissingRequest = z.strictObject({ hashes: z.array(Sha256).max(10_000) });
export const MissingAnswer = z.object({ missing: z.array(Sha256) });

/**
 * POST /api/ibox/chunks — application/vnd.diwan.chunks -> ChunksAnswer. Frames one after the other: the chunk's length (4 bytes,
 * big-endian, 1 to longestChunk), its SHA-256 (32 bytes), its bytes. Errors: upload_incomplete (cut short, or a hash is wrong),
 * too_large, bad_request. A request that fails may have stored chunks that were whole: ask what is missing.
 */
export const chunksType = 'application/vnd.diwan.chunks';
export const ChunksAnswer = z.object({ chunks: z.int() });

export const Content = z.strictObject({
  /** Of the whole. The hub refuses another; without it, the hub makes it out of the chunks. */
  sha256: Sha256.optional(),
  /** In order. */
  chunks: z.array(Sha256),
  mtime: Instant.optional(),
  /** Left out by who does not know: a new file is not, a new version as the one before. */
  executable: z.boolean().optional(),
  mediaType: z.string().max(255).optional(),
});

/** A folder's id, or `#N`: the folder that operation N of the same commit made. */
const ParentId = z.string().max(64);

/**
 * `baseVersion` and `baseSeq` are what the change is based on; something newer answers conflict. A name that is taken answers
 * name_taken, unless `onConflict` says: `merge` takes the folder that is there, `replace` gives the file that is there a new
 * version, `rename` numbers the name.
 */
export const Operation = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('folder'),
    parentId: ParentId,
    name: NodeName,
    onConflict: z.enum(['refuse', 'merge']).optional(),
  }),
  z.strictObject({
    op: z.literal('file'),
    parentId: ParentId,
    name: NodeName,
    content: Content,
    onConflict: z.enum(['refuse', 'replace', 'rename']).optional(),
  }),
  z.strictObject({
    op: z.literal('replace'),
    id: z.string().max(64),
    baseVersion: z.int().positive(),
    content: Content,
  }),
  z.strictObject({
    op: z.literal('move'),
    id: z.string().max(64),
    baseSeq: z.int().positive(),
    parentId: ParentId.optional(),
    name: NodeName.optional(),
  }),
  /** What is no content: it makes no new version. */
  z.strictObject({
    op: z.literal('set'),
    id: z.string().max(64),
    baseSeq: z.int().positive(),
    executable: z.boolean(),
  }),
  z.strictObject({ op: z.literal('delete'), id: z.string().max(64), baseSeq: z.int().positive() }),
]);
export type Operation = z.infer<typeof Operation>;

/**
 * PUT /api/ibox/spaces/:id/commits/:key -> CommitAnswer, an outcome for each operation, in order. Those that fit are committed
 * together; the others change nothing and say why (`missing`: chunks to send first). The key is the client's own, for this commit:
 * the same request again within a day gets the first answer. When nothing fitted, nothing is kept under the key.
 */
export const CommitKey = z.string().regex(/^[A-Za-z0-9_-]{8,128}$/);
export const CommitRequest = z.strictObject({ operations: z.array(Operation).min(1).max(1000) });
export type CommitRequest = z.infer<typeof CommitRequest>;
export const Outcome = z.union([
  z.object({ ok: z.literal(true), node: Node.nullable() }),
  z.object({ ok: z.literal(false), code: ErrorCode, missing: z.array(Sha256).optional() }),
]);
export type Outcome = z.infer<typeof Outcome>;
export const CommitAnswer = z.object({ outcomes: z.array(Outcome) });
export type CommitAnswer = z.infer<typeof CommitAnswer>;

/** GET /api/ibox/nodes/:id/delta -> Delta: how version `to` is made out of version `from`. not_found when one of them is gone. */
export const DeltaQuery = z.strictObject({
  from: z.coerce.number().int().positive(),
  to: z.coerce.number().int().positive(),
});
export const Delta = z.object({
  /** Of version `to`. */
  size: z.int(),
  sha256: Sha256,
  /** In order. `from`: where the bytes are in version `from`; null when they are not in it. */
  pieces: z.array(z.object({ length: z.int().positive(), from: z.int().nullable() })),
});
export type Delta = z.infer<typeof Delta>;

/** Of one answer, in bytes: what would go beyond it is answered too_large, to be asked for again, a long file in ranges. */
export const longestFetch = 64 * 1024 * 1024;
/**
 * POST /api/ibox/fetch -> application/vnd.diwan.contents: for each item, in order, a frame: the length of its head (4 bytes,
 * big-endian), the head (FetchHead in JSON), then `length` bytes. Bytes that are corrupt cut the connection.
 */
export const FetchRequest = z.strictObject({
  items: z
    .array(
      z.strictObject({
        id: z.string().max(64),
        version: z.int().positive().optional(),
        offset: z.int().nonnegative().default(0),
        length: z.int().nonnegative().optional(),
      }),
    )
    .min(1)
    .max(1000),
});
export type FetchRequest = z.infer<typeof FetchRequest>;
export const contentsType = 'application/vnd.diwan.contents';
export const FetchHead = z.union([
  z.object({ ok: z.literal(true), id: z.string(), size: z.int(), sha256: Sha256, length: z.int() }),
  z.object({ ok: z.literal(false), id: z.string(), code: ErrorCode, length: z.literal(0) }),
]);
export type FetchHead = z.infer<typeof FetchHead>;
