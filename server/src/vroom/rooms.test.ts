import { HubError } from '@diwan/protocol/errors.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Actor } from '../identity/actor.ts';
import { type Client, connect, settled, startHub, type TestHub, vp8 } from './test/meeting.ts';

let hub: TestHub;
let owner: Actor;
let guest: Actor;
let roomId: string;

beforeAll(async () => {
  hub = await startHub();
  owner = await hub.person('Amina');
  guest = await hub.person('Bilal');
});
afterAll(() => hub.close());
beforeEach(async () => {
  roomId = (await hub.vroom.createRoom(owner, { title: 'Conseil' })).id;
});

const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => (error instanceof HubError ? error.code : Promise.reject(error)),
  );

async function meeting(): Promise<{ a: Client; b: Client; seatA: string; idA: string; idB: string }> {
  const [a, b] = [connect(hub.vroom, owner), connect(hub.vroom, guest)];
  const inA = await a.join(roomId);
  const inB = await b.join(roomId);
  return { a, b, seatA: inA.seat, idA: inA.self.id, idB: inB.self.id };
}

it('R-30 a room is found by its link, listed for its owner, and counts who is in', async () => {
  await meeting();
  expect(roomId).toMatch(/^[\w-]{16}$/);
  expect(await hub.vroom.viewRoom(guest, roomId)).toMatchObject({ title: 'Conseil', ownerName: 'Amina', present: 2 });
  expect((await hub.vroom.listRooms(owner)).map((r) => r.id)).toContain(roomId);
  expect(await hub.vroom.listRooms(guest)).toEqual([]);
});

it('R-33 only the owner or an admin ends a room for all; then nobody enters', async () => {
  const { b } = await meeting();
  expect(await code(hub.vroom.endRoom(guest, roomId))).toBe('forbidden');
  await hub.vroom.endRoom(await hub.person('Admin', 'admin'), roomId);
  expect(await b.next('room:closed')).toEqual({ roomId, reason: 'ended' });
  expect(await code(b.join(roomId))).toBe('room_not_found');
  expect(await code(hub.vroom.viewRoom(owner, roomId))).toBe('room_not_found');
  expect(await code(hub.vroom.endRoom(owner, roomId))).toBe('room_not_found');
  expect(await code(b.call('room:leave', {}))).toBe('done');
  expect(await code(b.send('camera'))).toBe('not_in_room');
});

it('R-31 who joins sees the others and is seen by them', async () => {
  const a = connect(hub.vroom, owner);
  const inA = await a.join(roomId);
  expect(inA).toMatchObject({ self: { name: 'Amina', role: 'host' }, others: [], iceServers: [] });
  const producerId = await a.send('camera');
  const b = connect(hub.vroom, guest);
  const inB = await b.join(roomId);
  expect(inB.others).toEqual([
    { ...inA.self, producers: [{ id: producerId, kind: 'video', source: 'camera', paused: false }] },
  ]);
  expect(await a.next('participant:joined')).toMatchObject({ id: inB.self.id, name: 'Bilal', role: 'participant' });
  expect(inB.sendTransport.iceCandidates.map((c) => [c.address, c.protocol])).toEqual([
    ['127.0.0.1', 'udp'],
    ['127.0.0.1', 'tcp'],
  ]);
});

it('R-31 one account in two tabs is two participants', async () => {
  const [first, second] = [connect(hub.vroom, owner), connect(hub.vroom, owner)];
  const one = await first.join(roomId);
  const two = await second.join(roomId);
  expect(two.self.id).not.toBe(one.self.id);
  expect(hub.vroom.present(roomId)).toBe(2);
});

it('R-32 streams appear, pause and disappear for the others', async () => {
  const { a, b, idA } = await meeting();
  const producerId = await a.send('microphone');
  const info = { id: producerId, kind: 'audio', source: 'microphone', paused: false };
  expect(await b.next('producer:added')).toEqual({ participantId: idA, producer: info });
  const consumer = await b.receive(producerId);
  expect(consumer).toMatchObject({ producerId, kind: 'audio', type: 'simple', producerPaused: false });
  await a.call('producer:pause', { producerId });
  expect(await b.next('producer:paused')).toEqual({ participantId: idA, producerId, paused: true });
  expect((await b.receive(producerId)).producerPaused).toBe(true);
  await a.call('producer:resume', { producerId });
  expect(await b.next('producer:paused')).toEqual({ participantId: idA, producerId, paused: false });
  const last = await b.receive(producerId);
  await a.call('producer:close', { producerId });
  expect(await b.next('producer:removed')).toEqual({ participantId: idA, producerId });
  expect(await b.next('consumer:closed')).toEqual({ consumerId: last.consumerId });
  expect(await code(b.call('consumer:resume', { consumerId: last.consumerId }))).toBe('not_found');
});

