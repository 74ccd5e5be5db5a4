import { HubError } from '@diwan/protocol/errors.ts';
import type { FileMeeting } from '@diwan/protocol/ibox-meetings.ts';
import type { Db } from '../../db/database.ts';
import type { Caller } from '../caller.ts';
import type { Live, LiveRoom } from '../rooms/live-room.ts';
import { isGuest, personOf } from '../rooms/meeting-now.ts';
import { placesOf } from '../rooms/places.ts';
import { mayOpenFile } from '../rules/chat.ts';
import { type MessageFile, nextChange } from './chat.ts';
import { inOrder } from './in-order.ts';
import { meetingsOf } from './readers.ts';
import { tellMessage } from './tell-message.ts';

/** Files are kept by another room: what it is asked when one is sent to a meeting, or no longer. */
export interface FilesToShow {
  /** @throws HubError not_found, forbidden to who may not share it */
  show(
    tx: Db,
    accountId: string,
    fileId: string,
    meeting: string,
  ): Promise<{ name: string; size: number; mediaType: string | null }>;
  /** @param accountId null: somebody without an account */
  hide(tx: Db, accountId: string | null, fileId: string, meeting: string): Promise<void>;
}

/** The file of a message, for the one who sends it. */
export const fileToSend =
  (files: FilesToShow | undefined, personId: string, fileId: string, meeting: string) =>
  async (tx: Db): Promise<MessageFile> => {
    if (!files || isGuest(personId)) throw new HubError('forbidden', 'guests have no files');
    const { name, size, mediaType } = await files.show(tx, personId, fileId, meeting);
    return { fileId, fileName: name, fileSize: size, fileType: mediaType, fileWithdrawnAt: null };
  };

/**
 * Which file a message carries and in whose name it is opened, for somebody who may.
 * @throws HubError not_found to all others
 */
export async function fileOfMessage(
  db: Db,
  live: Live,
  actor: Caller['actor'],
  roomId: string,
  number: number,
): Promise<{ fileId: string; sharerId: string }> {
  if (actor.audience === 'guest' && actor.roomId !== roomId) throw new HubError('not_found', 'guest of another room');
  const row = await db
    .selectFrom('chatMessages')
    .innerJoin('rooms', 'rooms.id', 'chatMessages.roomId')
    .select(['fileId', 'fileWithdrawnAt', 'deletedAt', 'authorId', 'toId', 'meetingId', 'breakout', 'ownerId'])
    .where('roomId', '=', roomId)
    .where('number', '=', number)
    .executeTakeFirst();
  if (!row || row.fileId === null) throw new HubError('not_found', 'no file');
  const personId = personOf(actor);
  const places = placesOfMessage(live, roomId, row);
  const isIn = places.some(({ participants }) => has(participants, personId));
  const isHere = places.some(
    ({ meeting, participants }) => meeting.id === row.meetingId && has(participants, personId),
  );
  // What was said in a breakout room is shown in that room, while it is open.
  const stays = row.breakout === null;
  const wasThere =
    isHere || (stays && (row.ownerId === personId || (await wasIn(db, { roomId, personId }, row.meetingId))));
  if (!mayOpenFile(row, { personId, guest: isGuest(personId), isIn, wasThere }))
    throw new HubError('not_found', 'no file');
  return { fileId: row.fileId, sharerId: row.authorId };
}

/** The rooms of the meeting in which this was said, if that one goes on. */
function placesOfMessage(live: Live, roomId: string, { meetingId }: { meetingId: string }): LiveRoom[] {
  const room = live.rooms.get(roomId);
  const places = room ? placesOf(room) : [];
  return places.some(({ meeting }) => meeting.id === meetingId) ? places : [];
}
const has = (participants: LiveRoom['participants'], personId: string) =>
  [...participants.values()].some((one) => one.personId === personId);

const wasIn = async (db: Db, who: { roomId: string; personId: string }, meetingId: string) =>
  (await meetingsOf(db, who).where('meetingId', '=', meetingId).executeTakeFirst()) !== undefined;

/** Where a file still opens, the latest first; for who manages it. */
export const meetingsWithFile = (db: Db, fileId: string): Promise<FileMeeting[]> =>
  db
    .selectFrom('chatMessages')
    .innerJoin('rooms', 'rooms.id', 'chatMessages.roomId')
    .select(['chatMessages.roomId', 'number', 'rooms.title', 'authorName as by', 'sentAt'])
    .where('fileId', '=', fileId)
    .where('deletedAt', 'is', null)
    .where('fileWithdrawnAt', 'is', null)
    .orderBy('sentAt', 'desc')
    .orderBy('number', 'desc')
    .execute();

/**
 * From now on nobody opens the file by that message; those in the meeting see it at once. Done already: nothing happens.
 * @throws HubError not_found where that message has another file, or none
 */
export async function withdrawFile(
  db: Db,
  live: Live,
  files: FilesToShow | undefined,
  by: { accountId: string },
  what: { fileId: string; roomId: string; number: number },
): Promise<void> {
  const { fileId, roomId, number } = what;
  const withdraw = () =>
    db.transaction().execute(async (tx) => {
      const message = tx.selectFrom('chatMessages').innerJoin('rooms', 'rooms.id', 'chatMessages.roomId');
      const found = await message
        .select('rooms.title')
        .where('roomId', '=', roomId)
        .where('number', '=', number)
        .where('fileId', '=', fileId)
        .executeTakeFirst();
      if (!found) throw new HubError('not_found', 'no such message with this file');
      const change = await nextChange(tx, roomId);
      const row = await tx
        .updateTable('chatMessages')
        .set({ fileWithdrawnAt: Date.now(), change })
        .where('roomId', '=', roomId)
        .where('number', '=', number)
        .where('fileId', '=', fileId)
        .where('fileWithdrawnAt', 'is', null)
        .returningAll()
        .executeTakeFirst();
      if (row) await files?.hide(tx, by.accountId, fileId, found.title);
      return row;
    });
  const main = live.rooms.get(roomId);
  if (!main) return void (await withdraw());
  await inOrder(main, async () => {
    const row = await withdraw();
    if (!row) return;
    const said = placesOf(main).find(({ meeting }) => meeting.id === row.meetingId);
    const shown = said ?? (row.breakout === null ? main : undefined);
    if (shown) await tellMessage(db, live, shown, row);
  });
}
