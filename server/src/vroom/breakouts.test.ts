import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { HubError } from '@diwan/protocol/errors.ts';
import type { VroomAnswer, VroomRequest } from '@diwan/protocol/vroom.ts';
import type { Breakouts } from '@diwan/protocol/vroom-breakouts.ts';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Actor, Guest } from '../identity/actor.ts';
import { type Client, connect, opus, settled, startHub, type TestHub } from './test/meeting.ts';
import { openReceiver, openSender, payloadOf, rtp } from './test/peer.ts';

let hub: TestHub;
let [amina, bilal, chafia, dalila]: Actor[] = [];
let roomId: string;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());
beforeEach(async () => {
  // New people each time: how often somebody may ask is counted by person.
  [amina, bilal, chafia, dalila] = await Promise.all(['Amina', 'Bilal', 'Chafia', 'Dalila'].map((n) => hub.person(n)));
  roomId = (await hub.vroom.createRoom(amina as Actor, { title: 'Conseil' })).id;
});
afterEach(async () => {
  hub.vroom.emptyRoom(roomId);
  await settled();
  idle();
});

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

/** What a client does that is told to move: join again with its seat. */
async function follow(client: In): Promise<VroomAnswer<'room:join'>> {
  await client.next('breakout:moved');
  client.answer = await client.join(roomId, client.answer.seat);
  return client.answer;
}
/** The last that this client was told of the rooms, since it came in or when it did. */
async function rooms(client: Client | In): Promise<Breakouts | null | undefined> {
  await settled();
  const told = client.events.filter((each) => each.event === 'breakout:changed').at(-1);
  return told ? told.data.breakouts : 'answer' in client ? client.answer.breakouts : undefined;
}
const open = (by: Client, groups: In[][], more: Partial<VroomRequest<'breakout:open'>> = {}) =>
  by.call('breakout:open', {
    rooms: groups.map((people, at) => ({ name: `Groupe ${at + 1}`, people: people.map(({ id }) => id) })),
    ...{ choose: false, minutes: null },
    ...more,
  });

/** Host in the main room; b and c in the first breakout room, d in the second. */
async function divided(more: Partial<VroomRequest<'breakout:open'>> = {}) {
  const [a, b, c, d] = [await enter(amina), await enter(bilal), await enter(chafia), await enter(dalila)];
  await open(a, [[b, c], [d]], more);
  for (const each of [b, c, d]) await follow(each);
  const view = (await rooms(a)) as Breakouts;
  const [one = '', two = ''] = view.rooms.map(({ id }) => id);
  return { a, b, c, d, one, two, view };
}
/** Nothing is held of any meeting. */
const idle = () =>
  expect(hub.vroom.stats()).toMatchObject({
    ...{ rooms: 0, participants: 0 },
    workers: [{ routers: 0, transports: 0, producers: 0, consumers: 0, piped: 0 }],
  });

// ---- Apart ---------------------------------------------------------------------------------------------------------

it('R-33 people of a breakout room see each other and nobody else; the others see that they have gone', async () => {
  const { a, b, c, d, one, two, view } = await divided();
  expect(view.rooms).toEqual([
    { id: one, name: 'Groupe 1', people: [b.id, c.id], asksForHelp: false },
    { id: two, name: 'Groupe 2', people: [d.id], asksForHelp: false },
  ]);
  expect(view.people.map(({ name, assigned }) => [name, assigned])).toEqual([
    ['Amina', null],
    ['Bilal', one],
    ['Chafia', one],
    ['Dalila', two],
  ]);
  expect(c.answer.others.map(({ id }) => id)).toEqual([b.id]);
  expect([b.answer.breakoutId, d.answer.breakoutId]).toEqual([one, two]);
  expect(d.answer.others).toEqual([]);
  expect(b.answer.self.id, 'the same place in the meeting').toBe(b.id);
  const left = a.events.filter(({ event }) => event === 'participant:left').length;
  expect(left).toBe(3);
});

