import type { Language } from '@diwan/protocol/errors.ts';
import type { Link, LinkMail, LinkMailed } from '@diwan/protocol/ibox-links.ts';
import type { Actor } from '../../identity/actor.ts';
import { letterHtml } from '../../mail/letter-html.ts';
import type { LinkDeps } from './link-deps.ts';
import { managedLink } from './manage-links.ts';

interface Words {
  subject: (name: string, what: string) => string;
  read: (name: string, what: string) => string;
  drop: (name: string, what: string) => string;
  open: string;
  password: string;
  until: string;
  why: string;
}

const words: Record<Language, Words> = {
  fr: {
    subject: (name, what) => `${name} partage « ${what} » avec vous`,
    read: (name, what) => `${name} vous donne accès à « ${what} ».`,
    drop: (name, what) => `${name} vous invite à déposer des fichiers dans « ${what} ».`,
    open: 'Ouvrir le lien',
    password: 'Ce lien est protégé par un mot de passe, qui vous est donné autrement que par ce message.',
    until: 'Valable jusqu’au',
    why: 'Vous n’avez pas besoin de compte. Si vous n’attendiez pas ce message, ignorez-le.',
  },
  ar: {
    subject: (name, what) => `${name} يشارك معك «${what}»`,
    read: (name, what) => `${name} يتيح لك الوصول إلى «${what}».`,
    drop: (name, what) => `${name} يدعوك إلى إيداع ملفات في «${what}».`,
    open: 'فتح الرابط',
    password: 'هذا الرابط محمي بكلمة مرور تصلك بطريقة أخرى غير هذه الرسالة.',
    until: 'صالح إلى غاية',
    why: 'لا تحتاج إلى حساب. إذا لم تكن تنتظر هذه الرسالة فتجاهلها.',
  },
  en: {
    subject: (name, what) => `${name} shares “${what}” with you`,
    read: (name, what) => `${name} gives you access to “${what}”.`,
    drop: (name, what) => `${name} invites you to put files into “${what}”.`,
    open: 'Open the link',
    password: 'This link is protected by a password, which reaches you by another way than this message.',
    until: 'Valid until',
    why: 'You need no account. If you did not expect this message, ignore it.',
  },
};

/** Mails a link, one mail to each: nobody sees who else got it. @throws {HubError} not_found, forbidden */
export async function mailLink(deps: LinkDeps, actor: Actor, id: string, input: LinkMail): Promise<LinkMailed> {
  const { presented } = await managedLink(deps, actor, id);
  const mail = composeMail(presented, actor.name, input.message, input.language ?? actor.language);
  const mailed: LinkMailed = { sent: [], failed: [] };
  for (const to of new Set(input.to)) {
    const list = await deps.mail({ to, ...mail }).then(
      () => mailed.sent,
      () => mailed.failed,
    );
    list.push(to);
  }
  return mailed;
}

function composeMail(link: Link, from: string, message: string, language: Language) {
  const say = words[language];
  const until =
    link.expiresAt === null
      ? undefined
      : `${say.until} ${new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(link.expiresAt)} UTC`;
  const first = say[link.kind](from, link.nodeName);
  const last = [...(link.hasPassword ? [say.password] : []), ...(until === undefined ? [] : [until]), say.why];
  const paragraphs = [first, ...(message === '' ? [] : [message])];
  return {
    subject: say.subject(from, link.nodeName).replace(/\s+/g, ' '),
    text: `${[...paragraphs, link.url, ...last].join('\n\n')}\n`,
    html: letterHtml({ language, paragraphs, link: { url: link.url, says: say.open }, last }),
  };
}
