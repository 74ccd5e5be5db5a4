import type { Db } from '../../db/database.ts';
import { withLease } from '../../db/lease.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { packKey } from './pack-key.ts';
import { isReferred, type Rewritten, rewritePacks } from './repack.ts';
import { lostRace } from './store-batch.ts';

/** Longer than any upload rests between two of its packs. */
export const orphanAgeMs = 24 * 3600 * 1000;

export interface Collected {
  contents: number;
  packs: number;
}

/**
 * Collects and rewrites, unless another hub is at it.
 * @returns undefined when another hub is
 */
export function collectByTurns(
  db: Db,
  objects: ObjectStore,
  now = Date.now(),
): Promise<(Collected & { rewritten: Rewritten }) | undefined> {
  return withLease(db, 'ibox-collection', async () => ({
    ...(await collectOrphans(db, objects, now)),
    // Last: the packs it gives up stay until the next collection, for those who read from them now.
    rewritten: await rewritePacks(db, objects, now - orphanAgeMs),
  }));
}

/**
 * Removes what failed uploads left: contents that no version refers to, then packs of which no content holds a chunk.
 * Each step looks again inside the transaction that deletes, and the foreign keys have the last word: a commit that refers to
 * something first makes the deletion fail, a deletion that came first makes the commit store the bytes again.
 * Objects go after the commit that gives them up; a crash in between leaves a row that says so.
 */
export async function collectOrphans(db: Db, objects: ObjectStore, now = Date.now()): Promise<Collected> {
  const before = now - orphanAgeMs;
  await db.deleteFrom('iboxAnswers').where('expiresAt', '<', now).execute();
  await db.deleteFrom('sentChunks').where('sentAt', '<', before).execute();
  const contents = await collectContents(db, before);
  await giveUpPacks(db, before);
  return { contents, packs: await deletePacks(db, objects) };
}

async function collectContents(db: Db, before: number): Promise<number> {
  const unused = await db
    .selectFrom('contents')
    .select('id')
    .where('touchedAt', '<', before)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('versions').select('nodeId').whereRef('versions.contentId', '=', 'contents.id'))),
    )
    .execute();
  let collected = 0;
  for (const { id } of unused) {
    const done = await unlessReferred(() =>
      db.transaction().execute(async (tx) => {
        // Takes the row's lock: a version that refers to it now waits, and then fails.
        const { numUpdatedRows } = await tx
          .updateTable('contents')
          .set({ sha256: null })
          .where('id', '=', id)
          .where('touchedAt', '<', before)
          .where(({ not, exists, selectFrom }) =>
            not(exists(selectFrom('versions').select('nodeId').where('contentId', '=', id))),
          )
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await tx.deleteFrom('contentChunks').where('contentId', '=', id).execute();
        await tx.deleteFrom('contents').where('id', '=', id).execute();
        return true;
      }),
    );
    if (done) collected++;
  }
  return collected;
}

async function giveUpPacks(db: Db, before: number): Promise<void> {
  await db
    .updateTable('packs')
    .set({ state: 'deleting' })
    .where('state', '=', 'writing')
    .where('createdAt', '<', before)
    .execute();
  const pageSize = 500;
  let after = '';
  for (;;) {
    const page = await db
      .selectFrom('packs')
      .select((e) => [
        'id',
        e
          .exists(
            e.selectFrom('chunks').select('chunks.hash').whereRef('chunks.packId', '=', 'packs.id').where(isReferred),
          )
          .as('used'),
      ])
      .where('state', '=', 'stored')
      .where('createdAt', '<', before)
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .execute();
    for (const { id, used } of page) {
      // true on PostgreSQL, 1 on SQLite
      if (!used) await unlessReferred(() => giveUpPack(db, id));
    }
    if (page.length < pageSize) return;
    after = page.at(-1)?.id ?? '';
  }
}

/** A chunk that a content refers to by now makes the deletion fail, and the pack stays as it is. */
async function giveUpPack(db: Db, id: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // The pack's row first, as with rewriting: neither waits for the other in turn.
    await tx.updateTable('packs').set({ state: 'deleting' }).where('id', '=', id).execute();
    await tx.deleteFrom('chunks').where('packId', '=', id).execute();
  });
}

async function deletePacks(db: Db, objects: ObjectStore): Promise<number> {
  const packs = await db.selectFrom('packs').select('id').where('state', '=', 'deleting').execute();
  for (const { id } of packs) {
    await objects.delete(packKey(id));
    await db.deleteFrom('packs').where('id', '=', id).where('state', '=', 'deleting').execute();
  }
  return packs.length;
}

async function unlessReferred<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (lostRace(error)) return undefined;
    throw error;
  }
}
