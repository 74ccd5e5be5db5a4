import type { Migration } from 'kysely/migration';
import { bytesType } from '../column-types.ts';

/** Notes and drawings of meetings; in the rooms that there are, everybody may write them. */
export const documents: Migration = {
  async up(db) {
    await db.schema
      .alterTable('rooms')
      .addColumn('notes', 'bigint', (c) => c.notNull().defaultTo(1))
      .execute();
    await db.schema
      .createTable('meeting_documents')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('room_id', 'text', (c) => c.notNull().references('rooms.id'))
      .addColumn('meeting_id', 'text', (c) => c.notNull())
      .addColumn('host_id', 'text', (c) => c.notNull().references('accounts.id'))
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('breakout', 'text')
      .addColumn('state', bytesType(db), (c) => c.notNull())
      .addColumn('has_notes', 'bigint', (c) => c.notNull())
      .addColumn('has_board', 'bigint', (c) => c.notNull())
      .addColumn('started_at', 'bigint', (c) => c.notNull())
      .addColumn('seen_at', 'bigint', (c) => c.notNull())
      .addColumn('ended_at', 'bigint')
      .addColumn('filed_at', 'bigint')
      .execute();
    await db.schema
      .createIndex('meeting_documents_by_room')
      .on('meeting_documents')
      .columns(['room_id', 'started_at'])
      .execute();
    await db.schema
      .createIndex('meeting_documents_by_end')
      .on('meeting_documents')
      .columns(['ended_at', 'filed_at'])
      .execute();
  },
};
