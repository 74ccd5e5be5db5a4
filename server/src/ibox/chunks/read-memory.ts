import { createHash, subtle } from 'node:crypto';
import { longestChunk } from '@diwan/protocol/ibox-cut.ts';
import type { DigestPool } from './digest-pool.ts';

/** Where reads put their bytes, and who hashes them there. */
export interface ReadMemory {
  /** Neighbours in a pack are read at once while they fit, in bytes. */
  longestRead(): number;
  /** Reads under way while the bytes of one are passed on. */
  readsAhead(): number;
  /** @returns at least so many bytes */
  take(length: number): Uint8Array;
  /** Nobody looks at them any more. */
  give(memory: Uint8Array): void;
  /** @returns the SHA-256 of each stretch, 32 bytes each, one after the other */
  hashes(bytes: Uint8Array, lengths: number[]): Promise<Uint8Array>;
}

const mib = 1024 * 1024;

/** Memory that the reader keeps; hashed on Node's thread pool. */
export const ownMemory: ReadMemory = {
  longestRead: () => 2 * mib,
  readsAhead: () => 3,
  take: (length) => Buffer.allocUnsafeSlow(length),
  give() {},
  async hashes(bytes, lengths) {
    let at = 0;
    const found = lengths.map((length) => {
      at += length;
      return subtle.digest('SHA-256', bytes.subarray(at - length, at) as Uint8Array<ArrayBuffer>);
    });
    return Buffer.concat((await Promise.all(found)).map((hash) => new Uint8Array(hash)));
  },
};

/** Shorter reads are hashed where they are, sooner than a thread would answer. */
const short = 128 * 1024;
/** What is kept for the next reads, in bytes. */
const mostKept = 24 * mib;

/**
 * Shared memory that is used again, hashed by the digest threads. The garbage of a fast download would otherwise keep the collector
 * busier than the download keeps the hub. Where many read at once, each reads less ahead.
 * @param longRead the store's: at least the longest chunk
 */
export function sharedMemory(digests: DigestPool, longRead = longestChunk): ReadMemory {
  const idle: Buffer[] = [];
  const kept = Math.floor(mostKept / longRead);
  let lent = 0;
  const isBusy = () => lent >= 2 * kept;
  return {
    longestRead: () => (isBusy() ? mib / 2 : longRead),
    readsAhead: () => (isBusy() ? 0 : Math.min(3, kept - 1)),
    take(length) {
      lent++;
      if (length <= short) return Buffer.allocUnsafe(length);
      if (isBusy()) return newShared(length);
      return idle.pop() ?? newShared(longRead);
    },
    give(memory) {
      lent--;
      if (memory.length === longRead && idle.length < kept) idle.push(memory as Buffer);
    },
    async hashes(bytes, lengths) {
      if (bytes.length > short && bytes.buffer instanceof SharedArrayBuffer) return digests.hashes(bytes, lengths);
      const found = new Uint8Array(lengths.length * 32);
      let at = 0;
      for (const [place, length] of lengths.entries()) {
        found.set(
          createHash('sha256')
            .update(bytes.subarray(at, at + length))
            .digest(),
          place * 32,
        );
        at += length;
      }
      return found;
    },
  };
}

const newShared = (length: number) => Buffer.from(new SharedArrayBuffer(length));
