import { randomBytes } from 'node:crypto';
import type { Language } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { type RoomRecord, readRooms } from './room-record.ts';

const titles: Record<Language, (name: string) => string> = {
  fr: (name) => `Salle de ${name}`,
  ar: (name) => `غرفة ${name}`,
  en: (name) => `${name}’s room`,
};

/** The actor's own room, whose link is for good; opened when it is first asked for. */
export async function personalRoom(db: Db, actor: Actor): Promise<RoomRecord> {
  const known = await find(db, actor);
  if (known) return known;
  await db
    .insertInto('rooms')
    .values({
      id: randomBytes(12).toString('base64url'),
      title: titles[actor.language](actor.name).slice(0, 200),
      ownerId: actor.accountId,
      createdAt: Date.now(),
      endedAt: null,
      kind: 'personal',
    })
    // Asked for twice at once: the other one was faster.
    .onConflict((c) => c.doNothing())
    .execute();
  const made = await find(db, actor);
  if (!made) throw new Error('a personal room was not made');
  return made;
}

async function find(db: Db, actor: Actor): Promise<RoomRecord | undefined> {
  const [own] = await readRooms(db, (query) =>
    query.where('rooms.ownerId', '=', actor.accountId).where('rooms.kind', '=', 'personal'),
  );
  return own;
}
