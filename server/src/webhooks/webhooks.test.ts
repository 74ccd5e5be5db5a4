import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { WebhookMessage } from '@diwan/protocol/webhooks.ts';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../../../test/services/databases.ts';
import type { Db } from '../db/database.ts';
import type { Actor } from '../identity/actor.ts';
import { deliverDue, mostAtOnce } from './deliver.ts';
import { openWebhooks, type Webhooks } from './webhooks.ts';

const log = pino({ level: 'silent' });
const secretOf = (id: string) => createHash('sha256').update(id).digest();
const admin = { accountId: 'admin' } as Actor;
const day = 86_400_000;
const started: WebhookMessage = {
  ...{ type: 'meeting.started', timestamp: 5 },
  data: { roomId: 'r', title: 'مجلس « été »', meetingId: 'm' },
};

/** Another system, which answers as it is told to. */
async function otherSystem() {
  const heard: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const other = { heard, status: 204, url: '', close: async () => {} };
  const server = createServer(async (req, res) => {
    heard.push({ path: req.url ?? '', headers: req.headers, body: await text(req) });
    res.writeHead(other.status, { location: `${other.url}/elsewhere` }).end('so be it');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  other.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  other.close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return other;
}

onEachDatabase((open) => {
  let db: Db;
  let now = 1_700_000_000_000;
  let webhooks: Webhooks;
  let other: Awaited<ReturnType<typeof otherSystem>>;
  const look = (signal = new AbortController().signal) => deliverDue({ db, log, now: () => now, secretOf, signal });
  /** The room's own looks and those of a test do not cross. */
  const quiet = async () => {
    while ((await look()) > 0);
  };

  beforeAll(async () => {
    db = await open();
    await db
      .insertInto('accounts')
      .values({
        ...{ id: 'admin', email: 'a@example.test', name: 'A', role: 'admin', language: 'fr', status: 'active' },
        ...{ passwordHash: null, createdAt: 1, lastLoginAt: null },
      })
      .execute();
    other = await otherSystem();
    webhooks = openWebhooks({ db, log, now: () => now, secretOf });
  });
  afterEach(async () => {
    await webhooks.close();
    for (const { id } of await webhooks.list()) await webhooks.remove(id);
    webhooks = openWebhooks({ db, log, now: () => now, secretOf });
    Object.assign(other, { status: 204 });
    other.heard.length = 0;
  });
  afterAll(async () => {
    await webhooks.close();
    await other.close();
  });

  it('a system is told what it asked for, once, signed so that it can tell who speaks', async () => {
    const { webhook, secret } = await webhooks.create(admin, { url: `${other.url}/hook`, events: ['meeting.started'] });
    await webhooks.tell('one', started);
    await webhooks.tell('one', started);
    await webhooks.tell('two', { ...started, type: 'meeting.ended' });
    await expect.poll(() => other.heard.length).toBe(1);
    await quiet();
    expect(other.heard).toHaveLength(1);
    const { path, headers, body } = other.heard[0] ?? expect.fail();
    expect(path).toBe('/hook');
    expect(JSON.parse(body)).toEqual(started);
    // As https://www.standardwebhooks.com has it.
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-id']).toBe('one');
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(headers['webhook-timestamp']).toBe(String(now / 1000));
    await expect
      .poll(webhooks.list)
      .toEqual([{ ...webhook, waiting: 0, failed: 0, last: { at: now, ok: true, detail: '204' } }]);
  });

  it('what was not taken is sent again under the same id, for about a day, and then given up and counted', async () => {
    await webhooks.close();
    await webhooks.create(admin, { url: other.url, events: ['meeting.started'] });
    other.status = 503;
    const began = now;
    await webhooks.tell('late', started);
    await quiet();
    for (let step = 0; step < 200; step++) {
      now += 600_000;
      await look();
    }
    expect(other.heard.map(({ headers }) => headers['webhook-id'])).toEqual(Array(9).fill('late'));
    expect(await webhooks.list()).toMatchObject([{ waiting: 0, failed: 1, last: { ok: false, detail: '503' } }]);
    expect((await webhooks.list())[0]?.last?.at).toBeGreaterThan(began + 0.9 * day);
    // It is not sent any more, and forgotten in the end.
    now += 31 * day;
    other.status = 204;
    await webhooks.tell('new', started);
    await quiet();
    expect(other.heard.at(-1)?.headers['webhook-id']).toBe('new');
    await expect.poll(async () => (await webhooks.list())[0]).toMatchObject({ waiting: 0, failed: 0 });
  });

  it('a system that is away holds up nobody else, and gets all of it later, in order', async () => {
    await webhooks.close();
    const gone = await otherSystem();
    await gone.close();
    await webhooks.create(admin, { url: gone.url, events: ['meeting.started'] });
    await webhooks.create(admin, { url: other.url, events: ['meeting.started'] });
    for (const id of ['a', 'b', 'c']) await webhooks.tell(id, started);
    await quiet();
    expect(other.heard.map(({ headers }) => headers['webhook-id'])).toEqual(['a', 'b', 'c']);
    const away = (await webhooks.list()).find(({ url }) => url === gone.url);
    expect(away).toMatchObject({ waiting: 3, last: { ok: false, detail: 'ECONNREFUSED' } });
    await db
      .updateTable('webhooks')
      .set({ url: `${other.url}/back` })
      .where('id', '=', away?.id ?? '')
      .execute();
    now += 120_000;
    await quiet();
    const back = other.heard.filter(({ path }) => path === '/back').map(({ headers }) => headers['webhook-id']);
    expect(back).toEqual(['a', 'b', 'c']);
  });

  it('a system that waits for more than one look takes up leaves room for the others', async () => {
    await webhooks.close();
    await webhooks.create(admin, { url: `${other.url}/busy`, events: ['meeting.started'] });
    for (let n = 0; n < mostAtOnce + 5; n++) await webhooks.tell(`busy ${n}`, started);
    await webhooks.create(admin, { url: `${other.url}/late`, events: ['meeting.ended'] });
    await webhooks.tell('late', { ...started, type: 'meeting.ended' });
    expect(await look()).toBe(mostAtOnce);
    expect(other.heard.filter(({ path }) => path === '/late')).toHaveLength(1);
    await quiet();
    expect(other.heard).toHaveLength(mostAtOnce + 6);
  });

  it('a redirect is not followed, and who is switched off hears tests only', async () => {
    const { webhook } = await webhooks.create(admin, { url: other.url, events: ['meeting.started'] });
    other.status = 302;
    await webhooks.tell('one', started);
    await expect.poll(async () => (await webhooks.list())[0]?.last).toMatchObject({ ok: false, detail: '302' });
    expect(other.heard.map(({ path }) => path)).toEqual(['/']);
    other.status = 204;
    await webhooks.patch(webhook.id, { active: false });
    await webhooks.tell('two', started);
    await webhooks.ping(webhook.id);
    await expect.poll(() => other.heard.length).toBe(2);
    now += 120_000;
    await quiet();
    expect(other.heard.map(({ body }) => JSON.parse(body).type)).toEqual(['meeting.started', 'ping']);
    await webhooks.patch(webhook.id, { active: true });
    await quiet();
    expect(other.heard.at(-1)?.headers['webhook-id']).toBe('one');
    for (const verb of [webhooks.ping, webhooks.remove]) {
      const refused = verb('nobody').catch(({ code }) => code);
      expect(await refused).toBe('not_found');
    }
  });
});
