import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Conflict } from './pair-state.ts';

/** What a pair's database says to someone who only looks, beside a running agent. */
export interface PairFacts {
  /** Milliseconds since the epoch. */
  lastSync: number | null;
  files: number;
  folders: number;
  /** Newest first. */
  conflicts: Conflict[];
}

/** Nothing but zeros before the first pass. */
export function readFacts(file: string): PairFacts {
  const facts: PairFacts = { lastSync: null, files: 0, folders: 0, conflicts: [] };
  const db = openToRead(file);
  if (!db) return facts;
  try {
    const meta = db.prepare("select value from meta where name = 'lastSync'").get();
    if (meta) facts.lastSync = Number(meta.value);
    for (const { kind, n } of db.prepare('select kind, count(*) as n from base group by kind').all())
      facts[kind === 'file' ? 'files' : 'folders'] = n as number;
    const rows = db.prepare('select at, path, copy from conflicts order by at desc, rowid desc limit 1000').all();
    facts.conflicts = rows as unknown as Conflict[];
    return facts;
  } finally {
    db.close();
  }
}

/** Takes conflicts off the list; the files stay. @returns how many it were */
export function settleConflicts(file: string, copies: readonly string[] | 'all'): number {
  if (!existsSync(file)) return 0;
  const db = new DatabaseSync(file);
  try {
    db.exec('pragma busy_timeout = 5000');
    if (copies === 'all') return Number(db.prepare('delete from conflicts').run().changes);
    const drop = db.prepare('delete from conflicts where copy = ?');
    return copies.reduce((sum, copy) => sum + Number(drop.run(copy).changes), 0);
  } finally {
    db.close();
  }
}

/** What is wrong with the database; undefined when nothing is, or there is none yet. */
export function damageOf(file: string): string | undefined {
  try {
    const db = openToRead(file);
    const answer = String(db?.prepare('pragma quick_check(1)').get()?.quick_check ?? 'ok');
    db?.close();
    return answer === 'ok' ? undefined : answer;
  } catch (error) {
    return String((error as Error).message);
  }
}

/** undefined when it has no tables yet. */
function openToRead(file: string): DatabaseSync | undefined {
  if (!existsSync(file)) return undefined;
  const db = new DatabaseSync(file, { readOnly: true });
  db.exec('pragma busy_timeout = 5000');
  if (db.prepare("select 1 from sqlite_schema where name = 'conflicts'").get()) return db;
  db.close();
  return undefined;
}
