import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The names that search does not know yet, in the order of their changes: who makes them known goes on behind the last one. In
 * PostgreSQL an entry stays until the next vacuum, so looking from the beginning for each batch would read all of them again.
 */
export const namesToIndex: Migration = {
  async up(db) {
    await db.schema.dropIndex('nodes_to_index').execute();
    await db.schema
      .createIndex('nodes_to_index')
      .on('nodes')
      .columns(['space_id', 'seq'])
      .where(sql<boolean>`(indexed_name is null or indexed_name <> name)`)
      .execute();
  },
};
