import type { Migration } from 'kysely/migration';

/** Which pictures of contents the object store has. */
export const previews: Migration = {
  async up(db) {
    await db.schema
      .createTable('previews')
      .addColumn('sha256', 'text', (c) => c.notNull())
      .addColumn('edge', 'bigint', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('length', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('previews_key', ['sha256', 'edge'])
      .execute();
    await db.schema.createIndex('contents_by_hash').on('contents').column('sha256').execute();
  },
};
