import { join } from 'node:path';
import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import { type Disk, type Entry, isCode } from '../disk/disk.ts';
import { type Scan, type Seen, splitPath } from '../plan/identify.ts';
import { IGNORE_FILE, type IgnoreRules, type Verdict } from '../plan/ignore.ts';
import { OWN_FOLDER } from '../plan/names.ts';
import type { Changes, Surface } from '../plan/narrow.ts';
import { identityOf, type Stat, sameStat } from '../plan/tree.ts';
import { hashFile } from './hash.ts';
import { openIgnoreFiles } from './ignore-files.ts';
import { isSettled, TICK_MS } from './stat.ts';
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
  /** The same, folder by folder. */
  readonly surface: Surface;
  /** What changed since this was last asked. */
  takeChanged(): Changes;
  /** What is left out, by the ignore files as they were last seen; the same object while they say the same. */
  readonly rules: IgnoreRules;
  /** How many are ignored, without what is in them. */
  ignored(): number;
  /** Has every folder watched from before it is listed; what happened until then is seen by looking at the whole tree. */
  follow(watch: Pick<Watch, 'add' | 'remove'>): void;
  /** Every folder that was looked at, by name. */
  folders(): string[];
  /** This file is read again with the next look at its folder, whatever its stat says. */
  doubt(path: string): void;
  /** What is there but left out, with the reason. */
  left(): Iterable<[path: string, left: { why: Unseen }]>;
  /** What could not be looked into, as it was then: anything that is missing may have gone in there. */
  failing(): Set<string>;
  /** Folders that must be looked at again soon: something in them was still being written. */
  readonly unsettled: ReadonlySet<string>;
}

const AT_A_TIME = 1000;
const READERS = 4;
/** Such a file is read once its stat can be trusted: to read it twice takes longer than to wait a moment. */
const LONG = 4 * 1024 * 1024;

interface Left {
  why: Unseen;
  stat: Stat | null;
  /** Of a folder that could not be listed. */
  ctimeMs?: number | undefined;
}

