import { type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely';

/**
 * A row as the text of a JSON array, written by the database. Thousands of rows that are only passed on need not become objects first
 * (https://www.sqlite.org/json1.html, https://www.postgresql.org/docs/current/functions-json.html).
 */
// biome-ignore lint/suspicious/noExplicitAny: any schema
export function jsonRow(db: Kysely<any>, columns: RawBuilder<unknown>[]): RawBuilder<string> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const array = sql.raw(isPostgres ? 'json_build_array' : 'json_array');
  return sql<string>`cast(${array}(${sql.join(columns)}) as text)`;
}
