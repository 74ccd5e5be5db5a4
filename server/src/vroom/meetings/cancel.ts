import { HubError } from '@diwan/protocol/errors.ts';
import type { Actor } from '../../identity/actor.ts';
import { isDateOf } from '../rules/occurrences.ts';
import { deliver } from './letters.ts';
import { type MeetingsRoom, ownMeeting, tellMeeting } from './meeting-record.ts';

/** Cancels a meeting, the whole series of it; who is in its room leaves it. @throws {HubError} not_found, forbidden, too_many_attempts */
export async function cancelMeeting(room: MeetingsRoom, actor: Actor, id: string): Promise<void> {
  const { invitees } = await ownMeeting(room.db, actor, id);
  await room.spendMails(actor.accountId, invitees.length);
  const meeting = await room.db.transaction().execute(async (tx) => {
    await raiseSequence(tx, id);
    const cancelled = await ownMeeting(tx, actor, id);
    const at = room.now();
    await tx.updateTable('meetings').set({ cancelledAt: at }).where('roomId', '=', id).execute();
    await tx.updateTable('rooms').set({ endedAt: at }).where('id', '=', id).execute();
    return cancelled;
  });
  room.live.end(id);
  deliver(room, actor, [{ meeting, news: { kind: 'cancelled' }, to: meeting.invitees }]);
  await tellMeeting(room, meeting);
}

/** Cancels one occurrence of a series. @throws {HubError} not_found (also of a day that is none of the series), forbidden, too_many_attempts */
export async function cancelOccurrence(room: MeetingsRoom, actor: Actor, id: string, date: string): Promise<void> {
  const { invitees } = await ownMeeting(room.db, actor, id);
  await room.spendMails(actor.accountId, invitees.length);
  const meeting = await room.db.transaction().execute(async (tx) => {
    await raiseSequence(tx, id);
    const before = await ownMeeting(tx, actor, id);
    if (before.repeat === null || !isDateOf(before, date) || before.cancelledDates.has(date))
      throw new HubError('not_found', 'no such occurrence');
    await tx.insertInto('meetingCancelledDates').values({ roomId: id, date }).execute();
    return ownMeeting(tx, actor, id);
  });
  deliver(room, actor, [{ meeting, news: { kind: 'cancelled-one', date }, to: meeting.invitees }]);
  await tellMeeting(room, meeting);
}

/** Writes the row first: of two changes at once the second waits, and sees what the first did. */
async function raiseSequence(tx: MeetingsRoom['db'], id: string): Promise<void> {
  await tx
    .updateTable('meetings')
    .set((e) => ({ sequence: e('sequence', '+', 1) }))
    .where('roomId', '=', id)
    .execute();
}
