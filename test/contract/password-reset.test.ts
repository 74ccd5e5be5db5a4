import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../services/hub.ts';
import { type Client, connected, createClient, next, signedInAdmin, signedInPerson, testPassword } from './client.ts';

const email = 'amina@example.dz';
const other = 'un tout autre mot de passe';
const mails = () => path.join(hub.dataDir, 'mail');

let hub: Hub;
let admin: Client;
let amina: Client;
beforeAll(async () => {
  hub = await startHub();
  admin = await signedInAdmin(hub);
  amina = await signedInPerson(hub, admin, email, 'Amina Saïdi');
});
afterAll(async () => {
  await hub?.stop();
});

/** What was mailed to somebody so far, with its soft line breaks taken out (RFC 2045, section 6.7). */
const lettersTo = (to: string) =>
  readdirSync(mails())
    .sort()
    .map((name) => readFileSync(path.join(mails(), name), 'utf8').replaceAll(/=\r?\n/g, ''))
    .filter((letter) => letter.includes(`To: ${to}`));
async function tokenMailed(): Promise<string> {
  const link = /(\S+)\/new-password\/([\w-]{43})/;
  await expect.poll(() => lettersTo(email).some((letter) => link.test(letter)), { timeout: 15_000 }).toBe(true);
  const [, address, token] = lettersTo(email).flatMap((letter) => link.exec(letter) ?? []);
  // Whoever asked, and whatever the request said of itself.
  expect(address).toBe(hub.url);
  return token as string;
}

describe('a forgotten password', () => {
  it('R-13 reset poisoning: the mail’s link keeps the configured address; using it closes every session and opens none', async () => {
    const socket = amina.socket();
    await connected(socket);
    const ended = next(socket, 'session:ended');
    const body = JSON.stringify({ email });
    const status = await new Promise((resolve, reject) => {
      const forged = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
      const headers = { ...forged, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      request({ port: hub.port, host: '127.0.0.1', method: 'POST', path: '/api/auth/forgotten', headers }, (answer) =>
        resolve(answer.resume().statusCode),
      )
        .on('error', reject)
        .end(body);
    });
    expect(status).toBe(202);
    const at = `/api/auth/resets/${await tokenMailed()}`;
    const visitor = createClient(hub);
    expect((await visitor.get(at)).body).toMatchObject({ email, name: 'Amina Saïdi' });
    expect((await visitor.post(at, { password: 'court' })).body.code).toBe('weak_password');
    const used = await visitor.post(at, { password: other });
    expect([used.status, used.headers.getSetCookie()]).toEqual([204, []]);
    expect((await visitor.get('/api/me')).body.code).toBe('unauthenticated');
    expect(await ended).toEqual({ reason: 'revoked' });
    expect((await amina.get('/api/me')).body.code).toBe('unauthenticated');
    expect((await visitor.get(at)).body.code).toBe('reset_invalid');
    expect((await visitor.login(email, testPassword)).body.code).toBe('bad_credentials');
    expect((await visitor.login(email, other)).status).toBe(200);
    expect((await visitor.get('/api/me')).body.termsAccepted).toBe(true);
  });

  it('R-10 enumeration: the same answer whether there is such an account or not', async () => {
    const answers = new Set<string>();
    for (const address of [hub.admin.email, 'nobody@example.dz', email]) {
      const { status, body, headers } = await createClient(hub).post('/api/auth/forgotten', { email: address });
      answers.add(JSON.stringify([status, body, [...headers.keys()]]));
    }
    expect(answers.size).toBe(1);
  });

  it('is slowed down by account as by address', async () => {
    const visitor = createClient(hub);
    const answers: number[] = [];
    for (let i = 0; i < 12; i++)
      answers.push((await visitor.post('/api/auth/forgotten', { email: 'often@example.dz' })).status);
    expect(answers.filter((status) => status === 202).length).toBeLessThanOrEqual(10);
    expect(answers.at(-1)).toBe(429);
  });
});

describe('a session that its owner ends', () => {
  it('R-14 a sign-in from a new browser is told on the other screens and by mail; all others are ended at once', async () => {
    const bilal = await signedInPerson(hub, admin, 'bilal@example.dz', 'Bilal');
    const socket = bilal.socket();
    await connected(socket);
    const told = next(socket, 'session:opened');
    const elsewhere = createClient(hub);
    await elsewhere.login('bilal@example.dz', testPassword);
    expect(await told).toMatchObject({ ip: expect.any(String), userAgent: expect.any(String) });
    await expect.poll(() => lettersTo('bilal@example.dz').at(-1), { timeout: 15_000 }).toContain(`${hub.url}/account`);
    expect((await bilal.request('DELETE', '/api/me/sessions')).status).toBe(204);
    expect((await elsewhere.get('/api/me')).body.code).toBe('unauthenticated');
    expect((await bilal.get('/api/me')).status).toBe(200);
    socket.close();
  });

  it('R-15 “my credentials were disclosed”: sockets, app passwords and links to files go with the sessions', async () => {
    const lina = await signedInPerson(hub, admin, 'lina@example.dz', 'Lina');
    const [space] = (await lina.get('/api/ibox/spaces')).body;
    const { body: folder } = await lina.post('/api/ibox/folders', { parentId: space.rootId, name: 'Projet' });
    const { body: link } = await lina.post(`/api/ibox/nodes/${folder.id}/links`, { kind: 'read', label: '' });
    const at = `/api/links/${new URL(link.url).pathname.split('/').at(-1)}`;
    const { body: app } = await lina.post('/api/me/app-passwords', { label: 'Nautilus' });
    const basic = `Basic ${Buffer.from(`lina@example.dz:${app.password}`).toString('base64')}`;
    const dav = () => createClient(hub).request('OPTIONS', '/dav/', undefined, { authorization: basic });
    expect([(await dav()).status, (await createClient(hub).get(at)).status]).toEqual([200, 200]);
    const socket = lina.socket();
    await connected(socket);
    const ended = next(socket, 'disconnect');

    expect((await lina.post('/api/me/disclosed', { current: 'faux', next: other })).body.code).toBe('bad_credentials');
    expect((await createClient(hub).get(at)).status).toBe(200);
    expect((await lina.post('/api/me/disclosed', { current: testPassword, next: other })).status).toBe(204);
    await ended;
    expect((await createClient(hub).get(at)).body.code).toBe('link_gone');
    expect((await dav()).status).toBe(401);
    expect((await lina.get('/api/me')).body.code).toBe('unauthenticated');
    expect((await lina.login('lina@example.dz', other)).status).toBe(200);
  });
});
