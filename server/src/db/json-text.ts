import { type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely';

/**
 * A row's JSON as text, written by the database: `fields` are SQL by the names they get. Thousands of rows that are only passed on
 * need not become objects first (https://www.sqlite.org/json1.html, https://www.postgresql.org/docs/current/functions-json.html).
 */
// biome-ignore lint/suspicious/noExplicitAny: any schema
export function jsonText(db: Kysely<any>, fields: Record<string, RawBuilder<unknown>>): RawBuilder<string> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const object = sql.raw(isPostgres ? 'json_build_object' : 'json_object');
  const pairs = Object.entries(fields).map(([name, value]) => sql`${sql.lit(name)}, ${value}`);
  return sql<string>`cast(${object}(${sql.join(pairs)}) as text)`;
}
