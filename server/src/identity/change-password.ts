import type { PasswordChange } from '@diwan/protocol/identity.ts';
import type { Disclosed } from '@diwan/protocol/password-reset.ts';
import type { Actor } from './actor.ts';
import type { Identity, Origin } from './identity.ts';
import { mailPasswordChanged } from './letters.ts';
import { hashPassword, requireStrong } from './password.ts';
import { requirePassword } from './require-password.ts';
import { endSessions, endSessionsOf } from './sessions.ts';

/** the current password is required; other sessions can be closed in the same step. @throws HubError bad_credentials, weak_password, too_many_attempts */
export async function changePassword(
  room: Identity,
  actor: Actor,
  input: PasswordChange,
  origin: Origin,
): Promise<void> {
  const passwordHash = await newHash(room, actor, input, origin);
  await room.db.transaction().execute(async (tx) => {
    await tx.updateTable('accounts').set({ passwordHash }).where('id', '=', actor.accountId).execute();
    await tx.deleteFrom('passwordResets').where('accountId', '=', actor.accountId).execute();
  });
  if (input.closeOthers ?? true) await endSessionsOf(room, actor.accountId, 'revoked', actor.sessionId);
  void mailPasswordChanged(room, actor);
}

/**
 * R-15, "my credentials were disclosed": a new password, and all that the old one opened ends: sessions (this one too), agents, app
 * passwords, links to files, links to a new password. The current password is required: who took a session can't lock its owner out.
 * @throws HubError bad_credentials, weak_password, too_many_attempts
 */
export async function disclosed(room: Identity, actor: Actor, input: Disclosed, origin: Origin): Promise<void> {
  const { accountId } = actor;
  const passwordHash = await newHash(room, actor, input, origin);
  // First, as it may be repeated: the rest can't be, once the current password is another.
  await room.revokeLinks(accountId);
  const appPasswords = await room.db.transaction().execute(async (tx) => {
    await tx.updateTable('accounts').set({ passwordHash }).where('id', '=', accountId).execute();
    for (const table of ['passwordResets', 'knownDevices', 'deviceCodes'] as const)
      await tx.deleteFrom(table).where('accountId', '=', accountId).execute();
    return tx.deleteFrom('appPasswords').where('accountId', '=', accountId).returning('id').execute();
  });
  await endSessionsOf(room, accountId, 'revoked', actor.sessionId);
  await endSessions(room, [actor.sessionId], 'logout');
  if (appPasswords.length > 0)
    room.bus.publish('session:ended', { sessionIds: appPasswords.map(({ id }) => id), reason: 'revoked' });
  void mailPasswordChanged(room, actor);
}

/** Of the next password, once the current one has been proved. */
async function newHash(
  room: Identity,
  actor: Actor,
  { current, next }: { current: string; next: string },
  origin: Origin,
): Promise<string> {
  await requirePassword(room, actor, current, origin);
  requireStrong(next, actor.email);
  return hashPassword(next);
}
