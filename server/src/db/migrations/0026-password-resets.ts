import type { Migration } from 'kysely/migration';

/** R-13 single-use links to a new password. R-14 the browsers that an account was signed in with. */
export const passwordResets: Migration = {
  async up(db) {
    await db.schema
      .createTable('password_resets')
      .addColumn('token_hash', 'text', (c) => c.primaryKey())
      .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id'))
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('password_resets_by_account').on('password_resets').column('account_id').execute();
    await db.schema
      .createTable('known_devices')
      .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id'))
      .addColumn('device_hash', 'text', (c) => c.notNull())
      .addColumn('first_seen_at', 'bigint', (c) => c.notNull())
      .addColumn('last_seen_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('known_devices_once', ['account_id', 'device_hash'])
      .execute();
  },
};
