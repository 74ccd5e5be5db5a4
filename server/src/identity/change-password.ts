import type { PasswordChange } from '@diwan/protocol/identity.ts';
import type { Actor } from './actor.ts';
import type { Identity, Origin } from './identity.ts';
import { hashPassword, requireStrong } from './password.ts';
import { requirePassword } from './require-password.ts';
import { endSessionsOf } from './sessions.ts';

/** the current password is required; other sessions can be closed in the same step. @throws HubError bad_credentials, weak_password, too_many_attempts */
export async function changePassword(
  room: Identity,
  actor: Actor,
  input: PasswordChange,
  origin: Origin,
): Promise<void> {
  await requirePassword(room, actor, input.current, origin);
  requireStrong(input.next, actor.email);
  const next = await hashPassword(input.next);
  await room.db.updateTable('accounts').set({ passwordHash: next }).where('id', '=', actor.accountId).execute();
  if (input.closeOthers ?? true) await endSessionsOf(room, actor.accountId, 'revoked', actor.sessionId);
}
