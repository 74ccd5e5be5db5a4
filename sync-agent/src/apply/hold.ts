import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { type Disk, isCode } from '../disk/disk.ts';
import { reached } from '../failpoints.ts';
import { conflictName, cut, OWN_FOLDER } from '../plan/names.ts';
import { agreedPath, type Stat } from '../plan/tree.ts';
import type { PairState } from '../state/pair-state.ts';
import type { Work } from './job.ts';

export type Where = Pick<Work, 'disk' | 'root' | 'rootId' | 'machine' | 'date'>;

/** What is there is not what the plan was made for: look again and plan again. */
export class Stale extends Error {}

const folderOf = (root: string) => join(root, OWN_FOLDER, 'held');

/** The same file, untouched; a rename or a second name changes its ctime only. */
export const isStill = (now: Stat, before: Stat): boolean =>
  now.ino === before.ino && now.size === before.size && now.mtimeMs === before.mtimeMs;

/**
 * Takes a file out of the way, whatever lies there by now, and then sees whether it is what was planned for: to look first and act on
 * the name afterwards would lose what a program puts there in between. What was taken by mistake goes back.
 * @param untouched what must be there, ctime and all: a write that keeps size and mtime cannot be seen once the rename changed the ctime
 * @returns its path, which nobody else knows
 * @throws {Stale}
 */
export async function hold(
  where: Where,
  path: string,
  isExpected: (stat: Stat) => boolean,
  untouched?: Stat,
): Promise<string> {
  const { disk, root } = where;
  const folder = folderOf(root);
  if (!disk.look(folder))
    await disk.mkdir(folder).catch((error) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  const held = join(folder, cut(`${randomUUID()} ${basename(path)}`, 255));
  await disk.rename(path, held, untouched).catch((error) => {
    throw isCode(error, 'ESTALE') ? new Stale(`changed: ${path}`) : error;
  });
  reached('file.held');
  const taken = disk.look(held);
  if (taken && isExpected(taken.stat)) return held;
  await putBack(where, held, path);
  throw new Stale(`changed: ${path}`);
}

/** Removes a held file, unless a program that had it open wrote to it meanwhile. @returns where it then is, beside its name */
export async function letGo(where: Where, held: string, path: string, expected: Stat): Promise<string | undefined> {
  const now = where.disk.look(held);
  if (!now || !isStill(now.stat, expected)) return putBack(where, held, path);
  await where.disk.unlink(held);
  return undefined;
}

/** Gives what is held its name again, or one beside it where that is taken by now. @returns its path */
export async function putBack({ disk, machine, date }: Where, held: string, path: string): Promise<string> {
  const folder = dirname(path);
  const isTaken = (name: string) => disk.look(join(folder, name)) !== undefined;
  for (let to = path; ; to = join(folder, conflictName(basename(path), machine, date, isTaken))) {
    try {
      if (disk.look(held)?.kind !== 'folder') await give(disk, held, to);
      else if (isTaken(basename(to))) continue;
      else await disk.rename(held, to);
      return to;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
  }
}

/** Names a file that nobody else knows; the system itself refuses to overwrite. @throws EEXIST */
export async function give(disk: Disk, own: string, to: string): Promise<void> {
  try {
    await disk.link(own, to);
  } catch (error) {
    if (!cannotLink(error)) throw error;
    if (disk.look(to)) throw Object.assign(new Error(`EEXIST: ${to}`), { code: 'EEXIST', syscall: 'link' });
    return disk.rename(own, to);
  }
  reached('link.doubled');
  await disk.unlink(own);
}

export const cannotLink = (error: unknown) => isCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK');

/**
 * What was held when the agent was cut off gets its name again: else it would count as deleted. Not needed by a file that has another
 * name, nor where what replaced it is there already.
 * @returns whether there was any
 */
export async function recoverHeld(where: Where, state: Pick<PairState, 'base' | 'byObject'>): Promise<boolean> {
  const { disk, root, rootId } = where;
  const folder = folderOf(root);
  const names = disk.look(folder) ? disk.list(folder) : [];
  for (const name of names) {
    const held = join(folder, name);
    const entry = disk.look(held);
    if (!entry) continue;
    const own = name.slice(name.indexOf(' ') + 1);
    const node = state.byObject(entry.stat).find((one) => one.name === own.normalize('NFC'));
    const home = node && agreedPath(state.base, rootId, node);
    const isHome = home !== undefined && disk.look(dirname(join(root, home)))?.kind === 'folder';
    const path = join(root, isHome ? home : own);
    const isReplaced = node?.stat && isStill(entry.stat, node.stat) && disk.look(path) !== undefined;
    if ((entry.kind !== 'folder' && entry.links > 1) || isReplaced) await disk.unlink(held);
    else await disk.syncFolder(dirname(await putBack(where, held, path)));
  }
  return names.length > 0;
}
