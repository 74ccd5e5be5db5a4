import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { type RoomRecord, roomRecords } from './room-record.ts';

/** One's own rooms that have not ended, newest first. */
export async function listRooms(db: Db, actor: Actor): Promise<RoomRecord[]> {
  return roomRecords(db)
    .where('rooms.ownerId', '=', actor.accountId)
    .where('rooms.endedAt', 'is', null)
    .orderBy('rooms.createdAt', 'desc')
    .orderBy('rooms.id')
    .execute();
}
