import type { Migration } from 'kysely/migration';

/** Links to files and folders for people without an account. */
export const links: Migration = {
  async up(db) {
    await db.schema
      .createTable('links')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('node_id', 'text', (c) => c.notNull().references('nodes.id').onDelete('cascade'))
      .addColumn('maker_id', 'text', (c) => c.notNull().references('accounts.id').onDelete('cascade'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('label', 'text', (c) => c.notNull())
      .addColumn('password_hash', 'text')
      .addColumn('generation', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('download_limit', 'bigint')
      .addColumn('downloads', 'bigint', (c) => c.notNull())
      .addColumn('uploads', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('revoked_at', 'bigint')
      .execute();
    await db.schema.createIndex('links_by_node').on('links').column('node_id').execute();
    await db.schema.createIndex('links_by_maker').on('links').column('maker_id').execute();
    await db.schema
      .createTable('link_downloads')
      .addColumn('link_id', 'text', (c) => c.notNull().references('links.id').onDelete('cascade'))
      .addColumn('visit', 'text', (c) => c.notNull())
      .addColumn('what', 'text', (c) => c.notNull())
      .addColumn('granted_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('link_downloads_key', ['link_id', 'visit', 'what'])
      .execute();
  },
};
