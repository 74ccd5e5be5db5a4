import { PostgresDialect } from 'kysely';
import pg from 'pg';

/** PostgreSQL's bigint comes as a number: every integer of ours is a count, a size or ms, below 2^53. */
const int8 = 20;

/** @param url postgres://user:password@host:port/database */
export function postgresDialect(url: string, { isReadOnly = false } = {}): PostgresDialect {
  const types: pg.CustomTypesConfig = {
    getTypeParser: (id: number, format?: 'text' | 'binary') =>
      id === int8 ? Number : pg.types.getTypeParser(id, format as 'text'),
  };
  const options = isReadOnly ? { options: '-c default_transaction_read_only=on' } : {};
  const pool = new pg.Pool({ connectionString: url, max: 10, types, connectionTimeoutMillis: 5000, ...options });
  // A connection that the server closed while idle: the pool replaces it, and the next query tells if the server is gone.
  pool.on('error', () => {});
  return new PostgresDialect({ pool });
}
