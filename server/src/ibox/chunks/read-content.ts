import { subtle } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import { longestChunk } from '@diwan/protocol/ibox-cut.ts';
import type { Db } from '../../db/database.ts';
import type { ByteRange, ObjectStore } from '../../objects/object-store.ts';
import { packKey } from './pack-key.ts';

interface Chunk {
  start: number;
  hash: Uint8Array;
  packId: string;
  packOffset: number;
  length: number;
}

/** Read from the store at once, in bytes: neighbours in a pack, while they fit. */
const longestRead = 2 * 1024 * 1024;
/** Reads under way while the bytes of one are taken. */
const readsAhead = 3;
const chunksAtOnce = 500;

/**
 * The bytes of a range, every chunk checked against its SHA-256 before any of it is given. The next reads are under way while the
 * bytes of the last are taken.
 * @throws {HubError} content_corrupt, storage_unavailable
 */
export async function* readContent(
  db: Db,
  objects: ObjectStore,
  contentId: string,
  range: ByteRange,
): AsyncGenerator<Uint8Array, void, void> {
  const ahead: Promise<Uint8Array>[] = [];
  for await (const run of runsOf(db, contentId, range)) {
    const reading = readRun(db, objects, run, range);
    // Awaited some steps later; a failure must not count as unhandled until then.
    reading.catch(() => {});
    if (ahead.push(reading) > readsAhead) yield await (ahead.shift() as Promise<Uint8Array>);
  }
  for (const reading of ahead) yield await reading;
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

async function readRun(db: Db, objects: ObjectStore, run: Chunk[], range: ByteRange): Promise<Uint8Array> {
  const { start } = run[0] as Chunk;
  const bytes = await readPlaced(objects, run).catch(async (error) => {
    const pieces: Uint8Array[] = [];
    for (const chunk of run) pieces.push(await readMoved(db, objects, chunk, error));
    return Buffer.concat(pieces);
  });
  return bytes.subarray(Math.max(0, range.offset - start), Math.min(bytes.length, range.offset + range.length - start));
}

async function readPlaced(objects: ObjectStore, run: Chunk[]): Promise<Uint8Array> {
  const first = run[0] as Chunk;
  const length = run.reduce((sum, chunk) => sum + chunk.length, 0);
  const bytes = await objects.get(packKey(first.packId), { offset: first.packOffset, length });
  await Promise.all(run.map((chunk) => checkChunk(bytes, chunk.packOffset - first.packOffset, chunk)));
  return bytes;
}

/**
 * A chunk that was not where it was looked up may have been moved since, by the rewriting of packs.
 * @throws what reading it threw when it was not; {HubError} not_found when it was purged meanwhile
 */
async function readMoved(db: Db, objects: ObjectStore, known: Chunk, failure: unknown): Promise<Uint8Array> {
  if (!(failure instanceof HubError && failure.code === 'content_corrupt')) throw failure;
  const place = await db
    .selectFrom('chunks')
    .select(['packId', 'packOffset', 'length'])
    .where('hash', '=', known.hash)
    .executeTakeFirst();
  if (!place) throw new HubError('not_found', 'purged while it was read');
  if (place.packId === known.packId) throw failure;
  const moved = { ...known, ...place };
  return readPlaced(objects, [moved]).catch((error) => readMoved(db, objects, moved, error));
}

/** Hashes on Node's thread pool, beside the event loop. */
async function checkChunk(bytes: Uint8Array, at: number, { hash, length, packId, packOffset }: Chunk): Promise<void> {
  const found = await subtle.digest('SHA-256', bytes.subarray(at, at + length) as Uint8Array<ArrayBuffer>);
  if (Buffer.compare(new Uint8Array(found), hash) === 0) return;
  const name = Buffer.from(hash).toString('hex');
  throw new HubError('content_corrupt', `chunk ${name} in pack ${packId} at ${packOffset}`);
}
