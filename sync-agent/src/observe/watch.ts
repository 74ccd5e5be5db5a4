import { OWN_FOLDER } from '../plan/names.ts';
import { watchEach } from './watch-each.ts';
import { watchTree } from './watch-tree.ts';

/** Folders, by their path from the root, whose changes are hinted at. */
export interface Watch {
  /** To be called before the folder is listed, so that nothing happens unseen between the two. */
  add(path: string): void;
  remove(path: string): void;
  close(): Promise<void>;
}

export interface Heard {
  /** Something happened in a folder, to the entry of that name where the system says so. */
  hint(folder: string, name?: string): void;
  /** The watch is not complete. */
  failed(error: Error): void;
  /** More came at once than the system keeps: some was lost. */
  overflowed(): void;
  /** The watch was not complete until now: all must be looked at once more. */
  stands(): void;
}
export type Watcher = (root: string, heard: Heard) => Watch;

export interface FolderHints {
  /** Folders, as paths from the root; 'all' when it is not known which: something was lost, or happened before the watch stood. */
  hinted(folders: Set<string> | 'all'): void;
  /** The watch is not complete (limit of watches reached): everything must be looked at on a schedule. */
  failed(error: Error): void;
  /** Told before all is hinted at. */
  overflowed(): void;
}

const QUIET_MS = 10;
const PATIENCE_MS = 500;

/**
 * Watches folders, not files: every event says only "look here again". Hints come together after a short quiet; they can be lost, so
 * scans remain the truth.
 */
export function watchFolders(
  root: string,
  { hinted, failed, overflowed }: FolderHints,
  watcher: Watcher = process.platform === 'linux' ? watchEach : watchTree,
): Watch {
  let pending = new Set<string>();
  let quiet: NodeJS.Timeout | undefined;
  let patience: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(quiet);
    clearTimeout(patience);
    patience = undefined;
    const folders = pending;
    pending = new Set();
    if (folders.size > 0) hinted(folders);
  };
  const hint = (folder: string, name?: string) => {
    if (isOwn(folder) || (folder === '' && name !== undefined && isOwn(name))) return;
    pending.add(folder);
    clearTimeout(quiet);
    quiet = setTimeout(flush, QUIET_MS);
    patience ??= setTimeout(flush, PATIENCE_MS);
  };
  const watch = watcher(root, {
    hint,
    failed,
    overflowed() {
      overflowed();
      hinted('all');
    },
    stands: () => hinted('all'),
  });
  return {
    ...watch,
    async close() {
      clearTimeout(quiet);
      clearTimeout(patience);
      await watch.close();
    },
  };
}

const isOwn = (path: string) => path === OWN_FOLDER || path.startsWith(`${OWN_FOLDER}/`);
