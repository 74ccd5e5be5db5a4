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
  let behind = 0;
  for (let indexed = 0; ; ) {
    if ((await unindexed(db, spaceId, behind, 1)).length === 0) return true;
    if (indexed >= atMost) return false;
    indexed += await db.transaction().execute(async (tx) => {
      // Under the lock no name changes between being read and being noted as indexed.
      await lockSpace(tx, spaceId);
      const nodes = await unindexed(tx, spaceId, behind, atOnce);
      behind = nodes.at(-1)?.seq ?? behind;
      const words: { spaceId: string; word: string; nodeId: string }[] = [];
      const renamed = nodes.filter(({ indexedName }) => indexedName !== null).map(({ id }) => id);
      if (renamed.length > 0) await tx.deleteFrom('nodeWords').where('nodeId', 'in', renamed).execute();
      const keys = nodes.map(({ id, name }) => {
        const now = searchWords(name);
        words.push(...now.map((word) => ({ spaceId, word, nodeId: id })));
        return sql`(${id}, ${now.map((word) => ` ${word}`).join('')})`;
      });
      if (keys.length > 0)
        await sql`update nodes set indexed_name = name, search_key = known.column2
          from (values ${sql.join(keys)}) as known where nodes.id = known.column1`.execute(tx);
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

/** @param behind the journal's number of the last that was seen */
const unindexed = (db: Db, spaceId: string, behind: number, limit: number) =>
  db
    .selectFrom('nodes')
    .select(['id', 'name', 'indexedName', 'seq'])
    .where('spaceId', '=', spaceId)
    .where(sql<boolean>`(indexed_name is null or indexed_name <> name)`)
    .where('seq', '>', behind)
    .orderBy('seq')
    .limit(limit)
    .execute();
