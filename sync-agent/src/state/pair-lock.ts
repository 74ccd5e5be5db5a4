import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OWN_FOLDER } from '../plan/names.ts';
import { writeDurably } from './home.ts';
import { takeLock } from './process-lock.ts';

const markerOf = (root: string) => join(root, OWN_FOLDER, 'pair.json');

/** Says which pair a folder belongs to. */
const Mark = z.object({ pair: z.string(), account: z.string().optional() });

/** undefined when the mark is missing, as on an unmounted disk. */
export function readMark(root: string): z.infer<typeof Mark> | undefined {
  try {
    return Mark.parse(JSON.parse(readFileSync(markerOf(root), 'utf8')));
  } catch {
    return;
  }
}

export function writeMark(root: string, pair: string, account: string) {
  mkdirSync(join(root, OWN_FOLDER, 'tmp'), { recursive: true });
  writeDurably(markerOf(root), { pair, account });
}

export class PairBusy extends Error {}

/**
 * Takes a folder for this process: the lock lies in the folder, so that agents with other homes see it too.
 * @returns gives it back
 * @throws {PairBusy} when another agent has it
 */
export function lockPair(root: string): () => void {
  const unlock = takeLock(join(root, OWN_FOLDER, 'lock.db'));
  if (!unlock) throw new PairBusy(root);
  return unlock;
}
