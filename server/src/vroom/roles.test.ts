import { HubError } from '@diwan/protocol/errors.ts';
import type { VroomAnswer } from '@diwan/protocol/vroom.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Actor } from '../identity/actor.ts';
import { type Client, connect, settled, startHub, type TestHub } from './test/meeting.ts';

let hub: TestHub;
let [amina, bilal, chafia, dalila]: Actor[] = [];
let roomId: string;

beforeAll(async () => {
  hub = await startHub();
  [amina, bilal, chafia, dalila] = await Promise.all(['Amina', 'Bilal', 'Chafia', 'Dalila'].map((n) => hub.person(n)));
});
afterAll(() => hub.close());
beforeEach(async () => {
  roomId = (await hub.vroom.createRoom(amina as Actor, { title: 'Conseil' })).id;
});

const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => (error instanceof HubError ? error.code : Promise.reject(error)),
  );

type In = Client & { id: string; answer: VroomAnswer<'room:join'> };
async function enter(actor: Actor | undefined, seat?: string): Promise<In> {
  const client = connect(hub.vroom, actor as Actor);
  const answer = await client.join(roomId, seat);
  return Object.assign(client, { id: answer.self.id, answer });
}
const knock = (client: Client, password?: string) =>
  client.call('lobby:knock', { roomId, ...(password && { password }) });
const configure = (client: Client, change: Parameters<typeof hub.vroom.configureRoom>[2]) =>
  client.call('host:configure', change);

/** Host, co-host, and two participants; b's microphone is on, c shares. */
async function meeting() {
  const a = await enter(amina);
  const co = await enter(dalila);
  const [b, c] = [await enter(bilal), await enter(chafia)];
  await a.call('host:appoint', { participantId: co.id, role: 'cohost' });
  const microphone = await b.send('microphone');
  return { a, co, b, c, microphone };
}
const pausedFor = async (client: Client, producerId: string) => (await client.receive(producerId)).producerPaused;

// ---- Clients that ignore the rules -------------------------------------------------------------------------------

it('R-33 a participant who lies is refused each action of those in charge, and nothing changes', async () => {
  const { a, b, c, co, microphone } = await meeting();
  const refused: [string, Promise<unknown>][] = [
    ['admit', c.call('lobby:admit', { ids: ['x'] })],
    ['refuse', c.call('lobby:refuse', { ids: ['x'] })],
    ['readmit', c.call('host:readmit', { id: 'x' })],
    ['lock', configure(c, { locked: true })],
    ['lobby', configure(c, { lobby: true })],
    ['password', configure(c, { password: 'ouvre-toi' })],
    ['guests', configure(c, { guests: true })],
    ['mute', c.call('host:stop', { participantId: b.id, source: 'microphone' })],
    ['stop video', c.call('host:stop', { participantId: b.id, source: 'camera' })],
    ['stop share', c.call('host:stop', { participantId: b.id, source: 'screen' })],
    ['mute all', c.call('host:mute-all', {})],
    ['ask to unmute', c.call('host:ask-unmute', { participantId: b.id })],
    ['remove', c.call('host:remove', { participantId: b.id })],
    ['spotlight', c.call('host:spotlight', { participantId: c.id })],
    ['make co-host', c.call('host:appoint', { participantId: c.id, role: 'cohost' })],
    ['take the meeting', c.call('host:appoint', { participantId: c.id, role: 'host' })],
    ['demote', c.call('host:appoint', { participantId: co.id, role: 'participant' })],
    ['end', c.call('host:end', {})],
    ['configure by HTTP', hub.vroom.configureRoom(chafia as Actor, roomId, { locked: true })],
  ];
  for (const [what, work] of refused) expect([what, await code(work)]).toEqual([what, 'forbidden']);
  await settled();
  expect(await pausedFor(a, microphone)).toBe(false);
  expect(hub.vroom.present(roomId)).toBe(4);
  expect((await hub.vroom.viewRoom(amina as Actor, roomId)).settings).toEqual({
    ...{ lobby: false, password: false, guests: false, locked: false },
    ...{ share: true, chat: true, unmute: true, notes: true, encrypted: false },
  });
});

it('R-33 a co-host has no say over the host and other co-hosts, appoints nobody and does not end it', async () => {
  const { a, co } = await meeting();
  await a.send('microphone');
  for (const work of [
    co.call('host:stop', { participantId: a.id, source: 'microphone' }),
    co.call('host:remove', { participantId: a.id }),
    co.call('host:ask-unmute', { participantId: a.id }),
    co.call('host:appoint', { participantId: co.id, role: 'host' }),
    co.call('host:end', {}),
  ])
    expect(await code(work)).toBe('forbidden');
});

