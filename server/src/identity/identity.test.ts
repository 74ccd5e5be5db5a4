import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HubError } from '@diwan/protocol/errors.ts';
import type { LoginRequest } from '@diwan/protocol/identity.ts';
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import { pino } from 'pino';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { onEachDatabase } from '../../../test/services/databases.ts';
import { inProcessBus } from '../bus/in-process.ts';
import type { Mail } from '../mail/mailer.ts';
import { createAccount, createFirstAdmin, listAccounts, patchAccount, viewAccount } from './accounts.ts';
import { type Authenticator, createAuthenticator } from './authenticate.ts';
import { changePassword } from './change-password.ts';
import { approveDeviceLogin, finishDeviceLogin, startDeviceLogin, viewDeviceLogin } from './device-login.ts';
import type { Identity, Origin } from './identity.ts';
import { acceptInvitation, invite, viewInvitation } from './invitations.ts';
import { login as tryLogin } from './login.ts';
import { loginThrottle } from './login-throttle.ts';
import { loadSecrets } from './secrets.ts';
import { listSessions, refreshSession, revokeSession } from './sessions.ts';
import { readRefreshToken, refreshToken, signAccess, verifyAccess } from './tokens.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'diwan-identity-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const secrets = loadSecrets(dataDir);
const origin = { ip: '192.0.2.1', userAgent: 'vitest' };
const password = 'correct horse battery';

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof HubError ? error.code : error),
  );

/** Of an account without a second factor. */
async function login(room: Identity, input: LoginRequest, from: Origin) {
  const outcome = await tryLogin(room, input, from);
  if (!('tokens' in outcome)) throw new Error('a second factor was asked for');
  return {
    tokens: outcome.tokens,
    account: await viewAccount(room, verifyAccess(room.secrets, outcome.tokens.accessToken).sub),
  };
}

