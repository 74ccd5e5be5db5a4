import { createHash, hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type Stat, sameStat } from '../plan/tree.ts';
import { statOf } from './stat.ts';

const PIECE = 1024 * 1024;

/**
 * sha256 (hex) of a file that stayed as `expected` from before the first byte to after the last; undefined when it did not.
 * @throws {NodeJS.ErrnoException} when it cannot be read
 */
export async function hashFile(path: string, expected: Stat): Promise<string | undefined> {
  const file = await open(path, 'r');
  try {
    if (!sameStat(statOf(await file.stat()), expected)) return;
    let sha256: string;
    if (expected.size <= PIECE) sha256 = hash('sha256', await file.readFile(), 'hex');
    else {
      const sum = createHash('sha256');
      const piece = Buffer.allocUnsafe(PIECE);
      for (let read = 1; read > 0; ) {
        read = (await file.read(piece, 0, PIECE)).bytesRead;
        sum.update(piece.subarray(0, read));
      }
      sha256 = sum.digest('hex');
    }
    return sameStat(statOf(await file.stat()), expected) ? sha256 : undefined;
  } finally {
    await file.close();
  }
}