it('R-33 nobody acts from outside of the room or on somebody outside of it', async () => {
  const { a } = await meeting();
  const elsewhere = connect(hub.vroom, amina as Actor);
  expect(await code(elsewhere.call('host:end', {}))).toBe('not_in_room');
  const other = await hub.vroom.createRoom(bilal as Actor, { title: 'Ailleurs' });
  const { self } = await connect(hub.vroom, bilal as Actor).join(other.id);
  expect(await code(a.call('host:remove', { participantId: self.id }))).toBe('not_found');
  expect(await code(a.call('host:stop', { participantId: self.id, source: 'camera' }))).toBe('not_found');
});

// ---- Sound, pictures, screens ------------------------------------------------------------------------------------

it('R-33 a host mutes one: the hub passes nothing on until the person themselves turns it on again', async () => {
  const { a, b, c, microphone } = await meeting();
  await a.call('host:stop', { participantId: b.id, source: 'microphone' });
  expect(await b.next('host:stopped')).toEqual({ source: 'microphone', by: 'Amina' });
  expect(await c.next('producer:paused')).toEqual({ participantId: b.id, producerId: microphone, paused: true });
  expect(await pausedFor(c, microphone)).toBe(true);
  await a.call('host:ask-unmute', { participantId: b.id });
  expect(await b.next('host:asks-unmute')).toEqual({ by: 'Amina' });
  expect(await pausedFor(c, microphone), 'asking turns nothing on').toBe(true);
  await b.call('producer:resume', { producerId: microphone });
  await b.call('unmute:answer', { accepted: true });
  expect(await a.next('unmute:answered')).toEqual({ participantId: b.id, accepted: true });
  expect(await pausedFor(c, microphone)).toBe(false);
});

it('R-33 mute all spares those over whom the caller has no say', async () => {
  const { a, co, b, c, microphone } = await meeting();
  const [ofA, ofCo, ofC] = [await a.send('microphone'), await co.send('microphone'), await c.send('microphone')];
  await co.call('host:mute-all', {});
  expect([await pausedFor(co, ofA), await pausedFor(a, ofCo)]).toEqual([false, false]);
  expect([await pausedFor(a, microphone), await pausedFor(a, ofC)]).toEqual([true, true]);
  await b.call('producer:resume', { producerId: microphone });
  await a.call('host:mute-all', {});
  expect([await pausedFor(co, ofA), await pausedFor(a, ofCo)]).toEqual([false, true]);
  expect(await pausedFor(a, microphone)).toBe(true);
});

it('R-33 where unmuting is not allowed, neither resuming nor a new microphone gets round it, but being asked does', async () => {
  const { a, b, c, microphone } = await meeting();
  await configure(a, { unmute: false });
  expect((await c.next('room:settings')).unmute).toBe(false);
  expect(await pausedFor(a, microphone), 'who speaks goes on').toBe(false);
  await b.call('producer:pause', { producerId: microphone });
  expect(await code(b.call('producer:resume', { producerId: microphone }))).toBe('host_forbids');
  await b.call('producer:close', { producerId: microphone });
  expect(await code(b.send('microphone'))).toBe('host_forbids');
  expect(await code(c.send('microphone'))).toBe('host_forbids');
  await c.send('camera');
  await a.call('host:ask-unmute', { participantId: b.id });
  const again = await b.send('microphone');
  await a.call('host:stop', { participantId: b.id, source: 'microphone' });
  expect(await code(b.call('producer:resume', { producerId: again }))).toBe('host_forbids');
  await a.call('host:ask-unmute', { participantId: b.id });
  await b.call('unmute:answer', { accepted: false });
  expect(await code(b.call('producer:resume', { producerId: again }))).toBe('host_forbids');
  await configure(a, { unmute: true });
  expect(await code(b.call('producer:resume', { producerId: again }))).toBe('done');
});

it('R-33 who spoke when unmuting was forbidden speaks on after a reconnection', async () => {
  const { a, b } = await meeting();
  await configure(a, { unmute: false });
  b.drop();
  const again = await enter(bilal, b.answer.seat);
  expect(again.id).toBe(b.id);
  expect(await code(again.send('microphone'))).toBe('done');
});

