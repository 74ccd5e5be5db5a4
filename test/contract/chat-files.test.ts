import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Hub, startHub } from '../services/hub.ts';
import { type Client, call, connected, createClient, next, signedInAdmin, signedInPerson } from './client.ts';

let hub: Hub;
let admin: Client;
/** Hosts the room, and has files. */
let amina: Client;
let bilal: Client;
/** Removed from the meeting. */
let chafia: Client;
let stranger: Client;
let roomId: string;
let terms: { version: number; hash: string };
const sockets: Socket[] = [];

beforeAll(async () => {
  hub = await startHub();
  admin = await signedInAdmin(hub);
  const people = ['amina', 'bilal', 'chafia', 'djamel'].map((name) =>
    signedInPerson(hub, admin, `${name}@example.test`, name),
  );
  [amina, bilal, chafia, stranger] = (await Promise.all(people)) as [Client, Client, Client, Client];
  const { version, hash } = (await amina.get('/api/terms')).body;
  terms = { version, hash };
  roomId = await roomOf(amina);
}, 120_000);
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await hub?.stop();
});

async function roomOf(owner: Client): Promise<string> {
  const { id } = (await owner.post('/api/rooms', { title: 'Conseil' })).body;
  await owner.request('PATCH', `/api/rooms/${id}/settings`, { guests: true, lobby: false });
  return id;
}
async function fileOf(owner: Client, name: string, bytes: BodyInit = 'Le budget'): Promise<string> {
  const [{ rootId }] = (await owner.get('/api/ibox/spaces')).body;
  const path = `/api/ibox/nodes/${rootId}/files/${randomUUID()}-${name}`;
  const { status, body } = await owner.request('PUT', path, bytes, { 'content-type': 'application/octet-stream' });
  expect(status).toBe(201);
  return body.id;
}
/** In the meeting, as a person or as a guest. */
async function enter(client: Client, room = roomId, guest = false) {
  const socket = client.socket(guest ? { guestOf: room } : {});
  sockets.push(socket);
  await connected(socket);
  const joined = await call(socket, 'room:join', { roomId: room });
  expect(joined.ok).toBe(true);
  await call(socket, 'chat:read', {});
  return { socket, id: joined.ok ? (joined.data.self.id as string) : '' };
}
async function guestIn(room: string): Promise<Client> {
  const client = createClient(hub);
  expect((await client.post(`/api/guests/${room}`, { name: 'Yasmine', terms })).status).toBe(201);
  return client;
}
const send = (socket: Socket, fileId: string, more: object = {}) =>
  call(socket, 'chat:send', { clientId: randomUUID(), text: '', fileId, ...more });
const codeOf = (ack: Awaited<ReturnType<typeof call>>) => (ack.ok ? 'done' : ack.error.code);
async function sent(socket: Socket, fileId: string, more: object = {}): Promise<number> {
  const ack = await send(socket, fileId, more);
  if (!ack.ok) throw new Error(ack.error.code);
  return ack.data.message.number;
}
const parts = ['content', 'text', 'preview?size=256'];
const opened = async (client: Client, number: number, below = `/api/rooms/${roomId}`) =>
  Promise.all(parts.map(async (part) => (await client.get(`${below}/messages/${number}/${part}`)).status));
/** A text has no picture: told to who may read it. */
const yes = [200, 200, 422];
const no = [404, 404, 404];
const ungated = [401, 401, 401];

it('R-34 R-41 a file of Ibox is sent to a meeting: who is in it opens it, guests too, and nobody else', async () => {
  const guest = await guestIn(roomId);
  const [a, b, c] = [await enter(amina), await enter(bilal), await enter(chafia)];
  const g = await enter(guest, roomId, true);
  const fileId = await fileOf(amina, 'budget.txt');
  const heard = next(g.socket, 'chat:message');
  const number = await sent(a.socket, fileId, { text: 'Le voici' });
  expect(await heard).toMatchObject({
    ...{ text: 'Le voici', number, own: false },
    file: { name: expect.stringMatching(/-budget\.txt$/), size: 9, mediaType: 'text/plain', withdrawn: false },
  });
  for (const person of [amina, bilal, chafia]) expect(await opened(person, number)).toEqual(yes);
  expect(await opened(guest, number, `/api/guests/${roomId}`)).toEqual(yes);
  const content = await bilal.get(`/api/rooms/${roomId}/messages/${number}/content`);
  expect(content.body).toBe('Le budget');
  expect(content.headers.get('x-content-type-options')).toBe('nosniff');
  // It is the file that opens, not a copy of it: nothing of Ibox itself opens to them.
  expect((await bilal.get(`/api/ibox/nodes/${fileId}`)).status).toBe(404);
  await amina.request('PUT', `/api/ibox/nodes/${fileId}/content`, 'Corrigé', {
    'content-type': 'application/octet-stream',
  });
  expect((await bilal.get(`/api/rooms/${roomId}/messages/${number}/content`)).body).toBe('Corrigé');

  const elsewhere = await roomOf(bilal);
  const visitor = await guestIn(elsewhere);
  await enter(visitor, elsewhere, true);
  expect(await opened(stranger, number)).toEqual(no);
  expect(await opened(createClient(hub), number)).toEqual(ungated);
  expect(await opened(createClient(hub), number, `/api/guests/${roomId}`)).toEqual(ungated);
  expect(await opened(visitor, number, `/api/guests/${roomId}`)).toEqual(ungated);
  expect(await opened(visitor, number, `/api/guests/${elsewhere}`)).toEqual(no);
  expect(await opened(guest, number)).toEqual(ungated);
  expect(await opened(bilal, number, `/api/rooms/${elsewhere}`)).toEqual(no);
  // A pass for this room is not enough: one must have come in.
  expect(await opened(await guestIn(roomId), number, `/api/guests/${roomId}`)).toEqual(no);

  await call(a.socket, 'host:remove', { participantId: c.id });
  await expect.poll(() => opened(chafia, number)).toEqual(no);
  await call(g.socket, 'room:leave', {});
  await expect.poll(() => opened(guest, number, `/api/guests/${roomId}`)).toEqual(no);
  // Who comes later reads what was written, and opens it.
  const late = await enter(stranger);
  expect(await opened(stranger, number)).toEqual(yes);
  await call(late.socket, 'room:leave', {});
  await call(b.socket, 'room:leave', {});
  await call(a.socket, 'room:leave', {});
  for (const person of [amina, bilal, stranger]) expect(await opened(person, number)).toEqual(yes);
});

