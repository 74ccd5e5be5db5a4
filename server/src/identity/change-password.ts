import { HubError } from '@diwan/protocol/errors.ts';
import type { PasswordChange } from '@diwan/protocol/identity.ts';
import type { Actor } from './actor.ts';
import type { Identity, Origin } from './identity.ts';
import { hashPassword, passwordMatches, requireStrong } from './password.ts';
import { endSessionsOf } from './sessions.ts';

/** the current password is required; other sessions can be closed in the same step. @throws HubError bad_credentials, weak_password, too_many_attempts */
export async function changePassword(
  room: Identity,
  actor: Actor,
  input: PasswordChange,
  origin: Origin,
): Promise<void> {
  await room.throttle.attempt(origin.ip, actor.email);
  const { passwordHash } = await room.db
    .selectFrom('accounts')
    .select('passwordHash')
    .where('id', '=', actor.accountId)
    .executeTakeFirstOrThrow();
  if (!(await passwordMatches(passwordHash, input.current))) throw new HubError('bad_credentials');
  requireStrong(input.next, actor.email);
  const next = await hashPassword(input.next);
  await room.db.updateTable('accounts').set({ passwordHash: next }).where('id', '=', actor.accountId).execute();
  await room.throttle.succeeded(origin.ip, actor.email);
  if (input.closeOthers ?? true) await endSessionsOf(room, actor.accountId, 'revoked', actor.sessionId);
}