onEachDatabase((open) => {
  let room: Identity;
  let mails: Mail[];
  let clock: number;
  let unlinked: string[];
  let auth: Authenticator;

  beforeEach(async () => {
    mails = [];
    unlinked = [];
    clock = Date.parse('2026-01-01');
    room = {
      db: await open(),
      bus: inProcessBus(),
      mail: async (mail) => void mails.push(mail),
      secrets,
      throttle: loginThrottle(),
      publicUrl: 'https://diwan.example',
      now: () => clock,
      log: pino({ level: 'silent' }),
      revokeLinks: async (accountId) => void unlinked.push(accountId),
    };
    auth = createAuthenticator(room);
    await createFirstAdmin(room, { email: 'admin@example.dz', password, generate: () => 'unused' });
  });
  const signIn = () => login(room, { identifier: 'Admin@example.dz', password }, origin);

  describe('accounts', () => {
    it('makes the first admin once, with a generated password where none is set', async () => {
      expect(
        await createFirstAdmin(room, { email: 'x@example.dz', password: undefined, generate: () => 'g' }),
      ).toBeUndefined();
      const empty = { ...room, db: await open() };
      const made = await createFirstAdmin(empty, {
        email: 'x@example.dz',
        password: undefined,
        generate: () => 'generated-secret',
      });
      expect(made).toEqual({ email: 'x@example.dz', password: 'generated-secret' });
      expect(
        (await login(empty, { identifier: 'x@example.dz', password: 'generated-secret' }, origin)).account.role,
      ).toBe('admin');
    });

    it('R-06 an invited person chooses a password by a single-use link and signs in', async () => {
      const account = await createAccount(room, {
        email: 'lina@example.dz',
        name: 'Lina',
        role: 'client',
        language: 'ar',
      });
      expect(account.status).toBe('invited');
      const { url, mailed } = await invite(room, account.id);
      await mailed;
      expect(mails[0]).toMatchObject({ to: 'lina@example.dz' });
      expect(mails[0]?.text).toContain(url);
      expect(url).toMatch(/^https:\/\/diwan\.example\/invitation\/[\w-]{43}$/);
      const token = url.split('/').at(-1) as string;
      expect(await viewInvitation(room, token)).toMatchObject({ email: 'lina@example.dz', name: 'Lina' });
      expect(await code(acceptInvitation(room, token, 'short'))).toBe('weak_password');
      expect(await code(acceptInvitation(room, token, 'lina@example.dz'))).toBe('weak_password');
      await acceptInvitation(room, token, 'un mot de passe long');
      expect(await code(acceptInvitation(room, token, 'another long password'))).toBe('invitation_invalid');
      expect(
        (await login(room, { identifier: 'lina@example.dz', password: 'un mot de passe long' }, origin)).account.name,
      ).toBe('Lina');
    });

    it('an invitation ends after seven days, and by a newer one', async () => {
      const account = await createAccount(room, { email: 'a@example.dz', name: 'A', role: 'client', language: 'fr' });
      const first = (await invite(room, account.id)).url.split('/').at(-1) as string;
      const second = (await invite(room, account.id)).url.split('/').at(-1) as string;
      expect(await code(viewInvitation(room, first))).toBe('invitation_invalid');
      expect(await code(viewInvitation(room, second))).toBe('ok');
      clock += 8 * 24 * 3600_000;
      expect(await code(acceptInvitation(room, second, password))).toBe('invitation_invalid');
    });

    it('refuses a second account for an address, and to lose the last admin', async () => {
      expect(
        await code(createAccount(room, { email: 'admin@example.dz', name: 'B', role: 'client', language: 'fr' })),
      ).toBe('conflict');
      const [admin] = await listAccounts(room);
      expect(await code(patchAccount(room, admin?.id as string, { role: 'client' }))).toBe('forbidden');
      expect(await code(patchAccount(room, admin?.id as string, { suspended: true }))).toBe('forbidden');
      expect((await listAccounts(room))[0]).toMatchObject({ role: 'admin', status: 'active' });
    });

    it('R-57 suspending ends every session at once; the right password then says why', async () => {
      const { id } = await createAccount(room, { email: 's@example.dz', name: 'S', role: 'client', language: 'fr' });
      await acceptInvitation(room, (await invite(room, id)).url.split('/').at(-1) as string, password);
      const { tokens } = await login(room, { identifier: 's@example.dz', password }, origin);
      await auth.authenticate(tokens.accessToken);
      await patchAccount(room, id, { suspended: true });
      expect(await code(auth.authenticate(tokens.accessToken))).toBe('unauthenticated');
      expect(await code(refreshSession(room, tokens.refreshToken))).toBe('unauthenticated');
      expect(await code(login(room, { identifier: 's@example.dz', password }, origin))).toBe('account_suspended');
      expect(await code(login(room, { identifier: 's@example.dz', password: 'wrong' }, origin))).toBe(
        'bad_credentials',
      );
      await patchAccount(room, id, { suspended: false });
      expect(await code(login(room, { identifier: 's@example.dz', password }, origin))).toBe('ok');
    });
  });

  describe('login', () => {
    it('R-10 answers the same for a wrong password and an unknown identifier', async () => {
      expect(await code(login(room, { identifier: 'admin@example.dz', password: 'wrong' }, origin))).toBe(
        'bad_credentials',
      );
      expect(await code(login(room, { identifier: 'nobody@example.dz', password: 'wrong' }, origin))).toBe(
        'bad_credentials',
      );
      // Whatever is tried, the decoy's password opens nothing.
      expect(
        await code(login(room, { identifier: 'nobody@example.dz', password: 'nobody has this password' }, origin)),
      ).toBe('bad_credentials');
    });

    it('throttles by account and by address, says for how long, and another address of the person is not hit by the first', async () => {
      room.throttle = loginThrottle({ perAddress: 5, perAccount: 3, seconds: 600 });
      const attempt = (identifier: string, ip: string) =>
        login(room, { identifier, password: 'no' }, { ...origin, ip });
      for (let i = 0; i < 3; i++) expect(await code(attempt('x@y.dz', 'a'))).toBe('bad_credentials');
      const refused = await attempt('x@y.dz', 'a').catch((e: HubError) => e);
      expect(refused).toMatchObject({ code: 'too_many_attempts' });
      expect((refused as HubError).retryAfter).toBeGreaterThan(500);
      expect(await code(attempt('z@y.dz', 'a'))).toBe('bad_credentials');
      expect(await code(attempt('other@y.dz', 'a'))).toBe('too_many_attempts');
      expect(await code(login(room, { identifier: 'admin@example.dz', password }, { ...origin, ip: 'b' }))).toBe('ok');
    });

    it('a right password clears the account’s count', async () => {
      room.throttle = loginThrottle({ perAddress: 100, perAccount: 2, seconds: 600 });
      for (let i = 0; i < 3; i++) {
        expect(await code(login(room, { identifier: 'admin@example.dz', password: 'no' }, origin))).toBe(
          'bad_credentials',
        );
        expect(await code(signIn())).toBe('ok');
      }
    });

    it('a refusal is never a lock: the time it names is enough', async () => {
      const throttle = loginThrottle({ perAddress: 1, perAccount: 1, seconds: 1 });
      await throttle.attempt('ip', 'someone');
      const refused = (await throttle.attempt('ip', 'someone').catch((e: HubError) => e)) as HubError | undefined;
      await new Promise((resolve) => setTimeout(resolve, (refused?.retryAfter ?? 0) * 1000 + 50));
      expect(await code(throttle.attempt('ip', 'someone'))).toBe('ok');
    });

    it('R-11 changes the password with the current one, and closes the other sessions', async () => {
      const first = (await signIn()).tokens;
      const second = (await signIn()).tokens;
      const actor = await auth.authenticate(first.accessToken);
      expect(await code(changePassword(room, actor, { current: 'wrong', next: 'a new long password' }, origin))).toBe(
        'bad_credentials',
      );
      expect(await code(changePassword(room, actor, { current: password, next: 'short' }, origin))).toBe(
        'weak_password',
      );
      await changePassword(room, actor, { current: password, next: 'a new long password' }, origin);
      expect(await code(auth.authenticate(first.accessToken))).toBe('ok');
      expect(await code(auth.authenticate(second.accessToken))).toBe('unauthenticated');
      expect(await code(signIn())).toBe('bad_credentials');
      expect(await code(login(room, { identifier: 'admin@example.dz', password: 'a new long password' }, origin))).toBe(
        'ok',
      );
    });

    it('R-16 keeps no clear password or token in the database', async () => {
      const { tokens } = await signIn();
      const rows = JSON.stringify([
        await room.db.selectFrom('accounts').selectAll().execute(),
        await room.db.selectFrom('sessions').selectAll().execute(),
      ]);
      for (const secret of [password, tokens.accessToken, tokens.refreshToken]) expect(rows).not.toContain(secret);
      expect(rows).toContain('$argon2id$');
    });
  });

  describe('sessions', () => {
    it('R-14 lists them and ends one of them, only one’s own', async () => {
      const first = await auth.authenticate((await signIn()).tokens.accessToken);
      const second = await auth.authenticate((await signIn()).tokens.accessToken);
      expect((await listSessions(room, first)).map((s) => [s.id === first.sessionId, s.current])).toContainEqual([
        true,
        true,
      ]);
      await revokeSession(room, first, second.sessionId);
      expect(await code(auth.stillValid(second))).toBe('unauthenticated');
      expect(await code(revokeSession(room, { ...second, accountId: 'other' }, first.sessionId))).toBe('not_found');
      expect(await listSessions(room, first)).toHaveLength(1);
    });

    it('a lost reply to a refresh is asked for again, and is no theft', async () => {
      const { tokens } = await signIn();
      await auth.authenticate(tokens.accessToken);
      const lost = await refreshSession(room, tokens.refreshToken);
      clock += 3600_000;
      const again = await refreshSession(room, tokens.refreshToken);
      expect(again.refreshToken).toBe(lost.refreshToken);
      expect(await code(auth.authenticate(again.accessToken))).toBe('ok');
    });

    it('an old refresh token used again ends the whole session', async () => {
      const { tokens } = await signIn();
      const next = await refreshSession(room, tokens.refreshToken);
      await auth.authenticate(next.accessToken);
      clock += 60_000;
      expect(await code(refreshSession(room, tokens.refreshToken))).toBe('unauthenticated');
      expect(await code(auth.authenticate(next.accessToken))).toBe('unauthenticated');
      expect(await code(refreshSession(room, next.refreshToken))).toBe('unauthenticated');
    });

    it('two tabs that refresh at the same moment both go on', async () => {
      const { tokens } = await signIn();
      const a = await refreshSession(room, tokens.refreshToken);
      await auth.authenticate(a.accessToken);
      const b = await refreshSession(room, tokens.refreshToken);
      expect(b.refreshToken).toBe(a.refreshToken);
    });

    it('ends after thirty days without use', async () => {
      const { tokens } = await signIn();
      clock += 31 * 24 * 3600_000;
      expect(await code(refreshSession(room, tokens.refreshToken))).toBe('unauthenticated');
      expect(await code(auth.authenticate(tokens.accessToken))).toBe('unauthenticated');
    });
  });

  describe('device sign-in (RFC 8628)', () => {
    it('gives the agent its tokens once, after a person approved the code', async () => {
      const actor = await auth.authenticate((await signIn()).tokens.accessToken);
      const device = await startDeviceLogin(room, 'laptop', origin);
      expect(device.verificationUrl).toBe(`https://diwan.example/device?code=${device.userCode}`);
      expect(await code(finishDeviceLogin(room, device.deviceCode))).toBe('authorization_pending');
      expect((await viewDeviceLogin(room, actor, device.userCode.toLowerCase().replace('-', ''))).machine).toBe(
        'laptop',
      );
      await approveDeviceLogin(room, actor, device.userCode);
      expect(await code(approveDeviceLogin(room, actor, device.userCode))).toBe('device_code_invalid');
      const tokens = await finishDeviceLogin(room, device.deviceCode);
      expect(await auth.authenticate(tokens.accessToken)).toMatchObject({
        accountId: actor.accountId,
        audience: 'agent',
      });
      expect(await code(finishDeviceLogin(room, device.deviceCode))).toBe('device_code_invalid');
    });

    it('refuses a code that is guessed or too old', async () => {
      const actor = await auth.authenticate((await signIn()).tokens.accessToken);
      expect(await code(approveDeviceLogin(room, actor, 'BCDF-GHJK'))).toBe('device_code_invalid');
      const device = await startDeviceLogin(room, 'laptop', origin);
      clock += 11 * 60_000;
      expect(await code(approveDeviceLogin(room, actor, device.userCode))).toBe('device_code_invalid');
      expect(await code(finishDeviceLogin(room, device.deviceCode))).toBe('device_code_invalid');
    });
  });
});

