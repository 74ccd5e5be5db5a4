import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteDialect } from 'kysely';

interface Prepared {
  statement: StatementSync;
  /** Of its columns. */
  names: string[];
}

/** Statements kept prepared; the hub's own queries number in the low hundreds. */
const cachedStatements = 500;

/**
 * Kysely's SQLite dialect over node:sqlite. WAL with synchronous=FULL: what COMMIT acknowledged survives a power cut
 * (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
export function sqliteDialect(file: string, { isReadOnly = false } = {}): SqliteDialect {
  if (file !== ':memory:' && !isReadOnly) mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file, { readOnly: isReadOnly });
  if (!isReadOnly) database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on');
  database.exec('pragma busy_timeout = 5000; pragma cache_size = -65536; pragma temp_store = memory');
  const prepared = new Map<string, Prepared>();

  function prepare(sql: string): Prepared {
    const known = prepared.get(sql);
    if (known) {
      prepared.delete(sql);
      prepared.set(sql, known);
      return known;
    }
    const statement = database.prepare(sql);
    const names = statement.columns().map(({ name }) => name);
    if (names.length > 0) statement.setReturnArrays(true);
    const fresh = { statement, names };
    prepared.set(sql, fresh);
    const oldest = prepared.keys().next().value;
    if (prepared.size > cachedStatements && oldest !== undefined) prepared.delete(oldest);
    return fresh;
  }

  return new SqliteDialect({
    database: {
      close() {
        prepared.clear();
        database.close();
      },
      prepare(sql) {
        const { statement, names } = prepare(sql);
        const input = (values: ReadonlyArray<unknown>) => values as SQLInputValue[];
        // A full disk ends the transaction by itself; a rollback that fails then would hide why.
        const isDone = () => sql === 'rollback' && !database.isTransaction;
        return {
          reader: names.length > 0,
          all: (values) => rowsOf(names, statement.all(...input(values))),
          run(values) {
            // The names of what is prepared are those of the tables as they were.
            if (/^(alter|create|drop) /i.test(sql)) prepared.clear();
            return isDone() ? { changes: 0, lastInsertRowid: 0 } : statement.run(...input(values));
          },
          *iterate(values) {
            for (const row of statement.iterate(...input(values))) yield* rowsOf(names, [row]);
          },
        };
      },
    },
  });
}

/**
 * Rows as plain objects of one shape. node:sqlite's own have no prototype and are kept as dictionaries: reading a column of one takes
 * some fifteen times as long.
 */
function rowsOf(names: readonly string[], rows: unknown[]): Record<string, unknown>[] {
  return (rows as unknown[][]).map((values) => {
    const row: Record<string, unknown> = {};
    for (let at = 0; at < names.length; at++) row[names[at] as string] = values[at];
    return row;
  });
}
