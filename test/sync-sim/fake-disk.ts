import type { Disk, Entry, OpenFile } from '../../sync-agent/src/disk/disk.ts';
import { sameStat } from '../../sync-agent/src/plan/tree.ts';
import type { Turn } from './scheduler.ts';

export interface Inode {
  ino: number;
  kind: 'file' | 'folder' | 'symlink';
  /** A folder's is empty. */
  bytes: Buffer;
  /** What a power cut leaves of it; undefined: as it is. */
  durable?: Buffer | undefined;
  entries: Map<string, Inode>;
  mtimeMs: number;
  ctimeMs: number;
  birthtimeMs: number;
  /** Nobody may list it, open it or write to it. */
  denied?: boolean;
  executable?: boolean;
}

export interface DiskTraits {
  caseInsensitive: boolean;
  keepsBirthTimes: boolean;
  /** Times are multiples of it, in ms. */
  tick: number;
}

export interface DiskFaults {
  full: boolean;
  /** The root is an empty folder of another file system. */
  unmounted: boolean;
  /** How many of the next listings fail. */
  failingLists: number;
}

const failure = (code: string, path: string) =>
  Object.assign(new Error(`${code}: ${path}`), { code, syscall: 'simulated', path });

/** Change of names that a power cut may take back, the last ones first. */
interface Undo {
  folders: Inode[];
  back(): void;
}

/** Room that a file which is written piece by piece has left. */
const growing = new WeakMap<Buffer, Buffer>();

/** The bytes as a write leaves them; what they were stays as it was. */
function written(old: Buffer, at: number, bytes: Uint8Array): Buffer {
  const end = Math.max(old.length, at + bytes.length);
  let room = growing.get(old);
  if (!room || at < old.length || room.length < end) {
    room = Buffer.alloc(end < 65_536 ? end : end * 2);
    old.copy(room);
  }
  room.set(bytes, at);
  const now = room.subarray(0, end);
  growing.delete(old);
  if (room.length > end) growing.set(now, room);
  return now;
}

/**
 * A file system in memory: inodes that are given again once free, hard links, times in ticks, refusals as POSIX has them. Names reach
 * the disk in the order in which they were changed, as file systems with a journal do it, and at the latest with `syncFolder`; bytes
 * with `sync`.
 */
