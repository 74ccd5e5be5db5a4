import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { createRoom } from './create-room.ts';
import { endRoom } from './end-room.ts';
import { listRooms } from './list-rooms.ts';
import { viewRoom } from './view-room.ts';

async function person(db: Db, name: string): Promise<Actor> {
  const account = { email: `${name}@example.test`, name, role: 'client', language: 'fr' } as const;
  await db
    .insertInto('accounts')
    .values({ id: name, ...account, status: 'active', passwordHash: null, createdAt: 1, lastLoginAt: null })
    .execute();
  return { ...account, accountId: name, sessionId: name, audience: 'web' };
}

onEachDatabase((open) => {
  it('R-30 rooms are kept as they were made, and end once', async () => {
    const db = await open();
    const [amina, bilal] = [await person(db, 'Amina'), await person(db, 'Bilal')];
    const made = await createRoom(db, amina, { title: 'مجلس « d’été »' });
    await createRoom(db, bilal, { title: 'Autre' });
    expect(await viewRoom(db, bilal, made.id)).toEqual(made);
    expect(await listRooms(db, amina)).toEqual([made]);
    const refusal = (work: Promise<unknown>) => work.catch((error) => error.code);
    expect(await refusal(endRoom(db, bilal, made.id))).toBe('forbidden');
    await endRoom(db, amina, made.id);
    expect(await listRooms(db, amina)).toEqual([]);
    expect(await refusal(viewRoom(db, amina, made.id))).toBe('room_not_found');
    expect(await refusal(endRoom(db, amina, made.id))).toBe('room_not_found');
    expect(await refusal(viewRoom(db, amina, "x' or '1'='1"))).toBe('room_not_found');
  });
});
