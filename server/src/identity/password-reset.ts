import { HubError } from '@diwan/protocol/errors.ts';
import type { PasswordReset } from '@diwan/protocol/password-reset.ts';
import type { Identity } from './identity.ts';
import { invite } from './invitations.ts';
import { mailPasswordChanged, mailReset } from './letters.ts';
import { hashPassword, requireStrong } from './password.ts';
import { endSessionsOf } from './sessions.ts';
import { hashToken, oneTimeToken } from './tokens.ts';

const validFor = 30 * 60_000;
/** Whoever presses the button again gets no second letter so soon (ms), nor does who is to be flooded by others. */
const betweenLetters = 60_000;

/**
 * mails a single-use link, built from the configured address. Who was invited and never came gets the invitation again; an
 * address that has no account, or a suspended one, gets nothing. The caller answers before this is done, and the same in any case.
 */
export async function mailPasswordReset(room: Identity, email: string): Promise<void> {
  const account = await room.db.selectFrom('accounts').selectAll().where('email', '=', email).executeTakeFirst();
  if (account?.status === 'invited') return (await invite(room, account.id)).mailed;
  if (account?.status !== 'active') return;
  const now = room.now();
  const { token, hash } = oneTimeToken();
  const isNew = await room.db.transaction().execute(async (tx) => {
    // Who asks for the same account at once waits here.
    await tx.updateTable('accounts').set({ email }).where('id', '=', account.id).execute();
    await tx.deleteFrom('passwordResets').where('expiresAt', '<=', now).execute();
    const last = await tx
      .selectFrom('passwordResets')
      .select('tokenHash')
      .where('accountId', '=', account.id)
      .where('createdAt', '>', now - betweenLetters)
      .executeTakeFirst();
    if (last) return false;
    await tx
      .insertInto('passwordResets')
      .values({ tokenHash: hash, accountId: account.id, createdAt: now, expiresAt: now + validFor })
      .execute();
    return true;
  });
  if (isNew) await mailReset(room, account, token);
}

/** @throws HubError reset_invalid */
export async function viewPasswordReset(room: Identity, token: string): Promise<PasswordReset> {
  const { email, name, expiresAt } = await resetOf(room, token);
  return { email, name, expiresAt };
}

async function resetOf(room: Identity, token: string) {
  const row = await room.db
    .selectFrom('passwordResets')
    .innerJoin('accounts', 'accounts.id', 'passwordResets.accountId')
    .select(['accountId', 'email', 'name', 'language', 'status', 'expiresAt'])
    .where('tokenHash', '=', hashToken(token))
    .where('expiresAt', '>', room.now())
    .executeTakeFirst();
  if (row?.status !== 'active') throw new HubError('reset_invalid');
  return row;
}

/**
 * sets the password and ends every session, those of agents too; the account's other links are used up with this one. It signs
 * nobody in, so a second factor is asked as ever. @throws HubError reset_invalid, weak_password
 */
export async function usePasswordReset(room: Identity, token: string, password: string): Promise<void> {
  const account = await resetOf(room, token);
  requireStrong(password, account.email);
  const passwordHash = await hashPassword(password);
  await room.db.transaction().execute(async (tx) => {
    const used = await tx
      .deleteFrom('passwordResets')
      .where('tokenHash', '=', hashToken(token))
      .returning('tokenHash')
      .executeTakeFirst();
    if (!used) throw new HubError('reset_invalid');
    await tx.deleteFrom('passwordResets').where('accountId', '=', account.accountId).execute();
    await tx.updateTable('accounts').set({ passwordHash }).where('id', '=', account.accountId).execute();
  });
  await endSessionsOf(room, account.accountId, 'revoked');
  await mailPasswordChanged(room, account);
}
