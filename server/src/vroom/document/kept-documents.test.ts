import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { writeDown } from '../together/readers.ts';
import { endLeft, markFiled, openKept, resumedWithinMs, seenKept, toFile, writeKept } from './kept-documents.ts';

onEachDatabase((open) => {
  it('R-34 a document is gone on with soon after its hub died and not later, is filed once, and an empty one is not kept', async () => {
    const db = await open();
    const [roomId, hostId] = ['room', 'amina'];
    const account = { id: hostId, email: 'a@diwan.test', name: 'Amina', role: 'client', language: 'fr' } as const;
    await db
      .insertInto('accounts')
      .values({ ...account, status: 'active', passwordHash: null, createdAt: 1, lastLoginAt: null })
      .execute();
    const room = {
      id: roomId,
      title: 'Conseil',
      ownerId: hostId,
      createdAt: 1,
      endedAt: null,
      kind: 'instant',
    } as const;
    await db.insertInto('rooms').values(room).execute();
    const start = Date.now();
    const opened = (now: number, held: string[] = [], breakout: string | null = null) =>
      openKept(db, { roomId, meetingId: randomUUID(), hostId, title: 'Conseil', breakout }, { now, held });

    const first = await opened(start);
    await writeDown(db, first, ['bilal', 'guest:y']);
    const state = new Uint8Array([1, 2, 250]);
    const set = { state, hasNotes: 1, hasBoard: 0, hostId, seenAt: start, endedAt: null, filedAt: null };
    await writeKept(db, first.id, set);
    const again = await opened(start + resumedWithinMs - 1);
    expect([again.id, [...again.state]]).toEqual([first.id, [1, 2, 250]]);
    const readers = db.selectFrom('meetingPeople').select('personId').where('meetingId', '=', again.meetingId);
    expect((await readers.orderBy('personId').execute()).map(({ personId }) => personId)).toEqual(['bilal', 'guest:y']);
    // Nobody takes what is another room's of the meeting.
    const breakout = await opened(start, [], 'Groupe 1');
    expect(breakout.id).not.toBe(first.id);
    expect((await opened(start + 1)).id).toBe(first.id);
    // Of a meeting that is over, though that is not written yet.
    expect((await opened(start + resumedWithinMs, [first.id])).id).not.toBe(first.id);

    await seenKept(db, [first.id], start);
    const later = start + 3 * resumedWithinMs + 1;
    expect((await opened(later)).id).not.toBe(first.id);
    expect(await toFile(db, later)).toEqual([]);
    await endLeft(db, later);
    expect((await toFile(db, later)).map(({ id, endedAt }) => [id, endedAt])).toEqual([[first.id, start]]);
    await markFiled(db, first.id, later);
    expect(await toFile(db, later)).toEqual([]);
    const left = await db.selectFrom('meetingDocuments').select(['id', 'endedAt']).execute();
    // The one that goes on, and the one that has something in it.
    expect(left.length).toBe(2);
  });
});