it('R-34 R-43 only who may share a file sends it, and a guest has none', async () => {
  const guest = await guestIn(roomId);
  const [a, b] = [await enter(amina), await enter(bilal)];
  const g = await enter(guest, roomId, true);
  const fileId = await fileOf(amina, 'secret.txt');
  for (const { socket } of [b, g])
    expect(await codeOf(await send(socket, fileId))).toBe(socket === g.socket ? 'forbidden' : 'not_found');
  const [{ rootId }] = (await amina.get('/api/ibox/spaces')).body;
  const folder = (await amina.post('/api/ibox/folders', { parentId: rootId, name: randomUUID() })).body;
  expect(codeOf(await send(a.socket, folder.id))).toBe('not_found');
  expect(codeOf(await send(a.socket, 'nul\0'))).toBe('not_found');
  await amina.post(`/api/ibox/nodes/${folder.id}/share`, { people: [{ email: 'bilal@example.test', role: 'writer' }] });
  const [invitation] = (await bilal.get('/api/ibox/invitations')).body;
  await bilal.post(`/api/ibox/invitations/${invitation.id}/accept`);
  await amina.request('PATCH', `/api/ibox/nodes/${fileId}`, { parentId: folder.id, name: 'partagé.txt' });
  // Bilal may write it by now, and still not share it further.
  expect((await bilal.get(`/api/ibox/nodes/${fileId}`)).status).toBe(200);
  expect(codeOf(await send(b.socket, fileId))).toBe('forbidden');
  const read = await call(b.socket, 'chat:read', {});
  expect(read.ok && read.data.messages.some(({ own }: { own: boolean }) => own)).toBe(false);
  for (const { socket } of [a, b, g]) await call(socket, 'room:leave', {});
});

it('R-34 R-43 the access ends with the message, when it is taken back, and with the sender’s own right', async () => {
  const [a, b] = [await enter(amina), await enter(bilal)];
  const fileId = await fileOf(amina, 'plan.txt');
  const [first, second, third] = [
    await sent(a.socket, fileId),
    await sent(a.socket, fileId),
    await sent(a.socket, fileId),
  ];
  const secret = await sent(a.socket, fileId, { to: b.id });
  expect(await opened(bilal, secret)).toEqual(yes);
  expect((await amina.get(`/api/ibox/nodes/${fileId}/meetings`)).body).toMatchObject(
    [secret, third, second, first].map((number) => ({ roomId, number, title: 'Conseil', by: 'amina' })),
  );
  const owns = (path: string) => amina.request('DELETE', path);

  await call(a.socket, 'chat:delete', { number: first });
  expect(await opened(bilal, first)).toEqual(no);
  expect(await opened(amina, first)).toEqual(no);

  // Another may neither look nor take it back, and the message must be that file's.
  const path = `/api/ibox/nodes/${fileId}/meetings/${roomId}`;
  expect((await bilal.request('DELETE', `${path}/${second}`)).status).toBe(404);
  expect((await owns(`/api/ibox/nodes/${await fileOf(amina, 'autre.txt')}/meetings/${roomId}/${second}`)).status).toBe(
    404,
  );
  expect(await opened(bilal, second)).toEqual(yes);
  const told = next(b.socket, 'chat:message');
  expect((await owns(`${path}/${second}`)).status).toBe(204);
  expect(await told).toMatchObject({ number: second, deleted: false, file: { withdrawn: true } });
  expect(await opened(bilal, second)).toEqual(no);
  expect(await opened(amina, second)).toEqual(no);
  expect((await owns(`${path}/${second}`)).status).toBe(204);

  const verbs = (await amina.get(`/api/ibox/nodes/${fileId}/activity`)).body.entries.map(
    ({ verb, about }: { verb: string; about: string | null }) => [verb, about],
  );
  expect(verbs.filter(([verb]: string[]) => verb?.startsWith('meeting'))).toEqual([
    ...Array(2).fill(['meeting_withdrawn', 'Conseil']),
    ...Array(4).fill(['meeting_shown', 'Conseil']),
  ]);

  await amina.request('DELETE', `/api/ibox/nodes/${fileId}`);
  expect(await opened(bilal, third)).toEqual(no);
  await amina.post(`/api/ibox/trash/${fileId}/restore`, {});
  expect(await opened(bilal, third)).toEqual(yes);
  const { id } = (await amina.get('/api/me')).body.account;
  await admin.request('PATCH', `/api/admin/accounts/${id}`, { suspended: true });
  expect(await opened(bilal, third)).toEqual(no);
  await admin.request('PATCH', `/api/admin/accounts/${id}`, { suspended: false });
  expect(await opened(bilal, third)).toEqual(yes);
});
