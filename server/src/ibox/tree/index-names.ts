import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import { searchWords } from '../rules/search-words.ts';
import { lockSpace } from './change-space.ts';

const atOnce = 500;

/**
 * Brings a space's index of names up to date: whatever wrote a name, and however, this finds the names that it does not know yet.
 * @param atMost names, about: what a person who waits has time for
 * @returns whether it knows them all
 */
export async function indexNames(db: Db, spaceId: string, atMost = Number.POSITIVE_INFINITY): Promise<boolean> {
  for (let indexed = 0; ; ) {
    if ((await unindexed(db, spaceId, 1)).length === 0) return true;
    if (indexed >= atMost) return false;
    indexed += await db.transaction().execute(async (tx) => {
      // Under the lock no name changes between being read and being noted as indexed.
      await lockSpace(tx, spaceId);
      const nodes = await unindexed(tx, spaceId, atOnce);
      const words: { spaceId: string; word: string; nodeId: string }[] = [];
      const renamed = nodes.filter(({ indexedName }) => indexedName !== null).map(({ id }) => id);
      if (renamed.length > 0) await tx.deleteFrom('nodeWords').where('nodeId', 'in', renamed).execute();
      for (const { id, name } of nodes) {
        const now = searchWords(name);
        words.push(...now.map((word) => ({ spaceId, word, nodeId: id })));
        await tx
          .updateTable('nodes')
          .set({ indexedName: name, searchKey: now.map((word) => ` ${word}`).join('') })
          .where('id', '=', id)
          .execute();
      }
      for (let at = 0; at < words.length; at += atOnce) {
        await tx
          .insertInto('nodeWords')
          .values(words.slice(at, at + atOnce))
          .onConflict((c) => c.doNothing())
          .execute();
      }
      return nodes.length;
    });
  }
}

const unindexed = (db: Db, spaceId: string, limit: number) =>
  db
    .selectFrom('nodes')
    .select(['id', 'name', 'indexedName'])
    .where('spaceId', '=', spaceId)
    .where(sql<boolean>`(indexed_name is null or indexed_name <> name)`)
    .limit(limit)
    .execute();
