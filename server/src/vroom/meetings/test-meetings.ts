import { MeetingDraft, type Repeat } from '@diwan/protocol/vroom-meetings.ts';
import { pino } from 'pino';
import type { z } from 'zod';
import { inProcessBus } from '../../bus/in-process.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Mail } from '../../mail/mailer.ts';
import { openMeetings } from './meetings.ts';

/** 23 November 2026, a Monday, 08:00 in Algiers. */
export const monday = Date.UTC(2026, 10, 23, 7);

export async function person(db: Db, name: string, language: Actor['language'] = 'fr'): Promise<Actor> {
  const id = `${name}-${Math.random().toString(36).slice(2)}`;
  const account = { email: `${id.toLowerCase()}@example.test`, name, role: 'client', language } as const;
  await db
    .insertInto('accounts')
    .values({ id, ...account, status: 'active', passwordHash: null, createdAt: 1, lastLoginAt: null })
    .execute();
  return { ...account, accountId: id, sessionId: id, audience: 'web' };
}

/** The room of planned meetings on a database, with a clock and a letter box that one can look into. */
export function meetingsOn(db: Db) {
  const clock = { now: monday };
  const mails: Mail[] = [];
  const ended: string[] = [];
  const spent: [string, number][] = [];
  const bus = inProcessBus();
  const told: string[][] = [];
  bus.subscribe('meetings:changed', ({ accountIds }) => void told.push(accountIds));
  const post = { works: true };
  const meetings = openMeetings({
    ...{ db, bus, log: pino({ level: 'silent' }), publicUrl: 'https://diwan.test', now: () => clock.now },
    mail: async (mail) => {
      if (!post.works) throw new Error('451 try again later');
      mails.push(mail);
    },
    live: { present: () => 0, end: (roomId) => void ended.push(roomId) },
    spendMails: async (accountId, count) => void spent.push([accountId, count]),
  });
  return {
    ...{ db, bus, meetings, clock, mails, ended, spent, told, post },
    /** The mails since the last time, once they are all away. */
    async sent(): Promise<Mail[]> {
      await meetings.close();
      return mails.splice(0);
    },
  };
}

export const draft = (patch: Partial<z.input<typeof MeetingDraft>> = {}): MeetingDraft =>
  MeetingDraft.parse({
    title: 'Conseil',
    start: '2026-11-30T10:30',
    timeZone: 'Africa/Algiers',
    minutes: 45,
    ...patch,
  });

export const everyMonday: Repeat = { frequency: 'weekly', every: 1, days: ['MO'], end: null };

export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error) => error.code,
  );
