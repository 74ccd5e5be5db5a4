import type { Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHub } from '../services/hub.ts';
import { type Client, call, connected, createClient, next, signedInAdmin, signedInPerson } from './client.ts';

let hub: Awaited<ReturnType<typeof startHub>>;
let admin: Client;
let host: Client;
let member: Client;
let roomId: string;
let terms: { version: number; hash: string };
const sockets: Socket[] = [];

beforeAll(async () => {
  hub = await startHub();
  admin = await signedInAdmin(hub);
  host = await signedInPerson(hub, admin, 'amina@example.test', 'Amina');
  member = await signedInPerson(hub, admin, 'bilal@example.test', 'Bilal');
  roomId = (await host.post('/api/rooms', { title: 'Conseil' })).body.id;
  const { version, hash } = (await host.get('/api/terms')).body;
  terms = { version, hash };
});
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await hub.stop();
});

async function open(client: Client, guestOf?: string): Promise<Socket> {
  const socket = client.socket(guestOf === undefined ? {} : { guestOf });
  sockets.push(socket);
  await connected(socket);
  return socket;
}
const codeOf = (ack: Awaited<ReturnType<typeof call>>) => (ack.ok ? 'done' : ack.error.code);
const settings = (change: object) => host.request('PATCH', `/api/rooms/${roomId}/settings`, change);
async function guest(name: string): Promise<Client> {
  const client = createClient(hub);
  expect((await client.post(`/api/guests/${roomId}`, { name, terms })).status).toBe(201);
  return client;
}
const passOf = (client: Client) => client.jar.get(`diwan_guest_${roomId}`) as string;

it('R-33 a hand-written client of a participant is refused every action of a host over the wire', async () => {
  const [a, b] = [await open(host), await open(member)];
  const inA = await call(a, 'room:join', { roomId });
  const inB = await call(b, 'room:join', { roomId });
  const participantId = inA.ok && inA.data.self.id;
  const own = inB.ok && inB.data.self.id;
  const actions: [string, object][] = [
    ['lobby:admit', { ids: ['x'] }],
    ['lobby:refuse', { ids: ['x'] }],
    ['host:configure', { lobby: false }],
    ['host:configure', { locked: true }],
    ['host:configure', { password: 'ouvre-toi' }],
    ['host:stop', { participantId, source: 'microphone' }],
    ['host:stop', { participantId, source: 'camera' }],
    ['host:stop', { participantId, source: 'screen' }],
    ['host:mute-all', {}],
    ['host:ask-unmute', { participantId }],
    ['host:remove', { participantId }],
    ['host:readmit', { id: 'x' }],
    ['host:spotlight', { participantId: own }],
    ['host:appoint', { participantId: own, role: 'cohost' }],
    ['host:appoint', { participantId: own, role: 'host' }],
    ['host:end', {}],
  ];
  for (const [event, request] of actions)
    expect([event, codeOf(await call(b, event, request))]).toEqual([event, 'forbidden']);
  expect((await member.request('PATCH', `/api/rooms/${roomId}/settings`, { lobby: true })).body.code).toBe('forbidden');
  expect((await member.request('DELETE', `/api/rooms/${roomId}`)).body.code).toBe('forbidden');
  expect(codeOf(await call(b, 'host:configure', { ownerId: own }))).toBe('bad_request');
  expect((await settings({ password: 'court' })).status).toBe(400);
  await call(a, 'room:leave', {});
  await call(b, 'room:leave', {});
});

it('R-31 a guest comes in by the link where guests are allowed, and waits like everybody', async () => {
  const stranger = createClient(hub);
  expect((await stranger.get(`/api/guests/${roomId}`)).body.code).toBe('room_not_found');
  expect((await stranger.post(`/api/guests/${roomId}`, { name: 'Yasmine', terms })).body.code).toBe('room_not_found');
  await settings({ guests: true, lobby: true });
  expect((await stranger.get(`/api/guests/${roomId}`)).body).toEqual({
    ...{
      title: 'Conseil',
      ownerName: 'Amina',
      lobby: true,
      password: false,
      encrypted: false,
      known: null,
      sent: null,
    },
  });
  const older = { ...terms, hash: '0'.repeat(64) };
  expect((await stranger.post(`/api/guests/${roomId}`, { name: 'Yasmine', terms: older })).body.code).toBe(
    'cgu_required',
  );
  expect((await stranger.post(`/api/guests/${roomId}`, { name: 'Yasmine' })).body.code).toBe('bad_request');

  const yasmine = await guest('Yasmine');
  const first = passOf(yasmine);
  expect((await yasmine.get(`/api/guests/${roomId}`)).body.known.name).toBe('Yasmine');
  const [a, g] = [await open(host), await open(yasmine, roomId)];
  await call(a, 'room:join', { roomId });
  expect(codeOf(await call(g, 'room:join', { roomId }))).toBe('room_lobby');
  const door = next(a, 'room:door');
  await call(g, 'lobby:knock', { roomId });
  const [entry] = (await door).waiting;
  expect(entry).toMatchObject({ name: 'Yasmine', guest: true });
  const admitted = next(g, 'lobby:admitted');
  await call(a, 'lobby:admit', { ids: [entry.id] });
  expect(await admitted).toEqual({ roomId });
  const joined = await call(g, 'room:join', { roomId });
  expect(joined).toMatchObject({ ok: true, data: { self: { name: 'Yasmine', role: 'guest', accountId: null } } });
  const { id } = joined.ok && joined.data.self;

  // Prolonged, the pass is the same guest's: who is removed does not come back with it.
  await yasmine.post(`/api/guests/${roomId}`, { name: 'Yasmine B.', terms });
  expect(passOf(yasmine)).not.toBe(first);
  expect(codeOf(await call(a, 'host:appoint', { participantId: id, role: 'cohost' }))).toBe('forbidden');
  const closed = next(g, 'room:closed');
  expect(codeOf(await call(a, 'host:remove', { participantId: id }))).toBe('done');
  expect(await closed).toEqual({ roomId, reason: 'removed' });
  const again = await open(yasmine, roomId);
  for (const event of ['room:join', 'lobby:knock'])
    expect(codeOf(await call(again, event, { roomId }))).toBe('room_kept_out');
  await call(a, 'room:leave', {});
});

