import { HubError } from '@diwan/protocol/errors.ts';
import type { LoginRequest, Tokens } from '@diwan/protocol/identity.ts';
import type { Proof, SecondStep } from '@diwan/protocol/second-factor.ts';
import type { Identity, Origin } from './identity.ts';
import { noteSignIn } from './known-devices.ts';
import { passwordMatches } from './password.ts';
import { openTicket, type Proved, redeemTicket } from './second-factor/login-tickets.ts';
import { waysOf } from './second-factor/prove.ts';
import { openSession } from './sessions.ts';

/** A person at a browser is signed in, or has one step left. */
export type LoginOutcome = { tokens: Tokens } | { secondStep: SecondStep };

/** The session of a person who has proved who they are, whichever way. @param proved by a password that stands until then */
async function enter(room: Identity, proved: Proved, origin: Origin) {
  const tokens = await openSession(room, { ...proved, audience: 'web', label: 'web', origin });
  await noteSignIn(room, proved.accountId, origin);
  return { tokens };
}

/**
 * Signs a person in at a browser by their password, where nothing more is asked for. The answer and its timing do not tell
 * whether the identifier exists.
 * @throws HubError bad_credentials, too_many_attempts, account_suspended (only after the right password)
 */
export async function login(room: Identity, input: LoginRequest, origin: Origin): Promise<LoginOutcome> {
  const email = input.identifier.toLowerCase();
  await room.throttle.attempt(origin.ip, email);
  const found = await room.db.selectFrom('accounts').selectAll().where('email', '=', email).executeTakeFirst();
  const isRight = await passwordMatches(found?.passwordHash, input.password);
  if (!isRight || !found?.passwordHash) throw new HubError('bad_credentials');
  if (found.status === 'suspended') throw new HubError('account_suspended');
  await room.throttle.succeeded(origin.ip, email);
  const { id, passwordHash } = found;
  const ways = await waysOf(room.db, id);
  if (ways.length === 0) return enter(room, { accountId: id, passwordHash }, origin);
  return { secondStep: await openTicket(room, { id, passwordHash }, ways) };
}

/** The step after the password. @throws HubError login_expired, second_factor_wrong, too_many_attempts, account_suspended */
export async function finishLogin(room: Identity, step: { ticket: string; proof: Proof }, origin: Origin) {
  return enter(room, await redeemTicket(room, step.ticket, step.proof, origin), origin);
}
