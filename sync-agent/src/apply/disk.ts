import { constants, link, lstat, mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { look, statOf } from '../observe/stat.ts';
import { type Stat, sameStat } from '../plan/tree.ts';

/** What is there is not what the plan was made for: look again and plan again. */
export class Stale extends Error {}

/** @throws {Stale} unless the very object that was planned for, untouched, is there */
export function recheck(path: string, expected: { kind: 'file' | 'folder'; stat: Stat }): void {
  const stats = look(path);
  if (!stats) throw new Stale(`gone: ${path}`);
  const stat = statOf(stats);
  const same =
    expected.kind === 'folder' ? stats.isDirectory() && stat.ino === expected.stat.ino : sameStat(stat, expected.stat);
  if (!same) throw new Stale(`changed: ${path}`);
}

export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder for this; its file system journals names.
  if (process.platform === 'win32') return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Moves what was planned for to a free place. @throws {Stale} */
export async function moveObject(
  from: string,
  to: string,
  expected: { kind: 'file' | 'folder'; stat: Stat },
): Promise<Stat> {
  recheck(from, expected);
  const there = look(to);
  if (there && there.ino !== expected.stat.ino) throw new Stale(`taken: ${to}`);
  // A rename would replace a file that appeared at this very moment; a link does not. (The same file there: its name's case changes.)
  if (there || expected.kind === 'folder') await rename(from, to);
  else await linkThenUnlink(from, to);
  await syncFolder(dirname(to));
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from));
  return statOf(await lstat(to));
}

/** @throws {Stale} when something is there */
export async function makeFolder(path: string): Promise<Stat> {
  try {
    await mkdir(path);
  } catch (error) {
    throw isCode(error, 'EEXIST') ? new Stale(`taken: ${path}`) : error;
  }
  await syncFolder(dirname(path));
  return statOf(await lstat(path));
}

/** Removes an untouched file or an empty folder; one that is gone already is as good. @throws {Stale} */
export async function removeObject(path: string, expected: { kind: 'file' | 'folder'; stat: Stat }): Promise<void> {
  if (look(path)) {
    recheck(path, expected);
    try {
      await (expected.kind === 'folder' ? rmdir(path) : unlink(path));
    } catch (error) {
      throw isCode(error, 'ENOTEMPTY', 'EEXIST') ? new Stale(`not empty: ${path}`) : error;
    }
  }
  await syncFolder(dirname(path));
}

/** Gives a finished temporary file its name where nothing is; the system itself refuses to overwrite. @throws {Stale} */
export async function placeNew(temporary: string, path: string): Promise<Stat> {
  await linkThenUnlink(temporary, path);
  await syncFolder(dirname(path));
  return statOf(await lstat(path));
}

async function linkThenUnlink(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
    await unlink(from);
  } catch (error) {
    if (isCode(error, 'EEXIST')) throw new Stale(`taken: ${to}`);
    if (!cannotLink(error)) throw error;
    if (look(to)) throw new Stale(`taken: ${to}`);
    await rename(from, to);
  }
}

/**
 * Replaces an untouched file. The old one is held by a second name until the new one is there: when a program wrote to it in
 * that very moment, `rescue` says where it is kept.
 * @throws {Stale}
 */
export async function replaceFile(
  temporary: string,
  path: string,
  expected: Stat,
  rescue: () => string,
): Promise<{ stat: Stat; rescued: string | undefined }> {
  const old = `${temporary}.old`;
  let held = true;
  recheck(path, { kind: 'file', stat: expected });
  await link(path, old).catch((error) => {
    if (!cannotLink(error)) throw error;
    held = false;
  });
  let rescued: string | undefined;
  try {
    const now = look(path);
    const isSame = now && now.ino === expected.ino && now.size === expected.size && now.mtimeMs === expected.mtimeMs;
    if (!isSame) throw new Stale(`changed: ${path}`);
    await rename(temporary, path);
    const late = held ? look(old) : undefined;
    if (late && (late.size !== expected.size || late.mtimeMs !== expected.mtimeMs)) {
      rescued = rescue();
      await link(old, rescued);
    }
  } finally {
    if (held) await unlink(old);
  }
  await syncFolder(dirname(path));
  return { stat: statOf(await lstat(path)), rescued };
}

const cannotLink = (error: unknown) => isCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK');
export const isCode = (error: unknown, ...codes: string[]) =>
  codes.includes(String((error as NodeJS.ErrnoException | undefined)?.code));
