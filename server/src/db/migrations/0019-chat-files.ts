import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Files of Ibox that are sent in meetings. */
export const chatFiles: Migration = {
  async up(db) {
    const columns = { file_id: 'text', file_name: 'text', file_size: 'bigint', file_type: 'text' } as const;
    for (const [name, type] of Object.entries({ ...columns, file_withdrawn_at: 'bigint' } as const))
      await db.schema.alterTable('chat_messages').addColumn(name, type).execute();
    await db.schema
      .createIndex('chat_messages_by_file')
      .on('chat_messages')
      .column('file_id')
      .where(sql<boolean>`file_id is not null`)
      .execute();
  },
};
