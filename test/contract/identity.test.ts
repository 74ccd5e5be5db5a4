import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Problem } from '@diwan/protocol/errors.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../services/hub.ts';
import {
  type Client,
  call,
  connected,
  createClient,
  next,
  signedInAdmin,
  signedInPerson,
  testPassword,
} from './client.ts';

let hub: Hub;
let admin: Client;
beforeAll(async () => {
  hub = await startHub();
  admin = await signedInAdmin(hub);
});
afterAll(() => hub?.stop());
const email = () => `${randomUUID()}@example.dz`;

describe('signing in', () => {
  it('R-10 refuses a wrong password in the person’s language, as a problem (RFC 9457)', async () => {
    for (const [language, words] of [
      ['fr', 'Identifiant ou mot de passe incorrect.'],
      ['ar-DZ', 'اسم المستخدم أو كلمة المرور غير صحيحة.'],
      ['en', 'Wrong identifier or password.'],
    ] as const) {
      const identifier = language === 'fr' ? hub.admin.email : email();
      const answer = await createClient(hub).post(
        '/api/auth/login',
        { identifier, password: 'wrong' },
        { 'accept-language': language },
      );
      expect(answer.status).toBe(401);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(Problem.parse(answer.body)).toMatchObject({ code: 'bad_credentials', title: words });
    }
  });

  it('sets cookies that scripts cannot read and logs out for good', async () => {
    const client = createClient(hub);
    const answer = await client.login(hub.admin.email, hub.admin.password);
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toHaveLength(3);
    for (const cookie of cookies) expect(cookie).toMatch(/HttpOnly.*SameSite=(Lax|Strict)/i);
    expect((await client.get('/api/me')).status).toBe(200);
    const kept = new Map(client.jar);
    expect((await client.post('/api/auth/logout')).status).toBe(204);
    // The browser is known again; that opens nothing.
    expect([...client.jar.keys()]).toEqual(['diwan_device']);
    for (const [name, value] of kept) client.jar.set(name, value);
    expect((await client.get('/api/me')).body.code).toBe('unauthenticated');
    expect((await client.post('/api/auth/refresh', {})).body.code).toBe('unauthenticated');
  });

  it('R-06 invites by mail with a link on the configured address, whatever Host says', async () => {
    const address = email();
    const created = await admin.post(
      '/api/admin/accounts',
      { email: address, name: 'Amel' },
      { 'x-forwarded-host': 'evil.example' },
    );
    expect(created.status).toBe(201);
    expect(created.body.invitationUrl).toMatch(new RegExp(`^${hub.url}/invitation/`));
    const mail = () =>
      readdirSync(path.join(hub.dataDir, 'mail')).map((f) => readFileSync(path.join(hub.dataDir, 'mail', f), 'utf8'));
    await expect.poll(() => mail().some((m) => m.includes(address))).toBe(true);
  });

  it('refreshes once the access token is no longer good, and tells the two apart', async () => {
    const client = await signedInPerson(hub, admin, email(), 'Nour');
    const before = client.jar.get('diwan_access');
    expect((await client.post('/api/auth/refresh', {})).status).toBe(200);
    expect(client.jar.get('diwan_access')).not.toBe(before);
    client.jar.set('diwan_access', 'not.a.token');
    expect((await client.get('/api/me')).body.code).toBe('unauthenticated');
    expect((await client.post('/api/auth/refresh', {})).status).toBe(200);
    expect((await client.get('/api/me')).status).toBe(200);
  });
});

describe('CSRF and origins', () => {
  it('refuses an unsafe call with cookies from a foreign page, or from none', async () => {
    const client = await signedInPerson(hub, admin, email(), 'Yanis');
    expect((await client.post('/api/rooms', { title: 'x' }, { origin: 'https://evil.example' })).body.code).toBe(
      'origin_refused',
    );
    expect((await client.post('/api/rooms', { title: 'x' }, { origin: 'null' })).body.code).toBe('origin_refused');
    expect((await client.post('/api/auth/logout', {}, { origin: 'https://evil.example' })).body.code).toBe(
      'origin_refused',
    );
    expect((await client.post('/api/rooms', '{"title":"x"}', { 'content-type': 'text/plain' })).body.code).toBe(
      'bad_request',
    );
    expect((await client.get('/api/rooms')).body).toEqual([]);
  });

  it('refuses a WebSocket from a foreign origin', async () => {
    const client = await signedInPerson(hub, admin, email(), 'Yanis');
    const socket = client.socket({ origin: 'https://evil.example' });
    await expect(connected(socket)).rejects.toBeDefined();
    socket.close();
  });
});

