import { HubError } from '@diwan/protocol/errors.ts';
import { type Meeting, Repeat } from '@diwan/protocol/vroom-meetings.ts';
import type { Logger } from 'pino';
import type { Bus } from '../../bus/bus.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Mailer } from '../../mail/mailer.ts';
import { type Plan, upcoming } from '../rules/occurrences.ts';

/** What planning meetings needs. */
export interface MeetingsRoom {
  db: Db;
  bus: Bus;
  log: Logger;
  mail: Mailer;
  /** Where the pages are, for addresses in mails. */
  publicUrl: string;
  now: () => number;
  /** The rooms themselves, where people are. */
  live: { present(roomId: string): number; end(roomId: string): void };
  /** Counts mails of an account. @throws {HubError} too_many_attempts when it has sent so many that it must be a mistake, or mass mail */
  spendMails: (accountId: string, count: number) => Promise<void>;
  /** What is being mailed after its request was answered. */
  delivering: Set<Promise<void>>;
}

/** A planned meeting as it is stored. */
export interface MeetingRecord extends Plan {
  id: string;
  title: string;
  description: string;
  ownerId: string;
  ownerName: string;
  sequence: number;
  encrypted: boolean;
  cancelledDates: Set<string>;
  /** Those invited now, in the order of their addresses. */
  invitees: string[];
}

const rowsOf = (db: Db) =>
  db
    .selectFrom('meetings')
    .innerJoin('rooms', 'rooms.id', 'meetings.roomId')
    .innerJoin('accounts', 'accounts.id', 'rooms.ownerId')
    .select(['rooms.id', 'rooms.title', 'rooms.ownerId', 'accounts.name as ownerName'])
    .select(['description', 'start', 'timeZone', 'minutes', 'repeat', 'sequence', 'rooms.encrypted'])
    .where('meetings.cancelledAt', 'is', null);

type Row = Awaited<ReturnType<ReturnType<typeof rowsOf>['execute']>>[number];

async function withLists(db: Db, rows: Row[]): Promise<MeetingRecord[]> {
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const cancelled = await db.selectFrom('meetingCancelledDates').selectAll().where('roomId', 'in', ids).execute();
  const invited = await db
    .selectFrom('meetingInvitees')
    .select(['roomId', 'email'])
    .where('roomId', 'in', ids)
    .where('removedAt', 'is', null)
    .orderBy('email')
    .execute();
  const byRoom = Map.groupBy(invited, ({ roomId }) => roomId);
  const datesByRoom = Map.groupBy(cancelled, ({ roomId }) => roomId);
  return rows.map((row) => ({
    ...row,
    encrypted: row.encrypted === 1,
    repeat: row.repeat === null ? null : Repeat.parse(JSON.parse(row.repeat)),
    cancelledDates: new Set(datesByRoom.get(row.id)?.map(({ date }) => date)),
    invitees: byRoom.get(row.id)?.map(({ email }) => email) ?? [],
  }));
}

const emailOf = (actor: Actor) => actor.email.toLowerCase();

/** What one organises or is invited to and is not over. */
export async function comingMeetings(db: Db, actor: Actor, now: number): Promise<MeetingRecord[]> {
  const rows = await rowsOf(db)
    .where((e) => e.or([e('meetings.endsAt', 'is', null), e('meetings.endsAt', '>', now)]))
    .where((e) =>
      e.or([
        e('rooms.ownerId', '=', actor.accountId),
        e(
          'rooms.id',
          'in',
          e
            .selectFrom('meetingInvitees')
            .select('roomId')
            .where('email', '=', emailOf(actor))
            .where('removedAt', 'is', null),
        ),
      ]),
    )
    .execute();
  return withLists(db, rows);
}

/** A meeting that the actor organises or is invited to. @throws {HubError} not_found */
export async function readableMeeting(db: Db, actor: Actor, id: string): Promise<MeetingRecord> {
  const [meeting] = await withLists(db, await rowsOf(db).where('rooms.id', '=', id).execute());
  if (!meeting) throw new HubError('not_found');
  if (meeting.ownerId !== actor.accountId && !meeting.invitees.includes(emailOf(actor)))
    throw new HubError('not_found');
  return meeting;
}

/** A meeting of the actor's own. @throws {HubError} not_found, forbidden (invited only) */
export async function ownMeeting(db: Db, actor: Actor, id: string): Promise<MeetingRecord> {
  const meeting = await readableMeeting(db, actor, id);
  if (meeting.ownerId !== actor.accountId) throw new HubError('forbidden');
  return meeting;
}

const shownOccurrences = 10;

export function meetingView({ live, now }: MeetingsRoom, actor: Actor, meeting: MeetingRecord): Meeting {
  const { cancelledDates, sequence: _sequence, invitees, ...shown } = meeting;
  return {
    ...shown,
    invitees: meeting.ownerId === actor.accountId ? invitees : [],
    invited: invitees.length,
    upcoming: upcoming(meeting, cancelledDates, now(), shownOccurrences),
    present: live.present(meeting.id),
  };
}

/** Tells the screens of the organiser and of who is invited, or was until now, that something is other than before. */
export async function tellMeeting(
  { db, bus }: Pick<MeetingsRoom, 'db' | 'bus'>,
  meeting: Pick<MeetingRecord, 'ownerId' | 'invitees'>,
): Promise<void> {
  const invited =
    meeting.invitees.length === 0
      ? []
      : await db.selectFrom('accounts').select('id').where('email', 'in', meeting.invitees).execute();
  bus.publish('meetings:changed', { accountIds: [...new Set([meeting.ownerId, ...invited.map(({ id }) => id)])] });
}
