import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { VroomAnswer } from '@diwan/protocol/vroom.ts';
import { longestMessage } from '@diwan/protocol/vroom-chat.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Actor, Guest } from '../../identity/actor.ts';
import { type Client, connect, settled, startHub, type TestHub } from '../test/meeting.ts';

let hub: TestHub;
let [amina, bilal, chafia]: Actor[] = [];
let roomId: string;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());
beforeEach(async () => {
  // New people each time: how often somebody may write is counted by person.
  [amina, bilal, chafia] = await Promise.all(['Amina', 'Bilal', 'Chafia'].map((name) => hub.person(name)));
  roomId = (await hub.vroom.createRoom(amina as Actor, { title: 'Conseil' })).id;
});

/** What the hub refuses with, or what the contract does. */
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) =>
      error instanceof HubError ? error.code : error.name === 'ZodError' ? 'bad_request' : Promise.reject(error),
  );

type In = Client & { id: string; answer: VroomAnswer<'room:join'> };
async function enter(actor: Actor | Guest | undefined, seat?: string): Promise<In> {
  const client = connect(hub.vroom, actor as Actor);
  const answer = await client.join(roomId, seat);
  return Object.assign(client, { id: answer.self.id, answer });
}
const guest = (name: string): Guest => ({ audience: 'guest', guestId: randomUUID(), roomId, name, language: 'fr' });
const say = async (by: Client, text: string, more: { to?: string; replyTo?: number; clientId?: string } = {}) =>
  (await by.call('chat:send', { clientId: randomUUID(), text, ...more })).message;
const read = async (by: Client, since?: number) =>
  (await by.call('chat:read', since === undefined ? {} : { since })).messages.map(({ text }) => text);
const heard = async (client: Client) => {
  await settled();
  return client.events.flatMap((e) => (e.event === 'chat:message' ? [e.data] : []));
};

// ---- Chat ----------------------------------------------------------------------------------------------------------

it('R-34 a message is told to all in the order of its numbers, each knows their own, and a guest has the name they gave', async () => {
  await hub.vroom.configureRoom(amina as Actor, roomId, { guests: true });
  const [a, b, g] = [await enter(amina), await enter(bilal), await enter(guest('Yasmine'))];
  const clientId = randomUUID();
  const first = await say(a, ' <b>مرحبا</b>\nà tous ', { clientId });
  expect(first).toMatchObject({ text: '<b>مرحبا</b>\nà tous', name: 'Amina', own: true, clientId, to: null });
  expect((await say(a, 'autre texte', { clientId })).number, 'sent again').toBe(first.number);
  await say(g, 'bonjour', { replyTo: first.number });
  const told = await heard(b);
  expect(told.map(({ name, own, clientId: theirs, text, replyTo }) => [name, own, theirs, text, replyTo])).toEqual([
    ['Amina', false, null, '<b>مرحبا</b>\nà tous', null],
    ['Yasmine', false, null, 'bonjour', first.number],
  ]);
  expect(told.map(({ number }) => number)).toEqual(told.map(({ number }) => number).toSorted((x, y) => x - y));
  expect((await heard(g)).map(({ own }) => own)).toEqual([false, true]);
});

it('R-34 who comes later or comes back in the same meeting reads what was written; after it, only who was there', async () => {
  const [a, b] = [await enter(amina), await enter(bilal)];
  const one = await say(a, 'un');
  b.drop();
  await say(a, 'deux');
  const back = await enter(bilal, b.answer.seat);
  expect(await read(back, one.change)).toEqual(['deux']);
  const late = await enter(chafia);
  expect(await read(late)).toEqual(['un', 'deux']);
  await a.call('host:end', {});

  const again = await enter(chafia);
  expect(await read(again)).toEqual(['un', 'deux']);
  const stranger = await enter(await hub.person('Dalila'));
  expect(await read(stranger)).toEqual([]);
  const three = await say(again, 'trois');
  expect(await read(stranger)).toEqual(['trois']);
  const mine = (await again.call('chat:read', {})).messages.find(({ text }) => text === 'un');
  expect(await code(stranger.call('chat:delete', { number: mine?.number as number }))).toBe('not_found');
  expect(three.own).toBe(true);
  // What is done now to words of then is told to those of then.
  const owner = await enter(amina);
  await owner.call('chat:delete', { number: mine?.number as number });
  expect((await heard(again)).some(({ number, deleted }) => deleted && number === mine?.number)).toBe(true);
  expect((await heard(stranger)).map(({ text }) => text)).toEqual(['trois']);
});

