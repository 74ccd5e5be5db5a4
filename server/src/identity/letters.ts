import type { Language } from '@diwan/protocol/errors.ts';
import { describeUserAgent } from '@diwan/protocol/user-agent.ts';
import { letterHtml } from '../mail/letter-html.ts';
import type { Identity, Origin } from './identity.ts';

interface Letter {
  subject: string;
  paragraphs: string[];
  says: string;
  last: string[];
}
interface SignIn {
  device: string;
  ip: string;
  at: string;
}
interface Words {
  hello: (name: string) => string;
  unknownDevice: string;
  /** */
  reset: Letter;
  /** */
  changed: Letter;
  /** */
  newDevice: (signIn: SignIn) => Letter;
}

const words: Record<Language, Words> = {
  fr: {
    hello: (name) => `Bonjour ${name},`,
    unknownDevice: 'un appareil inconnu',
    reset: {
      subject: 'Choisir un nouveau mot de passe',
      paragraphs: ['Un nouveau mot de passe a été demandé pour votre espace client.'],
      says: 'Choisir un nouveau mot de passe',
      last: [
        'Ce lien sert une seule fois et reste valable 30 minutes. Toutes vos sessions seront fermées.',
        'Si vous n’avez rien demandé, ignorez ce message : votre mot de passe reste le même.',
      ],
    },
    changed: {
      subject: 'Votre mot de passe a été changé',
      paragraphs: ['Le mot de passe de votre espace client vient d’être changé.'],
      says: 'Ce n’était pas vous ? Choisissez-en un autre',
      last: ['Si c’était vous, il n’y a rien à faire.'],
    },
    newDevice: ({ device, ip, at }) => ({
      subject: 'Connexion depuis un nouvel appareil',
      paragraphs: [
        'Votre espace client a été ouvert depuis un appareil que nous ne connaissions pas :',
        `${device}\nAdresse IP : ${ip}\n${at}`,
      ],
      says: 'Voir mes sessions et appareils',
      last: [
        'Si c’était vous, il n’y a rien à faire. Sinon, ouvrez cette page et choisissez « Mes identifiants ont été divulgués ».',
      ],
    }),
  },
  ar: {
    hello: (name) => `مرحبًا ${name}،`,
    unknownDevice: 'جهاز غير معروف',
    reset: {
      subject: 'اختيار كلمة مرور جديدة',
      paragraphs: ['طُلبت كلمة مرور جديدة لفضاء الزبون الخاص بك.'],
      says: 'اختيار كلمة مرور جديدة',
      last: [
        'يُستعمل هذا الرابط مرة واحدة ويبقى صالحًا لمدة 30 دقيقة. ستُغلق جميع جلساتك.',
        'إذا لم تطلب شيئًا فتجاهل هذه الرسالة: تبقى كلمة مرورك كما هي.',
      ],
    },
    changed: {
      subject: 'تم تغيير كلمة مرورك',
      paragraphs: ['تم الآن تغيير كلمة مرور فضاء الزبون الخاص بك.'],
      says: 'لم تكن أنت؟ اختر كلمة مرور أخرى',
      last: ['إذا كنت أنت من غيّرها فلا داعي لأي إجراء.'],
    },
    newDevice: ({ device, ip, at }) => ({
      subject: 'تسجيل دخول من جهاز جديد',
      paragraphs: ['فُتح فضاء الزبون الخاص بك من جهاز لا نعرفه:', `${device}\nعنوان IP: ${ip}\n${at}`],
      says: 'عرض جلساتي وأجهزتي',
      last: ['إذا كنت أنت فلا داعي لأي إجراء. وإلا فافتح هذه الصفحة واختر «تم كشف بيانات دخولي».'],
    }),
  },
  en: {
    hello: (name) => `Hello ${name},`,
    unknownDevice: 'an unknown device',
    reset: {
      subject: 'Choose a new password',
      paragraphs: ['A new password was asked for your customer space.'],
      says: 'Choose a new password',
      last: [
        'This link works once and for 30 minutes. All your sessions will be closed.',
        'If you asked for nothing, ignore this message: your password stays as it is.',
      ],
    },
    changed: {
      subject: 'Your password was changed',
      paragraphs: ['The password of your customer space has just been changed.'],
      says: 'It was not you? Choose another one',
      last: ['If it was you, there is nothing to do.'],
    },
    newDevice: ({ device, ip, at }) => ({
      subject: 'Sign-in from a new device',
      paragraphs: [
        'Your customer space was opened from a device that we did not know:',
        `${device}\nIP address: ${ip}\n${at}`,
      ],
      says: 'See my sessions and devices',
      last: [
        'If it was you, there is nothing to do. If not, open this page and choose “My credentials were disclosed”.',
      ],
    }),
  },
};

interface Addressee {
  email: string;
  name: string;
  language: Language;
}

/** Nobody waits for a letter: what goes wrong with it is logged. `path`: of the page that it leads to. */
async function send(room: Identity, to: Addressee, letter: Letter, path: string): Promise<void> {
  const url = room.publicUrl + path;
  const { subject, says, last } = letter;
  const paragraphs = [words[to.language].hello(to.name), ...letter.paragraphs];
  try {
    await room.mail({
      ...{ to: to.email, subject },
      text: [...paragraphs, `${says} :\n${url}`, ...last].join('\n\n'),
      html: letterHtml({ language: to.language, paragraphs, link: { url, says }, last }),
    });
  } catch (error) {
    room.log.error({ err: error, subject }, 'a letter about an account was not sent');
  }
}

export const mailReset = (room: Identity, to: Addressee, token: string) =>
  send(room, to, words[to.language].reset, `/new-password/${token}`);

export const mailPasswordChanged = (room: Identity, to: Addressee) =>
  send(room, to, words[to.language].changed, '/forgotten');

export function mailNewDevice(room: Identity, to: Addressee, origin: Origin): Promise<void> {
  const { unknownDevice, newDevice } = words[to.language];
  // In the server's zone, named: where the person is, is not known.
  const at = new Intl.DateTimeFormat(to.language === 'ar' ? 'ar-DZ' : to.language, {
    ...({ dateStyle: 'full', timeStyle: 'long' } as const),
  }).format(room.now());
  const device = describeUserAgent(origin.userAgent) ?? unknownDevice;
  return send(room, to, newDevice({ device, ip: origin.ip, at }), '/account');
}
