import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who has a part in which space, who is invited, where shared spaces are mounted, and what went from one space to another. */
export const shares: Migration = {
  async up(db) {
    await db.schema
      .createTable('members')
      .addColumn('space_id', 'text', (c) => c.notNull().references('spaces.id'))
      .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id'))
      .addColumn('role', 'text', (c) => c.notNull())
      .addColumn('since', 'bigint', (c) => c.notNull())
      .addColumn('invited_by', 'text')
      .addPrimaryKeyConstraint('members_key', ['space_id', 'account_id'])
      .execute();
    await db.schema.createIndex('members_by_account').on('members').columns(['account_id', 'space_id']).execute();
    await sql`insert into members (space_id, account_id, role, since)
      select id, owner_id, 'manager', created_at from spaces`.execute(db);

    await db.schema
      .createTable('share_invitations')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('space_id', 'text', (c) => c.notNull().references('spaces.id'))
      .addColumn('email', 'text', (c) => c.notNull())
      .addColumn('role', 'text', (c) => c.notNull())
      .addColumn('message', 'text', (c) => c.notNull())
      .addColumn('invited_by', 'text', (c) => c.notNull().references('accounts.id'))
      .addColumn('invited_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex('share_invitations_one_each')
      .unique()
      .on('share_invitations')
      .columns(['space_id', 'email'])
      .execute();
    await db.schema.createIndex('share_invitations_by_email').on('share_invitations').column('email').execute();
    await db.schema
      .createIndex('share_invitations_by_author')
      .on('share_invitations')
      .columns(['invited_by', 'invited_at'])
      .execute();

    await db.schema
      .alterTable('nodes')
      .addColumn('mount_space_id', 'text', (c) => c.references('spaces.id'))
      .execute();
    await db.schema
      .createIndex('nodes_one_mount')
      .unique()
      .on('nodes')
      .columns(['mount_space_id', 'space_id'])
      .where(sql<boolean>`mount_space_id is not null`)
      .execute();

    await db.schema
      .createTable('departures')
      .addColumn('space_id', 'text', (c) => c.notNull().references('spaces.id'))
      .addColumn('node_id', 'text', (c) => c.notNull())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('to_space_id', 'text')
      .addPrimaryKeyConstraint('departures_key', ['space_id', 'node_id'])
      .execute();
    await db.schema.createIndex('departures_journal').unique().on('departures').columns(['space_id', 'seq']).execute();
  },
};