export function createFakeDisk(random: () => number, clock: () => number, traits: DiskTraits) {
  const faults: DiskFaults = { full: false, unmounted: false, failingLists: 0 };
  const free: number[] = [];
  let lastIno = 100;
  let journal: Undo[] = [];
  let changes = 0;
  /** Told of every folder in which names or files changed: hints of a watch. */
  let changed: (folder: Inode) => void = () => {};
  const now = () => Math.floor(clock() / traits.tick) * traits.tick;

  function inode(kind: Inode['kind'], bytes = Buffer.alloc(0)): Inode {
    const ino = free.length > 0 && journal.length === 0 && random() < 0.7 ? (free.pop() as number) : ++lastIno;
    const at = now();
    return {
      ...{ ino, kind, bytes, entries: new Map(), mtimeMs: at, ctimeMs: at },
      birthtimeMs: traits.keepsBirthTimes ? at : 0,
    };
  }
  const root = inode('folder');
  const mountPoint = inode('folder');

  const fold = (name: string) => (traits.caseInsensitive ? name.toLowerCase() : name);
  /** A folder's entries by the folded name; each keeps the name as it was given. */
  const names = new WeakMap<Inode, Map<string, string>>();
  const spelled = (folder: Inode) => {
    const map = names.get(folder) ?? new Map<string, string>();
    names.set(folder, map);
    return map;
  };
  const childOf = (folder: Inode, name: string) => folder.entries.get(fold(name));

  function linksOf(target: Inode): number {
    let links = 0;
    const count = (folder: Inode) => {
      for (const child of folder.entries.values()) {
        if (child === target) links++;
        if (child.kind === 'folder') count(child);
      }
    };
    count(root);
    return links;
  }
  function attach(folder: Inode, name: string, child: Inode) {
    folder.entries.set(fold(name), child);
    spelled(folder).set(fold(name), name);
  }
  function detach(folder: Inode, name: string) {
    folder.entries.delete(fold(name));
    spelled(folder).delete(fold(name));
  }
  /** Puts a name, takes one away, or both at once; can be taken back by a power cut. */
  function change(folders: Inode[], work: () => void) {
    const before = folders.map((folder) => [new Map(folder.entries), new Map(spelled(folder))] as const);
    work();
    changes++;
    for (const folder of folders) {
      folder.mtimeMs = folder.ctimeMs = now();
      changed(folder);
    }
    journal.push({
      folders,
      back() {
        for (const [at, folder] of folders.entries()) {
          const [entries, spelling] = before[at] as (typeof before)[number];
          folder.entries = entries;
          names.set(folder, spelling);
        }
      },
    });
  }
  function settle(folder: Inode) {
    const last = journal.findLastIndex(({ folders }) => folders.includes(folder));
    journal = journal.slice(last + 1);
  }

  function find(path: string): Inode | undefined {
    let at = faults.unmounted ? mountPoint : root;
    for (const name of path.split('/').slice(2)) {
      if (at.kind !== 'folder') return;
      if (at.denied) throw failure('EACCES', path);
      const next = childOf(at, name);
      if (!next) return;
      at = next;
    }
    return at;
  }
  function get(path: string): Inode {
    const found = find(path);
    if (!found) throw failure('ENOENT', path);
    return found;
  }
  function parentOf(path: string): [folder: Inode, name: string] {
    const slash = path.lastIndexOf('/');
    const folder = get(path.slice(0, slash));
    if (folder.kind !== 'folder') throw failure('ENOTDIR', path);
    if (folder.denied) throw failure('EACCES', path);
    return [folder, path.slice(slash + 1)];
  }
  const statOf = ({ ino, kind, bytes, mtimeMs, ctimeMs, birthtimeMs }: Inode) => ({
    ...{ ino, mtimeMs, ctimeMs, birthtimeMs },
    size: kind === 'folder' ? 4096 : bytes.length,
  });
  function needRoom(path: string) {
    if (faults.full) throw failure('ENOSPC', path);
  }
  function isUsed(ino: number, folder = root): boolean {
    for (const child of folder.entries.values())
      if (child.ino === ino || (child.kind === 'folder' && isUsed(ino, child))) return true;
    return false;
  }
  function release(target: Inode) {
    // One that an open file still has is not given again either, as long as nobody looks: chance is enough.
    if (linksOf(target) === 0) free.unshift(target.ino);
  }

  const verbs = {
    create(path: string): Inode {
      const [folder, name] = parentOf(path);
      if (childOf(folder, name)) throw failure('EEXIST', path);
      needRoom(path);
      const file = inode('file');
      file.durable = Buffer.alloc(0);
      change([folder], () => attach(folder, name, file));
      return file;
    },
    write(file: Inode, at: number, bytes: Uint8Array, path: string) {
      needRoom(path);
      file.durable ??= file.bytes;
      file.bytes = written(file.bytes, at, bytes);
      file.mtimeMs = file.ctimeMs = now();
      changes++;
    },
    mkdir(path: string): Inode {
      const [folder, name] = parentOf(path);
      if (childOf(folder, name)) throw failure('EEXIST', path);
      needRoom(path);
      const made = inode('folder');
      change([folder], () => attach(folder, name, made));
      return made;
    },
    rmdir(path: string) {
      const target = get(path);
      if (target.kind !== 'folder') throw failure('ENOTDIR', path);
      if (target.entries.size > 0) throw failure('ENOTEMPTY', path);
      const [folder, name] = parentOf(path);
      change([folder], () => detach(folder, name));
      release(target);
    },
    rename(from: string, to: string) {
      const target = get(from);
      const [fromFolder, fromName] = parentOf(from);
      const [toFolder, toName] = parentOf(to);
      for (let at: Inode | undefined = toFolder; at; at = folderOf(at)) if (at === target) throw failure('EINVAL', to);
      const there = childOf(toFolder, toName);
      if (there === target && (fromFolder !== toFolder || fold(fromName) !== fold(toName))) return;
      if (there && there !== target) {
        if (there.kind === 'folder' && target.kind !== 'folder') throw failure('EISDIR', to);
        if (there.kind !== 'folder' && target.kind === 'folder') throw failure('ENOTDIR', to);
        if (there.kind === 'folder' && there.entries.size > 0) throw failure('ENOTEMPTY', to);
      }
      change([fromFolder, toFolder], () => {
        detach(fromFolder, fromName);
        attach(toFolder, toName, target);
      });
      target.ctimeMs = now();
      if (there && there !== target) release(there);
    },
    link(from: string, to: string) {
      const target = get(from);
      const [folder, name] = parentOf(to);
      if (childOf(folder, name)) throw failure('EEXIST', to);
      if (target.kind === 'folder') throw failure('EPERM', from);
      needRoom(to);
      change([folder], () => attach(folder, name, target));
      target.ctimeMs = now();
    },
    unlink(path: string) {
      const target = get(path);
      if (target.kind === 'folder') throw failure('EISDIR', path);
      const [folder, name] = parentOf(path);
      change([folder], () => detach(folder, name));
      target.ctimeMs = now();
      release(target);
    },
  };
  function folderOf(child: Inode): Inode | undefined {
    const search = (folder: Inode): Inode | undefined => {
      for (const one of folder.entries.values()) {
        if (one === child) return folder;
        const found = one.kind === 'folder' ? search(one) : undefined;
        if (found) return found;
      }
      return undefined;
    };
    return search(root);
  }

  /** The disk as an agent's process has it: each change waits for its turn. */
  function port(turn: Turn, did: (what: string, path: string) => void): Disk {
    const act = <T>(what: string, path: string, work: () => T) =>
      turn.take(`${what} ${path}`, () => {
        const answer = work();
        did(what, path);
        return answer;
      });
    return {
      look(path): Entry | undefined {
        const found = find(path);
        if (!found) return;
        const { kind, executable: bit = false } = found;
        const executable = kind === 'file' ? bit : null;
        return {
          ...{ kind: found.kind, device: faults.unmounted ? 2 : 1, stat: statOf(found), executable },
          get links() {
            return found.kind === 'folder' ? 2 : linksOf(found);
          },
        };
      },
      list(path) {
        const folder = get(path);
        if (folder.kind !== 'folder') throw failure('ENOTDIR', path);
        if (folder.denied) throw failure('EACCES', path);
        if (faults.failingLists > 0 && random() < 0.5) {
          faults.failingLists--;
          throw failure('EIO', path);
        }
        return [...spelled(folder).values()];
      },
      async open(path, mode): Promise<OpenFile> {
        const file = await act(mode, path, () => {
          if (mode === 'create' || (mode === 'append' && !find(path))) return verbs.create(path);
          const found = get(path);
          if (found.kind === 'folder') throw failure('EISDIR', path);
          if (found.denied) throw failure('EACCES', path);
          return found;
        });
        let at = mode === 'append' ? file.bytes.length : 0;
        return {
          stat: async () => statOf(file),
          read: (into, position) =>
            act('read', path, () => {
              const read = file.bytes.copy(into, 0, position ?? at);
              if (position === undefined) at += read;
              return read;
            }),
          write: (bytes) =>
            act('write', path, () => {
              verbs.write(file, at, bytes, path);
              at += bytes.length;
            }),
          setMtime: (ms) =>
            act('utimes', path, () => {
              file.mtimeMs = ms;
              file.ctimeMs = now();
            }),
          sync: () =>
            act('fsync', path, () => {
              delete file.durable;
            }),
          close: async () => {},
        };
      },
      setExecutable: (path, executable) =>
        act('chmod', path, () => {
          const file = get(path);
          if (file.denied) throw failure('EACCES', path);
          file.executable = executable;
          file.ctimeMs = now();
          changes++;
        }),
      mkdir: (path) => act('mkdir', path, () => void verbs.mkdir(path)),
      rmdir: (path) => act('rmdir', path, () => verbs.rmdir(path)),
      rename: (from, to, expected) =>
        act(`rename ${from}`, to, () => {
          if (expected && !sameStat(statOf(get(from)), expected)) throw failure('ESTALE', from);
          verbs.rename(from, to);
        }),
      link: (from, to) => act(`link ${from}`, to, () => verbs.link(from, to)),
      unlink: (path) => act('unlink', path, () => verbs.unlink(path)),
      syncFolder: (path) => act('sync', path, () => settle(get(path))),
    };
  }

  return {
    root,
    faults,
    traits,
    verbs,
    port,
    find,
    list: (folder: Inode): [string, Inode][] =>
      [...spelled(folder)].map(([key, name]) => [name, folder.entries.get(key) as Inode]),
    now,
    inode,
    attach,
    touched: (target: Inode) => {
      target.ctimeMs = now();
      changes++;
    },
    /** How often anything was changed. */
    changes: () => changes,
    onChange(listener: (folder: Inode) => void) {
      changed = listener;
    },
    /** What was done so far survives a power cut. */
    settleAll() {
      journal = [];
    },
    /** Names that were not synced are as they were, from some moment on; bytes that were not synced are torn. */
    powerCut() {
      const keep = Math.floor(random() * (journal.length + 1));
      for (const { back } of journal.slice(keep).reverse()) back();
      journal = [];
      for (let at = free.length - 1; at >= 0; at--) if (isUsed(free[at] as number)) free.splice(at, 1);
      const tear = (folder: Inode) => {
        for (const child of folder.entries.values()) {
          if (child.kind === 'folder') tear(child);
          if (child.durable === undefined) continue;
          if (random() < 0.7)
            child.bytes = random() < 0.5 ? Buffer.from(child.durable) : Buffer.alloc(child.bytes.length);
          delete child.durable;
        }
      };
      tear(root);
      faults.full = false;
    },
  };
}
export type FakeDisk = ReturnType<typeof createFakeDisk>;
