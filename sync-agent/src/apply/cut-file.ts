import { hash } from 'node:crypto';
import { findCut, limitsAt, longestChunk, newSearch } from '@diwan/protocol/ibox-cut.ts';
import type { Disk, OpenFile } from '../disk/disk.ts';
import { type Stat, sameStat } from '../plan/tree.ts';
import type { Chunk } from '../remote/chunks.ts';
import { Stale } from './hold.ts';

/** Read at once. What is shorter with what it carries on is no matter to the collector. */
const WINDOW = 8 * 1024 * 1024;
const LONGEST_WINDOW = WINDOW + longestChunk;

/** Chunks that follow each other in a file, and what their bytes lie in. */
export interface Cut {
  chunks: Chunk[];
  window: Buffer;
}

/** Windows of long files, used again: the collector would look through the whole heap for every few of them. */
export interface Windows {
  take(length: number): Buffer;
  /** Nobody looks at its bytes any more. */
  give(window: Buffer): void;
}

export function keptWindows(): Windows {
  const idle: Buffer[] = [];
  return {
    take(length) {
      if (length < WINDOW) return Buffer.allocUnsafeSlow(length);
      return idle.pop() ?? Buffer.allocUnsafeSlow(LONGEST_WINDOW);
    },
    give(window) {
      if (window.length === LONGEST_WINDOW) idle.push(window);
    },
  };
}

/**
 * Reads a file and cuts it, as the hub and the browser do; a window of some megabytes at a time.
 * @throws {Stale} unless the file stayed as expected from before the first byte to after the last
 */
export async function* cutFile(
  disk: Disk,
  path: string,
  expected: Stat,
  windows: Windows,
): AsyncGenerator<Cut, void, void> {
  const file = await disk.open(path, 'read');
  try {
    const check = async () => {
      if (!sameStat(await file.stat(), expected)) throw new Stale(`changed: ${path}`);
    };
    await check();
    const { size } = expected;
    const lengthFrom = (start: number, carried: number) => Math.min(carried + WINDOW, size - start);
    let carried = 0;
    /** Where in the file the window begins; its first bytes are carried on from the one before. */
    let start = 0;
    let window = windows.take(lengthFrom(0, 0));
    while (start < size) {
      const length = lengthFrom(start, carried);
      const bytes = window.subarray(0, length);
      if (!(await fill(file, bytes.subarray(carried)))) throw new Stale(`cut short: ${path}`);
      const isLast = start + length === size;
      let from = 0;
      const chunks: Chunk[] = [];
      while (from < length) {
        let end = findCut(newSearch(limitsAt(start + from)), bytes, from, length);
        if (end === -1 && !isLast) break;
        if (end === -1) end = length;
        const chunk = bytes.subarray(from, end);
        // At once: WebCrypto copies the bytes, which takes longer than hashing them.
        chunks.push({ hash: hash('sha256', chunk, 'hex'), bytes: chunk });
        from = end;
      }
      if (isLast) await check();
      const full = window;
      start += from;
      carried = length - from;
      if (!isLast) {
        // Before the full one is given away: it may be used again at once.
        window = windows.take(lengthFrom(start, carried));
        full.copy(window, 0, from, length);
      }
      if (chunks.length > 0) yield { chunks, window: full };
      else windows.give(full);
    }
  } finally {
    await file.close();
  }
}

async function fill(file: OpenFile, into: Uint8Array): Promise<boolean> {
  for (let at = 0; at < into.length; ) {
    const read = await file.read(into.subarray(at));
    if (read === 0) return false;
    at += read;
  }
  return true;
}
