import { join, relative, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { OWN_FOLDER } from '../plan/names.ts';

export interface Watch {
  close(): Promise<void>;
}

const QUIET_MS = 25;
const PATIENCE_MS = 500;

/**
 * Watches folders, not files: one watch per folder, whose every event says only "look here again". Hints come together
 * after a short quiet; they can be lost, so scans remain the truth.
 * @param hinted folders, as paths from the root; 'all' once the watch stands, for what happened before
 * @param failed the watch is not complete (limit of watches reached): everything must be looked at on a schedule
 */
export function watchFolders(
  root: string,
  hinted: (folders: Set<string> | 'all') => void,
  failed: (error: Error) => void,
): Watch {
  let pending = new Set<string>();
  let quiet: NodeJS.Timeout | undefined;
  let patience: NodeJS.Timeout | undefined;
  const own = join(root, OWN_FOLDER);

  const flush = () => {
    clearTimeout(quiet);
    clearTimeout(patience);
    patience = undefined;
    const folders = pending;
    pending = new Set();
    if (folders.size > 0) hinted(folders);
  };
  const hint = (folder: string) => {
    const path = relative(root, folder).split(sep).join('/');
    if (path.startsWith('..') || path === OWN_FOLDER || path.startsWith(`${OWN_FOLDER}/`)) return;
    pending.add(path);
    clearTimeout(quiet);
    quiet = setTimeout(flush, QUIET_MS);
    patience ??= setTimeout(flush, PATIENCE_MS);
  };

  const watcher: FSWatcher = watch(root, {
    ignored: (path, stats) => path === own || (stats !== undefined && !stats.isDirectory()),
    ignoreInitial: true,
    followSymlinks: false,
    atomic: false,
  });
  watcher.on('raw', (_event, name, details) => {
    const { watchedPath } = details as { watchedPath?: string };
    if (watchedPath !== undefined && !(watchedPath === root && name === OWN_FOLDER)) hint(watchedPath);
  });
  watcher.on('addDir', (path) => hint(path));
  watcher.on('unlinkDir', (path) => hint(join(path, '..')));
  watcher.on('ready', () => hinted('all'));
  watcher.on('error', (error) => failed(error as Error));
  return {
    close: async () => {
      clearTimeout(quiet);
      clearTimeout(patience);
      await watcher.close();
    },
  };
}
