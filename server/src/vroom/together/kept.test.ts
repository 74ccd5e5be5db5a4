import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { createRoom } from '../rooms/create-room.ts';
import { mayRead } from '../rules/chat.ts';
import { deleteMessage, editMessage, readChat, sendMessage } from './chat.ts';
import { createPoll, listPolls, openPoll, pollView, vote } from './polls.ts';
import { type Present, strikeOut, writeDown } from './readers.ts';

async function roomOf(db: Db): Promise<string> {
  const id = randomUUID();
  const account = { email: `${id}@example.test`, name: 'Amina', role: 'client', language: 'fr' } as const;
  await db
    .insertInto('accounts')
    .values({ id, ...account, status: 'active', passwordHash: null, createdAt: 1, lastLoginAt: null })
    .execute();
  const actor: Actor = { ...account, accountId: id, sessionId: id, audience: 'web' };
  return (await createRoom(db, actor, { title: 'Conseil' })).id;
}
const who = (roomId: string, personId: string, meetingId = 'first', more: Partial<Present> = {}): Present => ({
  ...{ roomId, meetingId, breakout: null, personId, name: personId, role: 'participant', owner: false },
  ...more,
});
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => (error instanceof HubError ? error.code : Promise.reject(error)),
  );
const words = (text: string, to?: string) => ({
  ...{ clientId: randomUUID(), text },
  ...(to !== undefined && { to: { personId: to, name: to } }),
});
const texts = async (db: Db, reader: Present, since?: number) =>
  (await readChat(db, reader, { since })).messages.map(({ text }) => text);

