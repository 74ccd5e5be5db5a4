import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import { purgeActivity } from '../activity/purge-activity.ts';
import { dayMs, type Limits } from '../rules/limits.ts';
import { lockSpace } from './change-space.ts';

export interface Purged {
  versions: number;
  /** Of the trash. */
  entries: number;
  /** What was told of deeds. */
  activity: number;
}

/** Few enough that others hardly wait for one transaction. */
const atOnce = 500;

/**
 * Lets go of what the operator keeps no longer: versions that were replaced too long ago, what was in the trash
 * for too long, and who did what long ago.
 * The newest version always stays. The collection of contents frees the bytes.
 */
export async function purgeExpired(db: Db, limits: Limits, now = Date.now()): Promise<Purged> {
  return {
    versions: limits.versionsDays === 0 ? 0 : await purgeVersions(db, now - limits.versionsDays * dayMs),
    entries: limits.trashDays === 0 ? 0 : await purgeTrash(db, now - limits.trashDays * dayMs, now),
    activity: limits.activityDays === 0 ? 0 : await purgeActivity(db, now - limits.activityDays * dayMs),
  };
}

async function purgeVersions(db: Db, before: number): Promise<number> {
  let purged = 0;
  for (;;) {
    const old = await db
      .selectFrom('versions')
      .select(['nodeId', 'version'])
      .where('replacedAt', '<', before)
      .limit(atOnce)
      .execute();
    if (old.length === 0) return purged;
    await db.transaction().execute(async (tx) => {
      for (const { nodeId, version } of old) {
        await tx
          .deleteFrom('versions')
          .where('nodeId', '=', nodeId)
          .where('version', '=', version)
          .where('replacedAt', 'is not', null)
          .execute();
      }
    });
    purged += old.length;
  }
}

async function purgeTrash(db: Db, before: number, now: number): Promise<number> {
  let purged = 0;
  for (;;) {
    const expired = await db
      .selectFrom('nodes')
      .select(['id', 'spaceId'])
      .where(sql<boolean>`deleted_with = id and purged_at is null`)
      .where('changedAt', '<', before)
      .limit(atOnce)
      .execute();
    if (expired.length === 0) return purged;
    for (const [spaceId, entries] of Map.groupBy(expired, (entry) => entry.spaceId)) {
      await db.transaction().execute(async (tx) => {
        await lockSpace(tx, spaceId);
        // Looked at again under the lock: what was restored meanwhile, or deleted anew, stays.
        const still = await tx
          .selectFrom('nodes')
          .select('id')
          .where(
            'id',
            'in',
            entries.map(({ id }) => id),
          )
          .where(sql<boolean>`deleted_with = id and purged_at is null`)
          .where('changedAt', '<', before)
          .execute();
        await purge(
          tx,
          spaceId,
          still.map(({ id }) => id),
          now,
        );
        purged += still.length;
      });
    }
  }
}

/** Turns trash entries into mere tombstones, under the space's lock. */
export async function purge(tx: Db, spaceId: string, tops: string[], now: number): Promise<void> {
  if (tops.length === 0) return;
  const purged = tx
    .selectFrom('nodes')
    .select('id')
    .where('spaceId', '=', spaceId)
    .where('deletedWith', 'in', tops)
    .where('purgedAt', 'is', null);
  await tx.deleteFrom('versions').where('nodeId', 'in', purged).execute();
  await tx.deleteFrom('nodeWords').where('nodeId', 'in', purged).execute();
  await tx.deleteFrom('comments').where('nodeId', 'in', purged).execute();
  await tx.deleteFrom('favourites').where('nodeId', 'in', purged).execute();
  await tx
    .updateTable('nodes')
    .set({ purgedAt: now })
    .where('spaceId', '=', spaceId)
    .where('deletedWith', 'in', tops)
    .where('purgedAt', 'is', null)
    .execute();
}
