import { createHash, randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { HubError } from '@diwan/protocol/errors.ts';
import type { ExpressionBuilder } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Tables } from '../../db/tables.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { longestPack } from './buffers.ts';
import { packKey } from './pack-key.ts';
import { isMostlyDead, type PackUse, planRewrites } from './repack-plan.ts';
import { lostRace, writePack } from './store-batch.ts';

export interface Rewritten {
  /** Packs that were given up for new ones. */
  packs: number;
  /** Bytes that go with them. */
  freed: number;
  /** Packs that stay because not all of them could be read. */
  damaged: string[];
}

/** Few enough that others hardly wait for one question. */
const packsAtOnce = 50;

/** A content, finished or not, or who sent it by itself lately, keeps a chunk. */
export const isReferred = (e: ExpressionBuilder<Tables, 'chunks'>) =>
  e.or([
    e.exists(
      e.selectFrom('contentChunks').select('contentChunks.hash').whereRef('contentChunks.hash', '=', 'chunks.hash'),
    ),
    e.exists(e.selectFrom('sentChunks').select('sentChunks.hash').whereRef('sentChunks.hash', '=', 'chunks.hash')),
  ]);

/**
 * Rewrites packs that are mostly dead: their live chunks are read, checked, and written into new packs. The old packs are deleted by a
 * later collection; who looked a chunk up before then reads it there, or looks it up again.
 * @param before packs made later are left alone, in ms since the epoch
 * @param mostBytes written in this run
 * @throws {HubError} storage_full, storage_unavailable
 */
export async function rewritePacks(
  db: Db,
  objects: ObjectStore,
  before: number,
  mostBytes = 1024 ** 3,
): Promise<Rewritten> {
  const rewritten: Rewritten = { packs: 0, freed: 0, damaged: [] };
  const groups = planRewrites(await mostlyDead(db, before, mostBytes), longestPack, mostBytes);
  for (const group of groups) {
    try {
      if (!(await rewrite(db, objects, group))) continue;
    } catch (error) {
      if (!(error instanceof HubError && error.code === 'content_corrupt')) throw error;
      // The sound ones of a group go on, each by itself.
      if (group.length > 1) groups.push(...group.map((pack) => [pack]));
      else if (await isStored(db, group[0]?.id ?? '')) rewritten.damaged.push(error.detail ?? '');
      continue;
    }
    rewritten.packs += group.length;
    rewritten.freed += group.reduce((sum, { size, live }) => sum + size - live, 0);
  }
  return rewritten;
}

/** Another hub may have given it up since it was chosen. */
async function isStored(db: Db, id: string): Promise<boolean> {
  const pack = await db.selectFrom('packs').select('state').where('id', '=', id).executeTakeFirst();
  return pack?.state === 'stored';
}

/** From a random pack on, so that those which can't be rewritten are not in the way of the others for ever. */
async function mostlyDead(db: Db, before: number, mostBytes: number): Promise<PackUse[]> {
  const found: PackUse[] = [];
  let live = 0;
  const begin: string = randomUUID();
  for (const [from, to] of [
    [begin, 'g'],
    ['', begin],
  ] as const) {
    for (let after: string = from; ; ) {
      const page: PackUse[] = await db
        .selectFrom('packs')
        .select((e) => [
          'id',
          'size',
          e
            .selectFrom('chunks')
            .select((c) => c.cast<number>(c.fn.coalesce(c.fn.sum('length'), c.lit(0)), 'bigint').as('bytes'))
            .whereRef('chunks.packId', '=', 'packs.id')
            .where(isReferred)
            .as('live'),
        ])
        .where('state', '=', 'stored')
        .where('createdAt', '<', before)
        .where('id', '>', after)
        .where('id', '<=', to)
        .orderBy('id')
        .limit(packsAtOnce)
        .$narrowType<{ live: number }>()
        .execute();
      for (const pack of page.filter(isMostlyDead)) {
        found.push(pack);
        live += pack.live;
        if (live >= mostBytes) return found;
      }
      if (page.length < packsAtOnce) break;
      after = page.at(-1)?.id ?? '';
      await turn();
    }
  }
  return found;
}

