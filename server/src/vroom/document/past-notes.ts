import { HubError } from '@diwan/protocol/errors.ts';
import type { PastNotes } from '@diwan/protocol/vroom-meetings.ts';
import type { Db } from '../../db/database.ts';
import { openSharedDocument } from './shared-document.ts';

/** Notes of meetings that are over, for who was there when something was written or came later in it, and for the room's owner. */
const readable = (db: Db, accountId: string) =>
  db
    .selectFrom('meetingDocuments')
    .innerJoin('rooms', 'rooms.id', 'meetingDocuments.roomId')
    .where('meetingDocuments.endedAt', 'is not', null)
    .where('hasNotes', '=', 1)
    .where((e) =>
      e.or([
        e('rooms.ownerId', '=', accountId),
        e.exists(
          e
            .selectFrom('meetingPeople')
            .select('personId')
            .where('personId', '=', accountId)
            .whereRef('meetingPeople.roomId', '=', 'meetingDocuments.roomId')
            .whereRef('meetingPeople.meetingId', '=', 'meetingDocuments.meetingId'),
        ),
      ]),
    );

/** A time that people were together in a room. */
interface Sitting {
  id: string;
  roomId: string;
  startedAt: number;
  endedAt: number | null;
}

/** By sitting: the notes that this account may read of it, those of the main room first. */
export async function notesOfSittings(
  db: Db,
  accountId: string,
  sittings: readonly Sitting[],
): Promise<Map<string, { id: string; breakout: string | null }[]>> {
  const rooms = [...new Set(sittings.map(({ roomId }) => roomId))];
  if (rooms.length === 0) return new Map();
  const rows = await readable(db, accountId)
    .select(['meetingDocuments.id', 'roomId', 'breakout', 'startedAt', 'meetingDocuments.endedAt'])
    .where('roomId', 'in', rooms)
    .orderBy('startedAt')
    .execute();
  // A hub that died in between makes two sittings of a meeting, and both have its notes.
  const during = (row: (typeof rows)[number], sitting: Sitting) =>
    row.roomId === sitting.roomId &&
    row.startedAt <= (sitting.endedAt ?? sitting.startedAt) &&
    (row.endedAt ?? row.startedAt) >= sitting.startedAt;
  return new Map(
    sittings.map((sitting) => [
      sitting.id,
      rows
        .filter((row) => during(row, sitting))
        .map(({ id, breakout }) => ({ id, breakout }))
        .sort((a, b) => Number(a.breakout !== null) - Number(b.breakout !== null)),
    ]),
  );
}

/** @throws HubError not_found, for what is not for this account too */
export async function readNotes(db: Db, accountId: string, id: string): Promise<PastNotes> {
  const row = await readable(db, accountId)
    .select(['meetingDocuments.title', 'breakout', 'startedAt', 'state'])
    .where('meetingDocuments.id', '=', id)
    .executeTakeFirst();
  if (!row) throw new HubError('not_found', 'notes');
  const { state, ...about } = row;
  return { ...about, text: openSharedDocument(state).notes() };
}
