import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  futimesSync,
  linkSync,
  lstatSync,
  openSync,
  read,
  readdirSync,
  readSync,
  renameSync,
  type Stats,
  unlinkSync,
  write,
  writeSync,
} from 'node:fs';
import { mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import { setImmediate as turnOfOthers } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Stat, sameStat } from '../plan/tree.ts';
import { type Disk, isCode, type OpenFile } from './disk.ts';

const statOf = ({ size, mtimeMs, ctimeMs, ino, birthtimeMs }: Stats): Stat => ({
  size,
  mtimeMs,
  ctimeMs,
  ino,
  birthtimeMs,
});

// A pipe that took a file's place would have its opener wait for a writer.
const flags = { read: constants.O_RDONLY | (constants.O_NONBLOCK ?? 0), create: 'wx', append: 'a' };

/**
 * What is done in some microseconds is done at once: by Node's thread pool each call takes ten times as long, and a short file needs
 * about ten. Longer pieces, and all that waits for the disk itself, go through the pool.
 */
const SHORT = 64 * 1024;
const AT_ONCE = 16;
let atOnce = 0;
/** So that sockets and timers have their turn in between. */
async function breathe(): Promise<void> {
  if (++atOnce < AT_ONCE) return;
  atOnce = 0;
  await turnOfOthers();
}

const [readLater, writeLater, forced] = [promisify(read), promisify(write), promisify(fsync)];

async function openFile(path: string, mode: 'read' | 'create' | 'append'): Promise<OpenFile> {
  await breathe();
  const file = openSync(path, flags[mode]);
  let isOpen = true;
  return {
    stat: async () => statOf(fstatSync(file)),
    async read(into, position) {
      if (into.length <= SHORT) return readSync(file, into, 0, into.length, position ?? null);
      return (await readLater(file, into, 0, into.length, position ?? null)).bytesRead;
    },
    async write(bytes) {
      const put = async (from: number) => {
        const left = bytes.length - from;
        if (left <= SHORT) return writeSync(file, bytes, from);
        return (await writeLater(file, bytes, from, left, null)).bytesWritten;
      };
      for (let at = 0; at < bytes.length; ) at += await put(at);
    },
    setMtime: async (ms) => futimesSync(file, new Date(), ms / 1000),
    sync: () => forced(file),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      closeSync(file);
    },
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
  async link(from, to) {
    await breathe();
    linkSync(from, to);
  },
  async unlink(path) {
    // The last name: giving the blocks back can wait for the disk.
    if (lstatSync(path).nlink < 2) return unlink(path);
    await breathe();
    unlinkSync(path);
  },
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
