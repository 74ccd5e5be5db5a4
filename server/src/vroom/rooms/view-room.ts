import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Actor, Guest } from '../../identity/actor.ts';
import { refuseToJoin } from '../rules/room.ts';
import { findRoom, type RoomRecord } from './room-record.ts';

/** A room as one who may join it sees it. @throws HubError room_not_found when it does not exist or has ended */
export async function viewRoom(db: Db, actor: Actor | Guest, id: string): Promise<RoomRecord> {
  if (actor.audience === 'guest' && actor.roomId !== id) throw new HubError('room_not_found', 'guest of another room');
  const record = await findRoom(db, id);
  const no = refuseToJoin(record);
  if (no) throw no;
  return record;
}
