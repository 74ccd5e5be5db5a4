import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type NewWebhook, type Webhook, WebhookMessage } from '@diwan/protocol/webhooks.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHub } from '../services/hub.ts';
import { type Client, call, connected, signedInAdmin, signedInPerson } from './client.ts';

let hub: Awaited<ReturnType<typeof startHub>>;
let admin: Client;
let amina: Client;
const heard: WebhookMessage[] = [];
const other = createServer(async (req, res) => {
  heard.push(WebhookMessage.parse(JSON.parse(await text(req))));
  res.writeHead(200).end();
});

beforeAll(async () => {
  hub = await startHub();
  admin = await signedInAdmin(hub);
  amina = await signedInPerson(hub, admin, 'amina@example.test', 'Amina');
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
});
afterAll(async () => {
  other.closeAllConnections();
  other.close();
  await hub.stop();
});

const url = () => `http://127.0.0.1:${(other.address() as AddressInfo).port}/hook`;
const all = ['meeting.started', 'meeting.ended', 'participant.joined', 'participant.left'];

it('another system is told when a meeting starts and ends, and who comes and goes', async () => {
  const made: { status: number; body: NewWebhook } = await admin.post('/api/admin/webhooks', {
    url: url(),
    events: all,
  });
  expect(made.status).toBe(201);
  const { id: roomId } = (await amina.post('/api/rooms', { title: 'Conseil' })).body;
  const [one, two] = [amina.socket(), admin.socket()];
  try {
    await Promise.all([one, two].map(connected));
    for (const socket of [one, two]) expect(await call(socket, 'room:join', { roomId })).toMatchObject({ ok: true });
    await call(two, 'room:leave', {});
    await call(one, 'room:leave', {});
    await expect.poll(() => heard.length).toBe(6);
  } finally {
    for (const socket of [one, two]) socket.disconnect();
  }
  const who = heard.map(({ type, data }) => [type, data.participant?.name ?? data.title]);
  expect(who).toEqual([
    ['meeting.started', 'Conseil'],
    ['participant.joined', 'Amina'],
    ['participant.joined', expect.any(String)],
    ['participant.left', who[2]?.[1]],
    ['participant.left', 'Amina'],
    ['meeting.ended', 'Conseil'],
  ]);
  expect(new Set(heard.map(({ data }) => `${data.roomId} ${data.meetingId}`)).size).toBe(1);
  await expect
    .poll(async () => (await admin.get('/api/admin/webhooks')).body[0] as Webhook)
    .toMatchObject({ waiting: 0, failed: 0, last: { ok: true, detail: '200' } });
});

it('only admins have systems told, and only by http', async () => {
  expect((await amina.get('/api/admin/webhooks')).status).toBe(403);
  expect((await amina.post('/api/admin/webhooks', { url: url(), events: all })).status).toBe(403);
  for (const bad of ['file:///etc/passwd', 'javascript:alert(1)', 'gopher://x', 'nothing', ''])
    expect((await admin.post('/api/admin/webhooks', { url: bad, events: all })).status).toBe(400);
  expect((await admin.post('/api/admin/webhooks', { url: url(), events: ['account.created'] })).status).toBe(400);
  expect((await admin.request('DELETE', '/api/admin/webhooks/nobody')).status).toBe(404);
});