it('R-33 what is sent in a breakout room reaches those who are in it, and nobody outside', async () => {
  const [a, b, c, d] = [await enter(amina), await enter(bilal), await enter(chafia), await enter(dalila)];
  const before = await b.send('microphone', opus());
  const earlier = [await a.receive(before), await d.receive(before)];
  await open(a, [[b, c], [d]]);
  for (const [client, { consumerId }] of [
    [a, earlier[0]],
    [d, earlier[1]],
  ] as [In, VroomAnswer<'consumer:create'>][]) {
    // d was moved itself: all that it received has gone with its transports.
    if (client === a) expect(await client.next('consumer:closed')).toEqual({ consumerId });
    expect(await code(client.call('consumer:resume', { consumerId }))).toMatch(/not_found|media_unavailable/);
  }
  expect(await code(b.send('microphone')), 'nothing is sent on the way').toBe('media_unavailable');
  for (const each of [b, c, d]) await follow(each);
  expect(hub.vroom.stats().workers[0]?.routers, 'a router for each room').toBe(3);

  const stream = opus();
  const producerId = await b.send('microphone', stream);
  await settled();
  expect([a, d].map(({ events }) => events.filter(({ event }) => event === 'producer:added').length)).toEqual([1, 1]);
  for (const outside of [a, d]) expect(await code(outside.receive(producerId))).toBe('not_found');

  const sender = await openSender(b, b.answer.sendTransport, stream);
  const consumer = await c.receive(producerId);
  const heard: number[] = [];
  const receiver = await openReceiver(c, c.answer.recvTransport, consumer.rtpParameters, (packet) => {
    if (packet[1] !== undefined && (packet[1] < 192 || packet[1] > 223)) heard.push(payloadOf(packet).length);
  });
  await c.call('consumer:resume', { consumerId: consumer.consumerId });
  const ssrc = stream.encodings?.[0]?.ssrc ?? 0;
  for (let sequence = 0; heard.length < 30; sequence++) {
    sender.track.sendMessageBinary(
      rtp({ payloadType: 111, ssrc, sequence, time: sequence * 960 }, Buffer.alloc(80, 7)),
    );
    await wait(5);
  }
  const people = (await hub.vroom.watchRooms()).rooms.find((room) => room.roomId === roomId)?.people ?? [];
  const down = Object.fromEntries(people.map(({ name, down: bits }) => [name, bits > 0]));
  expect(down).toEqual({ Amina: false, Bilal: false, Chafia: true, Dalila: false });
  sender.close();
  receiver.close();
});

it('R-33 each breakout room has a chat, hands and reactions of its own; what was written before is in the main room again afterwards', async () => {
  const say = async (by: Client, text: string) => by.call('chat:send', { clientId: randomUUID(), text });
  const read = async (by: Client) => (await by.call('chat:read', {})).messages.map(({ text }) => text);
  const [a, b, c] = [await enter(amina), await enter(bilal), await enter(chafia)];
  await say(a, 'bonjour à tous');
  await b.call('hand:raise', {});
  await open(a, [[b], [c]]);
  expect(await code(say(b, 'trop tard')), 'said on the way, it is for nobody').toBe('not_in_room');
  for (const each of [b, c]) await follow(each);
  expect(b.answer.hands).toEqual([]);
  await say(b, 'entre nous');
  const { message } = await say(c, 'ailleurs');
  expect([await read(a), await read(b), await read(c)]).toEqual([['bonjour à tous'], ['entre nous'], ['ailleurs']]);
  expect(await code(a.call('chat:delete', { number: message.number })), 'not even the owner, from outside').toBe(
    'not_found',
  );
  await c.call('hand:raise', {});
  await settled();
  expect(
    b.events.filter(({ event }) => event === 'chat:message').map(({ data }) => (data as { text: string }).text),
  ).toEqual(['bonjour à tous', 'entre nous']);

  await a.call('breakout:close', {});
  for (const each of [b, c]) await follow(each);
  expect([await read(a), await read(b), await read(c)]).toEqual(Array(3).fill(['bonjour à tous']));
  expect(
    c.answer.hands.map(({ participantId }) => participantId),
    'a hand of before is up, one of the breakout room is not',
  ).toEqual([b.id]);
});

