import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { bytesType, orderedTextType } from '../column-types.ts';

/** Spaces, nodes, versions, and the bytes behind them. */
export const ibox: Migration = {
  async up(db) {
    const bytes = bytesType(db);
    await db.schema
      .createTable('spaces')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('owner_id', 'text', (c) => c.notNull().references('accounts.id'))
      .addColumn('root_id', 'text', (c) => c.notNull())
      .addColumn('epoch', 'text', (c) => c.notNull())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('used_bytes', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex('spaces_one_personal')
      .unique()
      .on('spaces')
      .column('owner_id')
      .where(sql<boolean>`kind = 'personal'`)
      .execute();
    await db.schema
      .createTable('nodes')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('space_id', 'text', (c) => c.notNull().references('spaces.id'))
      .addColumn('parent_id', 'text', (c) => c.references('nodes.id'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', orderedTextType(db), (c) => c.notNull())
      .addColumn('size', 'bigint', (c) => c.notNull())
      .addColumn('sha256', 'text')
      .addColumn('version', 'bigint', (c) => c.notNull())
      .addColumn('media_type', 'text')
      .addColumn('mtime', 'bigint')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('changed_at', 'bigint', (c) => c.notNull())
      .addColumn('changed_by', 'text', (c) => c.notNull())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('deleted_with', 'text')
      .execute();
    await db.schema.createIndex('nodes_journal').unique().on('nodes').columns(['space_id', 'seq']).execute();
    await db.schema
      .createIndex('nodes_one_name')
      .unique()
      .on('nodes')
      .columns(['parent_id', 'name_key'])
      .where(sql<boolean>`deleted_with is null`)
      .execute();
    await db.schema
      .createIndex('nodes_listing')
      .on('nodes')
      .columns(['parent_id', 'kind', 'name_key'])
      .where(sql<boolean>`deleted_with is null`)
      .execute();

    await db.schema
      .createTable('packs')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('size', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('chunks')
      .addColumn('hash', bytes, (c) => c.primaryKey())
      .addColumn('pack_id', 'text', (c) => c.notNull().references('packs.id'))
      .addColumn('pack_offset', 'bigint', (c) => c.notNull())
      .addColumn('length', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('chunks_by_pack').on('chunks').column('pack_id').execute();
    await db.schema
      .createTable('contents')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('size', 'bigint', (c) => c.notNull())
      .addColumn('sha256', 'text')
      .addColumn('chunking', 'bigint', (c) => c.notNull())
      .addColumn('touched_at', 'bigint', (c) => c.notNull())
      .execute();
    // The reference is what keeps a chunk: its deletion fails while a content, finished or not, holds it.
    await db.schema
      .createTable('content_chunks')
      .addColumn('content_id', 'text', (c) => c.notNull().references('contents.id'))
      .addColumn('start', 'bigint', (c) => c.notNull())
      .addColumn('hash', bytes, (c) => c.notNull().references('chunks.hash'))
      .addPrimaryKeyConstraint('content_chunks_key', ['content_id', 'start'])
      .execute();
    await db.schema.createIndex('content_chunks_by_hash').on('content_chunks').column('hash').execute();
    await db.schema
      .createTable('versions')
      .addColumn('node_id', 'text', (c) => c.notNull().references('nodes.id'))
      .addColumn('version', 'bigint', (c) => c.notNull())
      .addColumn('content_id', 'text', (c) => c.notNull().references('contents.id'))
      .addColumn('media_type', 'text', (c) => c.notNull())
      .addColumn('mtime', 'bigint')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('versions_key', ['node_id', 'version'])
      .execute();
    await db.schema.createIndex('versions_by_content').on('versions').column('content_id').execute();

    await db.schema
      .createTable('ibox_answers')
      .addColumn('account_id', 'text', (c) => c.notNull().references('accounts.id'))
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('request', 'text', (c) => c.notNull())
      .addColumn('node', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('ibox_answers_key', ['account_id', 'key'])
      .execute();
    await db.schema.createIndex('ibox_answers_by_end').on('ibox_answers').column('expires_at').execute();
  },
};
