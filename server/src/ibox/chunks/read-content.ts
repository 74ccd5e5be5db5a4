import { HubError } from '@diwan/protocol/errors.ts';
import { longestChunk } from '@diwan/protocol/ibox-cut.ts';
import type { Db } from '../../db/database.ts';
import type { ByteRange, ObjectStore } from '../../objects/object-store.ts';
import { packKey } from './pack-key.ts';
import { ownMemory, type ReadMemory } from './read-memory.ts';

interface Chunk {
  start: number;
  hash: Uint8Array;
  packId: string;
  packOffset: number;
  length: number;
}

const chunksAtOnce = 500;
const firstRead = 1024 * 1024;

/**
 * The bytes of a range, every chunk checked against its SHA-256 before any of it is given. The next reads are under way while the
 * bytes of the last are taken. What is given is the caller's own.
 * @throws {HubError} content_corrupt, storage_unavailable
 */
export async function* readContent(
  db: Db,
  objects: ObjectStore,
  contentId: string,
  range: ByteRange,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const { bytes } of pieces({ db, objects, readMemory: ownMemory }, contentId, range)) yield bytes;
}

/**
 * As readContent, for bytes that are passed on: `pass` has them until its promise is settled, then others come in their place.
 * @throws {HubError} as readContent; what `pass` throws
 */
export async function sendContent(
  reading: Reading,
  contentId: string,
  range: ByteRange,
  pass: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  for await (const { bytes, memory } of pieces(reading, contentId, range)) {
    try {
      await pass(bytes);
    } finally {
      reading.readMemory.give(memory);
    }
  }
}

/**
 * The bytes of short contents, whole and in their order: what lies together in a pack is read at once, and the next while the last
 * is taken. Checked as readContent checks.
 * @throws {HubError} content_corrupt, storage_unavailable; not_found for one that was purged meanwhile
 */
export async function* readShort(
  { db, ...reading }: Reading,
  contents: readonly { contentId: string; size: number }[],
): AsyncGenerator<Uint8Array, void, void> {
  const rows = await db
    .selectFrom('contentChunks')
    .innerJoin('chunks', 'chunks.hash', 'contentChunks.hash')
    .select(['contentId', 'start', 'chunks.hash', 'packId', 'packOffset', 'length'])
    .where('contentId', 'in', [...new Set(contents.map(({ contentId }) => contentId))])
    .orderBy('contentId')
    .orderBy('start')
    .execute();
  const chunksOf = Map.groupBy(rows, ({ contentId }) => contentId);
  const runs: Chunk[][] = [];
  for (const { contentId, size } of contents) {
    const chunks = chunksOf.get(contentId) ?? [];
    if (lengthOf(chunks) !== size) throw await withoutChunk(db, contentId, lengthOf(chunks));
    for (const chunk of chunks) {
      const run = runs.at(-1);
      if (run && follows(run, chunk, longestShortRead)) run.push(chunk);
      else runs.push([chunk]);
    }
  }
  const read = (run: Chunk[] | undefined) => {
    const bytes = run && readChunks({ db, ...reading }, run, Buffer.allocUnsafe(lengthOf(run)));
    bytes?.catch(() => {});
    return bytes;
  };
  let at = 0;
  let next = read(runs[0]);
  let bytes: Uint8Array = new Uint8Array();
  for (const { size } of contents) {
    let left = size;
    while (left > 0) {
      if (bytes.length === 0) {
        const current = next;
        next = read(runs[++at]);
        bytes = (await current) as Uint8Array;
      }
      const part = bytes.subarray(0, left);
      bytes = bytes.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }
}

const longestShortRead = 1024 * 1024;

export interface Reading {
  db: Db;
  objects: ObjectStore;
  readMemory: ReadMemory;
  /** Chunks are given as the store has them: who reads proves the whole. */
  isUnchecked?: boolean;
}

interface Piece {
  bytes: Uint8Array;
  /** What the bytes lie in. */
  memory: Uint8Array;
}

async function* pieces(reading: Reading, contentId: string, range: ByteRange): AsyncGenerator<Piece, void, void> {
  const { db, readMemory } = reading;
  const ahead: Promise<Piece>[] = [];
  // The first bytes come soon, and a reader who goes away at once has cost little.
  let longest = firstRead;
  try {
    for await (const run of runsOf(db, contentId, range, () => Math.min(longest, readMemory.longestRead()))) {
      longest *= 2;
      const piece = readRun(reading, run, range);
      // Awaited some steps later; a failure must not count as unhandled until then.
      piece.catch(() => {});
      if (ahead.push(piece) > readMemory.readsAhead()) yield await (ahead.shift() as Promise<Piece>);
    }
    while (ahead.length > 0) yield await (ahead.shift() as Promise<Piece>);
  } finally {
    for (const piece of ahead) {
      piece.then(
        ({ memory }) => readMemory.give(memory),
        () => {},
      );
    }
  }
}

/** The chunks that hold the range, in runs that lie together in one pack. */
async function* runsOf(
  db: Db,
  contentId: string,
  { offset, length }: ByteRange,
  longestRead: () => number,
): AsyncGenerator<Chunk[]> {
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
      if (run.length > 0 && !follows(run, chunk, longestRead())) {
        yield run;
        run = [];
      }
      run.push(chunk);
    }
    if (run.length === 0) throw await withoutChunk(db, contentId, at ?? offset);
    yield run;
  }
}