// ---- Clients that ignore the rules -----------------------------------------------------------------------------------

it('R-33 who is not in charge opens, closes, renames, times, deals and announces nothing, and moves nobody', async () => {
  const { a, b, c, one, two } = await divided();
  const before = await rooms(a);
  const refused: Promise<unknown>[] = [
    open(b, [[b], [c]]),
    b.call('breakout:close', {}),
    b.call('breakout:rename', { breakoutId: one, name: 'x' }),
    b.call('breakout:set-time', { seconds: 5 }),
    b.call('breakout:deal', { rooms: 2 }),
    b.call('breakout:broadcast', { text: 'x' }),
    b.call('breakout:move', { participantId: c.id, breakoutId: null }),
    b.call('breakout:move', { participantId: c.id, breakoutId: two }),
    // Not where they belong.
    b.call('breakout:move', { participantId: b.id, breakoutId: two }),
  ];
  for (const work of refused) expect(await code(work)).toBe('forbidden');
  expect(await code(b.call('breakout:move', { participantId: b.id, breakoutId: randomUUID() }))).toBe('forbidden');
  expect(await code(a.call('breakout:move', { participantId: b.id, breakoutId: randomUUID() }))).toBe('not_found');
  expect(await code(a.call('breakout:move', { participantId: randomUUID(), breakoutId: one }))).toBe('not_found');
  expect(await code(open(a, [[b], [c]])), 'once at a time').toBe('conflict');
  expect(await rooms(a)).toEqual(before);
  await a.call('breakout:close', {});
  expect(await code(a.call('breakout:close', {}))).toBe('conflict');
  expect(await code(open(a, [[b], [b]])), 'nobody is in two of them').toBe('bad_request');
  expect(await code(open(a, [[b]])), 'one room is none').toBe('bad_request');
});

it('R-33 a breakout room’s id opens no door: not by joining it, knocking there, or another meeting', async () => {
  const { one, two } = await divided();
  for (const id of [one, two]) {
    const stranger = connect(hub.vroom, await hub.person('Étranger'));
    expect(await code(stranger.join(id))).toBe('room_not_found');
    expect(await code(stranger.call('lobby:knock', { roomId: id }))).toBe('room_not_found');
    expect(await code(hub.vroom.viewRoom(amina as Actor, id))).toBe('room_not_found');
    expect(await code(hub.vroom.guestDoor(id))).toBe('room_not_found');
    const elsewhere = await hub.person('Ailleurs');
    const { self } = await stranger.join((await hub.vroom.createRoom(elsewhere, { title: 'Autre' })).id);
    expect(await code(stranger.call('breakout:move', { participantId: self.id, breakoutId: id }))).toBe('conflict');
    await stranger.call('room:leave', {});
  }
  expect(await code(connect(hub.vroom, amina as Actor).call('breakout:close', {}))).toBe('not_in_room');
});

it('R-33 the lobby and being kept out hold for a divided meeting, and who is removed from a breakout room stays out of it', async () => {
  const { a, b, one } = await divided();
  await a.call('host:configure', { lobby: true });
  const late = connect(hub.vroom, await hub.person('Elias'));
  expect(await code(late.join(roomId))).toBe('room_lobby');
  await a.call('breakout:move', { participantId: a.id, breakoutId: one });
  await follow(a);
  await late.call('lobby:knock', { roomId });
  // The host hears of it in a breakout room too.
  let [waiting] = (await a.next('room:door')).waiting;
  while (!waiting) [waiting] = (await a.next('room:door')).waiting;
  await a.call('lobby:admit', { ids: [waiting.id] });
  const inLate = await late.join(roomId);
  expect(inLate.breakoutId, 'who comes late is in the main room').toBeNull();

  await a.call('host:remove', { participantId: b.id });
  expect(await b.next('room:closed')).toEqual({ roomId, reason: 'removed' });
  expect(await code(b.join(roomId, b.answer.seat))).toBe('room_kept_out');
  expect(await code(b.call('breakout:move', { participantId: b.id, breakoutId: one }))).toBe('not_in_room');
});

