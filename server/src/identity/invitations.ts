import { HubError, type Language } from '@diwan/protocol/errors.ts';
import type { Invitation } from '@diwan/protocol/identity.ts';
import type { Identity } from './identity.ts';
import { hashPassword, requireStrong } from './password.ts';
import { hashToken, oneTimeToken } from './tokens.ts';

const validFor = 7 * 24 * 3600_000;

/** The mail of an invitation, by language. */
const mail = {
  fr: (name: string, url: string) => ({
    subject: 'Votre espace client est prêt',
    text: `Bonjour ${name},\n\nUn espace client a été ouvert pour vous. Choisissez votre mot de passe ici (lien valable 7 jours) :\n\n${url}\n\nSi vous n’attendiez pas ce message, ignorez-le.\n`,
  }),
  ar: (name: string, url: string) => ({
    subject: 'فضاء الزبون الخاص بك جاهز',
    text: `مرحبًا ${name}،\n\nتم فتح فضاء زبون لك. اختر كلمة المرور عبر الرابط التالي (صالح لمدة 7 أيام):\n\n${url}\n\nإذا لم تكن تنتظر هذه الرسالة فتجاهلها.\n`,
  }),
  en: (name: string, url: string) => ({
    subject: 'Your customer space is ready',
    text: `Hello ${name},\n\nA customer space has been opened for you. Choose your password here (the link works for 7 days):\n\n${url}\n\nIf you did not expect this message, ignore it.\n`,
  }),
} as const satisfies Record<Language, (name: string, url: string) => { subject: string; text: string }>;

/**
 * Mails a new single-use link; earlier ones of the account die. @returns the link, which the admin is shown too
 * @throws HubError conflict when the account has its password already
 */
export async function invite(room: Identity, accountId: string): Promise<{ url: string; mailed: Promise<void> }> {
  const { token, hash } = oneTimeToken();
  const account = await room.db.transaction().execute(async (tx) => {
    const found = await tx.selectFrom('accounts').selectAll().where('id', '=', accountId).executeTakeFirst();
    if (!found) throw new HubError('not_found');
    if (found.passwordHash !== null) throw new HubError('conflict', 'already has a password');
    await tx.deleteFrom('invitations').where('accountId', '=', accountId).execute();
    await tx
      .insertInto('invitations')
      .values({ tokenHash: hash, accountId, expiresAt: room.now() + validFor })
      .execute();
    return found;
  });
  const url = `${room.publicUrl}/invitation/${token}`;
  return { url, mailed: room.mail({ to: account.email, ...mail[account.language](account.name, url) }) };
}

/** @throws HubError invitation_invalid */
export async function viewInvitation(room: Identity, token: string): Promise<Invitation & { accountId: string }> {
  const row = await room.db
    .selectFrom('invitations')
    .innerJoin('accounts', 'accounts.id', 'invitations.accountId')
    .select(['email', 'name', 'expiresAt', 'accountId', 'status'])
    .where('tokenHash', '=', hashToken(token))
    .where('expiresAt', '>', room.now())
    .executeTakeFirst();
  if (row?.status !== 'invited') throw new HubError('invitation_invalid');
  return row;
}

/** Sets the first password; the link is used up. @throws HubError invitation_invalid, weak_password */
export async function acceptInvitation(room: Identity, token: string, password: string): Promise<void> {
  const { accountId, email } = await viewInvitation(room, token);
  requireStrong(password, email);
  const passwordHash = await hashPassword(password);
  await room.db.transaction().execute(async (tx) => {
    const used = await tx.deleteFrom('invitations').where('tokenHash', '=', hashToken(token)).executeTakeFirst();
    if (used.numDeletedRows === 0n) throw new HubError('invitation_invalid');
    await tx.updateTable('accounts').set({ passwordHash, status: 'active' }).where('id', '=', accountId).execute();
  });
}