it('R-33 a host stops a picture and a share; where sharing is not allowed, shares end and none begins', async () => {
  const { a, b, c } = await meeting();
  const camera = await c.send('camera');
  await a.call('host:stop', { participantId: c.id, source: 'camera' });
  expect(await c.next('host:stopped')).toEqual({ source: 'camera', by: 'Amina' });
  expect(await pausedFor(b, camera)).toBe(true);
  const [screen, sound] = [await c.send('screen'), await c.send('screen-audio')];
  await a.call('host:stop', { participantId: c.id, source: 'screen' });
  expect(
    new Set([(await b.next('producer:removed')).producerId, (await b.next('producer:removed')).producerId]),
  ).toEqual(new Set([screen, sound]));
  const second = await c.send('screen');
  await configure(a, { share: false });
  expect((await b.next('producer:removed')).producerId).toBe(second);
  for (const source of ['screen', 'screen-audio'] as const) expect(await code(c.send(source))).toBe('host_forbids');
  expect(await code(a.send('screen'))).toBe('done');
});

// ---- Who comes in -----------------------------------------------------------------------------------------------

it('R-33 a lobby: who waits gets nothing, those in charge see them and let them in; places are kept', async () => {
  await hub.vroom.configureRoom(amina as Actor, roomId, { lobby: true });
  const early = connect(hub.vroom, bilal as Actor);
  expect(await code(early.join(roomId))).toBe('room_lobby');
  expect(await knock(early)).toEqual({ admitted: false, title: 'Conseil', ownerName: 'Amina', attended: false });
  expect(hub.vroom.present(roomId)).toBe(0);
  const a = await enter(amina);
  expect(await early.next('lobby:attended')).toEqual({ roomId, attended: true });
  const [first] = (await a.next('room:door')).waiting;
  expect(first).toMatchObject({ name: 'Bilal', guest: false });

  const late = connect(hub.vroom, chafia as Actor);
  await knock(late);
  expect((await a.next('room:door')).waiting.map((w) => w.name)).toEqual(['Bilal', 'Chafia']);
  // A lost line keeps the place; the same person on a second line is one who waits.
  early.drop();
  const again = connect(hub.vroom, bilal as Actor);
  await knock(again);
  expect((await a.next('room:door')).waiting.map((w) => w.id)[0]).toBe(first?.id);

  expect(await code(again.send('camera'))).toBe('not_in_room');
  expect(await code(again.call('lobby:admit', { ids: [first?.id as string] }))).toBe('not_in_room');
  expect(again.events).toEqual([]);

  await a.call('lobby:admit', { ids: [first?.id as string] });
  expect(await again.next('lobby:admitted')).toEqual({ roomId });
  expect((await again.join(roomId)).others.map((p) => p.name)).toEqual(['Amina']);
  expect(await code(late.join(roomId))).toBe('room_lobby');
  await configure(a, { lobby: false });
  expect(await late.next('lobby:admitted')).toEqual({ roomId });
  await late.join(roomId);
  // In once, in again: a reconnection does not wait.
  await configure(a, { lobby: true });
  again.drop();
  expect(await code(connect(hub.vroom, bilal as Actor).join(roomId))).toBe('done');
});

it('R-33 who is refused or gives up is gone from the list; the refused one is kept out until readmitted', async () => {
  const a = await enter(amina);
  await configure(a, { lobby: true });
  const [b, c] = [connect(hub.vroom, bilal as Actor), connect(hub.vroom, chafia as Actor)];
  await knock(b);
  await knock(c);
  await settled();
  await c.call('lobby:leave', {});
  await settled();
  const doors = a.events.flatMap((e) => (e.event === 'room:door' ? [e.data] : []));
  const waiting = doors.at(-1)?.waiting ?? [];
  expect(waiting.map((w) => w.name)).toEqual(['Bilal']);
  await a.call('lobby:refuse', { ids: waiting.map((w) => w.id) });
  expect(await b.next('lobby:refused')).toEqual({ roomId });
  expect(await code(knock(b))).toBe('room_kept_out');
  expect(await code(b.join(roomId))).toBe('room_kept_out');
  await a.call('host:readmit', { id: waiting[0]?.id as string });
  expect((await knock(b)).admitted).toBe(false);
});

it('R-33 a password: asked for at the door and in the lobby, not of the owner nor of who is in', async () => {
  await hub.vroom.configureRoom(amina as Actor, roomId, { password: 'sésame ouvre-toi' });
  const room = await hub.vroom.viewRoom(bilal as Actor, roomId);
  expect(room.settings.password).toBe(true);
  expect(JSON.stringify(await hub.db.selectFrom('rooms').selectAll().where('id', '=', roomId).execute())).toContain(
    '$argon2id$',
  );
  await enter(amina);
  const b = connect(hub.vroom, bilal as Actor);
  const join = (password?: string) => b.call('room:join', { roomId, ...(password !== undefined && { password }) });
  for (const wrong of [undefined, '', 'sésame']) expect(await code(join(wrong))).toBe('room_password');
  const { seat } = await join('sésame ouvre-toi');
  b.drop();
  expect(await code(connect(hub.vroom, bilal as Actor).join(roomId, seat))).toBe('done');
  await hub.vroom.configureRoom(amina as Actor, roomId, { lobby: true });
  const c = connect(hub.vroom, chafia as Actor);
  expect(await code(knock(c, 'rien'))).toBe('room_password');
  expect((await knock(c, 'sésame ouvre-toi')).admitted).toBe(false);
  await hub.vroom.configureRoom(amina as Actor, roomId, { lobby: false, password: null });
  expect(await code(connect(hub.vroom, dalila as Actor).join(roomId))).toBe('done');
});

