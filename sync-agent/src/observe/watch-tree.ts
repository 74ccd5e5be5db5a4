import { relative, sep } from 'node:path';
import { watch } from 'chokidar';
import { splitPath } from '../plan/identify.ts';
import type { Watcher } from './watch.ts';

/**
 * chokidar, which finds the folders by itself: macOS and Windows, whose kernels it knows better than we do. On Linux its second tree
 * would be the agent's largest cost (docs/adr/0013).
 */
export const watchTree: Watcher = (root, { hint, failed, stands }) => {
  const inside = (path: string) => relative(root, path).split(sep).join('/');
  const watcher = watch(root, {
    ignored: (_path, stats) => stats !== undefined && !stats.isDirectory(),
    ignoreInitial: true,
    followSymlinks: false,
    atomic: false,
  });
  watcher.on('raw', (_event, name, details) => {
    const { watchedPath } = details as { watchedPath?: string };
    if (watchedPath !== undefined) hint(inside(watchedPath), name ?? undefined);
  });
  watcher.on('addDir', (path) => hint(inside(path)));
  watcher.on('unlinkDir', (path) => hint(splitPath(inside(path))[0]));
  watcher.on('ready', stands);
  watcher.on('error', (error) => failed(error as Error));
  return { add() {}, remove() {}, close: () => watcher.close() };
};