it('R-33 a guest is brought along by the pass of the meeting, and may be moved and called back', async () => {
  await hub.vroom.configureRoom(amina as Actor, roomId, { guests: true });
  const [a, g] = [await enter(amina), await enter(guest('Yasmine'))];
  await open(a, [[g], []]);
  const there = await follow(g);
  expect(there).toMatchObject({ self: { id: g.id, role: 'guest' }, breakoutId: (await rooms(a))?.rooms[0]?.id });
  await a.call('breakout:close', {});
  expect(await follow(g)).toMatchObject({ breakoutId: null, breakouts: null, self: { id: g.id } });
});

// ---- The meeting goes on ---------------------------------------------------------------------------------------------

it('R-33 roles, settings and the host’s say reach over all rooms', async () => {
  const { a, b, c, d, one } = await divided();
  await a.call('breakout:move', { participantId: a.id, breakoutId: one });
  await follow(a);
  const microphone = await b.send('microphone');
  await a.call('host:stop', { participantId: b.id, source: 'microphone' });
  expect((await c.receive(microphone)).producerPaused).toBe(true);
  await a.call('host:appoint', { participantId: c.id, role: 'cohost' });
  await c.call('breakout:move', { participantId: d.id, breakoutId: one });
  expect((await follow(d)).others.map(({ id, role }) => [id, role])).toEqual([
    [b.id, 'participant'],
    [c.id, 'cohost'],
    [a.id, 'host'],
  ]);
  expect(await code(c.call('breakout:move', { participantId: a.id, breakoutId: null })), 'not the host').toBe(
    'forbidden',
  );
  const late = await enter(await hub.person('Elias'));
  await a.call('host:configure', { share: false });
  expect(await late.next('room:settings')).toMatchObject({ share: false });
  expect(await code(d.send('screen'))).toBe('host_forbids');
  await a.call('host:end', {});
  for (const each of [a, b, c, d, late]) expect(await each.next('room:closed')).toEqual({ roomId, reason: 'ended' });
});

it('R-33 who comes late is in the main room and can be brought; people go back by themselves and return; where they choose, they go anywhere', async () => {
  const { a, b, d, one, two } = await divided({ choose: false });
  const late = await enter(await hub.person('Elias'));
  expect(late.answer).toMatchObject({ breakoutId: null, breakouts: { rooms: [{ id: one }, { id: two }] } });
  expect(await code(late.call('breakout:move', { participantId: late.id, breakoutId: two }))).toBe('forbidden');
  await a.call('breakout:move', { participantId: late.id, breakoutId: two });
  expect((await follow(late)).others.map(({ id }) => id)).toEqual([d.id]);

  await b.call('breakout:move', { participantId: b.id, breakoutId: null });
  expect((await follow(b)).breakoutId).toBeNull();
  await b.call('breakout:move', { participantId: b.id, breakoutId: one });
  expect((await follow(b)).breakoutId).toBe(one);
  await a.call('breakout:move', { participantId: b.id, breakoutId: null });
  await follow(b);
  expect(await code(b.call('breakout:move', { participantId: b.id, breakoutId: one })), 'called back for good').toBe(
    'forbidden',
  );

  await a.call('breakout:close', {});
  await open(a, [[], []], { choose: true });
  const [first] = (await rooms(a))?.rooms ?? [];
  await follow(d);
  await d.call('breakout:move', { participantId: d.id, breakoutId: first?.id ?? '' });
  expect((await follow(d)).breakoutId).toBe(first?.id);
});

