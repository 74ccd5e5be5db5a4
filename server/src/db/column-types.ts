import { type ColumnBuilderCallback, type Kysely, PostgresAdapter, sql } from 'kysely';

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

/** Type and constraint of a primary key that counts up by itself and never gives a number twice. */
// biome-ignore lint/suspicious/noExplicitAny: any schema
export function countedKey(db: Kysely<any>): ['bigint' | 'integer', ColumnBuilderCallback] {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  return isPostgres
    ? ['bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity()]
    : ['integer', (c) => c.primaryKey().autoIncrement()];
}
