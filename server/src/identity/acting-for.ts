import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../db/database.ts';
import type { Actor } from './actor.ts';

/**
 * An account for which another system does something.
 * @param by what stands for the sign-in that there is not
 * @throws HubError not_found when nobody active has it
 */
export async function actingFor(db: Db, who: { email: string } | { accountId: string }, by: string): Promise<Actor> {
  const accounts = db.selectFrom('accounts').select(['id as accountId', 'name', 'email', 'role', 'language', 'status']);
  const query = 'email' in who ? accounts.where('email', '=', who.email) : accounts.where('id', '=', who.accountId);
  const account = await query.executeTakeFirst();
  if (account?.status !== 'active') throw new HubError('not_found', 'no such account');
  const { status: _status, ...person } = account;
  return { ...person, sessionId: by, audience: 'web' };
}
