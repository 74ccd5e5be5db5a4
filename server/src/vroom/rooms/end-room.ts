import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { refuseToEnd } from '../rules/room.ts';
import { viewRoom } from './view-room.ts';

/** Ends a room for good. @throws HubError room_not_found, forbidden (neither owner nor admin) */
export async function endRoom(db: Db, actor: Actor, id: string): Promise<void> {
  const no = refuseToEnd(actor, await viewRoom(db, actor, id));
  if (no) throw no;
  await db
    .updateTable('rooms')
    .set({ endedAt: Date.now() })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .execute();
}