type Placed = Tables['chunks'];

/**
 * @returns false when another transaction was first; nothing changed then
 * @throws {HubError} content_corrupt
 */
async function rewrite(db: Db, objects: ObjectStore, group: readonly PackUse[]): Promise<boolean> {
  const packIds = group.map(({ id }) => id);
  const chunks = await db
    .selectFrom('chunks')
    .selectAll()
    .where('packId', 'in', packIds)
    .where(isReferred)
    .orderBy('packId')
    .orderBy('packOffset')
    .execute();
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  // More came to be referred to meanwhile.
  if (length > longestPack) return false;
  const bytes = Buffer.allocUnsafeSlow(length);
  const moved: { chunk: Placed; offset: number }[] = [];
  let offset = 0;
  for (const inPack of Map.groupBy(chunks, ({ packId }) => packId).values()) {
    for (const { chunk, piece } of await readChunks(objects, inPack)) {
      bytes.set(piece, offset);
      moved.push({ chunk, offset });
      offset += chunk.length;
    }
  }
  const newChunks = moved.map(({ chunk, offset }) => ({ hash: chunk.hash, offset, length: chunk.length }));
  const newPackId = await writePack(db, objects, newChunks, bytes);
  const done = await switchPacks(db, packIds, newPackId, moved).catch((error) => {
    if (lostRace(error)) return false;
    throw error;
  });
  if (!done) {
    const notTaken = db.updateTable('packs').set({ state: 'deleting' }).where('id', '=', newPackId);
    await notTaken.where('state', '=', 'writing').execute();
    await objects.delete(packKey(newPackId));
  }
  return done;
}

/** The chunks of one pack by one read, each checked. */
async function readChunks(objects: ObjectStore, chunks: readonly Placed[]) {
  const first = chunks[0] as Placed;
  const last = chunks.at(-1) as Placed;
  const begin = first.packOffset;
  const bytes = await objects.get(packKey(first.packId), {
    offset: begin,
    length: last.packOffset + last.length - begin,
  });
  return chunks.map((chunk) => {
    const piece = bytes.subarray(chunk.packOffset - begin, chunk.packOffset - begin + chunk.length);
    if (createHash('sha256').update(piece).digest().compare(chunk.hash) !== 0) {
      const name = Buffer.from(chunk.hash).toString('hex');
      throw new HubError('content_corrupt', `chunk ${name} in pack ${chunk.packId} at ${chunk.packOffset}`);
    }
    return { chunk, piece };
  });
}

/**
 * All of it or nothing: the new pack is stored, the chunks are in it, the old packs are given up. Nobody else may have given up an old
 * pack; a chunk that is dead, and was not moved, must still be dead, by its foreign keys.
 */
async function switchPacks(
  db: Db,
  packIds: readonly string[],
  newPackId: string,
  moved: readonly { chunk: Placed; offset: number }[],
): Promise<boolean> {
  return db
    .transaction()
    .execute(async (tx) => {
      const setState = async (state: 'stored' | 'deleting', ids: readonly string[], from: 'writing' | 'stored') => {
        const { numUpdatedRows } = await tx
          .updateTable('packs')
          .set({ state })
          .where('id', 'in', ids)
          .where('state', '=', from)
          .executeTakeFirst();
        if (Number(numUpdatedRows) !== ids.length) throw new TakenMeanwhile();
      };
      await setState('deleting', packIds, 'stored');
      await setState('stored', [newPackId], 'writing');
      for (const { chunk, offset } of moved) {
        await tx
          .updateTable('chunks')
          .set({ packId: newPackId, packOffset: offset })
          .where('hash', '=', chunk.hash)
          .where('packId', '=', chunk.packId)
          .execute();
      }
      await tx.deleteFrom('chunks').where('packId', 'in', packIds).execute();
      return true;
    })
    .catch((error) => {
      if (error instanceof TakenMeanwhile) return false;
      throw error;
    });
}

class TakenMeanwhile extends Error {}
