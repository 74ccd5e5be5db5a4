import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { foundation } from './migrations/0001-foundation.ts';
import { ibox } from './migrations/0002-ibox.ts';
import { history } from './migrations/0003-history.ts';
import { webdav } from './migrations/0004-webdav.ts';
import { previews } from './migrations/0005-previews.ts';
import { chunkApi } from './migrations/0006-chunk-api.ts';
import { shares } from './migrations/0007-shares.ts';
import { links } from './migrations/0008-links.ts';
import { activity } from './migrations/0009-activity.ts';
import { leases } from './migrations/0010-leases.ts';
import { namesToIndex } from './migrations/0011-names-to-index.ts';
import { executable } from './migrations/0012-executable.ts';
import { roomSettings } from './migrations/0013-room-settings.ts';

import { meetings } from './migrations/0014-meetings.ts';
import { together } from './migrations/0015-together.ts';

import { webhooks } from './migrations/0016-webhooks.ts';
import { breakouts } from './migrations/0017-breakouts.ts';
import { documents } from './migrations/0018-documents.ts';
import { chatFiles } from './migrations/0019-chat-files.ts';
import { apiKeys } from './migrations/0021-api-keys.ts';
import { encryptedRooms } from './migrations/0022-encrypted-rooms.ts';
import { secondFactor } from './migrations/0025-second-factor.ts';
import { passwordResets } from './migrations/0026-password-resets.ts';

/** In order; a migration that landed is never edited, only followed by another. */
const migrations: Record<string, Migration> = {
  '0001-foundation': foundation,
  '0002-ibox': ibox,
  '0003-history': history,
  '0004-webdav': webdav,
  '0005-previews': previews,
  '0006-chunk-api': chunkApi,
  '0007-shares': shares,
  '0008-links': links,
  '0009-activity': activity,
  '0010-leases': leases,
  '0011-names-to-index': namesToIndex,
  '0012-executable': executable,
  '0013-room-settings': roomSettings,
  '0014-meetings': meetings,
  '0015-together': together,
  '0016-webhooks': webhooks,
  '0017-breakouts': breakouts,
  '0018-documents': documents,
  '0019-chat-files': chatFiles,
  '0021-api-keys': apiKeys,
  '0022-encrypted-rooms': encryptedRooms,
  '0025-second-factor': secondFactor,
  '0026-password-resets': passwordResets,
};

// biome-ignore lint/suspicious/noExplicitAny: migrations see the schema as it was, not as it is
type AnyDb = Kysely<any>;

const migratorOf = (db: AnyDb) => new Migrator({ db, provider: { getMigrations: async () => migrations } });

/** What a database lacks; changes nothing. */
export async function pendingMigrations(db: AnyDb): Promise<string[]> {
  const all = await migratorOf(db).getMigrations();
  return all.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

export async function migrate(db: AnyDb): Promise<void> {
  const migrator = migratorOf(db);
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
