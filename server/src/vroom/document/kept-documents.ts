import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { TogetherTables } from '../../db/tables/together.ts';

export type DocumentRow = Selectable<TogetherTables['meetingDocuments']>;

/** How long after its hub was gone a meeting goes on with its document, in ms: long enough for a restart, too short for the next one. */
export const resumedWithinMs = 3 * 60_000;
/** How long it is tried to put a document among the host's files, in ms. */
const filedWithinMs = 24 * 3600_000;

/**
 * Of a meeting that begins, or of the one that a hub left in the middle: then who could read it still can. What was written in a
 * breakout room is not gone on with: after a restart all meet in the main room.
 * @param held what goes on here already, or is over though that may not be written yet
 */
export function openKept(
  db: Db,
  meeting: Pick<DocumentRow, 'roomId' | 'meetingId' | 'hostId' | 'title' | 'breakout'>,
  { now, held }: { now: number; held: readonly string[] },
): Promise<DocumentRow> {
  return db.transaction().execute(async (tx) => {
    const left = await tx
      .selectFrom('meetingDocuments')
      .selectAll()
      .where('breakout', 'is', null)
      .where('roomId', '=', meeting.roomId)
      .where('endedAt', 'is', null)
      .where('seenAt', '>', now - resumedWithinMs)
      .$if(held.length > 0, (q) => q.where('id', 'not in', held))
      .orderBy('seenAt', 'desc')
      .executeTakeFirst();
    if (!left || meeting.breakout !== null) {
      const parts = { state: new Uint8Array([0, 0]), hasNotes: 0, hasBoard: 0 };
      const times = { startedAt: now, seenAt: now, endedAt: null, filedAt: null };
      const row = { id: randomUUID(), ...meeting, ...parts, ...times };
      await tx.insertInto('meetingDocuments').values(row).execute();
      return row;
    }
    const { meetingId, hostId } = meeting;
    await tx
      .insertInto('meetingPeople')
      .columns(['roomId', 'personId', 'meetingId'])
      .expression((e) =>
        e
          .selectFrom('meetingPeople')
          .select((s) => ['roomId', 'personId', s.val(meetingId).as('meetingId')])
          .where('roomId', '=', meeting.roomId)
          .where('meetingId', '=', left.meetingId),
      )
      .onConflict((c) => c.doNothing())
      .execute();
    const set = { meetingId, hostId, seenAt: now };
    await tx.updateTable('meetingDocuments').set(set).where('id', '=', left.id).execute();
    return { ...left, ...set };
  });
}

export async function writeKept(
  db: Db,
  id: string,
  set: Pick<DocumentRow, 'state' | 'hasNotes' | 'hasBoard' | 'hostId' | 'seenAt' | 'endedAt' | 'filedAt'>,
): Promise<void> {
  await db.updateTable('meetingDocuments').set(set).where('id', '=', id).execute();
}

/** A hub is there and holds these. */
export async function seenKept(db: Db, ids: readonly string[], now: number): Promise<void> {
  if (ids.length === 0) return;
  await db.updateTable('meetingDocuments').set({ seenAt: now }).where('id', 'in', ids).execute();
}

/** What no meeting goes on with any more has ended; where nothing was written, nothing is kept. */
export async function endLeft(db: Db, now: number): Promise<void> {
  await db
    .updateTable('meetingDocuments')
    .set((e) => ({ endedAt: e.ref('seenAt') }))
    .where('endedAt', 'is', null)
    .where('seenAt', '<', now - 2 * resumedWithinMs)
    .execute();
  await db
    .deleteFrom('meetingDocuments')
    .where('endedAt', '>', now - filedWithinMs)
    .where('hasNotes', '=', 0)
    .where('hasBoard', '=', 0)
    .execute();
}

/** Of meetings that are over: what is still to be put among their hosts' files. */
export function toFile(db: Db, now: number): Promise<DocumentRow[]> {
  return db
    .selectFrom('meetingDocuments')
    .selectAll()
    .where('filedAt', 'is', null)
    .where('endedAt', '>', now - filedWithinMs)
    .orderBy('endedAt')
    .limit(20)
    .execute();
}

export async function markFiled(db: Db, id: string, now: number): Promise<void> {
  await db.updateTable('meetingDocuments').set({ filedAt: now }).where('id', '=', id).execute();
}