it('R-35 a simulcast camera is received as such and takes layers', async () => {
  const { a, b } = await meeting();
  const consumer = await b.receive(await a.send('camera', vp8(3)));
  expect(consumer).toMatchObject({ kind: 'video', type: 'simulcast' });
  const { consumerId } = consumer;
  await b.call('consumer:layers', { consumerId, spatialLayer: 1, temporalLayer: 0 });
  await b.call('consumer:layers', { consumerId, spatialLayer: 3 });
});

it('R-32 a page that is ready is given all sound and the first pictures with the answer, and nothing at a closed door', async () => {
  const a = connect(hub.vroom, owner);
  await a.join(roomId);
  const [camera, sound] = [await a.send('camera'), await a.send('microphone')];
  await a.send('screen');
  const b = connect(hub.vroom, guest);
  const { routerRtpCapabilities: rtpCapabilities } = await b.call('media:capabilities', {});
  const ask = (pictures: number) => b.call('room:join', { roomId, receive: { rtpCapabilities, pictures } });
  await hub.vroom.configureRoom(owner, roomId, { locked: true });
  expect(await code(ask(1))).toBe('room_locked');
  await hub.vroom.configureRoom(owner, roomId, { locked: false });
  const { received, routerRtpCapabilities } = await ask(1);
  expect(routerRtpCapabilities).toEqual(rtpCapabilities);
  expect(received.map(({ producerId }) => producerId)).toEqual([sound, camera]);
  for (const { consumerId } of received) await b.call('consumer:resume', { consumerId });
  expect((await ask(0)).received).toMatchObject([{ producerId: sound }]);
});

it('R-32 each source is sent once and is of its kind', async () => {
  const { a } = await meeting();
  await a.send('camera');
  expect(await code(a.send('camera'))).toBe('conflict');
  await a.send('screen');
  const audio = { kind: 'audio', source: 'screen', rtpParameters: vp8() } as const;
  expect(await code(a.call('producer:create', audio))).toBe('media_refused');
  expect(await code(a.send('microphone', vp8()))).toBe('media_refused');
});

it('R-32 what belongs to another or to another room is not found', async () => {
  const { a, b } = await meeting();
  const stranger = connect(hub.vroom, await hub.person('Dounia'));
  const producerId = await a.send('camera');
  const { consumerId } = await b.receive(producerId);
  expect(await code(stranger.receive(producerId))).toBe('not_in_room');
  const elsewhere = await hub.vroom.createRoom(guest, { title: 'Ailleurs' });
  const inElsewhere = await stranger.join(elsewhere.id);
  expect(await code(stranger.receive(producerId))).toBe('not_found');
  for (const event of ['producer:pause', 'producer:resume', 'producer:close'] as const)
    for (const other of [b, stranger]) expect(await code(other.call(event, { producerId }))).toBe('not_found');
  for (const event of ['consumer:pause', 'consumer:resume', 'consumer:close'] as const)
    for (const other of [a, stranger]) expect(await code(other.call(event, { consumerId }))).toBe('not_found');
  expect(await code(a.call('consumer:layers', { consumerId, spatialLayer: 0 }))).toBe('not_found');
  const transportId = inElsewhere.recvTransport.id;
  expect(await code(a.call('transport:restart-ice', { transportId }))).toBe('not_found');
  const dtlsParameters = { fingerprints: [{ algorithm: 'sha-256', value: 'AA' }] };
  expect(await code(a.call('transport:connect', { transportId, dtlsParameters }))).toBe('not_found');
  expect(await code(a.receive(producerId))).toBe('forbidden');
  expect(await code(b.call('consumer:resume', { consumerId }))).toBe('done');
});

it('R-32 unknown rooms and calls before joining are refused', async () => {
  const a = connect(hub.vroom, owner);
  expect(await code(a.join('nowhere'))).toBe('room_not_found');
  expect(await code(a.send('camera'))).toBe('not_in_room');
  expect(await code(a.call('room:leave', {}))).toBe('done');
});

it('R-35 ICE restarts with new credentials', async () => {
  const a = connect(hub.vroom, owner);
  const { sendTransport } = await a.join(roomId);
  const { iceParameters } = await a.call('transport:restart-ice', { transportId: sendTransport.id });
  expect(iceParameters.usernameFragment).not.toBe(sendTransport.iceParameters.usernameFragment);
});

it('R-35 a dropped connection leaves the seat: the same place is taken again, old streams are gone', async () => {
  const { a, b, seatA, idA, idB } = await meeting();
  const producerId = await a.send('camera');
  const { consumerId } = await b.receive(producerId);
  a.drop();
  expect(await b.next('participant:away')).toEqual({ participantId: idA, away: true });
  expect(hub.vroom.present(roomId)).toBe(2);
  const again = connect(hub.vroom, owner);
  const answer = await again.join(roomId, seatA);
  expect(answer.self).toMatchObject({ id: idA, role: 'host', producers: [] });
  expect(answer.others.map((p) => p.id)).toEqual([idB]);
  expect(await b.next('producer:removed')).toEqual({ participantId: idA, producerId });
  expect(await b.next('consumer:closed')).toEqual({ consumerId });
  expect(await b.next('participant:away')).toEqual({ participantId: idA, away: false });
  await again.send('camera');
  expect(b.events.filter((e) => e.event === 'participant:left')).toEqual([]);
});

