import { createHash, randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import { chunking } from '@diwan/protocol/ibox-cut.ts';
import type { Db } from '../../db/database.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { type Buffers, longestPack } from './buffers.ts';
import { type Cut, cutter } from './digest.ts';
import type { Digest, DigestPool } from './digest-pool.ts';
import { type Batch, type ContentRow, newBatch, storeBatch } from './store-batch.ts';

export interface Bytes {
  db: Db;
  objects: ObjectStore;
  buffers: Buffers;
  digests: DigestPool;
}

/** Bytes that were taken in; stored once the writer is flushed. */
export interface WrittenContent {
  contentId: string;
  size: number;
  sha256: string;
}

/**
 * Takes in the contents of one request, one after the other, in constant memory: bytes are cut into chunks in a buffer, and a full
 * buffer goes to the store while the next one fills. Several small contents share a pack.
 *
 * Nothing is visible until a version refers to a content. What is never referred to is collected a day later.
 */
export interface ContentWriter {
  /**
   * @param maxBytes of this content
   * @throws {HubError} upload_incomplete when the source fails, too_large, storage_full, storage_unavailable
   */
  add(source: AsyncIterable<Uint8Array>, maxBytes?: number): Promise<WrittenContent>;
  /** Resolves when everything that was added is durable. */
  flush(): Promise<void>;
  /** Ends the writer in any case; what was not flushed is dropped. */
  close(): Promise<void>;
}

/** More rows in one statement than this would pass what databases take. */
const mostChunks = 1000;
const mostContents = 500;
/** Bytes that go to the threads at once; what is shorter as a whole is cut and hashed where it is. */
const stretch = 1024 * 1024;
/** Packs on their way to the store at once, of one upload: a store takes its time to answer, and to sync. */
const mostStoring = 3;

export function contentWriter({ db, objects, buffers, digests }: Bytes): ContentWriter {
  let buffer = buffers.take();
  let used = 0;
  /** Where the chunk that is being cut begins in the buffer. */
  let chunkBegin = 0;
  let batch = newBatch();
  /** All that was handed to the store; each is recorded after the one before. */
  let stored: Promise<void> = Promise.resolve();
  const storing: Promise<void>[] = [];
  let adding: Promise<unknown> = Promise.resolve();
  let closed = false;

  /** Hands the finished chunks to the store, and goes on in another buffer with the bytes of the unfinished one. */
  async function ship(): Promise<void> {
    // Short buffers mean that many uploads share the memory.
    const most = buffer.length === longestPack ? mostStoring : 1;
    while (storing.length >= most) await storing.shift();
    const [full, sent, open] = [sealed(batch), buffer, { from: chunkBegin, to: used }];
    buffer = buffers.take();
    batch = newBatch();
    used = sent.copy(buffer, 0, open.from, open.to);
    chunkBegin = 0;
    stored = storeBatch(db, objects, full, sent, stored).finally(() => buffers.give(sent));
    // Who awaits it next is told; until then it is no unhandled rejection.
    stored.catch(() => {});
    storing.push(stored);
  }

  async function take(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<WrittenContent> {
    const content: ContentRow = { id: randomUUID(), size: 0, sha256: null, chunking, isNew: true };
    batch.contents.set(content.id, content);
    let chunkStart = 0;
    let digest: Digest | undefined;
    /** Up to where in the buffer the digest has the bytes. */
    let given = used;
    let giving: Promise<unknown>[] = [];

    function endChunks(cuts: Cut[]): void {
      for (const { length, hash } of cuts) {
        batch.contents.set(content.id, content);
        batch.chunks.push({ hash, offset: chunkBegin, length });
        batch.references.push({ contentId: content.id, start: chunkStart, hash });
        chunkBegin += length;
        chunkStart += length;
      }
    }
    function give(last: boolean): void {
      digest ??= digests.open();
      const done = digest.add(buffer, given, used, last).then(({ cuts, sha256 }) => {
        endChunks(cuts);
        if (sha256 !== undefined) content.sha256 = sha256;
      });
      done.catch(() => {});
      giving.push(done);
      given = used;
    }
    async function givenAll(): Promise<void> {
      await Promise.all(giving);
      giving = [];
    }

    try {
      for await (const piece of telling(source)) {
        content.size += piece.length;
        if (content.size > maxBytes) throw new HubError('too_large', `more than ${maxBytes} bytes`);
        for (let taken = 0; taken < piece.length; ) {
          if (used === buffer.length || batch.chunks.length >= mostChunks) {
            if (used > given) give(false);
            await givenAll();
            await ship();
            given = used;
          }
          const step = Math.min(piece.length - taken, buffer.length - used);
          // Twice as fast into shared memory as `set`.
          Buffer.from(piece.buffer, piece.byteOffset, piece.length).copy(buffer, used, taken, taken + step);
          taken += step;
          used += step;
          if (used - given >= stretch) give(false);
        }
      }
      if (digest) give(true);
      else {
        content.sha256 = createHash('sha256').update(buffer.subarray(given, used)).digest('hex');
        endChunks(cutter()(buffer, given, used, true));
      }
      await givenAll();
    } finally {
      await Promise.allSettled(giving);
      digest?.close();
    }
    if (content.sha256 === null) throw new Error('a content ended without its hash');
    batch.contents.set(content.id, content);
    const { id: contentId, size, sha256 } = content;
    if (batch.contents.size >= mostContents) await ship();
    return { contentId, size, sha256 };
  }

  return {
    add(source, maxBytes = Number.MAX_SAFE_INTEGER) {
      const added = adding.then(() => {
        if (closed) throw new HubError('upload_incomplete');
        return take(source, maxBytes);
      });
      adding = added;
      return added;
    },
    async flush() {
      await adding;
      if (batch.contents.size > 0) await ship();
      await stored;
    },
    async close() {
      if (closed) return;
      closed = true;
      // A later pack may have failed while an earlier one is still being recorded.
      await Promise.allSettled([adding, ...storing]);
      buffers.give(buffer);
    },
  };
}

/** As its contents are now: they grow on while the batch is stored. */
function sealed(batch: Batch): Batch {
  const contents = new Map([...batch.contents].map(([id, content]) => [id, { ...content }]));
  for (const content of batch.contents.values()) content.isNew = false;
  return { ...batch, contents };
}

/** A source that fails is a client that was cut off. */
async function* telling(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw new HubError('upload_incomplete', (error as NodeJS.ErrnoException)?.code ?? 'the source failed');
  }
}
