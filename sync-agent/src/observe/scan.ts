import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { type Disk, type Entry, isCode } from '../disk/disk.ts';
import { type Scan, type Seen, splitPath } from '../plan/identify.ts';
import { OWN_FOLDER } from '../plan/names.ts';
import { identityOf, type Stat, sameStat } from '../plan/tree.ts';
import { hashFile } from './hash.ts';
import { isSettled } from './stat.ts';
import type { Watch } from './watch.ts';

/** Why something on the disk is not synchronised. */
export type Unseen =
  | 'symlink'
  | 'special'
  | 'unreadable'
  | 'changing'
  | 'name_unreadable'
  | 'other_filesystem'
  | 'own_folder';

/** The root cannot be listed: nothing may be concluded from that. */
export class RootMissing extends Error {}

export interface Observer {
  /**
   * Looks at the whole tree, or only at these folders (paths from the root) and at what is new in them. Reads the files
   * whose stat says they may have changed.
   * @throws {RootMissing}
   */
  observe(folders: ReadonlySet<string> | 'all'): Promise<void>;
  scan(): Scan;
  /** Has every folder watched from before it is listed; what happened until then is seen by looking at the whole tree. */
  follow(watch: Pick<Watch, 'add' | 'remove'>): void;
  /** What is there but left out, with the reason. */
  readonly left: ReadonlyMap<string, { why: Unseen }>;
  /** Folders that must be looked at again soon: something in them was still being written. */
  readonly unsettled: ReadonlySet<string>;
}

const AT_A_TIME = 1000;
const READERS = 4;