it('R-35 a seat taken from another tab replaces the first', async () => {
  const { a, b, seatA, idA } = await meeting();
  const other = connect(hub.vroom, owner);
  expect((await other.join(roomId, seatA)).self.id).toBe(idA);
  expect(await a.next('room:closed')).toEqual({ roomId, reason: 'replaced' });
  expect(await code(a.send('camera'))).toBe('not_in_room');
  a.drop();
  await settled();
  expect(b.events.some((e) => e.event === 'participant:away' && e.data.away)).toBe(false);
  await other.send('camera');
});

it('R-35 a seat is of no use to another account', async () => {
  const { b, seatA, idA, idB } = await meeting();
  const thief = connect(hub.vroom, guest);
  const { self } = await thief.join(roomId, seatA);
  expect([idA, idB]).not.toContain(self.id);
  expect((await b.next('participant:joined')).id).toBe(self.id);
});

it('R-35 a seat that nobody takes again is given up after the grace', async () => {
  const hasty = await startHub({ graceMs: 20 });
  const [amina, bilal] = [await hasty.person('Amina'), await hasty.person('Bilal')];
  const room = await hasty.vroom.createRoom(amina, { title: 'Courte' });
  const [a, b] = [connect(hasty.vroom, amina), connect(hasty.vroom, bilal)];
  const { self, seat } = await a.join(room.id);
  await b.join(room.id);
  a.drop();
  expect(await b.next('participant:left')).toEqual({ participantId: self.id });
  expect((await connect(hasty.vroom, amina).join(room.id, seat)).self.id).not.toBe(self.id);
  await hasty.close();
});

it('R-35 a page that was left is gone soon; one that is loaded again has its seat', async () => {
  const hasty = await startHub({ graceMs: 600_000, reloadMs: 300 });
  const [amina, bilal] = [await hasty.person('Amina'), await hasty.person('Bilal')];
  const room = await hasty.vroom.createRoom(amina, { title: 'Courte' });
  const [a, b] = [connect(hasty.vroom, amina), connect(hasty.vroom, bilal)];
  const { self, seat } = await a.join(room.id);
  await b.join(room.id);
  a.drop({ page: true });
  const loadedAgain = connect(hasty.vroom, amina);
  expect((await loadedAgain.join(room.id, seat)).self.id).toBe(self.id);
  loadedAgain.drop({ page: true });
  expect(await b.next('participant:left')).toEqual({ participantId: self.id });
  await hasty.close();
});

it('R-14 withdrawn access ends the presence at once, with no seat kept', async () => {
  const { a, b, idA, seatA } = await meeting();
  hub.vroom.remove({ sessionId: owner.sessionId });
  expect(await a.next('room:closed')).toEqual({ roomId, reason: 'removed' });
  expect(await b.next('participant:left')).toEqual({ participantId: idA });
  const again = connect(hub.vroom, owner);
  expect((await again.join(roomId, seatA)).self.id).not.toBe(idA);
});

it('R-31 joining another room leaves the first', async () => {
  const { a, b, idA } = await meeting();
  const other = await hub.vroom.createRoom(owner, { title: 'Suite' });
  await a.join(other.id);
  expect(await b.next('participant:left')).toEqual({ participantId: idA });
  expect(hub.vroom.present(roomId)).toBe(1);
});

it('R-32 who joins hears of every change exactly once: in the answer, or as an event after it', async () => {
  const a = connect(hub.vroom, owner);
  await a.join(roomId);
  const b = connect(hub.vroom, guest);
  const [inB] = await Promise.all([b.join(roomId), a.send('camera'), a.send('screen'), a.send('microphone')]);
  await settled();
  const listed = inB.others[0]?.producers.map((p) => p.id) ?? [];
  const told = b.events.flatMap((e) => (e.event === 'producer:added' ? [e.data.producer.id] : []));
  expect(new Set([...listed, ...told]).size).toBe(3);
  expect(listed.length + told.length).toBe(3);
});

it('a hub that closes tells everyone and starts no new meeting', async () => {
  const closing = await startHub();
  const person = await closing.person('Amina');
  const room = await closing.vroom.createRoom(person, { title: 'Dernière' });
  const quiet = await closing.vroom.createRoom(person, { title: 'Jamais' });
  const a = connect(closing.vroom, person);
  await a.join(room.id);
  closing.vroom.drain();
  await a.send('camera');
  expect(await code(connect(closing.vroom, person).join(quiet.id))).toBe('unavailable');
  expect(await code(closing.vroom.createRoom(person, { title: 'Encore' }))).toBe('unavailable');
  await closing.close();
  expect(await a.next('room:closed')).toEqual({ roomId: room.id, reason: 'shutdown' });
});
