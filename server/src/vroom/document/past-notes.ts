import { HubError } from '@diwan/protocol/errors.ts';
import type { PastBoard, PastNotes } from '@diwan/protocol/vroom-meetings.ts';
import type { Db } from '../../db/database.ts';
import { openSharedDocument } from './shared-document.ts';

/** Notes and drawings of meetings that are over, for who was there when something was written or came later in it, and for the room's owner. */
const readable = (db: Db, accountId: string) =>
  db
    .selectFrom('meetingDocuments')
    .innerJoin('rooms', 'rooms.id', 'meetingDocuments.roomId')
    .where('meetingDocuments.endedAt', 'is not', null)
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

interface Kept {
  id: string;
  breakout: string | null;
}

/** By sitting: the notes and drawings that this account may read of it, those of the main room first. */
export async function documentsOfSittings(
  db: Db,
  accountId: string,
  sittings: readonly Sitting[],
): Promise<Map<string, { notes: Kept[]; boards: Kept[] }>> {
  const rooms = [...new Set(sittings.map(({ roomId }) => roomId))];
  if (rooms.length === 0) return new Map();
  const rows = await readable(db, accountId)
    .select(['meetingDocuments.id', 'roomId', 'breakout', 'startedAt', 'meetingDocuments.endedAt'])
    .select(['hasNotes', 'hasBoard'])
    .where('roomId', 'in', rooms)
    .orderBy('startedAt')
    .execute();
  // A hub that died in between makes two sittings of a meeting, and both have its notes.
  const during = (row: (typeof rows)[number], sitting: Sitting) =>
    row.roomId === sitting.roomId &&
    row.startedAt <= (sitting.endedAt ?? sitting.startedAt) &&
    (row.endedAt ?? row.startedAt) >= sitting.startedAt;
  return new Map(
    sittings.map((sitting) => {
      const there = rows
        .filter((row) => during(row, sitting))
        .sort((a, b) => Number(a.breakout !== null) - Number(b.breakout !== null));
      const kept = (has: 'hasNotes' | 'hasBoard') =>
        there.filter((row) => row[has] === 1).map(({ id, breakout }) => ({ id, breakout }));
      return [sitting.id, { notes: kept('hasNotes'), boards: kept('hasBoard') }];
    }),
  );
}

/** @throws HubError not_found, for what is not for this account too */
export async function readNotes(db: Db, accountId: string, id: string): Promise<PastNotes> {
  const { shared, about } = await read(db, accountId, { id, has: 'hasNotes' });
  return { ...about, text: shared.notes() };
}

/** @throws HubError not_found, for what is not for this account too */
export async function readBoard(db: Db, accountId: string, id: string): Promise<PastBoard> {
  const { shared, about } = await read(db, accountId, { id, has: 'hasBoard' });
  return { ...about, elements: shared.board() };
}

async function read(db: Db, accountId: string, { id, has }: { id: string; has: 'hasNotes' | 'hasBoard' }) {
  const row = await readable(db, accountId)
    .select(['meetingDocuments.title', 'breakout', 'startedAt', 'state'])
    .where('meetingDocuments.id', '=', id)
    .where(has, '=', 1)
    .executeTakeFirst();
  if (!row) throw new HubError('not_found', 'document');
  const { state, ...about } = row;
  return { shared: openSharedDocument(state), about };
}
