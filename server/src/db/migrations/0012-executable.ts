import type { Migration } from 'kysely/migration';

/** Whether a file may be run as a program: 1, or null. */
export const executable: Migration = {
  async up(db) {
    await db.schema.alterTable('nodes').addColumn('executable', 'bigint').execute();
    await db.schema.alterTable('versions').addColumn('executable', 'bigint').execute();
  },
};
