import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { inProcessBus } from '../../bus/in-process.ts';
import { recordAttendance } from '../meetings/attendance.ts';
import { codeOf, meetingsOn, person } from '../meetings/test-meetings.ts';
import { createRoom } from '../rooms/create-room.ts';
import { connect, startHub } from '../test/meeting.ts';
import { deleteMessage, sendMessage } from './chat.ts';
import { createPoll, vote } from './polls.ts';
import { type Present, strikeOut } from './readers.ts';

onEachDatabase((open) => {
  it('R-34 what was said in a past meeting is read by who was there, each what is for them; by nobody else', async () => {
    const db = await open();
    const names = ['Amina', 'Bilal', 'Chafia', 'Dalila', 'Omar'];
    const people = await Promise.all(names.map((name) => person(db, name)));
    const [amina, bilal, chafia, dalila, omar] = people as [Actor, Actor, Actor, Actor, Actor];
    type Actor = (typeof people)[number];
    const { id: roomId } = await createRoom(db, amina, { title: 'Conseil' });
    const attendance = recordAttendance({ db, bus: inProcessBus(), log: pino({ level: 'silent' }) });
    const meetingId = randomUUID();
    const room = { id: roomId, title: 'Conseil', meetingId };
    for (const one of [bilal, chafia, dalila])
      attendance.came(room, { id: one.accountId, accountId: one.accountId, name: one.name });
    const there = [bilal, chafia, dalila].map(({ accountId }) => accountId);
    const as = (one: Actor, more: Partial<Present> = {}): Present => ({
      ...{ roomId, meetingId, breakout: null, personId: one.accountId, name: one.name },
      ...{ role: 'participant', owner: one === amina },
      ...more,
    });
    const say = async (by: Present, text: string, to?: Actor) => {
      const toOne = to && { to: { personId: to.accountId, name: to.name } };
      return (await sendMessage(db, by, { clientId: randomUUID(), text, ...toOne }, there)).row.number;
    };
    await say(as(bilal), 'À tous');
    await say(as(bilal), 'À Chafia', chafia);
    await say(as(bilal), 'À Dalila', dalila);
    await say(as(bilal, { breakout: 'Salle 1' }), 'En atelier');
    await say(as(bilal, { meetingId: 'another' }), 'Une autre fois');
    await deleteMessage(db, as(bilal), await say(as(bilal), 'Effacé'));
    const draft = { question: 'On vote ?', options: ['Oui', 'Non'], multiple: false, anonymous: true };
    const poll = randomUUID();
    await createPoll(db, as(bilal), { id: poll, ...draft }, []);
    await vote(db, as(chafia), poll, [0]);
    // Dalila is removed: what she was told alone stays hers.
    await strikeOut(db, { roomId, meetingId, personId: dalila.accountId });
    attendance.ended(roomId);
    await attendance.close();

    const { meetings } = meetingsOn(db);
    const texts = async (one: Actor) =>
      (await meetings.pastChat(one, meetingId, undefined)).messages.map(({ text, deleted }) => (deleted ? '-' : text));
    expect(await texts(amina)).toEqual(['À tous', '-']);
    expect(await texts(bilal)).toEqual(['À tous', 'À Chafia', 'À Dalila', '-']);
    expect(await texts(chafia)).toEqual(['À tous', 'À Chafia', '-']);
    expect(await texts(dalila)).toEqual(['À Dalila']);
    expect(await codeOf(texts(omar))).toBe('not_found');
    expect(await codeOf(meetings.pastPolls(omar, meetingId))).toBe('not_found');
    expect(await codeOf(meetings.pastChat(amina, 'nothing', undefined))).toBe('not_found');
    expect(await meetings.pastPolls(dalila, meetingId)).toEqual([]);
    expect(await meetings.pastPolls(chafia, meetingId)).toMatchObject([
      { question: 'On vote ?', open: false, people: 1, own: [0], options: [{ votes: 1, voters: null }, { votes: 0 }] },
    ]);
    expect((await meetings.pastChat(bilal, meetingId, 2)).messages.map(({ text }) => text)).toEqual(['À tous']);
    const said = async (one: Actor) =>
      (await meetings.past(one, { limit: 10 })).meetings.map((meeting) => meeting.said);
    expect(await Promise.all([amina, bilal, chafia, dalila, omar].map(said))).toEqual([
      [true],
      [true],
      [true],
      [true],
      [],
    ]);
  });
});

it('R-34 the chat of a meeting is found by its place among past meetings', async () => {
  const hub = await startHub();
  const [amina, karim] = [await hub.person('Amina'), await hub.person('Karim')];
  const { id } = await hub.vroom.createRoom(amina, { title: 'Vraie' });
  const [a, k] = [connect(hub.vroom, amina), connect(hub.vroom, karim)];
  await a.join(id);
  await a.call('chat:send', { clientId: randomUUID(), text: 'Seule' });
  await k.join(id);
  await k.call('chat:read', {});
  await a.call('room:leave', {});
  await k.call('room:leave', {});
  await a.join(id);
  await hub.vroom.close();
  const { meetings } = meetingsOn(hub.db);
  const past = (await meetings.past(karim, { limit: 5 })).meetings;
  expect(past.map(({ said }) => said)).toEqual([true]);
  const { messages } = await meetings.pastChat(karim, past[0]?.id as string, undefined);
  expect(messages.map(({ text }) => text)).toEqual(['Seule']);
  expect((await meetings.past(amina, { limit: 5 })).meetings.map(({ said }) => said)).toEqual([false, true]);
  await hub.db.destroy();
});