it('R-34 a private message is for the two alone, on all their devices and in what is kept, and not for the host', async () => {
  const [a, b, c] = [await enter(amina), await enter(bilal), await enter(chafia)];
  const phone = await enter(chafia);
  const secret = await say(b, 'entre nous', { to: c.id });
  expect(secret.to).toEqual({ name: 'Chafia', self: false });
  for (const device of [c, phone])
    expect(await heard(device)).toMatchObject([{ text: 'entre nous', name: 'Bilal', to: { self: true } }]);
  expect(await heard(a)).toEqual([]);
  expect(await read(a)).toEqual([]);
  expect(await read(a, 0)).toEqual([]);
  const { number } = secret;
  for (const lie of [
    a.call('chat:delete', { number }),
    a.call('chat:edit', { number, text: 'x' }),
    say(a, 'x', { replyTo: number }),
  ])
    expect(await code(lie)).toBe('not_found');
  expect(await code(c.call('chat:edit', { number, text: 'x' }))).toBe('forbidden');
  expect(await code(c.call('chat:delete', { number }))).toBe('forbidden');
  expect(await code(say(c, 'à tous', { replyTo: number }))).toBe('not_found');
  await say(phone, 'oui', { to: b.id, replyTo: number });
  expect(await read(await enter(bilal))).toEqual(['entre nous', 'oui']);
  expect(await code(say(b, 'x', { to: 'nobody' }))).toBe('not_found');
  expect(await code(say(c, 'x', { to: phone.id }))).toBe('bad_request');
});

it('R-34 one edits and deletes what one wrote; those in charge delete what was written to all, and edit nothing', async () => {
  const [a, b, c] = [await enter(amina), await enter(bilal), await enter(chafia)];
  const { number } = await say(b, 'brouillon');
  const edit = (by: Client) => by.call('chat:edit', { number, text: 'au propre' });
  const del = (by: Client) => by.call('chat:delete', { number });
  for (const by of [a, c]) expect(await code(edit(by))).toBe('forbidden');
  expect(await code(del(c))).toBe('forbidden');
  expect((await edit(b)).message).toMatchObject({ text: 'au propre', number, editedAt: expect.any(Number) });
  await a.call('host:appoint', { participantId: c.id, role: 'cohost' });
  await del(c);
  expect((await heard(a)).map(({ text, deleted }) => [text, deleted])).toEqual([
    ['brouillon', false],
    ['au propre', false],
    ['', true],
  ]);
  expect(await code(edit(b))).toBe('not_found');
  expect(await code(a.call('chat:delete', { number: 4000 }))).toBe('not_found');
});

it('R-34 where writing is not allowed, those in charge write and the others neither send, answer nor edit', async () => {
  const [a, b] = [await enter(amina), await enter(bilal)];
  const { number } = await say(b, 'avant');
  await a.call('host:configure', { chat: false });
  expect(await code(say(b, 'quand même'))).toBe('host_forbids');
  expect(await code(say(b, 'en privé', { to: a.id }))).toBe('host_forbids');
  expect(await code(b.call('chat:edit', { number, text: 'quand même' }))).toBe('host_forbids');
  expect(await code(say(a, 'silence'))).toBe('done');
  expect(await read(b)).toEqual(['avant', 'silence']);
  expect(await code(b.call('chat:delete', { number }))).toBe('done');
});

it('R-34 no text, too much of it, too often, or from outside is refused', async () => {
  const [a, b] = [await enter(amina), await enter(bilal)];
  for (const text of ['', '  \n ', 'x'.repeat(longestMessage + 1), 'nul\0'])
    expect(await code(say(b, text))).toBe('bad_request');
  expect(await code(b.call('chat:send', { clientId: 'one', text: 'x' }))).toBe('bad_request');
  expect(await code(say(b, 'x'.repeat(longestMessage)))).toBe('done');
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => code(say(b, `${i}`))));
  expect(new Set(answers)).toEqual(new Set(['done', 'too_many_attempts']));
  expect(await code(say(await enter(bilal), 'by another device'))).toBe('too_many_attempts');
  expect(await code(say(a, 'the others may'))).toBe('done');

  const outside = connect(hub.vroom, chafia as Actor);
  for (const call of [
    outside.call('chat:read', {}),
    say(outside, 'x'),
    outside.call('poll:list', {}),
    outside.call('hand:raise', {}),
    outside.call('reaction:send', { reaction: '👍' }),
  ])
    expect(await code(call)).toBe('not_in_room');
});

it('R-34 who is removed reads nothing of that meeting afterwards, but what they were told alone', async () => {
  const [a, b] = [await enter(amina), await enter(bilal)];
  await say(a, 'avec Bilal');
  await say(a, 'pour Bilal', { to: b.id });
  await a.call('host:remove', { participantId: b.id });
  await say(a, 'sans Bilal');
  expect((await heard(b)).map(({ text }) => text)).toEqual(['avec Bilal', 'pour Bilal']);
  await a.call('host:end', {});
  expect(await read(await enter(bilal))).toEqual(['pour Bilal']);
});

