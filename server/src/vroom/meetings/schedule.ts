import { randomBytes } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Meeting, MeetingDraft, NewMeeting } from '@diwan/protocol/vroom-meetings.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { endOf, firstStart, upcoming } from '../rules/occurrences.ts';
import { deliver, type Letter } from './letters.ts';
import { type MeetingRecord, type MeetingsRoom, meetingView, ownMeeting, tellMeeting } from './meeting-record.ts';

/** A planned meeting with a room of its own. @throws {HubError} meeting_past, too_many_attempts */
export async function scheduleMeeting(room: MeetingsRoom, actor: Actor, input: NewMeeting): Promise<Meeting> {
  const draft = settled(room, actor, input);
  const id = randomBytes(12).toString('base64url');
  await room.spendMails(actor.accountId, draft.invitees.length);
  const meeting = await room.db.transaction().execute(async (tx) => {
    const createdAt = room.now();
    const { title } = draft;
    await tx
      .insertInto('rooms')
      .values({
        ...{ id, title, ownerId: actor.accountId, createdAt, endedAt: null, kind: 'scheduled' },
        encrypted: input.encrypted ? 1 : 0,
      })
      .execute();
    await tx
      .insertInto('meetings')
      .values({ roomId: id, ...columnsOf(draft), sequence: 0, cancelledAt: null })
      .execute();
    await invite(tx, id, draft.invitees, createdAt);
    return ownMeeting(tx, actor, id);
  });
  deliver(room, actor, [{ meeting, news: { kind: 'invited' }, to: meeting.invitees }]);
  await tellMeeting(room, meeting);
  return meetingView(room, actor, meeting);
}

/**
 * Changes a meeting, the whole series of it. Who stays invited is told when something changed for them, who is new is invited, and who is
 * not invited any more is told so.
 * @throws {HubError} not_found, forbidden (invited only), meeting_past, too_many_attempts
 */
export async function editMeeting(room: MeetingsRoom, actor: Actor, id: string, input: MeetingDraft): Promise<Meeting> {
  const before = await ownMeeting(room.db, actor, id);
  const draft = settled(room, actor, input, before.cancelledDates);
  await room.spendMails(actor.accountId, new Set([...before.invitees, ...draft.invitees]).size);
  const { meeting, letters, told } = await room.db.transaction().execute(async (tx) => {
    // The row is written first, so that of two changes at once the second waits and sees what the first did.
    await tx
      .updateTable('meetings')
      .set((e) => ({ sequence: e('sequence', '+', 1) }))
      .where('roomId', '=', id)
      .execute();
    const old = await ownMeeting(tx, actor, id);
    await tx.updateTable('rooms').set({ title: draft.title }).where('id', '=', id).execute();
    await tx.updateTable('meetings').set(columnsOf(draft)).where('roomId', '=', id).execute();
    const { added, removed } = differences(old.invitees, draft.invitees);
    await invite(tx, id, added, room.now());
    if (removed.length > 0)
      await tx
        .updateTable('meetingInvitees')
        .set({ removedAt: room.now() })
        .where('roomId', '=', id)
        .where('email', 'in', removed)
        .execute();
    const changed = await ownMeeting(tx, actor, id);
    const stayed = changed.invitees.filter((email) => !added.includes(email));
    const letters: Letter[] = [
      { meeting: changed, news: { kind: 'invited' }, to: added },
      { meeting: changed, news: { kind: 'changed' }, to: isSame(old, changed) ? [] : stayed },
      { meeting: { ...old, sequence: changed.sequence }, news: { kind: 'cancelled' }, to: removed },
    ];
    return { meeting: changed, letters, told: [...changed.invitees, ...removed] };
  });
  deliver(room, actor, letters);
  await tellMeeting(room, { ...meeting, invitees: told });
  return meetingView(room, actor, meeting);
}

/** A draft that begins on one of its days and is not over. Nobody invites themself. */
function settled({ now }: MeetingsRoom, actor: Actor, draft: MeetingDraft, cancelled: ReadonlySet<string> = new Set()) {
  const start = firstStart(draft);
  if (upcoming({ ...draft, start }, cancelled, now(), 1).length === 0) throw new HubError('meeting_past');
  const invitees = [...new Set(draft.invitees)].filter((email) => email !== actor.email.toLowerCase());
  return { ...draft, start, invitees };
}

const columnsOf = (draft: MeetingDraft) => ({
  description: draft.description,
  start: draft.start,
  timeZone: draft.timeZone,
  minutes: draft.minutes,
  repeat: draft.repeat && JSON.stringify(draft.repeat),
  endsAt: endOf(draft) ?? null,
});

async function invite(tx: Db, roomId: string, emails: readonly string[], invitedAt: number): Promise<void> {
  if (emails.length === 0) return;
  await tx
    .insertInto('meetingInvitees')
    .values(emails.map((email) => ({ roomId, email, invitedAt, removedAt: null })))
    .onConflict((c) => c.columns(['roomId', 'email']).doUpdateSet({ invitedAt, removedAt: null }))
    .execute();
}

function differences(before: readonly string[], after: readonly string[]) {
  return {
    added: after.filter((one) => !before.includes(one)),
    removed: before.filter((one) => !after.includes(one)),
  };
}

/** Whether nothing is different for who was invited already. */
function isSame(a: MeetingRecord, b: MeetingRecord): boolean {
  const told = ({ title, description, start, timeZone, minutes, repeat }: MeetingRecord) =>
    JSON.stringify([title, description, start, timeZone, minutes, repeat]);
  return told(a) === told(b);
}
