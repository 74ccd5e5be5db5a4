import { DatabaseSync } from 'node:sqlite';
import { reached } from '../failpoints.ts';
import type { DeepScan } from '../observe/deep-scan.ts';
import { noted } from '../plan/identify.ts';
import type { BaseNode, Incoming, Key, Mount, Moving, RemoteNode, Sending, Stat, TreeByFolder } from '../plan/tree.ts';
import { openSent } from './sent.ts';
import { openTreeTable } from './tree-table.ts';

const schema = `
  create table if not exists base (
    id text primary key, parent text, name text not null, kind text not null, sha256 text,
    seq integer not null, version integer not null,
    size integer, mtime real, ctime real, ino integer, birthtime real, executable integer
  ) strict;
  create table if not exists remote (
    id text primary key, parent text, name text not null, kind text not null, sha256 text,
    seq integer not null, version integer not null, size integer not null, mtime integer, executable integer not null default 0
  ) strict;
  drop index if exists base_parent;
  create index if not exists base_place on base (parent, name);
  create index if not exists base_object on base (ino, birthtime);
  drop index if exists remote_parent;
  create index if not exists remote_place on remote (parent, name);
  create table if not exists shared (id text not null, parent text not null, name text not null, root text not null) strict;
  create table if not exists incoming (batch integer primary key, nodes text not null) strict;
  create table if not exists conflicts (at integer not null, path text not null, copy text not null) strict;
  create table if not exists meta (name text primary key, value text not null) strict;
`;

/** How far the hub's journal was read. */
export interface Cursor {
  epoch: string;
  seq: number;
}

export interface Conflict {
  at: number;
  path: string;
  copy: string;
}

/** What a pair remembers, on the disk: the last agreed tree and the hub's tree. */
export interface PairState {
  readonly base: TreeByFolder<BaseNode>;
  readonly remote: TreeByFolder<RemoteNode>;
  /** Nodes of either tree that were written or dropped since this was last asked; 'all' when so much did that it was not counted. */
  takeTouched(): Set<Key> | 'all';
  /** Where shared folders show, and where folders were that became shared ones. */
  readonly shared: readonly Mount[];
  readonly cursor: Cursor | undefined;
  agree(node: BaseNode): void;
  /** Notes what is about to be sent; one for each place. */
  send(sending: readonly Sending[]): void;
  /** Notes which nodes the hub is about to be asked to move, and where. */
  sendMoves(moving: readonly Moving[]): void;
  /** Agrees on what the hub has because this machine sent it, also where the answer was lost. */
  claimSent(): void;
  /** Notes what is about to be done to the disk, before it is. @returns what `arrived` is to be told once all of it is noted */
  expect(incoming: readonly Incoming[]): number | undefined;
  arrived(batch: number | undefined): void;
  /** What was expected and has not arrived, in the order in which it was to be done. */
  expected(): Incoming[];
  /** Nothing else is expected any longer. */
  expectOnly(incoming: readonly Incoming[]): void;
  forget(key: Key): void;
  /** The file at this node's place is about to be replaced: its object is no longer to be followed. */
  detach(key: Key): void;
  setStat(stats: ReadonlyMap<Key, Stat>): void;
  /** A node as the hub answered it; the answer that is known, or an older one, is left aside. */
  learn(node: RemoteNode): void;
  /** Drops nodes of the hub's tree and all that is in them. */
  unlearn(keys: Key[]): void;
  /** Changes after the cursor. With `fresh` they are the whole tree, and nothing that was agreed holds any longer. */
  advance(cursor: Cursor, changed: RemoteNode[], deleted: Key[], mounts: Mount[], fresh: boolean): void;
  /** What is noted in it is written at once, in one transaction: all of it or, after a crash, nothing. */
  together(work: () => void): void;
  /** Reads much: under one lock, not one for each node. Nothing may be written in it. */
  reading<T>(work: () => T): T;
  /** What was agreed to be in this place. */
  agreedAt(parent: Key, name: string): BaseNode[];
  /** The agreed nodes that this file object held. */
  byObject(stat: Pick<Stat, 'ino' | 'birthtimeMs'>): BaseNode[];
  /** Nodes that the two trees do not have alike. */
  differing(): Key[];
  /** Agreed files. */
  countFiles(): number;
  /** The content of the file object is not what its stat says: it is read again, also after a restart. */
  doubt(stat: Stat): void;
  deepScan: DeepScan | undefined;
  /** What was agreed on in another mode holds no longer: both sides are merged, and nothing is read as deletion. */
  useMode(mode: string): void;
  addConflict(conflict: Conflict): void;
  conflicts(): Conflict[];
  lastSync: number | undefined;
  close(): void;
}

