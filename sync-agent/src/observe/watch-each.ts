import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { isCode } from '../disk/disk.ts';
import { splitPath } from '../plan/identify.ts';
import type { Heard, Watcher } from './watch.ts';

/**
 * All watches of a process share one queue of the kernel (fs.inotify.max_queued_events). When it is full events are dropped, and Node is
 * not told of the event that says so: a turn of the loop that brings half of what the queue holds is taken for one.
 * https://man7.org/linux/man-pages/man7/inotify.7.html (IN_Q_OVERFLOW)
 */
const enough = Math.floor(queueLength() / 2);
const watches = new Set<Heard>();
let inTurn = 0;
function count(): void {
  if (inTurn++ === 0) setImmediate(() => (inTurn = 0));
  if (inTurn === enough) for (const { overflowed } of watches) overflowed();
}

function queueLength(): number {
  try {
    return Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
  } catch {
    return 16_384; // The kernel's default.
  }
}

/** One watch for each folder that the scan comes by: Linux, where a folder costs one inotify watch and nothing else. */
export const watchEach: Watcher = (root, heard) => {
  const { hint, failed } = heard;
  const watchers = new Map<string, FSWatcher>();
  watches.add(heard);

  const close = (path: string) => {
    watchers.get(path)?.close();
    watchers.delete(path);
  };
  return {
    add(path) {
      if (watchers.has(path)) return;
      try {
        const watcher = watch(join(root, path), (_event, name) => {
          count();
          hint(path, name ?? undefined);
        });
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
      watches.delete(heard);
      for (const path of [...watchers.keys()]) close(path);
    },
  };
};