it('R-31 a guest’s pass opens nothing but that room’s socket: no route, no file, no other room, no news', async () => {
  await settings({ guests: true, lobby: false });
  const yasmine = await guest('Yasmine');
  const pass = passOf(yasmine);
  const { paths } = (await host.get('/api/openapi.json')).body;
  const outside = createClient(hub);
  let asked = 0;
  for (const [path, operations] of Object.entries<Record<string, { security?: object[] }>>(paths))
    for (const [method, { security }] of Object.entries(operations)) {
      if (security?.length === 0) continue;
      const url = path.replace(/\{[^}]+\}/g, roomId);
      for (const headers of [
        { authorization: `Bearer ${pass}` },
        { cookie: `diwan_access=${pass}` },
        { cookie: `diwan_guest_${roomId}=${pass}` },
      ]) {
        const { status } = await outside.request(method.toUpperCase(), url, method === 'get' ? undefined : {}, headers);
        expect([method, url, status]).toEqual([method, url, 401]);
        asked++;
      }
    }
  expect(asked).toBeGreaterThan(150);
  expect((await outside.get('/dav/', { authorization: `Bearer ${pass}` })).status).toBe(401);
  const basic = Buffer.from(`guest:${pass}`).toString('base64');
  expect((await outside.get('/dav/', { authorization: `Basic ${basic}` })).status).toBe(401);

  // The socket: neither as a session's token, nor for another room, nor without the pass.
  const other = (await host.post('/api/rooms', { title: 'Autre' })).body.id;
  const refusal = (client: Client, options: object) =>
    connected(client.socket(options)).then(
      () => 'open',
      (error) => error.data.code,
    );
  expect(await refusal(createClient(hub), { token: pass })).toBe('unauthenticated');
  expect(await refusal(yasmine, {})).toBe('unauthenticated');
  expect(await refusal(yasmine, { guestOf: other })).toBe('unauthenticated');
  expect(await refusal(createClient(hub), { guestOf: roomId })).toBe('unauthenticated');
  yasmine.jar.set(`diwan_guest_${other}`, pass);
  expect(await refusal(yasmine, { guestOf: other })).toBe('unauthenticated');

  const g = await open(yasmine, roomId);
  const heard: string[] = [];
  g.onAny((event) => heard.push(event));
  for (const event of ['room:join', 'lobby:knock'])
    expect(codeOf(await call(g, event, { roomId: other }))).toBe('room_not_found');
  expect(codeOf(await call(g, 'room:join', { roomId }))).toBe('done');
  for (const [event, request] of [
    ['host:configure', { lobby: false }],
    ['host:mute-all', {}],
    ['host:end', {}],
  ] as const)
    expect(codeOf(await call(g, event, request))).toBe('forbidden');
  const m = await open(member);
  const told = next(m, 'notice:published');
  const notice = await admin.post('/api/admin/notices', {
    ...{ severity: 'info', services: ['ibox'], startsAt: Date.now(), endsAt: Date.now() + 60_000 },
    text: { fr: 'Essai', ar: 'تجربة', en: 'Test' },
  });
  expect(notice.status).toBe(201);
  await told;
  await settings({ guests: false });
  const settled = next(g, 'room:settings');
  await settings({ share: true });
  await settled;
  expect(heard.filter((event) => !/^(room|participant|producer|speaker):/.test(event))).toEqual([]);
  expect((await createClient(hub).get(`/api/guests/${roomId}`)).body.code).toBe('room_not_found');
});

it('R-33 guessing a room’s password is slowed down', async () => {
  const room = (await host.post('/api/rooms', { title: 'Fermée' })).body.id;
  await host.request('PATCH', `/api/rooms/${room}/settings`, { password: 'sésame ouvre-toi' });
  const b = await open(member);
  const codes = new Set<string>();
  for (let i = 0; i < 11; i++) codes.add(codeOf(await call(b, 'room:join', { roomId: room, password: `essai ${i}` })));
  expect([...codes]).toEqual(['room_password', 'too_many_attempts']);
  expect(codeOf(await call(b, 'room:join', { roomId: room, password: 'sésame ouvre-toi' }))).toBe('too_many_attempts');
});