it('R-35 who reloads or loses the line comes back in the breakout room, and so does who was given up and comes again', async () => {
  const { a, b, c, one } = await divided();
  b.drop({ page: true });
  const again = await enter(bilal, b.answer.seat);
  expect([again.id, again.answer.breakoutId]).toEqual([b.id, one]);
  await again.call('room:leave', {});
  const anew = await enter(bilal);
  expect(anew.id).not.toBe(b.id);
  expect([anew.answer.breakoutId, anew.answer.others.map(({ id }) => id)]).toEqual([one, [c.id]]);
  // Away when all return: the seat is in the main room then.
  anew.drop();
  await a.call('breakout:close', {});
  expect((await enter(bilal, anew.answer.seat)).answer).toMatchObject({ breakoutId: null, self: { id: anew.id } });
});

it('R-33 at the end of the time all return, with the role that they have got meanwhile', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { a, b, c, d, one } = await divided({ minutes: 10 });
    expect(b.answer.breakouts?.msLeft).toBeGreaterThan(9 * 60_000);
    await a.call('breakout:set-time', { seconds: 60 });
    expect((await rooms(b))?.msLeft).toBeLessThanOrEqual(60_000);
    await a.call('breakout:move', { participantId: a.id, breakoutId: one });
    await follow(a);
    await a.call('host:appoint', { participantId: b.id, role: 'cohost' });
    vi.advanceTimersByTime(60_000);
    for (const each of [a, b, c, d]) expect(await follow(each)).toMatchObject({ breakoutId: null, breakouts: null });
    expect(b.answer.self.role).toBe('cohost');
    expect(d.answer.others.length).toBe(3);
    expect(hub.vroom.stats().workers[0]?.routers).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});

it('R-33 a room asks for help: those in charge hear it, the other rooms do not, and it is answered by their coming', async () => {
  const { a, b, d, one } = await divided();
  expect(await code(a.call('breakout:help', { asked: true })), 'not in the main room').toBe('conflict');
  await b.call('breakout:help', { asked: true });
  expect(await a.next('breakout:asks-help')).toEqual({ by: 'Bilal', breakout: { id: one, name: 'Groupe 1' } });
  const asks = async (client: Client) => (await rooms(client))?.rooms.map((room) => room.asksForHelp);
  expect([await asks(a), await asks(b), await asks(d)]).toEqual([
    [true, false],
    [true, false],
    [false, false],
  ]);
  await a.call('breakout:move', { participantId: a.id, breakoutId: one });
  expect(await asks(b)).toEqual([false, false]);
  expect(d.events.some(({ event }) => event === 'breakout:asks-help')).toBe(false);
});

it('R-33 a word of the host is told in every room, and a room that is renamed is so for all', async () => {
  const { a, b, d, one } = await divided();
  await a.call('breakout:broadcast', { text: ' Encore cinq minutes ' });
  for (const each of [a, b, d])
    expect(await each.next('breakout:told')).toEqual({ by: 'Amina', text: 'Encore cinq minutes' });
  await a.call('breakout:rename', { breakoutId: one, name: 'Budget' });
  expect((await rooms(d))?.rooms[0]?.name).toBe('Budget');
});

