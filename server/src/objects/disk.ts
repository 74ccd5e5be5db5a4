import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HubError } from '@diwan/protocol/errors.ts';
import { checkKey, type ObjectStore } from './object-store.ts';

/** Of the disk, in bytes; of a small one a twentieth. */
const mostReserve = 64 * 1024 * 1024;

/**
 * Objects as files below a folder, spread over 256 folders by the first two letters of the key's last part.
 * A file appears under its name whole, by rename, after its bytes and before its folder's entry are forced to disk.
 * @param options isReadOnly: another process uses the folder, which must be there; only reading is allowed then
 */
export async function diskStore(folder: string, { isReadOnly = false } = {}): Promise<ObjectStore> {
  const unfinished = join(folder, '.unfinished');
  // What a crash left here was never answered for. One hub uses a folder.
  if (isReadOnly) await stat(folder);
  else {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
  }
  const made = new Map<string, Promise<void>>();

  function pathOf(key: string): string {
    checkKey(key);
    const name = basename(key);
    return join(folder, dirname(key), name.slice(0, 2), name);
  }

  /** Makes a folder and forces its entry, and those of the folders above it, to disk; once. */
  function ensureFolder(path: string): Promise<void> {
    const known = made.get(path);
    if (known) return known;
    const making = (async () => {
      if (path !== folder) await ensureFolder(dirname(path));
      await mkdir(path, { recursive: true, mode: 0o700 });
      await syncFolder(dirname(path));
    })();
    made.set(path, making);
    making.catch(() => made.delete(path));
    return making;
  }

  return {
    longRead: 2 * 1024 * 1024,

    async put(key, pieces) {
      const path = pathOf(key);
      const temporary = join(unfinished, randomUUID());
      try {
        await requireRoom(folder, pieces);
        await ensureFolder(dirname(path));
        await writeSynced(temporary, pieces);
        await rename(temporary, path);
        await syncFolder(dirname(path));
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {});
        throw told(error);
      }
    },

    async get(key, { offset, length }, into) {
      const path = pathOf(key);
      let file: FileHandle;
      try {
        file = await open(path);
      } catch (error) {
        if (isMissing(error)) throw new HubError('content_corrupt', `object ${key} is missing`);
        throw told(error);
      }
      try {
        const bytes = into ?? Buffer.allocUnsafeSlow(length);
        let read = 0;
        while (read < length) {
          const { bytesRead } = await file.read(bytes, read, length - read, offset + read);
          if (bytesRead === 0) throw new HubError('content_corrupt', `object ${key} ends at ${offset + read}`);
          read += bytesRead;
        }
        return bytes;
      } catch (error) {
        throw told(error);
      } finally {
        await file.close();
      }
    },

    async head(key) {
      try {
        return (await stat(pathOf(key))).size;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw told(error);
      }
    },

    async delete(key) {
      await rm(pathOf(key), { force: true }).catch((error) => {
        throw told(error);
      });
    },

    async *list(prefix) {
      for await (const key of keysBelow(folder, '')) if (key.startsWith(prefix)) yield key;
    },
  };
}

async function* keysBelow(folder: string, prefix: string): AsyncIterable<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    // A file's own folder is the shard, which is not part of its key.
    if (entry.isDirectory()) yield* keysBelow(path, `${prefix}${entry.name}/`);
    else yield prefix.replace(/[^/]*\/$/, '') + entry.name;
  }
}

/**
 * A disk is full for files while it still has room for the database beside them: signing in, deleting and downloading go on.
 * @throws {HubError} storage_full
 */
async function requireRoom(folder: string, pieces: readonly Uint8Array[]): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(folder);
  const reserve = Math.min(mostReserve, (blocks * bsize) / 20);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (bavail * bsize - length < reserve) throw new HubError('storage_full', `${bavail * bsize} bytes are free`);
}

async function writeSynced(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await writeAll(file, pieces);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** All of them in as few calls as the system takes. */
async function writeAll(file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  let rest = pieces.filter((piece) => piece.length > 0);
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest.slice(0, 1000));
    rest = rest.flatMap((piece) => {
      const written = Math.min(bytesWritten, piece.length);
      bytesWritten -= written;
      return written === piece.length ? [] : [piece.subarray(written)];
    });
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** What the disk says, in words that people are told. */
function told(error: unknown): unknown {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new HubError('storage_full', String(error));
    case 'EIO':
    case 'EROFS':
    case 'EMFILE':
    case 'ENFILE':
      return new HubError('storage_unavailable', String(error), 10);
    default:
      return error;
  }
}

const isMissing = (error: unknown) => codeOf(error) === 'ENOENT';
const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | undefined)?.code;
