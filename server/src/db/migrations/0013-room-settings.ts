import type { Migration } from 'kysely/migration';

/** Who comes into a room and what people do there: 1 or 0. Rooms made before are as open as they were. */
export const roomSettings: Migration = {
  async up(db) {
    const settings = { lobby: 0, guests: 0, share: 1, chat: 1, unmute: 1 };
    for (const [name, initially] of Object.entries(settings))
      await db.schema
        .alterTable('rooms')
        .addColumn(name, 'bigint', (c) => c.notNull().defaultTo(initially))
        .execute();
    await db.schema.alterTable('rooms').addColumn('password_hash', 'text').execute();
  },
};
