import { HubError } from '@diwan/protocol/errors.ts';
import type { Actor } from './actor.ts';
import type { Identity, Origin } from './identity.ts';
import { passwordMatches } from './password.ts';

/** The account's password, given again by who is signed in already. @throws HubError bad_credentials, too_many_attempts */
export async function requirePassword(room: Identity, actor: Actor, password: string, origin: Origin): Promise<void> {
  await room.throttle.attempt(origin.ip, actor.email);
  const { passwordHash } = await room.db
    .selectFrom('accounts')
    .select('passwordHash')
    .where('id', '=', actor.accountId)
    .executeTakeFirstOrThrow();
  if (!(await passwordMatches(passwordHash, password))) throw new HubError('bad_credentials');
  await room.throttle.succeeded(origin.ip, actor.email);
}
