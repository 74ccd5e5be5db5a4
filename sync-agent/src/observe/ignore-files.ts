import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import { IGNORE_FILE, ignoreRules } from '../plan/ignore.ts';
import { type Stat, sameStat } from '../plan/tree.ts';

/** So long an ignore file that was just written may be half of one: what was ignored goes on being ignored. */
const QUIET_MS = 1000;
const LONGEST = 1024 * 1024;

/** What the ignore files of a tree say, folder by folder as it is looked at. */
export function openIgnoreFiles(disk: Disk, root: string) {
  const known = new Map<string, { stat: Stat; text: string }>();
  let rules = ignoreRules(new Map());

  const put = (folder: string, file: { stat: Stat; text: string } | undefined): boolean => {
    const before = known.get(folder)?.text ?? '';
    if (file) known.set(folder, file);
    else known.delete(folder);
    const now = file?.text ?? '';
    if (now === before) return false;
    rules = ignoreRules(new Map([...known].flatMap(([at, { text }]) => (text.trim() === '' ? [] : [[at, text]]))));
    return true;
  };

  return {
    /** The same object while nothing changed. */
    get rules() {
      return rules;
    },
    /**
     * Reads the file of a folder, where it changed.
     * @returns `soon`: it is being written, look again
     * @throws {NodeJS.ErrnoException} when it is there and cannot be read: what it ignores is not known
     */
    async look(folder: string): Promise<'same' | 'changed' | 'soon'> {
      const path = join(root, folder, IGNORE_FILE);
      const found = disk.look(path);
      const stat = found?.kind === 'file' && found.stat.size <= LONGEST ? found.stat : undefined;
      const before = known.get(folder);
      if (stat && before && sameStat(stat, before.stat)) return 'same';
      // Put there whole, as a download is, it has the time that it was written at.
      const age = stat ? Date.now() - stat.mtimeMs : QUIET_MS;
      if (before && before.text !== '' && age >= 0 && age < QUIET_MS) return 'soon';
      const text = stat && (await textOf(disk, path, stat.size));
      return put(folder, stat && { stat, text: text ?? '' }) ? 'changed' : 'same';
    },
    /** There is none, or not the folder any more. @returns whether it said anything */
    forget: (folder: string): boolean => known.has(folder) && put(folder, undefined),
  };
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
