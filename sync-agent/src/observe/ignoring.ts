import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import { IGNORE_FILE, type IgnoreRules, ignoreRules } from '../plan/ignore.ts';
import { type Stat, sameStat } from '../plan/tree.ts';

/** The rules in force, and the file that they were read from. */
export interface Ignoring {
  rules: IgnoreRules;
  stat: Stat | null;
  /** What was agreed on is measured by these rules. */
  isApplied: boolean;
}

export const ignoringNothing = (): Ignoring => ({ rules: ignoreRules(''), stat: null, isApplied: false });

/** So long an ignore file that was just written may be half of one: what was ignored goes on being ignored. */
const QUIET_MS = 1000;
const LONGEST = 1024 * 1024;

/**
 * The rules as the disk has them now; the same object when they are the same.
 * @returns `soon`: the file is being written, look again
 * @throws {NodeJS.ErrnoException} when it is there and cannot be read: what it ignores is not known
 */
export async function readIgnoring(
  disk: Disk,
  root: string,
  before: Ignoring,
): Promise<{ now: Ignoring; soon: boolean }> {
  const path = join(root, IGNORE_FILE);
  const found = disk.look(path);
  const stat = found?.kind === 'file' && found.stat.size <= LONGEST ? found.stat : null;
  if (stat === before.stat || (stat && before.stat && sameStat(stat, before.stat))) return { now: before, soon: false };
  const age = stat ? Date.now() - stat.ctimeMs : QUIET_MS;
  if (before.rules.text !== '' && age >= 0 && age < QUIET_MS) return { now: before, soon: true };
  const text = stat ? await textOf(disk, path, stat.size) : '';
  if (text === before.rules.text) return { now: { ...before, stat }, soon: false };
  return { now: { rules: ignoreRules(text), stat, isApplied: false }, soon: false };
}

async function textOf(disk: Disk, path: string, size: number): Promise<string> {
  const file = await disk.open(path, 'read');
  try {
    const bytes = Buffer.alloc(size);
    let have = 0;
    for (let read = -1; have < size && read !== 0; have += read) read = await file.read(bytes.subarray(have));
    return bytes.toString('utf8', 0, have);
  } finally {
    await file.close();
  }
}