describe('R-03 the gate of the terms', () => {
  it('closes HTTP and sockets until the version in force is accepted, and leaves the rest open', async () => {
    const client = await signedInPerson(hub, admin, email(), 'Sara', false);
    for (const url of ['/api/rooms', '/api/ibox/spaces', '/api/me/sessions']) {
      const answer = await client.get(url);
      expect([url, answer.status, answer.body.code]).toEqual([url, 403, 'cgu_required']);
    }
    for (const url of ['/api/me', '/api/terms', '/api/notices', '/api/terms/acceptances', '/api/version'])
      expect([url, (await client.get(url)).status]).toEqual([url, 200]);
    expect((await client.request('PATCH', '/api/me', { language: 'ar' })).body.language).toBe('ar');
    expect((await client.request('PATCH', '/api/me', { name: 'Autre' })).body.code).toBe('cgu_required');
    const socket = client.socket();
    await connected(socket);
    expect(await call(socket, 'room:join', { roomId: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'cgu_required', status: 403 },
    });
    const proof = await client.acceptTerms();
    expect(proof.body).toMatchObject({ version: 1, inForce: true, label: 'Accepter et valider' });
    expect((await client.get('/api/rooms')).status).toBe(200);
    expect(await call(socket, 'room:join', { roomId: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'room_not_found' },
    });
    socket.close();
  });

  it('R-04 closes again for everyone, live sockets included, when a version is published', async () => {
    const own = await startHub();
    try {
      const boss = await signedInAdmin(own);
      const client = await signedInPerson(own, boss, email(), 'Karim');
      const socket = client.socket();
      await connected(socket);
      const told = next(socket, 'terms:published');
      const texts = { fr: 'Nouvelles CGU', ar: 'شروط جديدة', en: 'New terms' };
      expect((await boss.post('/api/admin/terms', { texts })).status).toBe(201);
      expect(await told).toEqual({ version: 2 });
      expect((await client.get('/api/rooms')).body.code).toBe('cgu_required');
      expect(await call(socket, 'room:join', { roomId: 'x' })).toMatchObject({
        ok: false,
        error: { code: 'cgu_required' },
      });
      expect((await client.acceptTerms()).body.version).toBe(2);
      expect((await client.get('/api/terms/acceptances')).body.map((p: { version: number }) => p.version)).toEqual([
        2, 1,
      ]);
      expect((await client.get('/api/terms/1/download?lang=ar')).body).toContain('الشروط العامة');
      socket.close();
    } finally {
      await own.stop();
    }
  });
});

describe('R-54 notices', () => {
  it('reach every connected client within a second, and the others at their next sign-in', async () => {
    const [a, b] = await Promise.all([
      signedInPerson(hub, admin, email(), 'A'),
      signedInPerson(hub, admin, email(), 'B', false),
    ]);
    const sockets = [a.socket(), b.socket()];
    await Promise.all(sockets.map(connected));
    const told = sockets.map((s) => next(s, 'notice:published'));
    const notice = {
      severity: 'warning',
      services: ['ibox'],
      startsAt: Date.now() + 3600_000,
      endsAt: Date.now() + 7200_000,
      text: { fr: 'Maintenance ce soir', ar: 'صيانة هذا المساء', en: 'Maintenance tonight' },
    };
    const published = await admin.post('/api/admin/notices', notice);
    expect(published.status).toBe(201);
    for (const heard of await Promise.all(told)) expect(heard).toEqual(published.body);
    const late = await signedInPerson(hub, admin, email(), 'C', false);
    expect((await late.get('/api/notices')).body).toContainEqual(published.body);
    const withdrawn = next(sockets[0] as never, 'notice:withdrawn');
    expect((await admin.request('DELETE', `/api/admin/notices/${published.body.id}`)).status).toBe(204);
    expect(await withdrawn).toEqual({ id: published.body.id });
    for (const s of sockets) s.close();
  });

  it('refuses a window that ends before it starts, and every admin call of a client', async () => {
    const bad = { severity: 'info', services: ['ibox'], startsAt: 2, endsAt: 1, text: { fr: 'a', ar: 'b', en: 'c' } };
    expect((await admin.post('/api/admin/notices', bad)).body.code).toBe('bad_request');
    const client = await signedInPerson(hub, admin, email(), 'D');
    for (const [method, url] of [
      ['GET', '/api/admin/accounts'],
      ['POST', '/api/admin/accounts'],
      ['POST', '/api/admin/notices'],
      ['POST', '/api/admin/terms'],
      ['PATCH', '/api/admin/accounts/x'],
    ] as const)
      expect((await client.request(method, url, method === 'GET' ? undefined : {})).body.code).toBe('forbidden');
  });
});