/** @param agreed the contents that this file object last had, by the agent's own records */
export function createObserver(
  disk: Disk,
  root: string,
  agreed: (object: Stat) => { stat: Stat | null; sha256: string | null }[],
): Observer {
  const folders = new Map<string, Map<string, Seen>>([['', new Map()]]);
  /** By the folder that it is in. */
  const leftIn = new Map<string, Map<string, Left>>();
  let changedFolders = new Set<string>();
  let goneFiles: Seen[] = [];
  const unsettled = new Set<string>();
  /** Files that went from a folder in this round: they may turn up in another. */
  const departed = new Map<string, Seen>();
  /** Of each folder, what in it is ignored. */
  const ignored = new Map<string, Map<string, Verdict>>();
  const ignoreFiles = openIgnoreFiles(disk, root);
  let device = 0;
  let rootIs = '';
  let watch: Pick<Watch, 'add' | 'remove'> | undefined;

  const drop = (path: string) => {
    const entries = folders.get(path);
    if (!entries) return;
    for (const [name, entry] of entries) {
      if (entry.kind === 'folder') drop(path === '' ? name : `${path}/${name}`);
      else depart(entry);
    }
    folders.delete(path);
    ignored.delete(path);
    ignoreFiles.forget(path);
    leftIn.delete(path);
    changedFolders.add(path);
    watch?.remove(path);
  };
  const depart = (entry: Seen) => {
    if (entry.settled) departed.set(identityOf(entry.stat), entry);
  };
  const leave = (path: string, why: Unseen, stat: Stat | null = null, ctimeMs?: number) => {
    const [folder] = splitPath(path);
    const there = leftIn.get(folder);
    if (there) there.set(path, { why, stat, ctimeMs });
    else leftIn.set(folder, new Map([[path, { why, stat, ctimeMs }]]));
    if (why !== 'own_folder') changedFolders.add(folder);
  };

  async function lookAt(path: string, recursive: boolean, changed: Seen[]): Promise<void> {
    let listed: string[];
    watch?.add(path);
    let isJudgedAnew = false;
    try {
      listed = listFolder(path);
      if (listed.includes(IGNORE_FILE)) {
        const read = await ignoreFiles.look(path);
        isJudgedAnew = read === 'changed';
        if (read === 'soon') unsettled.add(path);
      } else isJudgedAnew = ignoreFiles.forget(path);
    } catch (error) {
      if (path === '') throw error;
      // Not known, rather than empty: it is listed again whenever its own folder is looked at.
      drop(path);
      watch?.remove(path);
      leave(path, 'unreadable', null, ctimeOf(path));
      // Gone meanwhile, perhaps: its folder tells.
      if (isCode(error, 'ENOENT')) unsettled.add(splitPath(path)[0]);
      return;
    }
    forget(path);
    ignored.delete(path);
    const before = folders.get(path);
    if (!before) changedFolders.add(path);
    const now = new Map<string, Seen>();
    folders.set(path, now);
    const subfolders: string[] = [];
    for (const [index, name] of listed.entries()) {
      if (index % AT_A_TIME === AT_A_TIME - 1) await breathe();
      const at = path === '' ? name : `${path}/${name}`;
      const why =
        path === '' && name === OWN_FOLDER ? 'own_folder' : name.includes('\ufffd') ? 'name_unreadable' : undefined;
      if (why) leave(at, why);
      if (why) continue;
      const entry = lookAtOne(path, name, at);
      if (!entry) continue;
      const old = before?.get(name);
      const isSame = old?.kind === entry.kind && identityOf(old.stat) === identityOf(entry.stat);
      if (!isSame) changedFolders.add(path);
      if (entry.kind === 'folder') {
        now.set(name, isSame ? old : entry);
        if (!isSame) drop(at);
        if (recursive || isJudgedAnew || !folders.has(at)) subfolders.push(at);
        continue;
      }
      if (old?.kind === 'folder') drop(at);
      if (isSame && old.settled && sameStat(old.stat, entry.stat)) {
        now.set(name, old);
        continue;
      }
      if (old && !isSame) depart(old);
      now.set(name, entry);
      changedFolders.add(path);
      const isKnown = (one: { stat: Stat | null; sha256: string | null } | undefined) =>
        one?.stat && one.sha256 !== null && sameStat(one.stat, entry.stat);
      const gone = departed.get(identityOf(entry.stat));
      const known = isKnown(gone) ? gone : agreed(entry.stat).find(isKnown);
      if (known) {
        entry.sha256 = known.sha256;
        entry.settled = true;
      } else changed.push(entry);
    }
    const names = new Set(listed);
    for (const [name, entry] of before ?? []) {
      if (now.has(name)) continue;
      if (entry.kind === 'folder') drop(path === '' ? name : `${path}/${name}`);
      else depart(entry);
      if (entry.kind === 'file' && !names.has(name)) goneFiles.push(entry);
      else changedFolders.add(path);
    }
    for (const folder of subfolders) await lookAt(folder, recursive || isJudgedAnew, changed);
  }

  function listFolder(path: string): string[] {
    try {
      return disk.list(join(root, path));
    } catch (error) {
      throw path === '' ? new RootMissing(String(error)) : error;
    }
  }

  function lookAtOne(parentPath: string, name: string, path: string): Seen | undefined {
    let found: Entry | undefined;
    try {
      found = disk.look(join(root, path));
    } catch {
      leave(path, 'unreadable');
      return;
    }
    if (!found) return;
    const { kind, stat, executable } = found;
    const verdict = ignoreFiles.rules.of(path, name, kind === 'folder');
    if (verdict) {
      const others = ignored.get(parentPath) ?? new Map<string, Verdict>();
      ignored.set(parentPath, others.set(name, verdict));
      return;
    }
    if (kind === 'symlink' || kind === 'special') {
      leave(path, kind);
      return;
    }
    if (kind === 'folder' && found.device !== device) {
      leave(path, 'other_filesystem');
      return;
    }
    return { path, parentPath, name, kind, stat, sha256: null, settled: kind === 'folder', executable };
  }

  function ctimeOf(path: string): number | undefined {
    try {
      return disk.look(join(root, path))?.stat.ctimeMs;
    } catch {
      return undefined;
    }
  }

  /** What was left out directly in a folder is judged again with it, and so is the folder itself when it can be listed. */
  function forget(path: string) {
    if (leftIn.get(splitPath(path)[0])?.delete(path)) changedFolders.add(splitPath(path)[0]);
    const there = leftIn.get(path);
    if (!there) return;
    leftIn.delete(path);
    for (const { why } of there.values()) if (why !== 'own_folder') changedFolders.add(path);
  }

  async function read(entries: Seen[]) {
    const queue = entries.values();
    const reader = async () => {
      for (const entry of queue) {
        if (entry.stat.size > LONG && !isSettled(entry.stat, Date.now())) await sleep(TICK_MS + 5);
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
        leave(entry.path, why, entry.stat);
        if (why === 'changing') unsettled.add(entry.parentPath);
      }
    };
    await Promise.all(Array.from({ length: READERS }, reader));
  }

  return {
    *left() {
      for (const there of leftIn.values()) yield* there;
    },
    failing() {
      const failing = new Set<string>();
      for (const there of leftIn.values())
        for (const [path, { why, stat, ctimeMs }] of there)
          if (why === 'unreadable' && stat === null) failing.add(`${path}\n${ctimeMs}`);
      return failing;
    },
    unsettled,
    surface: {
      isThere: (folder) => folders.has(folder),
      in: (folder) => folders.get(folder)?.values() ?? [],
      at(path) {
        const [folder, name] = splitPath(path);
        return folders.get(folder)?.get(name);
      },
      ignored,
      *unknownIn(folder) {
        for (const [path, { stat }] of leftIn.get(folder) ?? []) yield [path, stat];
      },
    },
    takeChanged() {
      const taken = { folders: changedFolders, gone: goneFiles };
      [changedFolders, goneFiles] = [new Set(), []];
      return taken;
    },
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
      departed.clear();
      unsettled.clear();
      for (const path of new Set(due)) await lookAt(path, wanted === 'all', changed);
      await read(changed);
    },
    folders: () => [...folders.keys()].sort(),
    doubt(path) {
      const [folder, name] = splitPath(path);
      const entry = folders.get(folder)?.get(name);
      if (entry) entry.settled = false;
    },
    get rules() {
      return ignoreFiles.rules;
    },
    ignored() {
      let count = 0;
      for (const names of ignored.values()) count += names.size;
      return count;
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
      const unknown = new Map<string, Stat | null>();
      for (const there of leftIn.values()) for (const [path, { stat }] of there) unknown.set(path, stat);
      return { seen, unknown, ignored };
    },
  };

  /** The folder itself, or the first above it that is known and there. */
  function nearest(path: string): string {
    let at = path;
    while (at !== '' && !(folders.has(at) && disk.look(join(root, at))?.kind === 'folder')) at = splitPath(at)[0];
    return at;
  }
}
