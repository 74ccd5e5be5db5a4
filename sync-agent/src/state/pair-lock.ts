import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { OWN_FOLDER } from '../plan/names.ts';
import { writeDurably } from './home.ts';

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
 * Takes a folder for this process. The lock is SQLite's on a file in the folder: the system drops it with the process,
 * however that ends, and agents with other homes see it too.
 * @returns gives it back
 * @throws {PairBusy} when another agent has it
 */
export function lockPair(root: string): () => void {
  const db = new DatabaseSync(join(root, OWN_FOLDER, 'lock.db'));
  try {
    db.exec('pragma locking_mode = exclusive; begin exclusive; pragma user_version = 1; commit; begin exclusive;');
  } catch (error) {
    db.close();
    if (/locked|busy/i.test(String(error))) throw new PairBusy(root);
    throw error;
  }
  return () => db.close();
}
