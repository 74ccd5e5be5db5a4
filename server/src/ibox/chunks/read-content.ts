import { createHash } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { ByteRange, ObjectStore } from '../../objects/object-store.ts';
import { longestChunk } from './cut.ts';
import { packKey } from './pack-key.ts';

interface Chunk {
  start: number;
  hash: Uint8Array;
  packId: string;
  packOffset: number;
  length: number;
}

/** Read from the store at once, in bytes: neighbours in a pack, while they fit. */
const longestRead = 1024 * 1024;
const chunksAtOnce = 500;

/**
 * The bytes of a range, every chunk checked against its SHA-256 before any of it is given. The next read is under way while the
 * bytes of the last are taken.
 * @throws {HubError} content_corrupt, storage_unavailable
 */
export async function* readContent(
  db: Db,
  objects: ObjectStore,
  contentId: string,
  range: ByteRange,
): AsyncGenerator<Uint8Array, void, void> {
  let next: Promise<Uint8Array> | undefined;
  for await (const run of runsOf(db, contentId, range)) {
    const ready = next;
    next = readRun(objects, run, range);
    // Awaited a step later; a failure must not count as unhandled until then.
    next.catch(() => {});
    if (ready) yield await ready;
  }
  if (next) yield await next;
}

/** The chunks that hold the range, in runs that lie together in one pack. */
async function* runsOf(db: Db, contentId: string, { offset, length }: ByteRange): AsyncGenerator<Chunk[]> {
  const end = offset + length;
  let at: number | undefined;
  while ((at ?? offset) < end) {
    const page: Chunk[] = await db
      .selectFrom('contentChunks')
      .innerJoin('chunks', 'chunks.hash', 'contentChunks.hash')
      .select(['start', 'chunks.hash', 'packId', 'packOffset', 'length'])
      .where('contentId', '=', contentId)
      .where('start', '>=', at ?? offset - longestChunk)
      .where('start', '<', end)
      .orderBy('start')
      .limit(chunksAtOnce)
      .execute();
    let run: Chunk[] = [];
    for (const chunk of page) {
      if (chunk.start + chunk.length <= offset) continue;
      if (at === undefined ? chunk.start > offset : chunk.start !== at) break;
      at = chunk.start + chunk.length;
      if (run.length > 0 && !follows(run, chunk)) {
        yield run;
        run = [];
      }
      run.push(chunk);
    }
    if (run.length === 0) throw new HubError('content_corrupt', `content ${contentId} has no chunk at ${at ?? offset}`);
    yield run;
  }
}

function follows(run: Chunk[], chunk: Chunk): boolean {
  const first = run[0] as Chunk;
  const last = run.at(-1) as Chunk;
  const isNext = last.packId === chunk.packId && last.packOffset + last.length === chunk.packOffset;
  return isNext && chunk.packOffset + chunk.length - first.packOffset <= longestRead;
}

async function readRun(objects: ObjectStore, run: Chunk[], range: ByteRange): Promise<Uint8Array> {
  const first = run[0] as Chunk;
  const length = run.reduce((sum, chunk) => sum + chunk.length, 0);
  const bytes = await objects.get(packKey(first.packId), { offset: first.packOffset, length });
  let at = 0;
  for (const chunk of run) {
    const hash = createHash('sha256')
      .update(bytes.subarray(at, at + chunk.length))
      .digest();
    if (!hash.equals(chunk.hash)) {
      const name = Buffer.from(chunk.hash).toString('hex');
      throw new HubError('content_corrupt', `chunk ${name} in pack ${chunk.packId} at ${chunk.packOffset}`);
    }
    at += chunk.length;
  }
  const from = Math.max(0, range.offset - first.start);
  return bytes.subarray(from, Math.min(length, range.offset + range.length - first.start));
}
