import type { Db } from '../../db/database.ts';

/** Few enough that others hardly wait for one transaction. */
const atOnce = 500;

/** Forgets what was done before a moment. @returns the entries that went */
export async function purgeActivity(db: Db, before: number): Promise<number> {
  for (let purged = 0; ; ) {
    const old = await db.selectFrom('activity').select('id').where('at', '<', before).limit(atOnce).execute();
    if (old.length === 0) return purged;
    const ids = old.map(({ id }) => id);
    await db.deleteFrom('activity').where('id', 'in', ids).execute();
    purged += ids.length;
  }
}
