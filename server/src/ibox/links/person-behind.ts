import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';

/**
 * Somebody in whose name others see a file, with the rights that they have now; undefined when they have no access to the hub any more.
 * @param by what stands for the sign-in that they don't have
 */
export async function personBehind(db: Db, accountId: string, by: string): Promise<Actor | undefined> {
  const account = await db
    .selectFrom('accounts')
    .select(['id as accountId', 'name', 'email', 'role', 'language', 'status'])
    .where('id', '=', accountId)
    .executeTakeFirst();
  if (account?.status !== 'active') return undefined;
  const { status: _status, ...person } = account;
  return { ...person, sessionId: by, audience: 'web' };
}
