import type { Migration } from 'kysely/migration';

/** What is written and asked in a breakout room is kept with the meeting, and told from what was in the main room. */
export const breakouts: Migration = {
  async up(db) {
    for (const table of ['chat_messages', 'polls'])
      await db.schema.alterTable(table).addColumn('breakout', 'text').execute();
  },
};
