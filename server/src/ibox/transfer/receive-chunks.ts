import { HubError } from '@diwan/protocol/errors.ts';
import { longestPack } from '@diwan/protocol/ibox-chunks.ts';
import { longestChunk } from '@diwan/protocol/ibox-cut.ts';
import type { Actor } from '../../identity/actor.ts';
import type { DigestPool } from '../chunks/digest-pool.ts';
import { type BufferedChunk, newBatch, storeBatch } from '../chunks/store-batch.ts';
import type { Bytes } from '../chunks/write-content.ts';

const frameLength = 4 + 32;
/** Frames of the shortest chunks would be rows without end. */
const mostChunks = 2000;

/**
 * Takes in the chunks of one request, each checked against its name, and stores what is new as one pack.
 * @returns how many came; durable
 * @throws {HubError} upload_incomplete, too_large, bad_request, storage_full, storage_unavailable
 */
export async function receiveChunks(
  { db, objects, buffers, digests }: Bytes,
  actor: Actor,
  source: AsyncIterable<Uint8Array>,
): Promise<number> {
  const buffer = buffers.take();
  let batch = { ...newBatch(), sentBy: actor.accountId };
  let used = 0;
  let received = 0;
  let bytes = 0;
  async function store(): Promise<void> {
    await checkNames(digests, buffer.subarray(0, used), batch.chunks);
    await storeBatch(db, objects, batch, buffer);
    batch = { ...newBatch(), sentBy: actor.accountId };
    used = 0;
  }
  try {
    const reader = frames(source);
    for (let frame = await reader.head(); frame; frame = await reader.head()) {
      bytes += frame.length;
      if (bytes > longestPack || ++received > mostChunks) throw new HubError('too_large', 'one request is one pack');
      // Where many upload at once the buffers are shorter than a pack.
      if (used + frame.length > buffer.length) await store();
      await reader.fill(buffer.subarray(used, used + frame.length));
      batch.chunks.push({ hash: frame.hash, offset: used, length: frame.length });
      used += frame.length;
    }
    await store();
    return received;
  } finally {
    buffers.give(buffer);
  }
}

/** @param bytes the chunks, one after the other. @throws {HubError} upload_incomplete when one is not what it is called */
async function checkNames(digests: DigestPool, bytes: Uint8Array, chunks: readonly BufferedChunk[]): Promise<void> {
  const found = await digests.hashes(
    bytes,
    chunks.map(({ length }) => length),
  );
  for (const [place, { hash }] of chunks.entries()) {
    const name = found.subarray(place * 32, place * 32 + 32);
    if (Buffer.compare(name, hash) !== 0)
      throw new HubError('upload_incomplete', `a chunk hashes to ${Buffer.from(name).toString('hex')}`);
  }
}

/** Reads frames out of pieces of any size. */
export function frames(source: AsyncIterable<Uint8Array>) {
  const pieces = source[Symbol.asyncIterator]();
  let piece: Uint8Array = new Uint8Array();

  /** @returns how much of the target was filled before the source ended */
  async function read(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      if (piece.length === 0) {
        const next = await pieces.next().catch((error) => {
          throw new HubError('upload_incomplete', (error as NodeJS.ErrnoException)?.code ?? 'the source failed');
        });
        if (next.done) break;
        piece = next.value;
      }
      const step = Math.min(piece.length, target.length - filled);
      // Twice as fast into shared memory as `set`.
      Buffer.from(piece.buffer, piece.byteOffset, step).copy(target, filled);
      piece = piece.subarray(step);
      filled += step;
    }
    return filled;
  }
  return {
    /** @returns the next frame's, or undefined at the end. @throws {HubError} upload_incomplete, too_large, bad_request */
    async head(): Promise<{ length: number; hash: Buffer } | undefined> {
      const head = Buffer.alloc(frameLength);
      const filled = await read(head);
      if (filled === 0) return undefined;
      if (filled < frameLength) throw new HubError('upload_incomplete', 'a frame is cut short');
      const length = head.readUInt32BE(0);
      if (length === 0) throw new HubError('bad_request', 'a chunk has at least one byte');
      if (length > longestChunk) throw new HubError('too_large', `a chunk has at most ${longestChunk} bytes`);
      return { length, hash: head.subarray(4) };
    },
    /** @throws {HubError} upload_incomplete when the source ends before */
    async fill(target: Uint8Array): Promise<void> {
      if ((await read(target)) < target.length) throw new HubError('upload_incomplete', 'a chunk is cut short');
    },
  };
}