it('R-30 a divided meeting is one meeting: for the operator, in lists, and in what is written of who was there', async () => {
  const { a, b, c, d } = await divided();
  const seen = (await hub.vroom.watchRooms()).rooms.filter(
    (room) => room.title === 'Conseil' && room.people.length > 0,
  );
  expect(seen.find((room) => room.roomId === roomId)?.people.length).toBe(4);
  expect(hub.vroom.present(roomId)).toBe(4);
  expect((await hub.vroom.listRooms(amina as Actor)).map(({ id, present }) => [id, present])).toEqual([[roomId, 4]]);
  // The main room is empty: the meeting goes on where its people are.
  await a.call('room:leave', {});
  await settled();
  expect(hub.vroom.present(roomId)).toBe(3);
  await b.send('camera');
  for (const each of [b, c, d]) await each.call('room:leave', {});
  await settled();
  expect(hub.vroom.present(roomId)).toBe(0);
  const sittings = () => hub.db.selectFrom('sittings').selectAll().where('roomId', '=', roomId).execute();
  await vi.waitFor(async () => expect((await sittings())[0]?.endedAt).not.toBeNull());
  const [sitting, ...more] = await sittings();
  expect(more).toEqual([]);
  const there = await hub.db
    .selectFrom('attendances')
    .selectAll()
    .where('sittingId', '=', sitting?.id ?? '')
    .execute();
  expect(there.map(({ name }) => name).sort(), 'each once').toEqual(['Amina', 'Bilal', 'Chafia', 'Dalila']);
});

it('R-37 a worker killed while a meeting is divided: everybody comes back where they were', async () => {
  const { a, b, c, d, one, two } = await divided();
  const [worker] = hub.vroom.stats().workers;
  process.kill(worker?.pid ?? 0, 'SIGKILL');
  for (const each of [a, b, c, d]) {
    await each.next('room:media-lost');
    each.answer = await each.join(roomId, each.answer.seat);
  }
  expect([a, b, c, d].map(({ answer }) => answer.breakoutId)).toEqual([null, one, one, two]);
  await c.receive(await b.send('microphone'));
});

it('R-32 whatever is opened, closed and moved, a stream is received in its own room only, and nothing remains', async () => {
  const people = await Promise.all(['A', 'B', 'C', 'D'].map((name) => hub.person(name)));
  const step = fc.record({
    who: fc.nat({ max: 3 }),
    to: fc.nat({ max: 2 }),
    act: fc.constantFrom(
      'open',
      'move',
      'move',
      'own move',
      'follow',
      'follow',
      'send',
      'receive',
      'receive',
      'close',
      'drop',
    ),
  });
  let received = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
      roomId = (await hub.vroom.createRoom(people[0] as Actor, { title: 'x' })).id;
      const clients: In[] = [];
      for (const person of people) clients.push(await enter(person));
      // Who dropped and came back is another client.
      const host = () => clients[0] as In;
      const sent = new Map<string, In>();
      const placeOf = async (client: In) => {
        const now = await rooms(host());
        return now?.rooms.find((room) => room.people.includes(client.id))?.id ?? null;
      };
      for (const { who, to, act } of steps) {
        const client = clients[who] as In;
        const ids = (await rooms(host()))?.rooms.map(({ id }) => id) ?? [];
        const breakoutId = ids[to] ?? null;
        const work = async () => {
          if (act === 'open') await open(host(), [clients.slice(1, 1 + to), clients.slice(1 + to)]);
          if (act === 'close') await host().call('breakout:close', {});
          if (act === 'move') await host().call('breakout:move', { participantId: client.id, breakoutId });
          if (act === 'own move') await client.call('breakout:move', { participantId: client.id, breakoutId });
          if (act === 'drop') client.drop();
          if (act === 'follow' || act === 'drop') clients[who] = await enter(people[who], client.answer.seat);
          if (act === 'send') sent.set(await client.send('microphone'), client);
          if (act === 'receive')
            for (const [producerId, from] of sent) {
              const sender = clients.find(({ id }) => id === from.id) as In;
              const together = (await placeOf(client)) === (await placeOf(sender));
              const answer = await code(client.receive(producerId));
              if (answer === 'done') received++;
              else refused++;
              if (answer === 'done') expect(together && sender !== client).toBe(true);
            }
        };
        await work().catch((error) => {
          if (!(error instanceof HubError) || error.code === 'internal') throw error;
        });
      }
      for (const { accountId } of people) hub.vroom.remove({ accountId });
      await settled();
      idle();
    }),
    { numRuns: 30 },
  );
  expect(received).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(20);
});
