import type { Migration } from 'kysely/migration';
import { countedKey } from '../column-types.ts';

/** What was done to which node; comments, favourites, and locks that people take. */
export const activity: Migration = {
  async up(db) {
    await db.schema
      .createTable('activity')
      .addColumn('id', ...countedKey(db))
      .addColumn('space_id', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('account_id', 'text')
      .addColumn('verb', 'text', (c) => c.notNull())
      .addColumn('node_id', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('count', 'bigint', (c) => c.notNull())
      .addColumn('folder_id', 'text')
      .addColumn('folder_name', 'text')
      .addColumn('from_name', 'text')
      .addColumn('from_folder_id', 'text')
      .addColumn('from_folder_name', 'text')
      .addColumn('about', 'text')
      .execute();
    await db.schema.createIndex('activity_by_space').on('activity').columns(['space_id', 'id']).execute();
    await db.schema.createIndex('activity_by_time').on('activity').column('at').execute();
    await db.schema
      .createTable('activity_subjects')
      .addColumn('node_id', 'text', (c) => c.notNull())
      .addColumn('activity_id', 'bigint', (c) => c.notNull().references('activity.id').onDelete('cascade'))
      .addColumn('name', 'text')
      .addPrimaryKeyConstraint('activity_subjects_key', ['node_id', 'activity_id'])
      .execute();
    await db.schema.createIndex('activity_subjects_by_entry').on('activity_subjects').column('activity_id').execute();

    await db.schema
      .createTable('comments')
      .addColumn('id', ...countedKey(db))
      .addColumn('node_id', 'text', (c) => c.notNull().references('nodes.id').onDelete('cascade'))
      .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
      .addColumn('text', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('edited_at', 'bigint')
      .execute();
    await db.schema.createIndex('comments_by_node').on('comments').columns(['node_id', 'id']).execute();
    await db.schema.createIndex('comments_by_account').on('comments').column('account_id').execute();
    await db.schema
      .createTable('favourites')
      .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
      .addColumn('node_id', 'text', (c) => c.notNull().references('nodes.id').onDelete('cascade'))
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('favourites_key', ['account_id', 'node_id'])
      .execute();
    await db.schema.createIndex('favourites_by_node').on('favourites').column('node_id').execute();

    // Until now every lock was a WebDAV client's.
    await db.schema
      .alterTable('dav_locks')
      .addColumn('via', 'text', (c) => c.notNull().defaultTo('dav'))
      .execute();
    await db.schema
      .alterTable('dav_locks')
      .addColumn('note', 'text', (c) => c.notNull().defaultTo(''))
      .execute();
  },
};