/** @param agreed the content that a file object with this identity last had, by the agent's own records */
export function createObserver(
  disk: Disk,
  root: string,
  agreed: (identity: string) => { stat: Stat; sha256: string | null } | undefined,
): Observer {
  const folders = new Map<string, Map<string, Seen>>([['', new Map()]]);
  const left = new Map<string, { why: Unseen; stat: Stat | null }>();
  const unsettled = new Set<string>();
  /** Contents of files that may move to a folder looked at later in the same round. */
  const byObject = new Map<string, { stat: Stat; sha256: string | null }>();
  let device = 0;
  let rootIs = '';
  let watch: Pick<Watch, 'add' | 'remove'> | undefined;

  const drop = (path: string) => {
    for (const [name] of folders.get(path) ?? []) drop(path === '' ? name : `${path}/${name}`);
    if (folders.delete(path)) watch?.remove(path);
  };

  async function lookAt(path: string, recursive: boolean, changed: Seen[]): Promise<void> {
    let listed: string[];
    watch?.add(path);
    try {
      listed = disk.list(join(root, path));
    } catch (error) {
      if (path === '') throw new RootMissing(String(error));
      // Not known, rather than empty: it is listed again whenever its own folder is looked at.
      drop(path);
      watch?.remove(path);
      left.set(path, { why: 'unreadable', stat: null });
      // Gone meanwhile, perhaps: its folder tells.
      if (isCode(error, 'ENOENT')) unsettled.add(splitPath(path)[0]);
      return;
    }
    forget(path);
    const before = folders.get(path);
    const now = new Map<string, Seen>();
    folders.set(path, now);
    const subfolders: string[] = [];
    for (const [index, name] of listed.entries()) {
      if (index % AT_A_TIME === AT_A_TIME - 1) await breathe();
      const at = path === '' ? name : `${path}/${name}`;
      const why =
        path === '' && name === OWN_FOLDER ? 'own_folder' : name.includes('\ufffd') ? 'name_unreadable' : undefined;
      if (why) left.set(at, { why, stat: null });
      if (why) continue;
      const entry = lookAtOne(path, name, at);
      if (!entry) continue;
      now.set(name, entry);
      const old = before?.get(name);
      if (entry.kind === 'folder') {
        if (old?.kind !== 'folder' || identityOf(old.stat) !== identityOf(entry.stat)) drop(at);
        if (recursive || !folders.has(at)) subfolders.push(at);
      } else {
        drop(at);
        const known = old?.settled ? old : (byObject.get(identityOf(entry.stat)) ?? agreed(identityOf(entry.stat)));
        if (known && known.sha256 !== null && sameStat(known.stat, entry.stat)) {
          entry.sha256 = known.sha256;
          entry.settled = true;
        } else changed.push(entry);
      }
    }
    for (const name of before?.keys() ?? []) if (!now.has(name)) drop(path === '' ? name : `${path}/${name}`);
    for (const folder of subfolders) await lookAt(folder, recursive, changed);
  }

  function lookAtOne(parentPath: string, name: string, path: string): Seen | undefined {
    let found: Entry | undefined;
    try {
      found = disk.look(join(root, path));
    } catch {
      left.set(path, { why: 'unreadable', stat: null });
      return;
    }
    if (!found) return;
    const { kind, stat } = found;
    if (kind === 'symlink' || kind === 'special') {
      left.set(path, { why: kind, stat: null });
      return;
    }
    if (kind === 'folder' && found.device !== device) {
      left.set(path, { why: 'other_filesystem', stat: null });
      return;
    }
    return { path, parentPath, name, kind, stat, sha256: null, settled: kind === 'folder' };
  }

  /** What was left out directly in a folder is judged again with it. */
  function forget(path: string) {
    left.delete(path);
    for (const at of left.keys()) {
      const [parent] = splitPath(at);
      if (parent === path || !folders.has(parent)) left.delete(at);
    }
  }

  async function read(entries: Seen[]) {
    const queue = entries.values();
    const reader = async () => {
      for (const entry of queue) {
        const from = Date.now();
        let why: Unseen = 'changing';
        try {
          const sha256 = await hashFile(disk, join(root, entry.path), entry.stat);
          if (sha256 !== undefined) {
            entry.sha256 = sha256;
            entry.settled = isSettled(entry.stat, from);
            if (!entry.settled) unsettled.add(entry.parentPath);
            continue;
          }
        } catch (error) {
          if (!isCode(error, 'ENOENT')) why = 'unreadable';
        }
        folders.get(entry.parentPath)?.delete(entry.name);
        left.set(entry.path, { why, stat: entry.stat });
        if (why === 'changing') unsettled.add(entry.parentPath);
      }
    };
    await Promise.all(Array.from({ length: READERS }, reader));
  }

  return {
    left,
    unsettled,
    follow(watching) {
      watch = watching;
    },
    async observe(wanted) {
      const top = disk.look(root);
      if (top?.kind !== 'folder') throw new RootMissing(root);
      ({ device } = top);
      // Mounted anew, or put in the old one's place: the watch is still on that one.
      if (identityOf(top.stat) !== rootIs) watch?.remove('');
      rootIs = identityOf(top.stat);
      const changed: Seen[] = [];
      const due = wanted === 'all' ? [''] : [...new Set([...wanted, ...unsettled])].map(nearest).sort();
      byObject.clear();
      if (wanted === 'all') left.clear();
      for (const entries of folders.values())
        for (const entry of entries.values())
          if (entry.settled && entry.sha256) byObject.set(identityOf(entry.stat), entry);
      unsettled.clear();
      for (const path of new Set(due)) await lookAt(path, wanted === 'all', changed);
      await read(changed);
    },
    scan() {
      const seen: Seen[] = [];
      const collect = (path: string) => {
        for (const entry of folders.get(path)?.values() ?? []) {
          seen.push(entry);
          if (entry.kind === 'folder') collect(entry.path);
        }
      };
      collect('');
      return { seen, unknown: new Map([...left].map(([path, { stat }]) => [path, stat])) };
    },
  };

  /** The folder itself, or the first above it that is known and there. */
  function nearest(path: string): string {
    let at = path;
    while (at !== '' && !(folders.has(at) && disk.look(join(root, at))?.kind === 'folder')) at = splitPath(at)[0];
    return at;
  }
}
