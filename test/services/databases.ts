import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { type Db, openDatabase } from '../../server/src/db/database.ts';
import { available } from './available.ts';
import { type Postgres, startPostgres } from './postgres.ts';

/** Runs a suite on SQLite and on a real PostgreSQL; `open` gives a new, migrated, empty database that is closed by itself. */
export function onEachDatabase(suite: (open: () => Promise<Db>) => void): void {
  describe('on SQLite', () => withDatabases(suite, async () => ':memory:'));
  describe.skipIf(!available('postgres'))('on PostgreSQL', () => {
    let postgres: Postgres;
    beforeAll(async () => {
      postgres = await startPostgres();
    });
    afterAll(() => postgres?.stop());
    withDatabases(suite, () => postgres.createDatabase(`t${randomUUID().replaceAll('-', '')}`));
  });
}

function withDatabases(suite: (open: () => Promise<Db>) => void, place: () => Promise<string>): void {
  const opened: Db[] = [];
  afterAll(async () => {
    for (const db of opened) await db.destroy();
  });
  suite(async () => {
    const db = await openDatabase(await place());
    opened.push(db);
    return db;
  });
}
