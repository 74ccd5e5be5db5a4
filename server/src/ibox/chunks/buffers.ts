import { longestChunk } from '@diwan/protocol/ibox-cut.ts';

/** A pack is at most so long, in bytes: long enough for a store to be fast, short enough for four of them a running upload. */
export const longestPack = 8 * 1024 * 1024;

/** What uploads fill and send: shared memory, so that threads read it without a copy. */
export interface Buffers {
  /** @returns a buffer between the longest chunk and the longest pack */
  take(): Buffer;
  give(buffer: Buffer): void;
}

/**
 * Buffers for packs. Few uploads get whole packs; the more run at once, the shorter their packs, so that memory stays near `budget`
 * bytes. Whole ones are kept for the next upload: freeing and asking for 8 MiB at a time would leave it to the garbage collector
 * how much memory the hub holds.
 */
export function packBuffers(budget = 64 * 1024 * 1024): Buffers {
  const idle: Buffer[] = [];
  let lent = 0;
  return {
    take() {
      lent++;
      const share = Math.floor(budget / lent);
      if (share >= longestPack) return idle.pop() ?? newBuffer(longestPack);
      return newBuffer(Math.max(longestChunk, share));
    },
    give(buffer) {
      lent--;
      if (buffer.length === longestPack && idle.length < 6) idle.push(buffer);
    },
  };
}

const newBuffer = (length: number) => Buffer.from(new SharedArrayBuffer(length));
