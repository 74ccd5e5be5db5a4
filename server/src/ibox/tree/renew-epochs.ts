import { randomUUID } from 'node:crypto';
import type { Db } from '../../db/database.ts';

/**
 * To be done when the database was set back to a backup: its journals give numbers again that clients know for other changes. Under a
 * new epoch nobody's cursor holds; agents read the whole tree again and merge it with what they have, without deleting anything.
 * @returns how many spaces there are
 */
export async function renewEpochs(db: Db): Promise<number> {
  const { numUpdatedRows } = await db.updateTable('spaces').set({ epoch: randomUUID() }).executeTakeFirst();
  return Number(numUpdatedRows);
}
