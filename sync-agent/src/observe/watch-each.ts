import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { isCode } from '../disk/disk.ts';
import { splitPath } from '../plan/identify.ts';
import type { Watcher } from './watch.ts';

/** One watch for each folder that the scan comes by: Linux, where a folder costs one inotify watch and nothing else. */
export const watchEach: Watcher = (root, hint, failed) => {
  const watchers = new Map<string, FSWatcher>();

  const close = (path: string) => {
    watchers.get(path)?.close();
    watchers.delete(path);
  };
  return {
    add(path) {
      if (watchers.has(path)) return;
      try {
        const watcher = watch(join(root, path), (_event, name) => hint(path, name ?? undefined));
        // The folder went away under it, or the system gave up on it.
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
    },
    remove: close,
    async close() {
      for (const path of [...watchers.keys()]) close(path);
    },
  };
};