// ---- Hands and reactions ----------------------------------------------------------------------------------------------

it('R-34 hands stand in the order in which they were raised, through a reconnection, and are told to who comes later', async () => {
  const [a, b, c] = [await enter(amina), await enter(bilal), await enter(chafia)];
  const order = async (client: Client) => {
    await settled();
    const [last] = client.events.flatMap((e) => (e.event === 'room:hands' ? [e.data.hands] : [])).reverse();
    return last?.map(({ participantId }) => participantId);
  };
  await c.call('hand:raise', {});
  await b.call('hand:raise', {});
  await c.call('hand:raise', {});
  expect(await order(a)).toEqual([c.id, b.id]);
  c.drop();
  const back = await enter(chafia, c.answer.seat);
  expect(back.answer.hands.map(({ participantId }) => participantId)).toEqual([c.id, b.id]);
  expect(await code(b.call('hand:lower', { participantId: c.id }))).toBe('forbidden');
  expect(await code(b.call('hand:lower-all', {}))).toBe('forbidden');
  expect(await code(a.call('hand:lower', { participantId: 'nobody' }))).toBe('not_found');
  await a.call('hand:lower', { participantId: c.id });
  expect(await order(b)).toEqual([b.id]);
  await back.call('hand:raise', {});
  expect(await order(b)).toEqual([b.id, c.id]);
  await back.call('hand:lower', { participantId: back.id });
  await b.call('room:leave', {});
  expect(await order(a)).toEqual([]);
  await back.call('hand:raise', {});
  await a.call('hand:lower-all', {});
  expect(await order(back)).toEqual([]);
});

it('R-34 reactions are of a few kinds, seen by all, and not more than somebody can make', async () => {
  const [a, b] = [await enter(amina), await enter(bilal)];
  await b.call('reaction:send', { reaction: '👏' });
  expect(await a.next('participant:reacted')).toEqual({ participantId: b.id, reaction: '👏' });
  expect(await code(b.call('reaction:send', { reaction: '<img>' as '👏' }))).toBe('bad_request');
  const many = await Promise.all(Array.from({ length: 30 }, () => code(b.call('reaction:send', { reaction: '🎉' }))));
  expect(new Set(many)).toEqual(new Set(['done', 'too_many_attempts']));
});

// ---- Polls -----------------------------------------------------------------------------------------------------------

it('R-34 those in charge ask, everybody votes once and sees the counts at once, each what they chose', async () => {
  const [a, b, c] = [await enter(amina), await enter(bilal), await enter(chafia)];
  const tablet = await enter(bilal);
  const draft = {
    id: randomUUID(),
    question: 'Quand ?',
    options: ['Lundi', 'Mardi'],
    multiple: false,
    anonymous: true,
  };
  expect(await code(b.call('poll:create', draft))).toBe('forbidden');
  for (const wrong of [
    { options: ['seule'] },
    { options: ['a', 'a'] },
    { question: ' ' },
    { options: Array(11).fill('x') },
  ])
    expect(await code(a.call('poll:create', { ...draft, ...wrong }))).toBe('bad_request');
  const { id } = (await a.call('poll:create', draft)).poll;
  expect(await c.next('poll:changed')).toMatchObject({ id, open: true, people: 0 });
  await b.call('poll:vote', { id, choices: [0] });
  await tablet.call('poll:vote', { id, choices: [1] });
  expect(await c.next('poll:changed')).toMatchObject({ people: 1, own: [], options: [{ votes: 0 }, { votes: 1 }] });
  expect((await b.call('poll:list', {})).polls).toMatchObject([{ id, people: 1, own: [1] }]);
  for (const choices of [[0, 1], [2]]) expect(await code(c.call('poll:vote', { id, choices }))).toBe('bad_request');
  expect(await code(b.call('poll:open', { id, open: false }))).toBe('forbidden');
  await a.call('poll:open', { id, open: false });
  expect(await code(c.call('poll:vote', { id, choices: [0] }))).toBe('poll_closed');
  expect((await (await enter(await hub.person('Dalila'))).call('poll:list', {})).polls).toMatchObject([
    { open: false },
  ]);
  expect(JSON.stringify((await a.call('poll:list', {})).polls)).not.toContain('Bilal');

  const elsewhere = (await hub.vroom.createRoom(chafia as Actor, { title: 'Ailleurs' })).id;
  const far = connect(hub.vroom, chafia as Actor);
  await far.join(elsewhere);
  expect(await code(far.call('poll:vote', { id, choices: [0] }))).toBe('not_found');
  expect(await code(far.call('poll:open', { id, open: true }))).toBe('not_found');
});