onEachDatabase((open) => {
  it('R-34 messages sent at once get one order, a message sent again is kept once, and what was missed is asked by number', async () => {
    const db = await open();
    const roomId = await roomOf(db);
    const [a, b] = [who(roomId, 'a'), who(roomId, 'guest:b')];
    const all = Array.from({ length: 12 }, (_, i) => ({ by: i % 2 ? a : b, input: words(`${i}`) }));
    const sent = await Promise.all(all.map(({ by, input }) => sendMessage(db, by, input, ['a', 'guest:b'])));
    const numbers = sent.map(({ row }) => row.number);
    expect(new Set(numbers).size).toBe(12);
    const again = await Promise.all(all.map(({ by, input }) => sendMessage(db, by, input, [])));
    expect(again.map(({ row, isNew }) => [row.number, isNew])).toEqual(numbers.map((number) => [number, false]));
    const { messages, upTo, more } = await readChat(db, a, {});
    expect(messages.map(({ number }) => number)).toEqual(numbers.toSorted((x, y) => x - y));
    expect([messages.length, more]).toEqual([12, false]);
    // The same id from somebody else is another message.
    const [first] = all;
    expect((await sendMessage(db, a, { ...words('x'), clientId: first?.input.clientId as string }, [])).isNew).toBe(
      true,
    );

    await editMessage(db, b, numbers[0] as number, 'autrement');
    await deleteMessage(db, a, numbers[1] as number);
    const missed = (await readChat(db, a, { since: upTo })).messages;
    expect(missed.map(({ text, deleted }) => [text, deleted])).toEqual([
      ['x', false],
      ['autrement', false],
      ['', true],
    ]);
    const stored = await db
      .selectFrom('chatMessages')
      .select('text')
      .where('number', '=', numbers[1] as number)
      .execute();
    expect(stored).toEqual([{ text: '' }]);
  });

  it('R-34 long chats are read a page at a time, both ways, with nothing left out', async () => {
    const db = await open();
    const roomId = await roomOf(db);
    const a = who(roomId, 'a');
    for (let i = 0; i < 230; i++) await sendMessage(db, a, words(`${i}`), i === 0 ? ['a'] : []);
    const back: string[] = [];
    for (let before: number | undefined, more = true; more; ) {
      const page = await readChat(db, a, { before });
      back.unshift(...page.messages.map(({ text }) => text));
      before = page.messages[0]?.number;
      more = page.more;
    }
    const on: string[] = [];
    for (let since = 0, more = true; more; ) {
      const page = await readChat(db, a, { since });
      on.push(...page.messages.map(({ text }) => text));
      since = page.upTo;
      more = page.more;
    }
    const all = Array.from({ length: 230 }, (_, i) => `${i}`);
    expect(back).toEqual(all);
    expect(on).toEqual(all);
  });

  it('R-34 each reads what was written to all in the meetings they were in, what is theirs alone, and nothing else', async () => {
    const db = await open();
    const people = ['a', 'b', 'guest:c', 'd'];
    const person = fc.constantFrom(...people);
    const meeting = fc.constantFrom('first', 'second', 'third');
    const message = fc.record({ by: person, to: fc.option(person, { nil: undefined }), meeting });
    const there = fc.uniqueArray(fc.tuple(person, meeting), { selector: ([p, m]) => `${p} ${m}` });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 12 }), there, person, async (messages, were, owner) => {
        const roomId = await roomOf(db);
        for (const [p, meetingId] of were) await writeDown(db, { roomId, meetingId }, [p]);
        const rows = [];
        for (const { by, to, meeting: meetingId } of messages)
          rows.push((await sendMessage(db, who(roomId, by, meetingId), words(randomUUID(), to), [])).row);
        for (const p of people) {
          const reader = who(roomId, p, 'third', { owner: p === owner });
          const was = (m: string) => p === owner || m === 'third' || were.some((w) => w[0] === p && w[1] === m);
          const expected = rows.filter((row) => mayRead(row, p, was(row.meetingId)));
          expect(await texts(db, reader)).toEqual(expected.map(({ text }) => text));
          expect(await texts(db, reader, 0)).toEqual(expected.map(({ text }) => text));
          for (const row of rows)
            if (!expected.includes(row)) {
              expect(await code(deleteMessage(db, { ...reader, role: 'host' }, row.number))).toBe('not_found');
              expect(await code(editMessage(db, reader, row.number, 'x'))).toBe('not_found');
            }
        }
      }),
      { numRuns: 12 },
    );
  });

  it('R-34 an answer does not carry a private message to others, nor reach into another room', async () => {
    const db = await open();
    const [roomId, other] = [await roomOf(db), await roomOf(db)];
    const [a, b] = [who(roomId, 'a'), who(roomId, 'b')];
    const send = async (by: Present, input: Parameters<typeof sendMessage>[2]) =>
      (await sendMessage(db, by, input, ['a', 'b', 'c'])).row.number;
    const open1 = await send(a, words('à tous'));
    const secret = await send(a, words('à toi', 'b'));
    let elsewhere = 0;
    while (elsewhere < 20) elsewhere = await send(who(other, 'a'), words('ailleurs'));
    expect(await code(send(b, { ...words('oui', 'a'), replyTo: secret }))).toBe('done');
    expect(await code(send(b, { ...words('oui'), replyTo: open1 }))).toBe('done');
    expect(await code(send(b, { ...words('oui', 'c'), replyTo: open1 }))).toBe('done');
    expect(await code(send(b, { ...words('oui'), replyTo: secret }))).toBe('not_found');
    expect(await code(send(b, { ...words('oui', 'c'), replyTo: secret }))).toBe('not_found');
    expect(await code(send(who(roomId, 'c'), { ...words('oui', 'a'), replyTo: secret }))).toBe('not_found');
    expect(await code(send(b, { ...words('oui'), replyTo: elsewhere }))).toBe('not_found');
  });

  it('R-34 a person has one vote, which they may change while the poll is open; counts and names as the poll says', async () => {
    const db = await open();
    const roomId = await roomOf(db);
    const [a, b, c] = [who(roomId, 'a'), who(roomId, 'guest:b'), who(roomId, 'c')];
    const draft = {
      question: 'On commence ?',
      options: ['Oui', 'Non', 'Plus tard'],
      multiple: false,
      anonymous: false,
    };
    const id = randomUUID();
    await createPoll(db, a, { id, ...draft }, ['a', 'guest:b', 'c']);
    expect((await createPoll(db, a, { id, ...draft, question: 'Autre' }, [])).row.question).toBe('On commence ?');
    expect(await code(createPoll(db, b, { id, ...draft }, []))).toBe('conflict');

    await Promise.all([vote(db, a, id, [0]), vote(db, a, id, [1]), vote(db, b, id, [0]), vote(db, a, id, [0])]);
    const poll = pollView(await vote(db, a, id, [2]), 'a', 'first');
    expect(poll).toMatchObject({ people: 2, own: [2], open: true });
    expect(poll.options).toEqual([
      { text: 'Oui', votes: 1, voters: ['guest:b'] },
      { text: 'Non', votes: 0, voters: [] },
      { text: 'Plus tard', votes: 1, voters: ['a'] },
    ]);
    for (const wrong of [[3], [-1], [0, 1], [0, 0]]) expect(await code(vote(db, c, id, wrong))).toBe('bad_request');
    expect(await code(vote(db, c, randomUUID(), [0]))).toBe('not_found');
    await vote(db, c, id, [0]);
    expect(pollView(await vote(db, c, id, []), 'c', 'first')).toMatchObject({ people: 2, own: [] });

    await openPoll(db, a, id, false);
    expect(await code(vote(db, a, id, [0]))).toBe('poll_closed');
    await openPoll(db, a, id, true);
    expect(await code(vote(db, a, id, [0]))).toBe('done');

    const secret = randomUUID();
    await createPoll(db, a, { id: secret, ...draft, multiple: true, anonymous: true }, []);
    const count = await vote(db, b, secret, [2, 0]);
    expect(pollView(count, 'a', 'first')).toMatchObject({
      people: 1,
      own: [],
      options: [{ votes: 1 }, { votes: 0 }, {}],
    });
    expect(JSON.stringify(pollView(count, 'a', 'first'))).not.toContain('guest:b');
    expect(pollView(count, 'guest:b', 'first').own).toEqual([0, 2]);

    // Another meeting in the room: who was there sees the results, and nobody votes any more.
    const later = (personId: string, more = {}) => who(roomId, personId, 'second', more);
    expect((await listPolls(db, later('a'))).map((p) => [p.id, p.open])).toEqual([
      [id, false],
      [secret, false],
    ]);
    expect(await listPolls(db, later('d'))).toEqual([]);
    expect(await listPolls(db, later('d', { owner: true }))).toHaveLength(2);
    expect(await code(vote(db, later('d'), id, [0]))).toBe('not_found');
    expect(await code(vote(db, later('a'), id, [0]))).toBe('poll_closed');
    expect(await code(openPoll(db, later('a'), id, true))).toBe('poll_closed');
    expect(await code(vote(db, who(await roomOf(db), 'a'), id, [0]))).toBe('not_found');
    await strikeOut(db, { roomId, personId: 'c', meetingId: 'first' });
    expect(await listPolls(db, later('c'))).toEqual([]);
  });
});
