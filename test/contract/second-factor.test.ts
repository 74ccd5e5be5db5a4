import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../services/hub.ts';
import { appCode } from './authenticator-app.ts';
import { type Client, connected, createClient, signedInAdmin, signedInPerson, testPassword } from './client.ts';

const address = '/api/me/security';

describe('the second factor, against a running hub', () => {
  let hub: Hub;
  let admin: Client;
  beforeAll(async () => {
    hub = await startHub();
    admin = await signedInAdmin(hub);
  });
  afterAll(() => hub?.stop());

  /** Somebody whose account asks for a code of an app, set up with the code of the step before this one. */
  async function withApp(name: string) {
    const email = `${name}@example.dz`;
    const client = await signedInPerson(hub, admin, email, name);
    const { secret } = (await client.post(`${address}/totp`, { password: testPassword })).body;
    const confirmed = await client.post(`${address}/totp/confirm`, { code: appCode(secret, -1) });
    expect(confirmed.status).toBe(200);
    return { email, client, secret: secret as string, codes: confirmed.body.recoveryCodes as string[] };
  }

  it('R-10 R-18 the right password opens no session, and its ticket opens no other route', async () => {
    const { email, secret } = await withApp('amel');
    const client = createClient(hub);
    const half = await client.login(email, testPassword);
    expect(half.status).toBe(200);
    expect(half.headers.getSetCookie()).toEqual([]);
    expect(half.body).toEqual({ ticket: expect.any(String), ways: ['totp', 'recovery'], expiresIn: 300 });
    const { ticket } = half.body as unknown as { ticket: string };
    const cookie = `diwan_access=${ticket}; diwan_refresh=${ticket}`;
    for (const path of ['/api/me', address, '/api/ibox/spaces', '/api/rooms', '/api/terms/acceptances', '/api/notices'])
      for (const headers of [{ authorization: `Bearer ${ticket}` }, { cookie }])
        expect([path, (await client.get(path, headers)).status]).toEqual([path, 401]);
    for (const [path, body] of [
      ['/api/auth/refresh', { refreshToken: ticket }],
      ['/api/auth/device/token', { deviceCode: ticket }],
      [`/api/auth/invitations/${ticket}`, { password: 'a whole new password' }],
    ] as const)
      expect([path, (await client.post(path, body)).status]).toEqual([path, path.endsWith('refresh') ? 401 : 410]);
    const dav = { authorization: `Basic ${Buffer.from(`${email}:${ticket}`).toString('base64')}` };
    expect((await client.request('PROPFIND', '/dav/', undefined, dav)).status).toBe(401);
    const socket = client.socket({ token: ticket });
    await expect(connected(socket)).rejects.toMatchObject({ message: 'unauthenticated' });
    socket.close();
    // And it is still good for what it is for.
    const proof = { by: 'totp', code: appCode(secret) };
    const whole = await client.post('/api/auth/second-factor', { ticket, proof });
    expect([whole.status, whole.body.account.email]).toEqual([200, email]);
    expect((await client.get('/api/rooms')).status).toBe(200);
    const again = await createClient(hub).post('/api/auth/second-factor', { ticket, proof });
    expect([again.status, again.body.code]).toEqual([410, 'login_expired']);
  });

  it('R-18 a ticket takes the codes of its own account only, and every lie is refused', async () => {
    const [one, other] = [await withApp('badis'), await withApp('chahra')];
    const client = createClient(hub);
    const { ticket } = (await client.login(one.email, testPassword)).body as unknown as { ticket: string };
    const send = async (body: unknown) => (await client.post('/api/auth/second-factor', body)).body.code;
    expect(await send({ ticket, proof: { by: 'totp', code: appCode(other.secret) } })).toBe('second_factor_wrong');
    expect(await send({ ticket, proof: { by: 'recovery', code: other.codes[0] } })).toBe('second_factor_wrong');
    expect(await send({ ticket, proof: { by: 'totp', code: appCode(one.secret, -3) } })).toBe('second_factor_wrong');
    expect(await send({ ticket })).toBe('bad_request');
    expect(await send({ ticket, proof: { by: 'nothing' } })).toBe('bad_request');
    expect(await send({ ticket, proof: { by: 'totp', code: appCode(one.secret) }, accountId: 'x' })).toBe(
      'bad_request',
    );
    expect(await send({ ticket: '', proof: { by: 'recovery', code: one.codes[0] } })).toBe('login_expired');
    expect((await client.get('/api/me')).status).toBe(401);
    expect(client.jar.size).toBe(0);
  });

  it('R-18 guessing is slowed by account and answers when to come back; another way stays open', async () => {
    const { email, codes } = await withApp('dalia');
    const client = createClient(hub);
    const { ticket } = (await client.login(email, testPassword)).body as unknown as { ticket: string };
    const guess = () => client.post('/api/auth/second-factor', { ticket, proof: { by: 'totp', code: '000000' } });
    let last = await guess();
    for (let n = 0; n < 12 && last.status === 401; n += 1) last = await guess();
    expect([last.status, last.body.code]).toEqual([429, 'too_many_attempts']);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    const proof = { by: 'recovery', code: codes[3] };
    expect((await client.post('/api/auth/second-factor', { ticket, proof })).status).toBe(200);
  });

  it('R-18 who has taken over a session can neither turn it off nor make new codes without the password and a code', async () => {
    const { client, codes, secret } = await withApp('elias');
    const proof = { by: 'recovery', code: codes[0] };
    for (const path of ['totp/off', 'recovery-codes']) {
      expect((await client.post(`${address}/${path}`, { password: testPassword })).status).toBe(400);
      expect((await client.post(`${address}/${path}`, { password: 'x', proof })).body.code).toBe('bad_credentials');
      const wrong = { by: 'recovery', code: 'aaaaa-aaaaa' };
      const answer = await client.post(`${address}/${path}`, { password: testPassword, proof: wrong });
      expect(answer.body.code).toBe('second_factor_wrong');
    }
    expect((await client.post(`${address}/totp`, { password: testPassword })).body.code).toBe('conflict');
    expect((await client.get(address)).body).toMatchObject({ recoveryCodesLeft: 10 });
    const off = { password: testPassword, proof: { by: 'totp', code: appCode(secret) } };
    expect((await client.post(`${address}/totp/off`, off)).status).toBe(204);
    expect((await client.get(address)).body).toMatchObject({ totpSince: null, recoveryCodesLeft: 0 });
  });
});
