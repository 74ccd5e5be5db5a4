import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { available } from './available.ts';
import { type Postgres, startPostgres } from './postgres.ts';

describe.skipIf(!available('postgres'))('PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());

  const query = async (url: string, sql: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it('answers on its URL, in UTF-8', async () => {
    expect(await query(postgres.url, `select 'دیوان' as name`)).toEqual([{ name: 'دیوان' }]);
  });

  it('keeps committed rows over a kill', async () => {
    const url = await postgres.createDatabase('kept');
    await query(url, `create table towns as select 'Tlemcen' as name`);
    await postgres.kill();
    await postgres.restart();
    expect(await query(url, 'select name from towns')).toEqual([{ name: 'Tlemcen' }]);
  });
});
