import { randomUUID } from 'node:crypto';
import type { Db } from './database.ts';

/** A hub that died holds its lease no longer than this. */
const leaseMs = 10 * 60 * 1000;

/**
 * Does the work unless another hub is at it. A lease saves hubs from doing the same twice and no more: it goes by their clocks, so
 * what must hold is checked by the work's own transactions.
 * @returns undefined when another hub holds the lease
 */
export async function withLease<T>(db: Db, name: string, work: () => Promise<T>): Promise<T | undefined> {
  const holder = randomUUID();
  if (!(await take(db, name, holder))) return undefined;
  const renewal = setInterval(() => {
    const row = { endsAt: Date.now() + leaseMs };
    const mine = db.updateTable('leases').set(row).where('name', '=', name).where('holder', '=', holder);
    // The database may be away for a while; the next renewal comes.
    mine.execute().catch(() => {});
  }, leaseMs / 3);
  renewal.unref();
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    // What can't be released now ends by itself.
    const mine = db.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder);
    await mine.execute().catch(() => {});
  }
}

async function take(db: Db, name: string, holder: string): Promise<boolean> {
  const now = Date.now();
  const row = { holder, endsAt: now + leaseMs };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('leases')
    .values({ name, ...row })
    .onConflict((c) => c.column('name').doUpdateSet(row).where('leases.endsAt', '<', now))
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}
