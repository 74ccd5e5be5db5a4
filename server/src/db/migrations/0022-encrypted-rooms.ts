import type { Migration } from 'kysely/migration';

/** Whether sound and pictures of a room are encrypted end to end: 1 or 0. Rooms made before are not. */
export const encryptedRooms: Migration = {
  async up(db) {
    await db.schema
      .alterTable('rooms')
      .addColumn('encrypted', 'bigint', (c) => c.notNull().defaultTo(0))
      .execute();
  },
};
