import type { Language } from '@diwan/protocol/errors.ts';
import { type Repeat, weekdays } from '@diwan/protocol/vroom-meetings.ts';
import { occurrenceOn } from '../rules/occurrences.ts';
import type { News } from './letters.ts';
import type { MeetingRecord } from './meeting-record.ts';

interface Words {
  subject: Record<News['kind'], (from: string, title: string) => string>;
  what: Record<News['kind'], (from: string, title: string) => string>;
  join: string;
  calendar: string;
  /** "every 2 weeks on Monday and Friday" */
  daily: (every: number) => string;
  weekly: (every: number, days: string) => string;
  from: (date: string) => string;
  until: (date: string) => string;
  times: (count: number) => string;
  /** Time from one to another, in a zone. */
  hours: (from: string, to: string, zone: string) => string;
  comma: string;
}

const words: Record<Language, Words> = {
  fr: {
    subject: {
      invited: (_from, title) => `Invitation : ${title}`,
      changed: (_from, title) => `Réunion modifiée : ${title}`,
      cancelled: (_from, title) => `Réunion annulée : ${title}`,
      'cancelled-one': (_from, title) => `Séance annulée : ${title}`,
    },
    what: {
      invited: (from, title) => `${from} vous invite à la réunion « ${title} ».`,
      changed: (from, title) => `${from} a modifié la réunion « ${title} ».`,
      cancelled: (from, title) => `${from} a annulé la réunion « ${title} », ou ne vous y invite plus.`,
      'cancelled-one': (from, title) => `${from} a annulé une séance de « ${title} ». Les autres ont lieu.`,
    },
    join: 'Rejoindre la réunion',
    calendar: 'Le fichier joint l’ajoute à votre agenda. Les réponses envoyées par votre agenda ne sont pas lues.',
    daily: (every) => (every === 1 ? 'Chaque jour' : `Tous les ${every} jours`),
    weekly: (every, days) => `${every === 1 ? 'Chaque semaine' : `Toutes les ${every} semaines`}, ${days}`,
    from: (date) => `à partir du ${date}`,
    until: (date) => `jusqu’au ${date}`,
    times: (count) => (count === 1 ? 'une fois' : `${count} fois`),
    hours: (from, to, zone) => `de ${from} à ${to} (${zone})`,
    comma: ', ',
  },
  ar: {
    subject: {
      invited: (_from, title) => `دعوة: ${isolated(title)}`,
      changed: (_from, title) => `تعديل اجتماع: ${isolated(title)}`,
      cancelled: (_from, title) => `إلغاء اجتماع: ${isolated(title)}`,
      'cancelled-one': (_from, title) => `إلغاء جلسة: ${isolated(title)}`,
    },
    what: {
      invited: (from, title) => `يدعوك ${isolated(from)} إلى الاجتماع «${isolated(title)}».`,
      changed: (from, title) => `عدّل ${isolated(from)} الاجتماع «${isolated(title)}».`,
      cancelled: (from, title) => `ألغى ${isolated(from)} الاجتماع «${isolated(title)}» أو لم تعد مدعوًّا إليه.`,
      'cancelled-one': (from, title) =>
        `ألغى ${isolated(from)} جلسة من «${isolated(title)}». تبقى الجلسات الأخرى في مواعيدها.`,
    },
    join: 'الانضمام إلى الاجتماع',
    calendar: 'يضيفه الملف المرفق إلى تقويمك. لا تُقرأ الردود التي يرسلها تقويمك.',
    daily: (every) => (every === 1 ? 'كل يوم' : every === 2 ? 'كل يومين' : `مرة كل ${every} أيام`),
    weekly: (every, days) =>
      `${every === 1 ? 'كل أسبوع' : every === 2 ? 'كل أسبوعين' : `مرة كل ${every} أسابيع`}، ${days}`,
    from: (date) => `ابتداءً من ${date}`,
    until: (date) => `إلى غاية ${date}`,
    times: (count) => (count === 1 ? 'مرة واحدة' : count === 2 ? 'مرتين' : `عدد المرات: ${count}`),
    hours: (from, to, zone) => `من ${from} إلى ${to} (${isolated(zone)})`,
    comma: '، ',
  },
  en: {
    subject: {
      invited: (_from, title) => `Invitation: ${title}`,
      changed: (_from, title) => `Meeting changed: ${title}`,
      cancelled: (_from, title) => `Meeting cancelled: ${title}`,
      'cancelled-one': (_from, title) => `One date cancelled: ${title}`,
    },
    what: {
      invited: (from, title) => `${from} invites you to the meeting “${title}”.`,
      changed: (from, title) => `${from} changed the meeting “${title}”.`,
      cancelled: (from, title) => `${from} cancelled the meeting “${title}”, or no longer invites you to it.`,
      'cancelled-one': (from, title) => `${from} cancelled one date of “${title}”. The others take place.`,
    },
    join: 'Join the meeting',
    calendar: 'The attached file adds it to your calendar. Answers that your calendar sends are not read.',
    daily: (every) => (every === 1 ? 'Every day' : `Every ${every} days`),
    weekly: (every, days) => `${every === 1 ? 'Every week' : `Every ${every} weeks`}, on ${days}`,
    from: (date) => `from ${date}`,
    until: (date) => `until ${date}`,
    times: (count) => (count === 1 ? 'once' : `${count} times`),
    hours: (from, to, zone) => `from ${from} to ${to} (${zone})`,
    comma: ', ',
  },
};

