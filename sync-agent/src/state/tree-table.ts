import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Key, TreeByFolder, TreeNode } from '../plan/tree.ts';

/** A tree kept in the database and read where it is needed: its length costs no memory. */
export interface TreeTable<N extends TreeNode> extends TreeByFolder<N> {
  put(node: N): void;
  drop(key: Key): void;
  clear(): void;
  /** What was read before may not hold any more: a transaction was rolled back. */
  forgetKept(): void;
  /** Nodes by further columns: the end of a statement, as `where kind = ?`. */
  find(where: string): (...values: SQLInputValue[]) => N[];
}

interface Columns<N> {
  /** In the table's order; the first is the key, `id`. */
  names: readonly string[];
  valuesOf(node: N): SQLInputValue[];
  nodeOf(values: unknown[]): N;
}

/** Nodes kept in memory as they were read: a step asks for the same ones again and again. */
const KEPT = 4096;

/** The table has the columns `id` and `parent`, and an index on `parent`. */
export function openTreeTable<N extends TreeNode>(db: DatabaseSync, table: string, columns: Columns<N>): TreeTable<N> {
  const { names, valuesOf, nodeOf } = columns;
  const find = (where: string) => {
    const statement = db.prepare(`select ${names.join(', ')} from ${table} ${where}`);
    // Rows as objects take several times as long to read.
    statement.setReturnArrays(true);
    return (...values: SQLInputValue[]) => (statement.all(...values) as unknown as unknown[][]).map(nodeOf);
  };
  const byKey = find('where id = ?');
  const byFolder = find('where parent = ?');
  const all = find('');
  const put = db.prepare(
    `insert or replace into ${table} (${names.join(', ')}) values (${names.map(() => '?').join()})`,
  );
  const drop = db.prepare(`delete from ${table} where id = ?`);
  const has = db.prepare(`select 1 from ${table} where id = ?`);
  const size = db.prepare(`select count(*) as size from ${table}`);

  const kept = new Map<Key, N>();
  const get = (key: Key): N | undefined => {
    const known = kept.get(key);
    if (known) return known;
    const node = byKey(key)[0];
    if (!node) return undefined;
    if (kept.size >= KEPT) kept.clear();
    kept.set(key, node);
    return node;
  };

  const entries = () => all().map((node): [Key, N] => [node.key, node]);
  return {
    get,
    has: (key) => kept.has(key) || has.get(key) !== undefined,
    childrenOf: (key) => byFolder(key),
    find,
    put(node) {
      kept.delete(node.key);
      put.run(...valuesOf(node));
    },
    drop(key) {
      kept.delete(key);
      drop.run(key);
    },
    clear() {
      kept.clear();
      db.exec(`delete from ${table}`);
    },
    forgetKept: () => kept.clear(),
    get size() {
      return Number(size.get()?.size);
    },
    values: () => all().values(),
    keys: () =>
      all()
        .map(({ key }) => key)
        .values(),
    entries: () => entries().values(),
    [Symbol.iterator]: () => entries().values(),
    forEach(work) {
      for (const [key, node] of entries()) work(node, key, this);
    },
  };
}
