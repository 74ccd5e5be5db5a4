import type { Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Hub, startHub } from '../services/hub.ts';
import { type Client, call, connected, createClient, signedInAdmin, signedInPerson } from './client.ts';

let hub: Hub;
let admin: Client;
let amina: Client;
let terms: { version: number; hash: string };
/** A key with both scopes, and one that only reads. */
let write: string;
let read: string;
const sockets: Socket[] = [];

beforeAll(async () => {
  hub = await startHub();
  admin = await signedInAdmin(hub);
  amina = await signedInPerson(hub, admin, 'amina@example.dz', 'Amina');
  const { version, hash } = (await amina.get('/api/terms')).body;
  terms = { version, hash };
  write = (await key(['meetings:read', 'meetings:write'])).token;
  read = (await key(['meetings:read'])).token;
}, 120_000);
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await hub?.stop();
});

async function key(scopes: string[], expiresAt: number | null = null): Promise<{ token: string; id: string }> {
  const { status, body } = await admin.post('/api/admin/api-keys', { name: 'CRM', scopes, expiresAt });
  expect(status, JSON.stringify(body)).toBe(201);
  return { token: body.token, id: body.key.id };
}
/** As another system calls: no browser, no cookie, no origin. */
async function api(token: string | undefined, method: string, path: string, body?: unknown) {
  const answer = await fetch(hub.url + path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  // biome-ignore lint/suspicious/noExplicitAny: black-box tests look at what came
  const json: any = text === '' ? undefined : JSON.parse(text);
  return { status: answer.status, type: answer.headers.get('content-type'), body: json };
}
async function enter(client: Client, roomId: string, guest: boolean) {
  const socket = client.socket(guest ? { guestOf: roomId } : {});
  sockets.push(socket);
  await connected(socket);
  return { socket, ack: await call(socket, 'room:join', { roomId, name: 'Un autre nom' }) };
}
const joinOf = (url: string) => new URL(url).hash.replace('#join=', '');
async function sent(roomId: string, how: object) {
  const link = await api(write, 'POST', `/api/v1/rooms/${roomId}/join-links`, how);
  expect(link.status).toBe(201);
  const client = createClient(hub);
  const join = joinOf(link.body.url);
  const door = await client.post(`/api/guests/${roomId}/door`, { join });
  const pass = await client.post(`/api/guests/${roomId}`, { name: 'Autre', terms, join });
  return { client, link: link.body, door, pass };
}

it('R-30 another system makes a room for an account, sees who is in it, and ends it', async () => {
  const made = await api(write, 'POST', '/api/v1/rooms', {
    ...{ title: 'Rendez-vous', owner: 'Amina@example.dz', settings: { lobby: false, chat: false } },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const { id, link } = made.body;
  expect(made.body).toMatchObject({ ownerName: 'Amina', meeting: null, settings: { lobby: false, chat: false } });
  expect(link).toBe(`${hub.url}/meet/${id}`);
  expect((await amina.get('/api/rooms')).body.map((room: { id: string }) => room.id)).toContain(id);

  const { socket } = await enter(amina, id, false);
  const now = await api(read, 'GET', `/api/v1/rooms/${id}`);
  expect(now.body).toMatchObject({
    present: 1,
    meeting: { people: [{ name: 'Un autre nom', role: 'host', since: expect.any(Number), away: false }], waiting: 0 },
  });
  const live = await api(read, 'GET', '/api/v1/rooms?live=1');
  expect(live.body.rooms.map((room: { id: string }) => room.id)).toEqual([id]);
  expect((await api(read, 'GET', '/api/v1/rooms?owner=amina@example.dz&limit=1')).body.rooms.length).toBe(1);

  const closed = new Promise((resolve) => socket.once('room:closed', resolve));
  expect((await api(write, 'DELETE', `/api/v1/rooms/${id}`)).status).toBe(204);
  expect(await closed).toEqual({ roomId: id, reason: 'ended' });
  expect(await api(write, 'DELETE', `/api/v1/rooms/${id}`)).toMatchObject({
    ...{ status: 404, type: expect.stringContaining('application/problem+json') },
    body: { code: 'room_not_found' },
  });
  const past = async () => (await api(read, 'GET', `/api/v1/meetings/past?roomId=${id}`)).body.meetings;
  await expect.poll(past).toMatchObject([
    {
      id: now.body.meeting.id,
      title: 'Rendez-vous',
      attendance: [{ name: 'Un autre nom', leftAt: expect.any(Number) }],
    },
  ]);
});

it('R-30 another system lists rooms by pages, plans a meeting and cancels it; the operator owns what nobody is named for', async () => {
  for (const n of [1, 2, 3])
    expect((await api(write, 'POST', '/api/v1/rooms', { title: `Salle ${n}` })).status).toBe(201);
  const titles: string[] = [];
  for (let before: string | null = ''; before !== null; ) {
    const query = new URLSearchParams({ limit: '2', owner: hub.admin.email, ...(before && { before }) });
    const { body } = await api(read, 'GET', `/api/v1/rooms?${query}`);
    titles.push(...body.rooms.map((room: { title: string }) => room.title));
    before = body.next;
  }
  expect(titles.toSorted()).toEqual(['Salle 1', 'Salle 2', 'Salle 3']);
  expect((await api(read, 'GET', '/api/v1/rooms?before=1.2%27')).status).toBe(400);

  const meeting = {
    title: 'Cours',
    start: `${new Date().getUTCFullYear() + 1}-03-01T10:30`,
    timeZone: 'Africa/Algiers',
    minutes: 60,
  };
  const planned = await api(write, 'POST', '/api/v1/meetings', { owner: 'amina@example.dz', meeting });
  expect(planned.status, JSON.stringify(planned.body)).toBe(201);
  expect((await amina.get('/api/meetings')).body).toMatchObject([{ id: planned.body.id, title: 'Cours' }]);
  expect((await api(write, 'DELETE', `/api/v1/meetings/${planned.body.id}`)).status).toBe(204);
  expect((await amina.get('/api/meetings')).body).toEqual([]);
  const past = { ...meeting, start: '2020-03-01T10:30' };
  expect((await api(write, 'POST', '/api/v1/meetings', { meeting: past })).body.code).toBe('meeting_past');
});

it('R-31 R-33 a join link lets in whom the system sends, under that name and in that part, past the lobby', async () => {
  const settings = { lobby: true, guests: false, password: 'ouvre-toi' };
  const made = await api(write, 'POST', '/api/v1/rooms', { title: 'Cours', owner: 'amina@example.dz', settings });
  const roomId = made.body.id;
  const teacher = await sent(roomId, { name: 'Mme Haddad', role: 'host' });
  expect(teacher.door.body).toMatchObject({ title: 'Cours', sent: { name: 'Mme Haddad', role: 'host' }, known: null });
  expect(teacher.pass.body.name).toBe('Mme Haddad');
  const pupil = await sent(roomId, { name: 'Yasmine', minutes: 5 });
  expect(pupil.link).toMatchObject({ role: 'participant', expiresAt: expect.any(Number) });

  const p = await enter(pupil.client, roomId, true);
  expect(p.ack).toMatchObject({ ok: true, data: { self: { name: 'Yasmine', role: 'guest' } } });
  const h = await enter(teacher.client, roomId, true);
  expect(h.ack).toMatchObject({ ok: true, data: { self: { name: 'Mme Haddad', role: 'host', accountId: null } } });
  // What a host may, and what a guest may not.
  expect(await call(p.socket, 'host:mute-all', {})).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  expect(await call(h.socket, 'host:configure', { locked: true })).toMatchObject({ ok: true });
  const late = await sent(roomId, { name: 'En retard' });
  expect((await enter(late.client, roomId, true)).ack).toMatchObject({ ok: false, error: { code: 'room_locked' } });
  await call(h.socket, 'host:configure', { locked: false });
  // The room's owner is co-host while another is host; of two whom a system sends, the second is.
  expect((await enter(amina, roomId, false)).ack).toMatchObject({ ok: true, data: { self: { role: 'cohost' } } });
  const second = await sent(roomId, { name: 'M. Ali', role: 'host' });
  expect((await enter(second.client, roomId, true)).ack).toMatchObject({
    ok: true,
    data: { self: { role: 'cohost' } },
  });
  // Asked again, without the link, the guest stays who they are.
  expect((await pupil.client.post(`/api/guests/${roomId}`, { name: 'Autre', terms })).body.name).toBe('Yasmine');

  // The terms are asked for all the same, another room's door does not open, nor does another's token.
  const join = joinOf(pupil.link.url);
  const stranger = createClient(hub);
  const wrong = { version: terms.version, hash: '0'.repeat(64) };
  expect((await stranger.post(`/api/guests/${roomId}`, { name: 'x', terms: wrong, join })).body.code).toBe(
    'cgu_required',
  );
  const other = (await api(write, 'POST', '/api/v1/rooms', { title: 'Autre' })).body.id;
  expect((await stranger.post(`/api/guests/${other}/door`, { join })).body.code).toBe('link_gone');
  expect((await stranger.post(`/api/guests/${other}`, { name: 'x', terms, join })).body.code).toBe('link_gone');
  expect((await stranger.post(`/api/guests/${roomId}/door`, { join: `${join}x` })).body.code).toBe('link_gone');
  expect((await stranger.get(`/api/guests/${roomId}`)).body.code).toBe('room_not_found');
  expect(await call(h.socket, 'host:end', {})).toMatchObject({ ok: true });
});

it('a key reaches nothing but these calls, and names no field that is not asked for (mass assignment)', async () => {
  const { paths } = (await createClient(hub).get('/api/openapi.json')).body;
  const others = Object.entries(paths as Record<string, Record<string, { security: object[] }>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).flatMap(([method, { security }]) =>
        path.startsWith('/api/v1/') || security.length === 0 ? [] : [[method, path] as const],
      ),
  );
  expect(others.length).toBeGreaterThan(60);
  const reached = await Promise.all(
    others.map(async ([method, path]) => {
      const answer = await api(
        write,
        method.toUpperCase(),
        path.replace(/\{\w+\}/g, 'x'),
        method === 'get' ? undefined : {},
      );
      return answer.status === 401 ? [] : [`${method} ${path} ${answer.status}`];
    }),
  );
  expect(reached.flat()).toEqual([]);
  for (const more of [
    { id: 'x' },
    { ownerId: 'x' },
    { kind: 'personal' },
    { settings: { locked: true } },
    { __proto__: null, role: 'admin' },
  ])
    expect([more, (await api(write, 'POST', '/api/v1/rooms', { title: 'x', ...more })).status]).toEqual([more, 400]);
  const { body: room } = await api(write, 'POST', '/api/v1/rooms', { title: 'x' });
  for (const more of [
    { role: 'cohost' },
    { roomId: 'y' },
    { keyId: 'z' },
    { minutes: 0 },
    { minutes: 1e9 },
    { expiresAt: 1 },
  ])
    expect([
      more,
      (await api(write, 'POST', `/api/v1/rooms/${room.id}/join-links`, { name: 'x', ...more })).status,
    ]).toEqual([more, 400]);
  expect((await api(write, 'POST', '/api/v1/rooms', { title: 'x', owner: 'nobody@example.dz' })).status).toBe(404);
  const socket = createClient(hub).socket({ token: write });
  sockets.push(socket);
  await expect(connected(socket)).rejects.toThrow('unauthenticated');
});

it('R-57 only an admin makes keys; they are shown once, kept as a hash, and tell when they were used', async () => {
  const before = (await admin.get('/api/admin/api-keys')).body;
  expect(JSON.stringify(before)).not.toContain('dwn_');
  expect(before.find(({ scopes }: { scopes: string[] }) => scopes.length === 2)).toMatchObject({
    ...{ name: 'CRM', createdBy: expect.any(String), expiresAt: null, lastUsedAt: expect.any(Number) },
  });
  const draft = { name: 'x', scopes: ['meetings:read'] };
  expect((await amina.post('/api/admin/api-keys', draft)).status).toBe(403);
  expect((await amina.get('/api/admin/api-keys')).status).toBe(403);
  for (const wrong of [
    { scopes: [] },
    { scopes: ['accounts:write'] },
    { name: ' ' },
    { expiresAt: 1 },
    { hash: 'x' },
    { id: 'x' },
  ])
    expect([wrong, (await admin.post('/api/admin/api-keys', { ...draft, ...wrong })).status]).toEqual([wrong, 400]);
});

it('a key that is none, has another scope, is over or revoked opens nothing, and a session does not stand for one', async () => {
  const { body: room } = await api(write, 'POST', '/api/v1/rooms', { title: 'Salle' });
  const reading = ['/api/v1/rooms', `/api/v1/rooms/${room.id}`, '/api/v1/meetings/past'];
  const writing: [string, string, unknown?][] = [
    ['POST', '/api/v1/rooms', { title: 'x' }],
    ['DELETE', `/api/v1/rooms/${room.id}`],
    ['POST', `/api/v1/rooms/${room.id}/join-links`, { name: 'x' }],
    ['POST', '/api/v1/meetings', { meeting: {} }],
    ['DELETE', `/api/v1/meetings/${room.id}`],
  ];
  const all: [string, string, unknown?][] = [...reading.map((path): [string, string] => ['GET', path]), ...writing];
  const { paths } = (await createClient(hub).get('/api/openapi.json')).body;
  const documented = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
    path.startsWith('/api/v1/') ? Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`) : [],
  );
  expect(documented.length, 'each call is asked here').toBe(all.length);

  for (const [method, path, body] of writing)
    expect([path, (await api(read, method, path, body)).body.code]).toEqual([path, 'forbidden']);
  const writer = (await key(['meetings:write'])).token;
  for (const path of reading) expect((await api(writer, 'GET', path)).body.code).toBe('forbidden');

  const session = admin.jar.get('diwan_access') as string;
  const revoked = await key(['meetings:read', 'meetings:write']);
  const { link } = await sent2(revoked.token, room.id);
  expect((await api(revoked.token, 'GET', reading[0] as string)).status).toBe(200);
  expect((await admin.request('DELETE', `/api/admin/api-keys/${revoked.id}`)).status).toBe(204);
  expect((await admin.request('DELETE', `/api/admin/api-keys/${revoked.id}`)).status).toBe(404);
  expect((await createClient(hub).post(`/api/guests/${room.id}/door`, { join: joinOf(link) })).body.code).toBe(
    'link_gone',
  );
  const short = await key(['meetings:read', 'meetings:write'], Date.now() + 1500);
  expect((await api(short.token, 'GET', reading[0] as string)).status).toBe(200);
  const [method, path, body] = all[0] as [string, string, unknown?];
  await expect.poll(async () => (await api(short.token, method, path, body)).status, { timeout: 10_000 }).toBe(401);
  for (const [method, path, body] of all)
    expect([path, (await api(revoked.token, method, path, body)).body.code]).toEqual([path, 'unauthenticated']);
  // Of its own address: what follows is about what is asked, and tries are few.
  for (const token of [undefined, 'dwn_', `dwn_${'x'.repeat(40)}`, session])
    expect((await api(token, 'GET', reading[0] as string)).body.code).toBe('unauthenticated');
  expect((await admin.get(reading[0] as string)).status).toBe(401);
  await expect
    .poll(async () => (await api(`dwn_${'y'.repeat(40)}`, 'GET', '/api/v1/rooms')).body.code)
    .toBe('too_many_attempts');
});

/** A join link made with another key. */
async function sent2(token: string, roomId: string): Promise<{ link: string }> {
  const { body } = await api(token, 'POST', `/api/v1/rooms/${roomId}/join-links`, { name: 'Yasmine' });
  return { link: body.url };
}
