import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What is planned, who is invited, rooms with a link for good, and who was where when. */
export const meetings: Migration = {
  async up(db) {
    await db.schema
      .alterTable('rooms')
      .addColumn('kind', 'text', (c) => c.notNull().defaultTo('instant'))
      .execute();
    await db.schema
      .createIndex('rooms_one_personal')
      .unique()
      .on('rooms')
      .column('owner_id')
      .where(sql<boolean>`kind = 'personal'`)
      .execute();

    await db.schema
      .createTable('meetings')
      .addColumn('room_id', 'text', (c) => c.primaryKey().references('rooms.id'))
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('start', 'text', (c) => c.notNull())
      .addColumn('time_zone', 'text', (c) => c.notNull())
      .addColumn('minutes', 'bigint', (c) => c.notNull())
      .addColumn('repeat', 'text')
      .addColumn('sequence', 'bigint', (c) => c.notNull())
      .addColumn('ends_at', 'bigint')
      .addColumn('cancelled_at', 'bigint')
      .execute();
    await db.schema
      .createTable('meeting_cancelled_dates')
      .addColumn('room_id', 'text', (c) => c.notNull().references('meetings.room_id'))
      .addColumn('date', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('meeting_cancelled_dates_key', ['room_id', 'date'])
      .execute();
    await db.schema
      .createTable('meeting_invitees')
      .addColumn('room_id', 'text', (c) => c.notNull().references('meetings.room_id'))
      .addColumn('email', 'text', (c) => c.notNull())
      .addColumn('invited_at', 'bigint', (c) => c.notNull())
      .addColumn('removed_at', 'bigint')
      .addPrimaryKeyConstraint('meeting_invitees_key', ['room_id', 'email'])
      .execute();
    await db.schema.createIndex('meeting_invitees_by_email').on('meeting_invitees').column('email').execute();

    await db.schema
      .createTable('sittings')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('room_id', 'text', (c) => c.notNull().references('rooms.id'))
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('started_at', 'bigint', (c) => c.notNull())
      .addColumn('seen_at', 'bigint', (c) => c.notNull())
      .addColumn('ended_at', 'bigint')
      .execute();
    await db.schema.createIndex('sittings_by_room').on('sittings').columns(['room_id', 'started_at']).execute();
    await db.schema
      .createIndex('sittings_going')
      .on('sittings')
      .column('seen_at')
      .where(sql<boolean>`ended_at is null`)
      .execute();
    await db.schema
      .createTable('attendances')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sitting_id', 'text', (c) => c.notNull().references('sittings.id'))
      .addColumn('account_id', 'text')
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('joined_at', 'bigint', (c) => c.notNull())
      .addColumn('left_at', 'bigint')
      .execute();
    await db.schema.createIndex('attendances_by_sitting').on('attendances').column('sitting_id').execute();
    await db.schema
      .createIndex('attendances_by_account')
      .on('attendances')
      .columns(['account_id', 'sitting_id'])
      .execute();
  },
};
