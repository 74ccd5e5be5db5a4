import { dirname, join } from 'node:path';
import { type Disk, isCode } from '../disk/disk.ts';
import { reached } from '../failpoints.ts';
import { isJunk } from '../plan/ignore.ts';
import { OWN_FOLDER } from '../plan/names.ts';
import { type Stat, sameStat } from '../plan/tree.ts';
import { cannotLink, give, hold, isStill, letGo, putBack, Stale, type Where } from './hold.ts';

export interface Expected {
  kind: 'file' | 'folder';
  stat: Stat;
}

/** @throws {Stale} unless the very object that was planned for, untouched, is there */
export function recheck(disk: Disk, path: string, expected: Expected): void {
  const there = disk.look(path);
  if (!there) throw new Stale(`gone: ${path}`);
  const same =
    expected.kind === 'folder'
      ? there.kind === 'folder' && there.stat.ino === expected.stat.ino
      : sameStat(there.stat, expected.stat);
  if (!same) throw new Stale(`changed: ${path}`);
}

/** @throws {Stale} when the disk with the root was taken away: what is missing then is not gone, and a folder made then is under it */
function recheckRoot({ disk, root }: Where): void {
  if (disk.look(join(root, OWN_FOLDER))?.kind !== 'folder') throw new Stale(`not there: ${root}`);
}

/** @throws {Stale} when a folder on the way is a link by now, or gone: nothing is ever changed where a link leads */
export function recheckWay(where: Where, path: string): void {
  const { disk, root } = where;
  recheckRoot(where);
  for (let at = dirname(path); at.length > root.length; at = dirname(at))
    if (disk.look(at)?.kind !== 'folder') throw new Stale(`no folder: ${at}`);
}

const holdUntouched = (where: Where, path: string, before: Stat) =>
  hold(where, path, (now) => isStill(now, before), before);

/** The stat of what was just put there. @throws {Stale} when it is gone again */
function placed(disk: Disk, path: string): Stat {
  const there = disk.look(path);
  if (!there) throw new Stale(`gone: ${path}`);
  return there.stat;
}

/** Moves what was planned for to a free place. @throws {Stale} */
export async function moveObject(where: Where, from: string, to: string, expected: Expected): Promise<Stat> {
  const { disk } = where;
  for (const path of [from, to]) recheckWay(where, path);
  recheck(disk, from, expected);
  const there = disk.look(to);
  if (there && there.stat.ino !== expected.stat.ino) throw new Stale(`taken: ${to}`);
  // A rename would replace a file that appeared at this very moment; a link does not. (The same file there: its name's case changes.)
  if (there || expected.kind === 'folder') await disk.rename(from, to);
  else await linkThenRemove(where, from, to, expected.stat);
  await disk.syncFolder(dirname(to));
  if (dirname(from) !== dirname(to)) await disk.syncFolder(dirname(from));
  return placed(disk, to);
}

/** So the file always has a name: what it holds may be nowhere else yet. */
async function linkThenRemove(where: Where, from: string, to: string, expected: Stat): Promise<void> {
  const { disk } = where;
  try {
    await disk.link(from, to);
  } catch (error) {
    if (isCode(error, 'EEXIST')) throw new Stale(`taken: ${to}`);
    if (!cannotLink(error)) throw error;
    if (disk.look(to)) throw new Stale(`taken: ${to}`);
    return disk.rename(from, to);
  }
  reached('move.doubled');
  await disk.unlink(await hold(where, from, ({ ino }) => ino === expected.ino));
}

/** @throws {Stale} when something is there */
export async function makeFolder(where: Where, path: string): Promise<Stat> {
  const { disk } = where;
  recheckWay(where, path);
  try {
    await disk.mkdir(path);
  } catch (error) {
    throw isCode(error, 'EEXIST') ? new Stale(`taken: ${path}`) : error;
  }
  await disk.syncFolder(dirname(path));
  return placed(disk, path);
}

/**
 * Removes an untouched file, or a folder with nothing in it but what systems leave there; one that is gone already is as good.
 * @returns a file that is out of the way, and is to be unlinked; many may be at once
 * @throws {Stale}
 */
export async function removeObject(where: Where, path: string, expected: Expected): Promise<string | undefined> {
  const { disk } = where;
  let held: string | undefined;
  if (!disk.look(path)) recheckRoot(where);
  else {
    recheckWay(where, path);
    recheck(disk, path, expected);
    try {
      if (expected.kind === 'folder') {
        const inside = disk.list(path);
        if (inside.every(isJunk)) for (const name of inside) await disk.unlink(join(path, name));
        await disk.rmdir(path);
      } else held = await holdUntouched(where, path, expected.stat);
    } catch (error) {
      throw isCode(error, 'ENOTEMPTY', 'EEXIST') ? new Stale(`not empty: ${path}`) : error;
    }
  }
  await disk.syncFolder(dirname(path));
  return held;
}

/** Gives a finished temporary file its name where nothing is. @throws {Stale} */
export async function placeNew(where: Where, temporary: string, path: string): Promise<Stat> {
  const { disk } = where;
  recheckWay(where, path);
  await give(disk, temporary, path).catch((error) => {
    throw isCode(error, 'EEXIST') ? new Stale(`taken: ${path}`) : error;
  });
  await disk.syncFolder(dirname(path));
  return placed(disk, path);
}

/**
 * Replaces an untouched file. When a program wrote to the old one in that very moment, it is kept beside, `rescued`.
 * @throws {Stale}
 */
export async function replaceFile(
  where: Where,
  temporary: string,
  path: string,
  expected: Stat,
): Promise<{ stat: Stat; rescued: string | undefined }> {
  const { disk } = where;
  recheckWay(where, path);
  recheck(disk, path, { kind: 'file', stat: expected });
  const held = await holdUntouched(where, path, expected);
  try {
    await give(disk, temporary, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) await putBack(where, held, path);
    // A program put a file there in this very moment: that holds, and the hub has the old one.
    else await letGo(where, held, path, expected);
    throw isCode(error, 'EEXIST') ? new Stale(`taken: ${path}`) : error;
  }
  reached('download.replaced');
  const rescued = await letGo(where, held, path, expected);
  await disk.syncFolder(dirname(path));
  return { stat: placed(disk, path), rescued };
}
