import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { orderedTextType } from '../column-types.ts';

/** Retention of versions, the trash, quotas, and the index of names. */
export const history: Migration = {
  async up(db) {
    await db.schema.alterTable('versions').addColumn('replaced_at', 'bigint').execute();
    await sql`update versions set replaced_at = (
      select min(newer.created_at) from versions newer
      where newer.node_id = versions.node_id and newer.version > versions.version)`.execute(db);
    await db.schema
      .createIndex('versions_replaced')
      .on('versions')
      .column('replaced_at')
      .where(sql<boolean>`replaced_at is not null`)
      .execute();

    await db.schema.alterTable('nodes').addColumn('purged_at', 'bigint').execute();
    await db.schema
      .createIndex('nodes_in_trash')
      .on('nodes')
      .columns(['space_id', 'deleted_with'])
      .where(sql<boolean>`deleted_with is not null and purged_at is null`)
      .execute();
    // The node that was deleted by itself, not along with a folder.
    await db.schema
      .createIndex('nodes_trash')
      .on('nodes')
      .columns(['space_id', 'seq'])
      .where(sql<boolean>`deleted_with = id and purged_at is null`)
      .execute();
    await db.schema
      .createIndex('nodes_trash_by_age')
      .on('nodes')
      .column('changed_at')
      .where(sql<boolean>`deleted_with = id and purged_at is null`)
      .execute();

    await db.schema
      .createTable('quotas')
      .addColumn('account_id', 'text', (c) => c.primaryKey().references('accounts.id'))
      .addColumn('bytes', 'bigint')
      .execute();

    await db.schema.alterTable('nodes').addColumn('indexed_name', 'text').execute();
    await db.schema.alterTable('nodes').addColumn('search_key', 'text').execute();
    await db.schema
      .createIndex('nodes_to_index')
      .on('nodes')
      .column('space_id')
      .where(sql<boolean>`(indexed_name is null or indexed_name <> name)`)
      .execute();
    await db.schema
      .createTable('node_words')
      .addColumn('space_id', 'text', (c) => c.notNull())
      .addColumn('word', orderedTextType(db), (c) => c.notNull())
      .addColumn('node_id', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('node_words_key', ['space_id', 'word', 'node_id'])
      .execute();
    await db.schema.createIndex('node_words_by_node').on('node_words').column('node_id').execute();
  },
};
