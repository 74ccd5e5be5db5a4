import type { MeetingRole } from '@diwan/protocol/vroom-roles.ts';
import type { Db } from '../../db/database.ts';

/** Somebody in a meeting, as what is kept of it knows them. */
export interface Present {
  readonly roomId: string;
  readonly meetingId: string;
  /** The name of the breakout room in which they are; null: the main room. */
  readonly breakout: string | null;
  readonly personId: string;
  readonly name: string;
  readonly role: MeetingRole;
  /** The room is theirs. */
  readonly owner: boolean;
}

/** Whether this belongs to the room in which they are: what is said in a breakout room is not shown in another one, nor the reverse. */
export const isSaidHere = (
  said: { meetingId: string; breakout: string | null },
  { breakout, meetingId }: Pick<Present, 'breakout' | 'meetingId'>,
): boolean => (breakout === null ? said.breakout === null : said.meetingId === meetingId);

/** The meetings in this room in which they were. */
export const meetingsOf = (db: Db, { roomId, personId }: Pick<Present, 'roomId' | 'personId'>) =>
  db
    .selectFrom('meetingPeople')
    .select('meetingPeople.meetingId')
    .where('meetingPeople.roomId', '=', roomId)
    .where('meetingPeople.personId', '=', personId);

/** Whether what was said to all in that meeting is for them. */
export async function wasThere(db: Db, who: Present, meetingId: string): Promise<boolean> {
  if (who.owner || meetingId === who.meetingId) return true;
  return (await meetingsOf(db, who).where('meetingId', '=', meetingId).executeTakeFirst()) !== undefined;
}

/** From now on these people may read what is kept of the meeting. */
export async function writeDown(
  db: Db,
  { roomId, meetingId }: Pick<Present, 'roomId' | 'meetingId'>,
  personIds: readonly string[],
): Promise<void> {
  if (personIds.length === 0) return;
  await db
    .insertInto('meetingPeople')
    .values(personIds.map((personId) => ({ roomId, meetingId, personId })))
    .onConflict((c) => c.doNothing())
    .execute();
}

/** Who was removed from a meeting reads nothing of it any more, unless they are let in again. */
export async function strikeOut(
  db: Db,
  { roomId, meetingId, personId }: Pick<Present, 'roomId' | 'meetingId' | 'personId'>,
): Promise<void> {
  await db
    .deleteFrom('meetingPeople')
    .where('roomId', '=', roomId)
    .where('personId', '=', personId)
    .where('meetingId', '=', meetingId)
    .execute();
}

/** Who may read what was said in a meeting that is over. */
export async function peopleOf(db: Db, roomId: string, meetingId: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('meetingPeople')
    .select('personId')
    .where('roomId', '=', roomId)
    .where('meetingId', '=', meetingId)
    .execute();
  return new Set(rows.map(({ personId }) => personId));
}
