import type { Language } from '@diwan/protocol/errors.ts';
import type { Actor } from '../../identity/actor.ts';
import { letterHtml } from '../../mail/letter-html.ts';
import { calendarFile } from './calendar-file.ts';
import { letterTexts } from './letter-texts.ts';
import type { MeetingRecord, MeetingsRoom } from './meeting-record.ts';

/** What there is to tell those who are invited. */
export type News =
  | { kind: 'invited' | 'changed' | 'cancelled' }
  /** One occurrence of a series. */
  | { kind: 'cancelled-one'; date: string };

/** What is mailed, decided inside a change; `meeting` as it is after that, and `to` whom. */
export interface Letter {
  meeting: MeetingRecord;
  news: News;
  to: readonly string[];
}

/** Mails after the commit. Runs beside the answer and never fails it: who is connected sees the meeting all the same. */
export function deliver(room: MeetingsRoom, organiser: Actor, letters: readonly Letter[]): void {
  const work = deliverAll(room, organiser, letters).catch((error) =>
    room.log.error({ err: error }, 'meeting not told by mail'),
  );
  room.delivering.add(work);
  void work.finally(() => room.delivering.delete(work));
}

async function deliverAll(room: MeetingsRoom, organiser: Actor, letters: readonly Letter[]): Promise<void> {
  const emails = letters.flatMap(({ to }) => to);
  if (emails.length === 0) return;
  const known = await room.db
    .selectFrom('accounts')
    .select(['email', 'language'])
    .where('email', 'in', emails)
    .execute();
  const languages = new Map(known.map(({ email, language }) => [email, language]));
  for (const { meeting, news, to } of letters)
    for (const email of to) {
      const language = languages.get(email) ?? organiser.language;
      await room
        .mail({ to: email, ...letterOf(room, organiser, meeting, news, email, language) })
        .catch((error) => room.log.warn({ err: error, meeting: meeting.id }, 'a meeting was not mailed'));
    }
}

function letterOf(
  { publicUrl, now }: MeetingsRoom,
  organiser: Actor,
  meeting: MeetingRecord,
  news: News,
  to: string,
  language: Language,
) {
  const link = new URL(`/meet/${meeting.id}`, publicUrl).href;
  const isOff = news.kind === 'cancelled' || news.kind === 'cancelled-one';
  const date = news.kind === 'cancelled-one' ? news.date : undefined;
  const says = letterTexts(language, meeting, news.kind, date);
  const { subject, join } = says;
  const paragraphs = [says.what, says.when, ...(meeting.description === '' || isOff ? [] : [meeting.description])];
  const last = isOff ? [] : [says.calendar];
  return {
    subject: subject.replace(/\s+/g, ' '),
    text: `${[...paragraphs, ...(isOff ? [] : [`${join}\n${link}`]), ...last].join('\n\n')}\n`,
    html: letterHtml({ language, paragraphs, ...(isOff ? {} : { link: { url: link, says: join } }), last }),
    calendar: {
      method: isOff ? ('CANCEL' as const) : ('REQUEST' as const),
      content: calendarFile(
        meeting,
        { organiserEmail: organiser.email, link, now: now() },
        isOff ? { method: 'CANCEL', to, date } : { method: 'REQUEST', to },
      ),
    },
  };
}
