import type { Migration } from 'kysely/migration';

/** Who is told of meetings, and what they are still to be told. */
export const webhooks: Migration = {
  async up(db) {
    await db.schema
      .createTable('webhooks')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('url', 'text', (c) => c.notNull())
      .addColumn('events', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull().references('accounts.id'))
      .addColumn('active', 'bigint', (c) => c.notNull())
      .addColumn('last_at', 'bigint')
      .addColumn('last_ok', 'bigint')
      .addColumn('last_detail', 'text')
      .execute();
    await db.schema
      .createTable('webhook_messages')
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('webhook_id', 'text', (c) => c.notNull().references('webhooks.id').onDelete('cascade'))
      .addColumn('body', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('tries', 'bigint', (c) => c.notNull())
      .addColumn('next_at', 'bigint')
      .addPrimaryKeyConstraint('webhook_messages_pk', ['id', 'webhook_id'])
      .execute();
    await db.schema
      .createIndex('webhook_messages_due')
      .on('webhook_messages')
      .columns(['next_at', 'created_at'])
      .execute();
  },
};
