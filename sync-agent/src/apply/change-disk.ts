import { dirname } from 'node:path';
import { type Disk, isCode } from '../disk/disk.ts';
import { reached } from '../failpoints.ts';
import { type Stat, sameStat } from '../plan/tree.ts';

/** What is there is not what the plan was made for: look again and plan again. */
export class Stale extends Error {}

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

/** The stat of what was just put there. @throws {Stale} when it is gone again */
function placed(disk: Disk, path: string): Stat {
  const there = disk.look(path);
  if (!there) throw new Stale(`gone: ${path}`);
  return there.stat;
}

/** Moves what was planned for to a free place. @throws {Stale} */
export async function moveObject(disk: Disk, from: string, to: string, expected: Expected): Promise<Stat> {
  recheck(disk, from, expected);
  const there = disk.look(to);
  if (there && there.stat.ino !== expected.stat.ino) throw new Stale(`taken: ${to}`);
  // A rename would replace a file that appeared at this very moment; a link does not. (The same file there: its name's case changes.)
  if (there || expected.kind === 'folder') await disk.rename(from, to);
  else await linkThenUnlink(disk, from, to);
  await disk.syncFolder(dirname(to));
  if (dirname(from) !== dirname(to)) await disk.syncFolder(dirname(from));
  return placed(disk, to);
}

/** @throws {Stale} when something is there */
export async function makeFolder(disk: Disk, path: string): Promise<Stat> {
  try {
    await disk.mkdir(path);
  } catch (error) {
    throw isCode(error, 'EEXIST') ? new Stale(`taken: ${path}`) : error;
  }
  await disk.syncFolder(dirname(path));
  return placed(disk, path);
}

/** Removes an untouched file or an empty folder; one that is gone already is as good. @throws {Stale} */
export async function removeObject(disk: Disk, path: string, expected: Expected): Promise<void> {
  if (disk.look(path)) {
    recheck(disk, path, expected);
    try {
      await (expected.kind === 'folder' ? disk.rmdir(path) : disk.unlink(path));
    } catch (error) {
      throw isCode(error, 'ENOTEMPTY', 'EEXIST') ? new Stale(`not empty: ${path}`) : error;
    }
  }
  await disk.syncFolder(dirname(path));
}

/** Gives a finished temporary file its name where nothing is; the system itself refuses to overwrite. @throws {Stale} */
export async function placeNew(disk: Disk, temporary: string, path: string): Promise<Stat> {
  await linkThenUnlink(disk, temporary, path);
  await disk.syncFolder(dirname(path));
  return placed(disk, path);
}

async function linkThenUnlink(disk: Disk, from: string, to: string): Promise<void> {
  try {
    await disk.link(from, to);
    reached('link.doubled');
    await disk.unlink(from);
  } catch (error) {
    if (isCode(error, 'EEXIST')) throw new Stale(`taken: ${to}`);
    if (!cannotLink(error)) throw error;
    if (disk.look(to)) throw new Stale(`taken: ${to}`);
    await disk.rename(from, to);
  }
}

/**
 * Replaces an untouched file. The old one is held by a second name until the new one is there: when a program wrote to it in
 * that very moment, `rescue` says where it is kept.
 * @throws {Stale}
 */
export async function replaceFile(
  disk: Disk,
  temporary: string,
  path: string,
  expected: Stat,
  rescue: () => string,
): Promise<{ stat: Stat; rescued: string | undefined }> {
  const old = `${temporary}.old`;
  let held = true;
  recheck(disk, path, { kind: 'file', stat: expected });
  await disk.link(path, old).catch((error) => {
    if (!cannotLink(error)) throw error;
    held = false;
  });
  reached('download.held');
  let rescued: string | undefined;
  try {
    const now = disk.look(path)?.stat;
    const isSame = now && now.ino === expected.ino && now.size === expected.size && now.mtimeMs === expected.mtimeMs;
    if (!isSame) throw new Stale(`changed: ${path}`);
    await disk.rename(temporary, path);
    reached('download.replaced');
    const late = held ? disk.look(old)?.stat : undefined;
    if (late && (late.size !== expected.size || late.mtimeMs !== expected.mtimeMs)) {
      rescued = rescue();
      await disk.link(old, rescued);
    }
  } finally {
    if (held) await disk.unlink(old);
  }
  await disk.syncFolder(dirname(path));
  return { stat: placed(disk, path), rescued };
}

const cannotLink = (error: unknown) => isCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK');
