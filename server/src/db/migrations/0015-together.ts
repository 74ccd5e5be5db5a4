import type { Migration } from 'kysely/migration';

/** What is written in meetings, what is asked and voted there, and who was there to read it. */
export const together: Migration = {
  async up(db) {
    await db.schema
      .createTable('chats')
      .addColumn('room_id', 'text', (c) => c.primaryKey().references('rooms.id'))
      .addColumn('last_change', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('chat_messages')
      .addColumn('room_id', 'text', (c) => c.notNull().references('chats.room_id'))
      .addColumn('number', 'bigint', (c) => c.notNull())
      .addColumn('change', 'bigint', (c) => c.notNull())
      .addColumn('meeting_id', 'text', (c) => c.notNull())
      .addColumn('author_id', 'text', (c) => c.notNull())
      .addColumn('author_name', 'text', (c) => c.notNull())
      .addColumn('client_id', 'text', (c) => c.notNull())
      .addColumn('to_id', 'text')
      .addColumn('to_name', 'text')
      .addColumn('text', 'text', (c) => c.notNull())
      .addColumn('reply_to', 'bigint')
      .addColumn('sent_at', 'bigint', (c) => c.notNull())
      .addColumn('edited_at', 'bigint')
      .addColumn('deleted_at', 'bigint')
      .addPrimaryKeyConstraint('chat_messages_key', ['room_id', 'number'])
      .addUniqueConstraint('chat_messages_sent_once', ['room_id', 'author_id', 'client_id'])
      .execute();
    await db.schema.createIndex('chat_messages_by_change').on('chat_messages').columns(['room_id', 'change']).execute();

    await db.schema
      .createTable('meeting_people')
      .addColumn('room_id', 'text', (c) => c.notNull().references('rooms.id'))
      .addColumn('person_id', 'text', (c) => c.notNull())
      .addColumn('meeting_id', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('meeting_people_key', ['room_id', 'person_id', 'meeting_id'])
      .execute();

    await db.schema
      .createTable('polls')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('room_id', 'text', (c) => c.notNull().references('rooms.id'))
      .addColumn('meeting_id', 'text', (c) => c.notNull())
      .addColumn('author_id', 'text', (c) => c.notNull())
      .addColumn('question', 'text', (c) => c.notNull())
      .addColumn('options', 'text', (c) => c.notNull())
      .addColumn('multiple', 'bigint', (c) => c.notNull())
      .addColumn('anonymous', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('closed_at', 'bigint')
      .execute();
    await db.schema.createIndex('polls_by_room').on('polls').columns(['room_id', 'created_at']).execute();
    await db.schema
      .createTable('poll_votes')
      .addColumn('poll_id', 'text', (c) => c.notNull().references('polls.id').onDelete('cascade'))
      .addColumn('person_id', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('choices', 'text', (c) => c.notNull())
      .addColumn('voted_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('poll_votes_key', ['poll_id', 'person_id'])
      .execute();
  },
};
