import { HubError } from '@diwan/protocol/errors.ts';
import type { Usage } from '@diwan/protocol/ibox-history.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { type Limits, quotaOf } from '../rules/limits.ts';

/**
 * Makes sure, inside a change's transaction, that the account which owns the space stays within its quota. Changes of all spaces of an
 * account wait for one another here: each counts what the ones before it have committed.
 * The spaces' rows say already what will be used once the change is committed.
 * @throws {HubError} quota_exceeded
 */
export async function requireRoom(tx: Db, ownerId: string, limits: Limits): Promise<void> {
  const { bytes } = await tx
    .insertInto('quotas')
    .values({ accountId: ownerId, bytes: null })
    .onConflict((c) => c.column('accountId').doUpdateSet((e) => ({ accountId: e.ref('excluded.accountId') })))
    .returning('bytes')
    .executeTakeFirstOrThrow();
  const quota = quotaOf(bytes, limits);
  if (quota === null) return;
  const used = await usedBytes(tx, ownerId);
  if (used > quota) throw new HubError('quota_exceeded', `${used} of ${quota} bytes`);
}

/**
 * Says early, before bytes are sent, that they can't be taken; the commit has the last word.
 * @param more bytes that live files will take in addition
 * @throws {HubError} quota_exceeded
 */
export async function expectRoom(db: Db, spaceId: string, more: number, limits: Limits): Promise<void> {
  if (more <= 0) return;
  const { ownerId } = await db
    .selectFrom('spaces')
    .select('ownerId')
    .where('id', '=', spaceId)
    .executeTakeFirstOrThrow();
  const quota = await quotaOfAccount(db, ownerId, limits);
  if (quota === null) return;
  const used = (await usedBytes(db, ownerId)) + more;
  if (used > quota) throw new HubError('quota_exceeded', `${used} of ${quota} bytes`);
}

/** What the actor's own spaces take, and what they may take. */
export async function readUsage(db: Db, actor: Actor, limits: Limits): Promise<Usage> {
  const trash = await db
    .selectFrom('nodes')
    .innerJoin('spaces', 'spaces.id', 'nodes.spaceId')
    .select((e) => e.cast<number>(e.fn.coalesce(e.fn.sum('nodes.size'), e.lit(0)), 'bigint').as('bytes'))
    .where('spaces.ownerId', '=', actor.accountId)
    .where('nodes.deletedWith', 'is not', null)
    .where('nodes.purgedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return {
    usedBytes: await usedBytes(db, actor.accountId),
    quotaBytes: await quotaOfAccount(db, actor.accountId, limits),
    trashBytes: trash.bytes,
  };
}

async function quotaOfAccount(db: Db, accountId: string, limits: Limits): Promise<number | null> {
  const own = await db.selectFrom('quotas').select('bytes').where('accountId', '=', accountId).executeTakeFirst();
  return quotaOf(own?.bytes, limits);
}

async function usedBytes(db: Db, ownerId: string): Promise<number> {
  const { bytes } = await db
    .selectFrom('spaces')
    .select((e) => e.cast<number>(e.fn.coalesce(e.fn.sum('usedBytes'), e.lit(0)), 'bigint').as('bytes'))
    .where('ownerId', '=', ownerId)
    .executeTakeFirstOrThrow();
  return bytes;
}
