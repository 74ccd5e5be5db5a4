import { type FSWatcher, watch } from 'node:fs';
import { join, sep } from 'node:path';
import { isCode } from '../disk/disk.ts';
import { splitPath } from '../plan/identify.ts';
import { OWN_FOLDER } from '../plan/names.ts';

/** Folders, by their path from the root, whose changes are hinted at. */
export interface Watch {
  /** To be called before the folder is listed, so that nothing happens unseen between the two. */
  add(path: string): void;
  remove(path: string): void;
  close(): void;
}

const QUIET_MS = 10;
const PATIENCE_MS = 500;

/**
 * Watches folders, not files: every event says only "look here again". Hints come together after a short quiet; they can be lost, so
 * scans remain the truth. Linux has one watch for each folder that the scan comes by; the other systems watch a whole tree at once.
 * @param hinted folders, as paths from the root
 * @param failed the watch is not complete (limit of watches reached): everything must be looked at on a schedule
 */
export function watchFolders(
  root: string,
  hinted: (folders: Set<string>) => void,
  failed: (error: Error) => void,
): Watch {
  const watchers = new Map<string, FSWatcher>();
  let pending = new Set<string>();
  let quiet: NodeJS.Timeout | undefined;
  let patience: NodeJS.Timeout | undefined;
  const isWhole = process.platform === 'darwin' || process.platform === 'win32';

  const flush = () => {
    clearTimeout(quiet);
    clearTimeout(patience);
    patience = undefined;
    const folders = pending;
    pending = new Set();
    if (folders.size > 0) hinted(folders);
  };
  const hint = (path: string) => {
    pending.add(path);
    clearTimeout(quiet);
    quiet = setTimeout(flush, QUIET_MS);
    patience ??= setTimeout(flush, PATIENCE_MS);
  };
  const isOwn = (name: string) => name === OWN_FOLDER || name.startsWith(`${OWN_FOLDER}/`);

  const open = (path: string) => {
    try {
      const watcher = watch(join(root, path), { recursive: isWhole }, (_event, name) => {
        const inside = name?.split(sep).join('/') ?? '';
        if (path === '' && isOwn(inside)) return;
        hint(isWhole ? splitPath(inside)[0] : path);
      });
      // The folder went away under it (Windows), or the system gave up on it.
      watcher.on('error', (error) => {
        close(path);
        hint(path === '' ? '' : splitPath(path)[0]);
        if (!isCode(error, 'EPERM', 'ENOENT')) failed(error);
      });
      watchers.set(path, watcher);
    } catch (error) {
      // Gone already, or not ours to read: who lists it sees that.
      if (!isCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) failed(error as Error);
    }
  };
  const close = (path: string) => {
    watchers.get(path)?.close();
    watchers.delete(path);
  };

  return {
    add(path) {
      if ((isWhole && path !== '') || watchers.has(path)) return;
      open(path);
    },
    remove: close,
    close() {
      clearTimeout(quiet);
      clearTimeout(patience);
      for (const path of [...watchers.keys()]) close(path);
    },
  };
}
