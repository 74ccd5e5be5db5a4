import { hash } from 'node:crypto';
import { findCut, limitsAt, newSearch } from '@diwan/protocol/ibox-cut.ts';
import type { Disk, OpenFile } from '../disk/disk.ts';
import { type Stat, sameStat } from '../plan/tree.ts';
import type { Chunk } from '../remote/chunks.ts';
import { Stale } from './hold.ts';

const WINDOW = 8 * 1024 * 1024;

/**
 * Reads a file and cuts it, as the hub and the browser do; a window of some megabytes at a time.
 * @throws {Stale} unless the file stayed as expected from before the first byte to after the last
 */
export async function* cutFile(disk: Disk, path: string, expected: Stat): AsyncGenerator<Chunk[], void, void> {
  const file = await disk.open(path, 'read');
  try {
    const check = async () => {
      if (!sameStat(await file.stat(), expected)) throw new Stale(`changed: ${path}`);
    };
    await check();
    const { size } = expected;
    let carried = Buffer.alloc(0);
    /** Where in the file the first carried byte is. */
    let start = 0;
    while (start < size) {
      const length = Math.min(carried.length + WINDOW, size - start);
      const window = Buffer.allocUnsafeSlow(length);
      carried.copy(window);
      if (!(await fill(file, window.subarray(carried.length)))) throw new Stale(`cut short: ${path}`);
      const isLast = start + length === size;
      let from = 0;
      const chunks: Uint8Array[] = [];
      while (from < length) {
        let end = findCut(newSearch(limitsAt(start + from)), window, from, length);
        if (end === -1 && !isLast) break;
        if (end === -1) end = length;
        chunks.push(window.subarray(from, end));
        from = end;
      }
      if (isLast) await check();
      // At once: WebCrypto copies the bytes, which takes longer than hashing them.
      if (chunks.length > 0) yield chunks.map((bytes) => ({ hash: hash('sha256', bytes, 'hex'), bytes }));
      carried = window.subarray(from);
      start += from;
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