/** @throws when the database is damaged */
export function openPairState(file: string): PairState {
  const db = new DatabaseSync(file);
  db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000;');
  db.exec(schema);
  addColumns(db);
  const putMeta = db.prepare('insert or replace into meta values (?,?)');
  const meta = (name: string) =>
    (db.prepare('select value from meta where name = ?').get(name) as { value: string } | undefined)?.value;

  const base = openTreeTable(db, 'base', baseColumns);
  const remote = openTreeTable(db, 'remote', remoteColumns);
  const byObject = base.find('where ino = ? and birthtime = ?');
  const agreedAt = base.find('where parent = ? and name = ?');
  const putIncoming = db.prepare('insert into incoming (nodes) values (?)');
  const dropIncoming = db.prepare('delete from incoming where batch = ?');
  const allIncoming = db.prepare('select nodes from incoming order by batch');
  const countFiles = db.prepare("select count(*) as files from base where kind = 'file'");
  const differing = db.prepare(`
    select id from base left join remote using (id)
      where remote.id is null or base.name <> remote.name or base.parent is not remote.parent or base.sha256 is not remote.sha256
        or base.executable is not remote.executable
    union all select id from remote where parent is not null and not exists (select 1 from base where base.id = remote.id)`);
  let touched: Set<Key> | 'all' = 'all';
  const touch = (key: Key) => {
    if (touched !== 'all') touched.add(key);
  };
  const sent = openSent(db, { base, remote, agree, together });
  let shared: Mount[] = [];
  let cursor: Cursor | undefined;
  load();

  /** What is kept in memory too. */
  function load() {
    sent.load();
    shared = db.prepare('select id as key, parent, name, root from shared').all() as unknown as Mount[];
    const saved = meta('cursor');
    cursor = saved === undefined ? undefined : (JSON.parse(saved) as Cursor);
    touched = 'all';
  }

  function agree(node: BaseNode) {
    base.put(node);
    touch(node.key);
  }
  function forget(key: Key) {
    base.drop(key);
    touch(key);
  }
  function learn(node: RemoteNode) {
    const known = remote.get(node.key);
    // A change has a number of its own: what is known of it is all of it.
    if (known && known.seq >= node.seq) return;
    remote.put(node);
    touch(node.key);
  }
  function unlearn(keys: Key[]) {
    const gone = new Set(keys);
    for (const key of gone) for (const child of remote.childrenOf(key)) gone.add(child.key);
    for (const key of gone) {
      if (!remote.has(key)) continue;
      remote.drop(key);
      touch(key);
    }
  }
  function expect(incoming: readonly Incoming[]) {
    if (incoming.length === 0) return undefined;
    return Number(putIncoming.run(JSON.stringify(incoming)).lastInsertRowid);
  }
  /** A folder that became a shared one is let go of with all in it, where it is; where a mount was, all is as anywhere again. */
  function share(mounts: Mount[], deleted: Key[]) {
    const gone = new Set(deleted);
    for (const { key } of mounts) gone.delete(key);
    // A mount that was renamed: the folder on this machine was not, and both places are its.
    const next = shared.filter(({ key }) => !gone.has(key));
    for (const mount of mounts) {
      next.push(mount);
      const was = base.get(mount.root);
      if (was?.parent == null) continue;
      next.push({ ...mount, parent: was.parent, name: was.name });
      for (const key of under(mount.root)) forget(key);
    }
    if (mounts.length === 0 && next.length === shared.length) return;
    shared = next;
    touched = 'all';
    db.exec('delete from shared');
    const put = db.prepare('insert into shared values (?,?,?,?)');
    for (const { key, parent, name, root } of shared) put.run(key, parent, name, root);
  }
  function under(top: Key): Set<Key> {
    const inside = new Set([top]);
    for (const key of inside) for (const child of base.childrenOf(key)) inside.add(child.key);
    return inside;
  }
  let isTogether = false;
  function together(work: () => void) {
    if (isTogether) return work();
    db.exec('begin immediate');
    isTogether = true;
    try {
      work();
      reached('records.open');
      db.exec('commit');
      reached('records.kept');
    } catch (error) {
      // A full disk has rolled it back already.
      if (db.isTransaction) db.exec('rollback');
      base.forgetKept();
      remote.forgetKept();
      load();
      throw error;
    } finally {
      isTogether = false;
    }
  }

  return {
    base,
    remote,
    get cursor() {
      return cursor;
    },
    agree,
    send: sent.send,
    sendMoves: sent.sendMoves,
    claimSent: sent.claim,
    expect,
    arrived(batch) {
      if (batch !== undefined) dropIncoming.run(batch);
    },
    expected: () => (allIncoming.all() as { nodes: string }[]).flatMap(({ nodes }) => JSON.parse(nodes) as Incoming[]),
    expectOnly(incoming) {
      db.exec('delete from incoming');
      expect(incoming);
    },
    forget,
    detach(key) {
      const node = base.get(key);
      if (node?.stat) agree({ ...node, stat: null });
    },
    setStat(stats) {
      if (stats.size === 0) return;
      together(() => {
        for (const [key, stat] of stats) {
          const node = base.get(key);
          if (node) agree({ ...node, stat });
        }
      });
    },
    learn,
    unlearn: (keys) => together(() => unlearn(keys)),
    together,
    reading(work) {
      if (db.isTransaction) return work();
      db.exec('begin');
      try {
        return work();
      } finally {
        db.exec('commit');
      }
    },
    get shared() {
      return shared;
    },
    advance(next, changed, deleted, mounts, fresh) {
      together(() => {
        if (fresh) {
          base.clear();
          remote.clear();
          db.exec('delete from shared; delete from incoming;');
          sent.clear();
          shared = [];
          touched = 'all';
        }
        share(mounts, deleted);
        for (const node of changed) learn(node);
        unlearn(deleted);
        putMeta.run('cursor', JSON.stringify(next));
        cursor = next;
      });
    },
    takeTouched() {
      const taken = touched;
      touched = new Set();
      return taken;
    },
    useMode(mode) {
      const before = meta('mode') ?? 'two-way';
      if (mode === before) return;
      together(() => {
        base.clear();
        touched = 'all';
        putMeta.run('mode', mode);
      });
    },
    agreedAt: (parent, name) => agreedAt(parent, name),
    byObject: ({ ino, birthtimeMs }) => byObject(ino, birthtimeMs),
    differing: () => differing.all().map(({ id }) => String(id)),
    countFiles: () => Number(countFiles.get()?.files),
    doubt(stat) {
      for (const node of byObject(stat.ino, stat.birthtimeMs))
        if (node.stat) agree({ ...node, stat: noted({ stat: node.stat, settled: false }) });
    },
    get deepScan() {
      const saved = meta('deepScan');
      return saved === undefined ? undefined : (JSON.parse(saved) as DeepScan);
    },
    set deepScan(scan) {
      putMeta.run('deepScan', JSON.stringify(scan));
    },
    addConflict: ({ at, path, copy }) => void db.prepare('insert into conflicts values (?,?,?)').run(at, path, copy),
    conflicts: () =>
      db.prepare('select at, path, copy from conflicts order by at desc limit 1000').all() as unknown as Conflict[],
    get lastSync() {
      const at = meta('lastSync');
      return at === undefined ? undefined : Number(at);
    },
    set lastSync(at) {
      putMeta.run('lastSync', String(at));
    },
    close: () => db.close(),
  };
}