describe('tokens', () => {
  const claims = { sub: 'a', sid: 's', gen: 1, aud: 'web' } as const;
  const refused = (token: string) => {
    try {
      verifyAccess(secrets, token);
      return 'ok';
    } catch (error) {
      return (error as HubError).code;
    }
  };

  it('a good one is read back; an expired one says so', () => {
    expect(verifyAccess(secrets, signAccess(secrets, claims))).toMatchObject(claims);
    expect(refused(signAccess(secrets, claims, -1))).toBe('token_expired');
  });

  it('refuses alg none, HS256 with the public key, a foreign key, kid, audience or issuer, and any flipped character', () => {
    const key = secrets.keys[0] as (typeof secrets.keys)[number];
    const body = (o: object) => Buffer.from(JSON.stringify(o)).toString('base64url');
    const payload = { ...claims, iss: 'diwan', exp: Date.now() / 1000 + 600 };
    expect(refused(`${body({ alg: 'none', kid: key.kid, typ: 'JWT' })}.${body(payload)}.`)).toBe('unauthenticated');
    const { sub, aud, ...rest } = claims;
    const options = { subject: sub, audience: aud, issuer: 'diwan', keyid: key.kid, expiresIn: 60 };
    const hmac = jwt.sign(rest, Buffer.from(key.publicKey.export({ type: 'spki', format: 'pem' })), {
      ...options,
      algorithm: 'HS256',
    });
    expect(refused(hmac)).toBe('unauthenticated');
    const other = loadSecrets(mkdtempSync(path.join(dataDir, 'other-'))).keys[0] as (typeof secrets.keys)[number];
    expect(refused(jwt.sign(rest, other.privateKey, { ...options, algorithm: 'ES256' }))).toBe('unauthenticated');
    expect(refused(jwt.sign(rest, key.privateKey, { ...options, algorithm: 'ES256', keyid: 'nope' }))).toBe(
      'unauthenticated',
    );
    expect(refused(jwt.sign(rest, key.privateKey, { ...options, algorithm: 'ES256', audience: 'link' }))).toBe(
      'unauthenticated',
    );
    expect(refused(jwt.sign(rest, key.privateKey, { ...options, algorithm: 'ES256', issuer: 'x' }))).toBe(
      'unauthenticated',
    );
    const good = signAccess(secrets, claims);
    // The last character of a base64url signature may carry padding bits only, so it is left out.
    fc.assert(
      fc.property(fc.nat(good.length - 2), (at) => {
        const flipped = good.slice(0, at) + (good[at] === 'A' ? 'B' : 'A') + good.slice(at + 1);
        expect(refused(flipped)).toBe('unauthenticated');
      }),
    );
  });

  it('a refresh token is what its session and generation make it, and any other text is refused', () => {
    expect(readRefreshToken(secrets, refreshToken(secrets, 'abc', 7))).toEqual({ sessionId: 'abc', generation: 7 });
    fc.assert(fc.property(fc.string(), (text) => void expect(() => readRefreshToken(secrets, text)).toThrow(HubError)));
    expect(() => readRefreshToken(secrets, refreshToken(secrets, 'abc', 7).replace('.7.', '.8.'))).toThrow(HubError);
  });

  it('secrets are made once, readable by their owner only', () => {
    expect(loadSecrets(dataDir)).toEqual(secrets);
    expect(statSync(path.join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(dataDir, 'secrets.json'), 'utf8')).toContain('PRIVATE KEY');
  });
});
