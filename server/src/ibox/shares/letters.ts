import type { Language } from '@diwan/protocol/errors.ts';
import type { Logger } from 'pino';
import type { Actor } from '../../identity/actor.ts';
import type { Mailer } from '../../mail/mailer.ts';
import type { Deps } from '../tree/change-space.ts';

/** What sharing needs besides the tree. */
export interface SharesRoom extends Deps {
  mail: Mailer;
  log: Logger;
  /** Where the pages are, for addresses in mails. */
  publicUrl: string;
  /** What is being delivered after its request was answered. */
  delivering: Set<Promise<void>>;
}

type Words = { from: string; folder: string; message: string; url: string };

const letters = {
  fr: ({ from, folder, message, url }: Words) => ({
    subject: `${from} partage « ${folder} » avec vous`,
    text: `Bonjour,\n\n${from} vous invite au dossier partagé « ${folder} ».${quoted(message)}\n\nConnectez-vous avec cette adresse pour accepter ou refuser (30 jours) :\n\n${url}\n\nSi vous n’attendiez pas ce message, ignorez-le.\n`,
  }),
  ar: ({ from, folder, message, url }: Words) => ({
    subject: `${isolated(from)} يشارك معك « ${isolated(folder)} »`,
    text: `مرحبًا،\n\nيدعوك ${isolated(from)} إلى المجلد المشترك « ${isolated(folder)} ».${quoted(message)}\n\nسجّل الدخول بهذا العنوان لقبول الدعوة أو رفضها (خلال 30 يومًا):\n\n${url}\n\nإذا لم تكن تنتظر هذه الرسالة فتجاهلها.\n`,
  }),
  en: ({ from, folder, message, url }: Words) => ({
    subject: `${from} shares “${folder}” with you`,
    text: `Hello,\n\n${from} invites you to the shared folder “${folder}”.${quoted(message)}\n\nSign in with this address to accept or decline (30 days):\n\n${url}\n\nIf you did not expect this message, ignore it.\n`,
  }),
} as const satisfies Record<Language, (words: Words) => { subject: string; text: string }>;

const quoted = (message: string): string => (message ? `\n\n${message.replace(/^/gm, '> ')}` : '');
/** Names in Latin letters leave an Arabic sentence's direction alone (U+2068, U+2069). */
const isolated = (name: string): string => `\u2068${name}\u2069`;

/** Tells those who are invited, by mail and, where they are connected, at once. Runs beside the answer and never fails it. */
export function deliver(
  room: SharesRoom,
  emails: readonly string[],
  about: { from: Actor; folder: string; message: string },
): void {
  const work = deliverAll(room, emails, about).catch((error) => room.log.error({ err: error }, 'invitations not told'));
  room.delivering.add(work);
  void work.finally(() => room.delivering.delete(work));
}

async function deliverAll(
  { db, bus, mail, log, publicUrl }: SharesRoom,
  emails: readonly string[],
  { from, folder, message }: { from: Actor; folder: string; message: string },
): Promise<void> {
  if (emails.length === 0) return;
  const known = await db
    .selectFrom('accounts')
    .select(['id', 'email', 'language'])
    .where('email', 'in', emails)
    .execute();
  if (known.length > 0) bus.publish('shares:changed', { accountIds: known.map(({ id }) => id) });
  const url = new URL('/files/shared', publicUrl).href;
  for (const email of emails) {
    const { language } = known.find((account) => account.email === email) ?? from;
    await mail({ to: email, ...letters[language]({ from: from.name, folder, message, url }) }).catch((error) =>
      log.warn({ err: error }, 'an invitation was not mailed'),
    );
  }
}
