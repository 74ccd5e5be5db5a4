import type { Db } from '../../db/database.ts';
import type { Actor, Guest } from '../../identity/actor.ts';
import { refuseToJoin } from '../rules/room.ts';
import { findRoom, type RoomRecord } from './room-record.ts';

/** A room as one who may join it sees it. @throws HubError room_not_found when it does not exist or has ended */
export async function viewRoom(db: Db, _actor: Actor | Guest, id: string): Promise<RoomRecord> {
  const record = await findRoom(db, id);
  const no = refuseToJoin(record);
  if (no) throw no;
  return record;
}
