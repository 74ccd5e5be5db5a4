import { constants, lstatSync, readdirSync, renameSync, type Stats } from 'node:fs';
import { link, mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import { type Stat, sameStat } from '../plan/tree.ts';
import { type Disk, isCode, type OpenFile } from './disk.ts';

const statOf = ({ size, mtimeMs, ctimeMs, ino, birthtimeMs }: Stats): Stat => ({
  size,
  mtimeMs,
  ctimeMs,
  ino,
  birthtimeMs,
});

const flags = { read: 'r', create: 'wx', append: 'a' };

async function openFile(path: string, mode: 'read' | 'create' | 'append'): Promise<OpenFile> {
  const file = await open(path, flags[mode]);
  return {
    stat: async () => statOf(await file.stat()),
    read: async (into, position) => (await file.read(into, 0, into.length, position ?? null)).bytesRead,
    write: (bytes) => file.writeFile(bytes),
    setMtime: (ms) => file.utimes(new Date(), ms / 1000),
    sync: () => file.sync(),
    close: () => file.close(),
  };
}

/** Where a folder is a file by now, nothing lies in it either. */
function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** The machine's own file system. */
export const nodeDisk: Disk = {
  look(path) {
    const stats = lookAt(path);
    if (!stats) return;
    const kind = stats.isDirectory()
      ? 'folder'
      : stats.isFile()
        ? 'file'
        : stats.isSymbolicLink()
          ? 'symlink'
          : 'special';
    const executable = kind === 'file' && process.platform !== 'win32' ? (stats.mode & 0o100) !== 0 : null;
    return { kind, device: stats.dev, links: stats.nlink, stat: statOf(stats), executable };
  },
  list: (path) => readdirSync(path),
  open: openFile,
  mkdir: async (path) => void (await mkdir(path)),
  rmdir,
  async rename(from, to, expected) {
    if (!expected) return rename(from, to);
    // Without a moment in between, as far as one process can see to it.
    if (!sameStat(statOf(lstatSync(from)), expected))
      throw Object.assign(new Error(`ESTALE: ${from}`), { code: 'ESTALE', syscall: 'rename', path: from });
    renameSync(from, to);
  },
  link,
  unlink,
  async setExecutable(path, executable) {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const mode = (await file.stat()).mode & 0o7777;
      await file.chmod(executable ? mode | ((mode & 0o444) >> 2) : mode & ~0o111);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  async syncFolder(path) {
    // Windows cannot open a folder for this; its file system journals names.
    if (process.platform === 'win32') return;
    const folder = await open(path, constants.O_RDONLY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};