const locales: Record<Language, string> = { fr: 'fr-DZ', ar: 'ar-DZ', en: 'en-GB' };

/** What a letter about a meeting says, all but its link. Times are those of the meeting's own zone, which is named. */
export function letterTexts(language: Language, meeting: MeetingRecord, kind: News['kind'], date?: string) {
  const say = words[language];
  const { ownerName, title } = meeting;
  return {
    subject: say.subject[kind](ownerName, title),
    what: say.what[kind](ownerName, title),
    when: whenText(language, meeting, date),
    join: say.join,
    calendar: say.calendar,
  };
}

function whenText(language: Language, meeting: MeetingRecord, date?: string): string {
  const say = words[language];
  const locale = locales[language];
  const { timeZone, repeat } = meeting;
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short', hourCycle: 'h23', timeZone });
  const { startsAt, endsAt } = occurrenceOn(meeting, date ?? meeting.start.slice(0, 10));
  const zone = nameOfZone(locale, timeZone, startsAt);
  const hours = say.hours(time.format(startsAt), time.format(endsAt), zone);
  if (repeat === null || date !== undefined) return [day.format(startsAt), hours].join(say.comma);
  return [
    repeatText(language, repeat),
    hours,
    say.from(day.format(startsAt)),
    ...(repeat.end === null
      ? []
      : 'count' in repeat.end
        ? [say.times(repeat.end.count)]
        : [say.until(day.format(occurrenceOn(meeting, repeat.end.until).startsAt))]),
  ].join(say.comma);
}

function repeatText(language: Language, repeat: Repeat): string {
  const say = words[language];
  if (repeat.frequency === 'daily') return say.daily(repeat.every);
  const weekday = new Intl.DateTimeFormat(locales[language], { weekday: 'long', timeZone: 'UTC' });
  // 5 January 1970 was a Monday.
  const names = weekdays.flatMap((name, i) =>
    repeat.days.includes(name) ? [weekday.format((i + 4) * 86_400_000)] : [],
  );
  return say.weekly(repeat.every, new Intl.ListFormat(locales[language]).format(names));
}

/** "heure d’Europe centrale, Europe/Paris" */
function nameOfZone(locale: string, timeZone: string, at: number): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longGeneric' }).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value;
  return name === undefined || name === timeZone ? timeZone : `${name}, ${timeZone}`;
}

/** Names in Latin letters leave an Arabic sentence's direction alone (U+2068, U+2069). */
function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}
