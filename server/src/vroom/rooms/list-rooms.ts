import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { type RoomRecord, readRooms } from './room-record.ts';

/** One's own rooms that have not ended, newest first; neither those of planned meetings nor the personal one. */
export const listRooms = (db: Db, actor: Actor): Promise<RoomRecord[]> =>
  readRooms(db, (query) =>
    query
      .where('rooms.ownerId', '=', actor.accountId)
      .where('rooms.endedAt', 'is', null)
      .where('rooms.kind', '=', 'instant')
      .orderBy('rooms.createdAt', 'desc')
      .orderBy('rooms.id'),
  );
