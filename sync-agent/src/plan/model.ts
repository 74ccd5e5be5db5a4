import { expect } from 'vitest';
import { identify, movedStats, type Scan, type Seen } from './identify.ts';
import type { Mode } from './merge.ts';
import { hubNameKey, type NameRules } from './names.ts';
import { type Action, type Plan, reconcile } from './reconcile.ts';
import { type BaseNode, identityOf, type Key, type RemoteNode, type Stat, wantsExecutable } from './tree.ts';

// A disk, a hub's space and an agent without I/O, for the planner's tests.

export const rules: NameRules = { platform: 'linux', caseInsensitive: false };
export const context = { rules, machine: 'M', date: '2026-01-02' };

/** A disk: objects that keep their inode across renames, as real ones do. */
export class Disk {
  objects = new Map<
    number,
    { parent: number; name: string; content: string | null; executable: boolean; born: number; ctime: number }
  >([[1, { parent: 0, name: '', content: null, executable: false, born: 0, ctime: 0 }]]);
  #next = 2;
  #clock = 1;

  child(parent: number, name: string) {
    for (const [ino, at] of this.objects) if (at.parent === parent && at.name === name) return ino;
    return undefined;
  }
  add(parent: number, name: string, content: string | null, executable = false): number {
    expect(this.child(parent, name)).toBe(undefined);
    const ino = this.#next++;
    this.objects.set(ino, { parent, name, content, executable, born: this.#clock, ctime: this.#clock++ });
    return ino;
  }
  move(ino: number, parent: number, name: string) {
    expect([undefined, ino]).toContain(this.child(parent, name));
    expect(this.isUnder(parent, ino)).toBe(false);
    Object.assign(this.#get(ino), { parent, name, ctime: this.#clock++ });
  }
  write(ino: number, content: string) {
    Object.assign(this.#get(ino), { content, ctime: this.#clock++ });
  }
  setExecutable(ino: number, executable: boolean) {
    Object.assign(this.#get(ino), { executable, ctime: this.#clock++ });
  }
  remove(ino: number) {
    expect([...this.objects.values()].some(({ parent }) => parent === ino)).toBe(false);
    this.objects.delete(ino);
  }
  isUnder(ino: number, ancestor: number): boolean {
    for (let at = ino; at !== 0; at = this.#get(at).parent) if (at === ancestor) return true;
    return false;
  }
  path(ino: number): string {
    const { parent, name } = this.#get(ino);
    return parent <= 1 ? name : `${this.path(parent)}/${name}`;
  }
  stat(ino: number): Stat {
    const { content, born, ctime } = this.#get(ino);
    return { ino, size: content?.length ?? 0, mtimeMs: ctime, ctimeMs: ctime, birthtimeMs: born };
  }
  scan(): Scan {
    const seen: Seen[] = [...this.objects.keys()]
      .filter((ino) => ino !== 1)
      .map((ino) => {
        const { name, content, executable: bit } = this.#get(ino);
        const path = this.path(ino);
        const parentPath = path.slice(0, Math.max(0, path.length - name.length - 1));
        const executable = content === null ? null : bit;
        const kind = content === null ? 'folder' : 'file';
        return { path, parentPath, name, kind, stat: this.stat(ino), settled: true, sha256: content, executable };
      });
    return { seen: seen.sort((a, b) => a.path.split('/').length - b.path.split('/').length), unknown: new Map() };
  }
  at(path: string): number {
    let ino = 1;
    for (const name of path === '' ? [] : path.split('/')) ino = this.child(ino, name) ?? -1;
    return ino;
  }
  picture(): string[] {
    return this.scan()
      .seen.map(({ path, sha256, executable }) => `${path}${executable ? '*' : ''}=${sha256 ?? '/'}`)
      .sort();
  }
  #get(ino: number) {
    const object = this.objects.get(ino);
    if (!object) throw new Error(`no object ${ino}`);
    return object;
  }
}

/** A hub's space, with its rules: names are unique, a write needs the version it was based on, a folder goes with all in it. */
export class Space {
  nodes = new Map<Key, RemoteNode>([
    [
      'root',
      {
        ...{ key: 'root', parent: null, name: '', kind: 'folder', sha256: null },
        ...{ seq: 1, version: 0, size: 0, mtime: 0, executable: false },
      },
    ],
  ]);
  seq = 1;

  #put(node: RemoteNode) {
    for (const other of this.nodes.values())
      if (other.parent === node.parent && hubNameKey(other.name) === hubNameKey(node.name))
        expect(other.key).toBe(node.key);
    this.nodes.set(node.key, node);
    return node;
  }
  add(parent: Key, name: string, content: string | null, executable = false): RemoteNode {
    expect(this.nodes.get(parent)?.kind).toBe('folder');
    const seq = ++this.seq;
    const kind = content === null ? 'folder' : 'file';
    const version = content === null ? 0 : 1;
    const state = { seq, version, size: 0, mtime: 0, executable };
    return this.#put({ key: `n${seq}`, parent, name, kind, sha256: content, ...state });
  }
  move(key: Key, parent: Key, name: string) {
    expect(this.isUnder(parent, key)).toBe(false);
    expect(this.nodes.get(parent)?.kind).toBe('folder');
    this.#put({ ...this.get(key), parent, name, seq: ++this.seq });
  }
  setExecutable(key: Key, executable: boolean) {
    this.#put({ ...this.get(key), executable, seq: ++this.seq });
  }
  write(key: Key, content: string, executable = this.get(key).executable) {
    const node = this.get(key);
    this.#put({ ...node, executable, sha256: content, version: node.version + 1, seq: ++this.seq });
  }
  remove(key: Key) {
    for (const child of [...this.nodes.values()]) if (child.parent === key) this.remove(child.key);
    this.nodes.delete(key);
    this.seq++;
  }
  get(key: Key): RemoteNode {
    const node = this.nodes.get(key);
    if (!node) throw new Error(`no node ${key}`);
    return node;
  }
  isUnder(key: Key, ancestor: Key): boolean {
    for (let at: Key | null = key; at !== null; at = this.get(at).parent) if (at === ancestor) return true;
    return false;
  }
  path(key: Key): string {
    const { parent, name } = this.get(key);
    return parent === null || parent === 'root' ? name : `${this.path(parent)}/${name}`;
  }
  picture(): string[] {
    return [...this.nodes.values()]
      .filter(({ parent }) => parent !== null)
      .map(({ key, sha256, executable }) => `${this.path(key)}${executable ? '*' : ''}=${sha256 ?? '/'}`)
      .sort();
  }
}

/** An agent without I/O: plans, and does the steps on the two models. */
export class Agent {
  base = new Map<Key, BaseNode>();
  disk = new Disk();
  mode: Mode = 'two-way';
  space: Space;
  /** The folder of the space that the disk has. */
  root: Key = 'root';
  /** Something on the hub is not seen by this agent: a name that it takes is refused. */
  leavesOut = false;
  constructor(space: Space) {
    this.space = space;
  }

  plan(): { plan: Plan; found: ReturnType<typeof identify> } {
    const found = identify('root', this.base, this.disk.scan(), rules);
    for (const [key, stat] of movedStats(this.base, found))
      this.base.set(key, { ...(this.base.get(key) as BaseNode), stat });
    const trees = {
      root: 'root',
      base: this.base,
      local: found.local,
      remote: this.space.nodes,
      obstacles: found.obstacles,
    };
    return { plan: reconcile(trees, { ...context, mode: this.mode }), found };
  }

  /** One round; `steps` ends it early, as a crash would, and `unrecorded` loses the note of the last step. */
  round(steps = Number.POSITIVE_INFINITY, unrecorded = false, { plan, found } = this.plan()): Action[] {
    const ids = new Map(plan.links);
    const inos = new Map<Key, number>([[this.root, 1]]);
    for (const [key, seen] of found.seen) inos.set(ids.get(key) ?? key, seen.stat.ino);
    const ino = (key: Key) => inos.get(key) ?? expect.fail(`no local ${key}`);
    const id = (key: Key) => ids.get(key) ?? key;
    const done = plan.actions.slice(0, steps);
    done.forEach((action, index) => {
      const { key } = action;
      if (this.leavesOut && this.#isRefused(action, id)) return;
      const record = () => {
        if (!(unrecorded && index === done.length - 1)) this.settle(id(key), ino(key));
      };
      switch (action.do) {
        case 'agree':
          record();
          return;
        case 'forget':
          this.base.delete(key);
          return;
        case 'move':
          if (action.side === 'local') this.disk.move(ino(key), ino(action.to.parent), action.to.name);
          else this.space.move(id(key), id(action.to.parent), action.to.name);
          if (this.space.nodes.has(id(key))) record();
          return;
        case 'set':
          if (action.side === 'local') this.disk.setExecutable(ino(key), action.executable);
          else this.space.setExecutable(id(key), action.executable);
          record();
          return;
        case 'remove':
          if (action.side === 'local') this.disk.remove(ino(key));
          else this.space.remove(key);
          this.base.delete(key);
          for (const gone of [...this.base.keys()])
            if (!this.space.nodes.has(gone) && !this.isOnDisk(gone)) this.base.delete(gone);
          return;
        case 'make-folder':
          if (action.side === 'local') inos.set(key, this.disk.add(ino(action.to.parent), action.to.name, null));
          else ids.set(key, this.space.add(id(action.to.parent), action.to.name, null).key);
          record();
          return;
        case 'upload': {
          const { content, executable } = this.disk.objects.get(ino(key)) ?? expect.fail();
          const R = this.space.nodes.get(id(key));
          if (content === null) expect.fail('no content');
          else if (R) this.space.write(id(key), content, wantsExecutable(this.base.get(id(key)), { executable }, R));
          else ids.set(key, this.space.add(id(action.to.parent), action.to.name, content, executable).key);
          record();
          return;
        }
        case 'download': {
          const R = this.space.get(id(key));
          const content = R.sha256 ?? expect.fail('no content');
          const old = inos.get(key);
          const bit = wantsExecutable(
            this.base.get(id(key)),
            old === undefined ? undefined : this.disk.objects.get(old),
            R,
          );
          if (old === undefined) inos.set(key, this.disk.add(ino(action.to.parent), action.to.name, content, bit));
          else {
            const { parent, name } = this.disk.objects.get(old) ?? expect.fail();
            const before = this.base.get(id(key));
            if (before && action.keepAs) this.base.set(id(key), { ...before, stat: null });
            if (action.keepAs) this.disk.move(old, parent, action.keepAs);
            else this.disk.remove(old);
            if (action.keepAs && unrecorded && index === done.length - 1) return;
            inos.set(key, this.disk.add(parent, name, content, bit));
          }
          record();
          return;
        }
      }
    });
    return done;
  }

  #isRefused(action: Action, id: (key: Key) => Key): boolean {
    const isThere = action.do === 'upload' || ('side' in action && action.side === 'remote' && 'to' in action);
    if (!isThere) return false;
    const { parent, name } = action.to;
    if (!this.space.nodes.has(id(parent))) return true;
    return [...this.space.nodes.values()].some(
      (node) => node.parent === id(parent) && hubNameKey(node.name) === hubNameKey(name) && node.key !== id(action.key),
    );
  }

  isOnDisk(key: Key) {
    const stat = this.base.get(key)?.stat;
    return stat
      ? [...this.disk.objects.keys()].some((ino) => identityOf(this.disk.stat(ino)) === identityOf(stat))
      : false;
  }

  /** As state/ does it: notes each half, place and content, that both sides agree on. */
  settle(key: Key, ino: number) {
    const R = this.space.get(key);
    const at = this.disk.objects.get(ino) ?? expect.fail();
    const found = this.base.get(key);
    const parent = at.parent === 1 ? this.root : this.keyOf(at.parent);
    const placed = parent === R.parent && at.name === R.name;
    const equal = at.content === R.sha256;
    if (!found && !(placed && equal)) return;
    const base = found ?? { ...R, stat: null, executable: null };
    this.base.set(key, {
      ...base,
      ...(placed ? { parent: R.parent, name: R.name } : {}),
      ...(at.content === null || at.executable === R.executable ? { executable: R.executable } : {}),
      ...(equal ? { sha256: R.sha256, stat: this.disk.stat(ino) } : {}),
      seq: R.seq,
      version: R.version,
    });
  }
  keyOf(ino: number): Key | undefined {
    for (const node of this.base.values())
      if (node.stat && identityOf(node.stat) === identityOf(this.disk.stat(ino))) return node.key;
    return undefined;
  }

  /** Rounds until there is nothing to do. */
  rest(): Action[] {
    const all: Action[] = [];
    for (let n = 0; n < 40; n++) {
      const done = this.round();
      if (done.length === 0) return all;
      all.push(...done);
    }
    return expect.fail(`no rest: ${JSON.stringify(this.round())}\n${this.disk.picture()}\n${this.space.picture()}`);
  }
}
