import type { AccountQuota, AdminQuotas } from '@diwan/protocol/admin.ts';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import { type Limits, quotaOf } from '../rules/limits.ts';

/** What each account takes, and what it may take. */
export async function listQuotas(db: Db, limits: Limits): Promise<AdminQuotas> {
  return { defaultBytes: quotaOf(null, limits), accounts: await selectQuotas(db).execute() };
}

/**
 * Gives an account a limit of its own. What is there already stays, even where it is more.
 * @param bytes 0 for no limit, null for the one that all have
 * @throws {HubError} not_found
 */
export async function setQuota(db: Db, accountId: string, bytes: number | null): Promise<AccountQuota> {
  const account = await db.selectFrom('accounts').select('id').where('id', '=', accountId).executeTakeFirst();
  if (!account) throw new HubError('not_found');
  await db
    .insertInto('quotas')
    .values({ accountId, bytes })
    .onConflict((c) => c.column('accountId').doUpdateSet({ bytes }))
    .execute();
  return selectQuotas(db).where('accounts.id', '=', accountId).executeTakeFirstOrThrow();
}

const selectQuotas = (db: Db) =>
  db
    .selectFrom('accounts')
    .leftJoin('spaces', 'spaces.ownerId', 'accounts.id')
    .leftJoin('quotas', 'quotas.accountId', 'accounts.id')
    .select((e) => [
      'accounts.id as accountId',
      'quotas.bytes as ownBytes',
      e.cast<number>(e.fn.coalesce(e.fn.sum('spaces.usedBytes'), e.lit(0)), 'bigint').as('usedBytes'),
    ])
    .groupBy(['accounts.id', 'quotas.bytes']);
