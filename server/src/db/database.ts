import { CamelCasePlugin, Kysely } from 'kysely';
import { migrate } from './migrate.ts';
import { postgresDialect } from './postgres.ts';
import { sqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';

export type Db = Kysely<Tables>;

/**
 * Opens the database and brings it to the newest migration.
 * @param where a postgres:// URL, or an SQLite file's path (":memory:" for a throwaway one)
 */
export async function openDatabase(where: string): Promise<Db> {
  const dialect = /^postgres(ql)?:\/\//.test(where) ? postgresDialect(where) : sqliteDialect(where);
  const db = new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin()] });
  await migrate(db);
  return db;
}
