import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** The column type for raw bytes: bytea on PostgreSQL, blob on SQLite. */
// biome-ignore lint/suspicious/noExplicitAny: any schema
export function bytesType(db: Kysely<any>) {
  return db.getExecutor().adapter instanceof PostgresAdapter ? sql`bytea` : sql`blob`;
}

/** The column type for text that sorts by its bytes on both: SQLite does so, PostgreSQL by the database's locale unless told. */
// biome-ignore lint/suspicious/noExplicitAny: any schema
export function orderedTextType(db: Kysely<any>) {
  return db.getExecutor().adapter instanceof PostgresAdapter ? sql`text collate "C"` : sql`text`;
}
