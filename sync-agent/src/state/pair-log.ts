import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** Something that was done for a pair. */
export const LogEntry = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  did: z.enum([
    'upload',
    'download',
    'move',
    'remove',
    'make-folder',
    'set',
    'conflict',
    'pause',
    'resume',
    'problem',
    'recheck',
  ]),
  /** On this computer, or on the hub; null for what is neither. */
  side: z.enum(['here', 'there']).nullable(),
  path: z.string(),
  /** Where a moved thing was, the name of a conflict's copy, the reason of a pause or a problem. */
  other: z.string().nullable(),
  bytes: z.number().nullable(),
});
export type LogEntry = z.infer<typeof LogEntry>;

const KEPT = 20_000;
const KEPT_MS = 90 * 24 * 3600 * 1000;
const WRITE_EVERY_MS = 250;

const open = (file: string) => {
  const db = new DatabaseSync(file);
  db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000;');
  db.exec(`create table if not exists log (id integer primary key, at integer not null, did text not null, side text,
    path text not null, other text, bytes integer) strict`);
  return db;
};

export interface PairLog {
  /** Written a moment later, with what else came. */
  add(entry: Omit<LogEntry, 'at'>): void;
  close(): void;
}

/** Writes what is done into the pair's database; the newest 20,000 entries of 90 days are kept. */
export function openPairLog(file: string): PairLog {
  const db = open(file);
  const put = db.prepare('insert into log (at, did, side, path, other, bytes) values (?,?,?,?,?,?)');
  let waiting: LogEntry[] = [];
  let timer: NodeJS.Timeout | undefined;
  let last = '';
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    const entries = waiting;
    waiting = [];
    if (entries.length === 0) return;
    try {
      db.exec('begin immediate');
      for (const { at, did, side, path, other, bytes } of entries) put.run(at, did, side, path, other, bytes);
      db.prepare('delete from log where id <= (select max(id) from log) - ? or at < ?').run(KEPT, Date.now() - KEPT_MS);
      db.exec('commit');
    } catch {
      // Where the disk is full the files matter, not the log.
      if (db.isTransaction) db.exec('rollback');
    }
  };
  return {
    add(entry) {
      // A pause that is tried again and again is one.
      const same = JSON.stringify(entry);
      if ((entry.did === 'pause' || entry.did === 'problem') && same === last) return;
      last = same;
      waiting.push({ at: Date.now(), ...entry });
      timer ??= setTimeout(write, WRITE_EVERY_MS);
    },
    close() {
      write();
      db.close();
    },
  };
}

/** The newest entries, oldest first. @param after only later ones than this entry of the log */
export function readLog(
  file: string,
  { limit, since = 0, after = 0 }: { limit: number; since?: number; after?: number },
): (LogEntry & { id: number })[] {
  const db = open(file);
  try {
    const rows = db
      .prepare('select * from log where at >= ? and id > ? order by id desc limit ?')
      .all(since, after, limit);
    return rows.map((row) => ({ ...LogEntry.parse(row), id: row.id as number })).reverse();
  } finally {
    db.close();
  }
}
