import { CamelCasePlugin, Kysely } from 'kysely';
import { migrate, pendingMigrations } from './migrate.ts';
import { postgresDialect } from './postgres.ts';
import { sqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';

export type Db = Kysely<Tables>;

/**
 * Opens the database and brings it to the newest migration.
 * @param where a postgres:// URL, or an SQLite file's path (":memory:" for a throwaway one)
 */
export async function openDatabase(where: string): Promise<Db> {
  const db = connect(where, false);
  await migrate(db);
  return db;
}

/**
 * Opens a database that may be in use, for looking only: the database itself refuses every change.
 * @throws {Error} when there is none, or one of another version
 */
export async function openReadOnly(where: string): Promise<Db> {
  const db = connect(where, true);
  const pending = await pendingMigrations(db);
  if (pending.length === 0) return db;
  await db.destroy();
  throw new Error(`the database lacks ${pending.join(', ')}: start this version of the hub on it first`);
}

function connect(where: string, isReadOnly: boolean): Db {
  const isPostgres = /^postgres(ql)?:\/\//.test(where);
  const dialect = isPostgres ? postgresDialect(where, { isReadOnly }) : sqliteDialect(where, { isReadOnly });
  return new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin()] });
}