it('R-33 a locked meeting takes nobody new, but its own come back; the lock ends with the meeting', async () => {
  const { a, b } = await meeting();
  await configure(a, { locked: true });
  const admin = await hub.person('Farid');
  expect(await code(connect(hub.vroom, admin).join(roomId))).toBe('room_locked');
  expect(await code(knock(connect(hub.vroom, admin)))).toBe('room_locked');
  b.drop();
  expect((await enter(bilal, b.answer.seat)).id).toBe(b.id);
  await a.call('host:end', {});
  expect(await code(connect(hub.vroom, admin).join(roomId))).toBe('done');
  expect(await code(hub.vroom.configureRoom(bilal as Actor, roomId, { lobby: true }))).toBe('forbidden');
});

it('R-33 who is removed is out on all devices and stays out while the meeting lasts, unless readmitted', async () => {
  const { a, b } = await meeting();
  const phone = await enter(bilal);
  await a.call('host:remove', { participantId: b.id });
  for (const device of [b, phone]) expect(await device.next('room:closed')).toEqual({ roomId, reason: 'removed' });
  for (const device of [b, phone]) expect(await code(device.send('camera'))).toBe('not_in_room');
  expect(await code(enter(bilal, b.answer.seat))).toBe('room_kept_out');
  const { keptOut } = await lastDoor(a);
  expect(keptOut).toMatchObject([{ name: 'Bilal' }]);
  await a.call('host:readmit', { id: keptOut[0]?.id as string });
  await enter(bilal);
});

async function lastDoor(client: Client) {
  await settled();
  const [last] = client.events.flatMap((e) => (e.event === 'room:door' ? [e.data] : [])).reverse();
  if (!last) throw new Error('no word of the door');
  return last;
}

// ---- Who is in charge -------------------------------------------------------------------------------------------

it('R-33 a co-host keeps the meeting when the host leaves; the host who returns is host', async () => {
  const { a, co, b } = await meeting();
  expect(await b.next('participant:role')).toEqual({ participantId: co.id, role: 'cohost' });
  await a.call('room:leave', {});
  await co.call('host:stop', { participantId: b.id, source: 'microphone' });
  const back = await enter(amina);
  expect(back.answer.self.role).toBe('host');
  expect(back.answer.others.find((p) => p.id === co.id)?.role).toBe('cohost');
  await back.call('host:appoint', { participantId: co.id, role: 'participant' });
  expect(await code(co.call('host:mute-all', {}))).toBe('forbidden');
});

it('R-33 a meeting with nobody in charge goes on', async () => {
  const a = await enter(amina);
  const [b, c] = [await enter(bilal), await enter(chafia)];
  await a.call('room:leave', {});
  await c.receive(await b.send('microphone'));
  expect(await code(b.call('host:mute-all', {}))).toBe('forbidden');
  expect(await code(connect(hub.vroom, dalila as Actor).join(roomId))).toBe('done');
});

it('R-33 a meeting that is passed on has a new host until it is over, and its owner cannot be shut out', async () => {
  const { a, b } = await meeting();
  await a.call('host:appoint', { participantId: b.id, role: 'host' });
  expect(await code(a.call('host:end', {}))).toBe('forbidden');
  expect(await code(b.call('host:remove', { participantId: a.id }))).toBe('forbidden');
  expect((await enter(amina)).answer.self.role).toBe('cohost');
  await b.call('host:end', {});
  expect(await a.next('room:closed')).toEqual({ roomId, reason: 'ended' });
  expect((await enter(amina)).answer.self.role).toBe('host');
});

it('R-33 the spotlight is told to all and to who comes later, and ends with its person', async () => {
  const { a, b, c } = await meeting();
  await a.call('host:spotlight', { participantId: b.id });
  expect(await c.next('room:spotlight')).toEqual({ participantId: b.id });
  expect((await enter(chafia)).answer.spotlight).toBe(b.id);
  await b.call('room:leave', {});
  expect(await c.next('room:spotlight')).toEqual({ participantId: null });
  expect(await code(a.call('host:spotlight', { participantId: b.id }))).toBe('not_found');
});
