import type {
  Meeting,
  MeetingDraft,
  NewMeeting,
  PastBoard,
  PastMeetings,
  PastNotes,
  PastQuery,
} from '@diwan/protocol/vroom-meetings.ts';
import type { z } from 'zod';
import type { Actor } from '../../identity/actor.ts';
import { readBoard, readNotes } from '../document/past-notes.ts';
import { pastChat, pastPolls } from '../together/past.ts';
import { attendedMeetings } from './attended.ts';
import { calendarFile } from './calendar-file.ts';
import { cancelMeeting, cancelOccurrence } from './cancel.ts';
import { comingMeetings, type MeetingsRoom, meetingView, readableMeeting, tellMeeting } from './meeting-record.ts';
import { pastMeetings } from './past-meetings.ts';
import { editMeeting, scheduleMeeting } from './schedule.ts';

/** Meetings that are planned, and what became of them. Each verb's file says what it throws. */
export interface Meetings {
  schedule(actor: Actor, draft: NewMeeting): Promise<Meeting>;
  edit(actor: Actor, id: string, draft: MeetingDraft): Promise<Meeting>;
  cancel(actor: Actor, id: string): Promise<void>;
  cancelOccurrence(actor: Actor, id: string, date: string): Promise<void>;
  /** What is not over, the soonest first. */
  list(actor: Actor): Promise<Meeting[]>;
  view(actor: Actor, id: string): Promise<Meeting>;
  /** As a calendar file (RFC 5545). */
  calendar(actor: Actor, id: string): Promise<string>;
  past(actor: Actor, query: z.output<typeof PastQuery>): Promise<PastMeetings>;
  /** What was written, and asked, in a past meeting and is for the actor. @throws {HubError} not_found */
  pastChat(actor: Actor, id: string, before: number | undefined): ReturnType<typeof pastChat>;
  pastPolls(actor: Actor, id: string): ReturnType<typeof pastPolls>;
  /** Of all rooms or of one, with each coming and going; for the operator's systems. */
  attended(which: Parameters<typeof attendedMeetings>[1]): ReturnType<typeof attendedMeetings>;
  pastNotes(actor: Actor, id: string): Promise<PastNotes>;
  pastBoard(actor: Actor, id: string): Promise<PastBoard>;
  /** Waits for the mails that are on their way. */
  close(): Promise<void>;
}

export function openMeetings(deps: Omit<MeetingsRoom, 'delivering'>): Meetings {
  const room: MeetingsRoom = { ...deps, delivering: new Set() };
  const { db, bus, log } = room;

  /** Those who expect it see at once that a meeting is in progress, or over. */
  const unsubscribe = bus.subscribe(
    'room:sitting',
    ({ roomId }) => void tellSitting(room, roomId).catch((error) => log.warn({ err: error }, 'a sitting was not told')),
  );

  return {
    schedule: (actor, draft) => scheduleMeeting(room, actor, draft),
    edit: (actor, id, draft) => editMeeting(room, actor, id, draft),
    cancel: (actor, id) => cancelMeeting(room, actor, id),
    cancelOccurrence: (actor, id, date) => cancelOccurrence(room, actor, id, date),
    async list(actor) {
      const meetings = await comingMeetings(db, actor, room.now());
      return meetings
        .map((meeting) => meetingView(room, actor, meeting))
        .filter(({ upcoming }) => upcoming.length > 0)
        .sort((a, b) => (a.upcoming[0]?.startsAt ?? 0) - (b.upcoming[0]?.startsAt ?? 0));
    },
    view: async (actor, id) => meetingView(room, actor, await readableMeeting(db, actor, id)),
    async calendar(actor, id) {
      const meeting = await readableMeeting(db, actor, id);
      const { email } = await db
        .selectFrom('accounts')
        .select('email')
        .where('id', '=', meeting.ownerId)
        .executeTakeFirstOrThrow();
      const link = new URL(`/meet/${id}`, room.publicUrl).href;
      return calendarFile(meeting, { organiserEmail: email, link, now: room.now() }, { method: 'PUBLISH' });
    },
    pastChat: (actor, id, before) => pastChat(db, actor, id, before),
    pastPolls: (actor, id) => pastPolls(db, actor, id),
    attended: (which) => attendedMeetings(db, which),
    past: (actor, query) => pastMeetings(db, actor, query),
    pastNotes: (actor, id) => readNotes(db, actor.accountId, id),
    pastBoard: (actor, id) => readBoard(db, actor.accountId, id),
    async close() {
      unsubscribe();
      await Promise.all(room.delivering);
    },
  };
}

async function tellSitting(room: MeetingsRoom, roomId: string): Promise<void> {
  const owner = await room.db.selectFrom('rooms').select('ownerId').where('id', '=', roomId).executeTakeFirst();
  if (!owner) return;
  const invited = await room.db
    .selectFrom('meetingInvitees')
    .select('email')
    .where('roomId', '=', roomId)
    .where('removedAt', 'is', null)
    .execute();
  await tellMeeting(room, { ...owner, invitees: invited.map(({ email }) => email) });
}