describe('R-14 sessions', () => {
  it('a revoked session ends on HTTP and on its live socket at once', async () => {
    const address = email();
    const here = await signedInPerson(hub, admin, address, 'Ines');
    const there = createClient(hub);
    await there.login(address, testPassword);
    const socket = there.socket();
    await connected(socket);
    const sessions = (await here.get('/api/me/sessions')).body as { id: string; current: boolean }[];
    const other = sessions.find((s) => !s.current);
    const ended = next(socket, 'session:ended');
    const closed = next(socket, 'disconnect');
    expect((await here.request('DELETE', `/api/me/sessions/${other?.id}`)).status).toBe(204);
    expect(await ended).toEqual({ reason: 'revoked' });
    await closed;
    expect((await there.get('/api/me')).body.code).toBe('unauthenticated');
    socket.close();
  });

  it('an agent signs in by a code, and its token opens files and notices, nothing else', async () => {
    const client = await signedInPerson(hub, admin, email(), 'Omar');
    const agent = createClient(hub);
    const device = (await agent.post('/api/auth/device', { machine: 'portable' })).body;
    expect((await agent.post('/api/auth/device/token', { deviceCode: device.deviceCode })).body.code).toBe(
      'authorization_pending',
    );
    expect((await client.get(`/api/auth/device/${device.userCode}`)).body.machine).toBe('portable');
    expect((await client.post('/api/auth/device/approve', { userCode: device.userCode })).status).toBe(204);
    const tokens = (await agent.post('/api/auth/device/token', { deviceCode: device.deviceCode })).body;
    const bearer = { authorization: `Bearer ${tokens.accessToken}` };
    expect((await agent.get('/api/ibox/spaces', bearer)).status).toBe(200);
    expect((await agent.post('/api/auth/refresh', { refreshToken: tokens.refreshToken })).body).toMatchObject({
      expiresIn: 600,
    });
    for (const [method, url, body] of [
      ['PATCH', '/api/me', { name: 'x' }],
      ['POST', '/api/me/password', { current: testPassword, next: 'another long password' }],
      ['GET', '/api/me/sessions', undefined],
      ['GET', '/api/rooms', undefined],
      ['GET', '/api/admin/accounts', undefined],
      ['POST', '/api/terms/accept', { version: 1, hash: 'x'.repeat(64), language: 'fr', label: 'x' }],
      ['POST', '/api/auth/device/approve', { userCode: device.userCode }],
    ] as const)
      expect([url, (await agent.request(method, url, body, bearer)).body.code]).toEqual([url, 'forbidden']);
    const socket = agent.socket({ token: tokens.accessToken });
    await connected(socket);
    expect(await call(socket, 'room:join', { roomId: 'x' })).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    socket.close();
  });
});

describe('bad input', () => {
  it('malformed JSON, unknown fields and wrong types get a clear 400 and change nothing', async () => {
    const client = await signedInPerson(hub, admin, email(), 'Lyes');
    const json = { 'content-type': 'application/json' };
    expect((await client.post('/api/rooms', '{"title":', json)).body.code).toBe('malformed_json');
    expect((await client.post('/api/rooms', { title: 'x', ownerId: 'me' })).body.code).toBe('bad_request');
    expect((await client.post('/api/rooms', '{"title":"x","__proto__":{"role":"admin"}}', json)).status).not.toBe(201);
    expect((await client.request('PATCH', '/api/me', { role: 'admin' })).body.code).toBe('bad_request');
    expect((await client.get('/api/me')).body.account.role).toBe('client');
    expect((await client.post('/api/rooms', { title: 'é'.repeat(300) })).body).toMatchObject({
      code: 'bad_request',
      title: 'La demande est incorrecte.',
    });
    expect((await client.get('/api/nothing')).body.code).toBe('not_found');
    expect((await client.get('/api/rooms/%E0%A4%A')).status).toBe(400);
    expect((await client.post('/api/admin/terms', `{"x":"${'a'.repeat(2_000_000)}"}`, json)).body.code).toBe(
      'too_large',
    );
  });

  it('malformed socket messages are answered, and the connection lives', async () => {
    const client = await signedInPerson(hub, admin, email(), 'Rym');
    const socket = client.socket();
    await connected(socket);
    for (const [event, request] of [
      ['room:join', undefined],
      ['room:join', { roomId: 42 }],
      ['room:join', 'x'],
      ['producer:create', { kind: 'smell' }],
      ['no:such:call', {}],
      ['__proto__', {}],
    ] as const)
      expect(await call(socket, event, request)).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    socket.emit('room:join');
    expect(await call(socket, 'room:join', { roomId: 'unknown' })).toMatchObject({
      ok: false,
      error: { code: 'room_not_found' },
    });
    expect(socket.connected).toBe(true);
    socket.close();
  });

  it('a frame far too large closes that connection only', async () => {
    const client = await signedInPerson(hub, admin, email(), 'Rym');
    const [loud, calm] = [client.socket(), client.socket()];
    await Promise.all([connected(loud), connected(calm)]);
    const closed = next(loud, 'disconnect');
    loud.emit('room:join', { roomId: 'x'.repeat(2_000_000) });
    await closed;
    loud.close();
    expect(calm.connected).toBe(true);
    expect((await client.get('/healthz')).status).toBe(200);
    calm.close();
  });
});

describe('operator’s probes', () => {
  it('health, readiness, metrics and version answer without a login', async () => {
    const client = createClient(hub);
    expect((await client.get('/healthz')).body).toEqual({ ok: true });
    expect((await client.get('/readyz')).body).toEqual({ ok: true });
    expect((await client.get('/metrics')).body).toContain('diwan_socket_clients');
    expect((await client.get('/api/version')).body).toMatchObject({ product: 'diwan', protocol: 1 });
  });

  it('R-16 the log holds no password and no token', async () => {
    const { token } = { token: admin.jar.get('diwan_access') as string };
    const log = hub.output();
    expect(log).toContain('listening');
    for (const secret of [hub.admin.password, token, testPassword]) expect(log).not.toContain(secret);
  });
});
