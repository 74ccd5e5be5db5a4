import { randomBytes } from 'node:crypto';
import type { RoomCreate } from '@diwan/protocol/vroom.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { findRoom, type RoomRecord } from './room-record.ts';

/** Opens a room of one's own; its id is its link and can't be guessed (96 bits). */
export async function createRoom(db: Db, actor: Actor, input: RoomCreate): Promise<RoomRecord> {
  const row = {
    id: randomBytes(12).toString('base64url'),
    title: input.title,
    ownerId: actor.accountId,
    createdAt: Date.now(),
    endedAt: null,
    kind: 'instant' as const,
    encrypted: input.encrypted ? 1 : 0,
  };
  await db.insertInto('rooms').values(row).execute();
  return findRoom(db, row.id);
}
