import type { Migration } from 'kysely/migration';
import { bytesType } from '../column-types.ts';

/** Chunks that were sent by themselves, before a commit refers to them. */
export const chunkApi: Migration = {
  async up(db) {
    await db.schema
      .createTable('sent_chunks')
      .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id'))
      // As with content_chunks, the reference keeps the chunk from being collected.
      .addColumn('hash', bytesType(db), (c) => c.notNull().references('chunks.hash'))
      .addColumn('sent_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('sent_chunks_key', ['account_id', 'hash'])
      .execute();
    await db.schema.createIndex('sent_chunks_by_hash').on('sent_chunks').column('hash').execute();
    await db.schema.createIndex('sent_chunks_by_time').on('sent_chunks').column('sent_at').execute();
  },
};
