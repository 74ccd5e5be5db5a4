import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { refuseToEnd } from '../rules/room.ts';
import { viewRoom } from './view-room.ts';

/** Ends a room; one whose link is for more than one meeting stays open for the next. @throws HubError room_not_found, forbidden (neither owner nor admin) */
export async function endRoom(db: Db, actor: Actor, id: string): Promise<void> {
  const room = await viewRoom(db, actor, id);
  const no = refuseToEnd(actor, room);
  if (no) throw no;
  if (room.kind !== 'instant') return;
  await db
    .updateTable('rooms')
    .set({ endedAt: Date.now() })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .execute();
}