const baseColumns = {
  names: [
    ...['id', 'parent', 'name', 'kind', 'sha256', 'seq', 'version'],
    ...['size', 'mtime', 'ctime', 'ino', 'birthtime', 'executable'],
  ],
  valuesOf: ({ key, parent, name, kind, sha256, seq, version, stat, executable }: BaseNode) => {
    const { size, mtimeMs, ctimeMs, ino, birthtimeMs } = stat ?? {};
    return [
      ...[key, parent, name, kind, sha256, seq, version],
      ...[size ?? null, mtimeMs ?? null, ctimeMs ?? null, ino ?? null, birthtimeMs ?? null],
      executable === null ? null : Number(executable),
    ];
  },
  nodeOf(values: unknown[]): BaseNode {
    const [key, parent, name, kind, sha256, seq, version, ...rest] = values as never[];
    const [size, mtimeMs, ctimeMs, ino, birthtimeMs, bit] = rest as never[];
    const executable = bit === null ? null : bit === 1;
    const stat = ino === null ? null : { size, mtimeMs, ctimeMs, ino, birthtimeMs };
    return { key, parent, name, kind, sha256, seq, version, stat, executable } as unknown as BaseNode;
  },
};

const remoteColumns = {
  names: ['id', 'parent', 'name', 'kind', 'sha256', 'seq', 'version', 'size', 'mtime', 'executable'],
  valuesOf: ({ key, parent, name, kind, sha256, seq, version, size, mtime, executable }: RemoteNode) => [
    ...[key, parent, name, kind, sha256, seq, version, size, mtime, Number(executable)],
  ],
  nodeOf(values: unknown[]): RemoteNode {
    const [key, parent, name, kind, sha256, seq, version, size, mtime, bit] = values as never[];
    const executable = bit === 1;
    return { key, parent, name, kind, sha256, seq, version, size, mtime, executable } as unknown as RemoteNode;
  },
};

/** What records of an older agent lack. */
function addColumns(db: DatabaseSync) {
  for (const [table, type] of [
    ['base', 'integer'],
    ['remote', 'integer not null default 0'],
  ]) {
    const columns = db.prepare(`pragma table_info(${table})`).all();
    if (!columns.some(({ name }) => name === 'executable'))
      db.exec(`alter table ${table} add column executable ${type}`);
  }
}
