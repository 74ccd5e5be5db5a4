import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Tables } from '../../db/tables.ts';
import { lostRace } from '../chunks/store-batch.ts';
import { lastUnkept } from '../rules/limits.ts';
import type { Journal } from './change-space.ts';

type NewVersion = Omit<Tables['versions'], 'replacedAt' | 'createdAt'>;

/** @throws {HubError} upload_incomplete when a content was collected before */
export async function insertVersions(tx: Db, journal: Journal, versions: readonly NewVersion[]): Promise<void> {
  const rows = versions.map((version) => ({ ...version, createdAt: journal.now, replacedAt: null }));
  await tx
    .insertInto('versions')
    .values(rows)
    .execute()
    .catch((error) => {
      if (lostRace(error)) throw new HubError('upload_incomplete', 'the bytes rested and were collected');
      throw error;
    });
}

/**
 * Records a file's newest version inside the transaction of a change, and lets go of those that are too many.
 * @throws {HubError} upload_incomplete when the content was collected before
 */
export async function addVersion(tx: Db, journal: Journal, version: NewVersion): Promise<void> {
  await insertVersions(tx, journal, [version]);
  if (version.version === 1) return;
  const ofNode = tx.updateTable('versions').where('nodeId', '=', version.nodeId);
  await ofNode
    .set({ replacedAt: journal.now })
    .where('version', '<', version.version)
    .where('replacedAt', 'is', null)
    .execute();
  const unkept = lastUnkept(version.version, journal.limits);
  if (unkept === 0) return;
  await tx.deleteFrom('versions').where('nodeId', '=', version.nodeId).where('version', '<=', unkept).execute();
}
