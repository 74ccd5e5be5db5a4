import { createHash } from 'node:crypto';
import type { Disk } from '../disk/disk.ts';
import { type Stat, sameStat } from '../plan/tree.ts';

const PIECE = 1024 * 1024;

/**
 * sha256 (hex) of a file that stayed as `expected` from before the first byte to after the last; undefined when it did not.
 * @param pace waited for with every piece
 * @throws {NodeJS.ErrnoException} when it cannot be read
 */
export async function hashFile(
  disk: Disk,
  path: string,
  expected: Stat,
  pace?: (bytes: number) => Promise<void>,
): Promise<string | undefined> {
  const file = await disk.open(path, 'read');
  try {
    if (!sameStat(await file.stat(), expected)) return;
    const sum = createHash('sha256');
    const piece = Buffer.allocUnsafe(Math.min(PIECE, Math.max(1, expected.size)));
    for (let at = 0; at < expected.size; ) {
      const read = await file.read(piece);
      await pace?.(read);
      if (read === 0) return;
      sum.update(piece.subarray(0, read));
      at += read;
    }
    return sameStat(await file.stat(), expected) ? sum.digest('hex') : undefined;
  } finally {
    await file.close();
  }
}