async function withoutChunk(db: Db, contentId: string, at: number): Promise<HubError> {
  const content = await db.selectFrom('contents').select('id').where('id', '=', contentId).executeTakeFirst();
  return content
    ? new HubError('content_corrupt', `content ${contentId} has no chunk at ${at}`)
    : new HubError('not_found', 'purged while it was read');
}

function follows(run: Chunk[], chunk: Chunk, longestRead: number): boolean {
  const first = run[0] as Chunk;
  const last = run.at(-1) as Chunk;
  const isNext = last.packId === chunk.packId && last.packOffset + last.length === chunk.packOffset;
  return isNext && chunk.packOffset + chunk.length - first.packOffset <= longestRead;
}

async function readRun(reading: Reading, run: Chunk[], range: ByteRange): Promise<Piece> {
  const { readMemory } = reading;
  const { start } = run[0] as Chunk;
  const length = lengthOf(run);
  const memory = readMemory.take(length);
  try {
    const bytes = await readChunks(reading, run, memory.subarray(0, length));
    return { bytes: bytes.subarray(Math.max(0, range.offset - start), range.offset + range.length - start), memory };
  } catch (error) {
    readMemory.give(memory);
    throw error;
  }
}

/** @param into as long as the run. @returns the run's bytes, there or elsewhere, also when a chunk was moved meanwhile */
function readChunks(reading: Reading, run: Chunk[], into: Uint8Array): Promise<Uint8Array> {
  return readPlaced(reading, run, into).catch(async (error) => {
    const pieces: Uint8Array[] = [];
    for (const chunk of run) pieces.push(await readMoved(reading, chunk, error));
    return Buffer.concat(pieces);
  });
}

/** @param into as long as the run. @returns the run's bytes, there or elsewhere */
async function readPlaced({ objects, readMemory, isUnchecked }: Reading, run: Chunk[], into: Uint8Array) {
  const { packId, packOffset } = run[0] as Chunk;
  const bytes = await objects.get(packKey(packId), { offset: packOffset, length: into.length }, into);
  if (isUnchecked) return bytes;
  const hashes = await readMemory.hashes(
    bytes,
    run.map(({ length }) => length),
  );
  for (const [place, chunk] of run.entries()) check(chunk, hashes.subarray(place * 32, place * 32 + 32));
  return bytes;
}

/**
 * A chunk that was not where it was looked up may have been moved since, by the rewriting of packs.
 * @throws what reading it threw when it was not; {HubError} not_found when it was purged meanwhile
 */
async function readMoved(reading: Reading, known: Chunk, failure: unknown): Promise<Uint8Array> {
  if (!(failure instanceof HubError && failure.code === 'content_corrupt')) throw failure;
  const place = await reading.db
    .selectFrom('chunks')
    .select(['packId', 'packOffset', 'length'])
    .where('hash', '=', known.hash)
    .executeTakeFirst();
  if (!place) throw new HubError('not_found', 'purged while it was read');
  if (place.packId === known.packId) throw failure;
  const moved = { ...known, ...place };
  return readPlaced(reading, [moved], Buffer.allocUnsafe(moved.length)).catch((error) =>
    readMoved(reading, moved, error),
  );
}

const lengthOf = (run: Chunk[]) => run.reduce((sum, { length }) => sum + length, 0);

function check({ hash, packId, packOffset }: Chunk, found: Uint8Array): void {
  if (Buffer.compare(found, hash) === 0) return;
  const name = Buffer.from(hash).toString('hex');
  throw new HubError('content_corrupt', `chunk ${name} in pack ${packId} at ${packOffset}`);
}
