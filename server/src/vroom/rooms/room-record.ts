import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';

/** A room as it is stored; who is in it now is known only where it is live. */
export interface RoomRecord {
  id: string;
  title: string;
  ownerId: string;
  ownerName: string;
  createdAt: number;
  endedAt: number | null;
}

export const roomRecords = (db: Db) =>
  db
    .selectFrom('rooms')
    .innerJoin('accounts', 'accounts.id', 'rooms.ownerId')
    .select([
      'rooms.id',
      'rooms.title',
      'rooms.ownerId',
      'accounts.name as ownerName',
      'rooms.createdAt',
      'rooms.endedAt',
    ]);

/** @throws HubError room_not_found */
export async function findRoom(db: Db, id: string): Promise<RoomRecord> {
  const record = await roomRecords(db).where('rooms.id', '=', id).executeTakeFirst();
  if (!record) throw new HubError('room_not_found');
  return record;
}
