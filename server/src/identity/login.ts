import { HubError } from '@diwan/protocol/errors.ts';
import type { Account, LoginRequest, Tokens } from '@diwan/protocol/identity.ts';
import type { Identity, Origin } from './identity.ts';
import { passwordMatches } from './password.ts';
import { openSession } from './sessions.ts';

/**
 * Signs a person in at a browser. The answer and its timing do not tell whether the identifier exists.
 * @throws HubError bad_credentials, too_many_attempts, account_suspended (only after the right password)
 */
export async function login(
  room: Identity,
  input: LoginRequest,
  origin: Origin,
): Promise<{ account: Account; tokens: Tokens }> {
  const email = input.identifier.toLowerCase();
  await room.throttle.attempt(origin.ip, email);
  const found = await room.db.selectFrom('accounts').selectAll().where('email', '=', email).executeTakeFirst();
  if (!(await passwordMatches(found?.passwordHash, input.password)) || !found) throw new HubError('bad_credentials');
  if (found.status === 'suspended') throw new HubError('account_suspended');
  await room.throttle.succeeded(origin.ip, email);
  const tokens = await openSession(room, { accountId: found.id, audience: 'web', label: 'web', origin });
  const { id, name, role, language } = found;
  return { account: { id, email, name, role, language }, tokens };
}
