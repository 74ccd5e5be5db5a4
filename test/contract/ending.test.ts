import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { loadSecrets } from '../../server/src/identity/secrets.ts';
import { signAccess } from '../../server/src/identity/tokens.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { startMailSink } from '../services/mail-sink.ts';
import { connected, createClient, next, signedInAdmin } from './client.ts';

let hub: Hub;
afterEach(() => hub?.stop());

it('faults.md SIGTERM lets an upload in flight finish, and what was stored is there afterwards', async () => {
  hub = await startHub();
  const admin = await signedInAdmin(hub);
  const root = (await admin.get('/api/ibox/spaces')).body[0].rootId;
  const bytes = randomBytes(300_000);
  let sent = () => {};
  const begun = new Promise<void>((resolve) => {
    sent = resolve;
  });
  async function* slowly() {
    yield bytes.subarray(0, 100_000);
    sent();
    await sleep(500);
    yield bytes.subarray(100_000);
  }
  const upload = admin.request('PUT', `/api/ibox/nodes/${root}/files/lent.bin`, slowly() as never, {
    'content-type': 'application/octet-stream',
  });
  await begun;
  const ended = hub.restart();
  const answer = await upload;
  expect(answer.status).toBe(201);
  await ended;
  const back = Buffer.from((await admin.get(`/api/ibox/nodes/${answer.body.id}/content`)).body);
  expect(back.equals(bytes)).toBe(true);
});

it('sessions, live connections and the gate outlive a restart; a client reconnects by itself', async () => {
  hub = await startHub();
  const admin = await signedInAdmin(hub);
  const socket = admin.socket();
  await connected(socket);
  const again = next(socket, 'disconnect').then(() => next(socket, 'connect'));
  await hub.kill();
  await hub.restart();
  await again;
  expect((await admin.get('/api/rooms')).status).toBe(200);
  socket.close();
});

it('R-10 an expired token is told apart from a wrong one, in the person’s language, and logged once', async () => {
  hub = await startHub();
  const admin = await signedInAdmin(hub);
  const secrets = loadSecrets(hub.dataDir);
  const me = (await admin.get('/api/me')).body;
  const expired = signAccess(secrets, { sub: me.account.id, sid: me.sessionId, gen: 1, aud: 'web' }, -10);
  const client = createClient(hub);
  client.jar.set('diwan_access', expired);
  const before = hub.output().split('\n').length;
  const answer = await client.get('/api/rooms', { 'accept-language': 'ar' });
  expect(answer).toMatchObject({ status: 401, body: { code: 'token_expired', title: 'يجب تجديد جلستك.' } });
  await expect(connected(client.socket())).rejects.toMatchObject({ data: { code: 'token_expired' } });
  const lines = () =>
    hub
      .output()
      .split('\n')
      .slice(before - 1)
      .filter(Boolean);
  // What the hub writes comes through a pipe: soon, not at once. Both refusals; then nothing more of them.
  const told = () => lines().filter((line) => line.includes('token_expired')).length;
  await expect.poll(told).toBeGreaterThanOrEqual(2);
  await admin.get('/healthz');
  expect(told()).toBe(2);
  for (const line of lines()) expect(line).not.toContain(expired);
  expect(readFileSync(path.join(hub.dataDir, 'secrets.json'), 'utf8')).toContain('refreshSecret');
});

it('R-06 the invitation goes by SMTP, in the invited person’s language', async () => {
  const sink = await startMailSink();
  try {
    hub = await startHub({ SMTP_URL: sink.url });
    const admin = await signedInAdmin(hub);
    const { body } = await admin.post('/api/admin/accounts', {
      email: 'sara@example.dz',
      name: 'Sara',
      language: 'ar',
    });
    const mail = await sink.mailWhere((m) => JSON.stringify(m.to).includes('sara@example.dz'));
    expect(mail.subject).toBe('فضاء الزبون الخاص بك جاهز');
    expect(mail.text).toContain(body.invitationUrl);
  } finally {
    await sink.stop();
  }
});
