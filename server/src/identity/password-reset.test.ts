import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HubError } from '@diwan/protocol/errors.ts';
import { pino } from 'pino';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { onEachDatabase } from '../../../test/services/databases.ts';
import { inProcessBus } from '../bus/in-process.ts';
import type { Mail } from '../mail/mailer.ts';
import { createAccount, createFirstAdmin } from './accounts.ts';
import { authenticateAppPassword, createAppPassword } from './app-passwords.ts';
import { createAuthenticator } from './authenticate.ts';
import { disclosed } from './change-password.ts';
import { approveDeviceLogin, finishDeviceLogin, startDeviceLogin } from './device-login.ts';
import type { Identity } from './identity.ts';
import { login } from './login.ts';
import { loginThrottle } from './login-throttle.ts';
import { mailPasswordReset, usePasswordReset, viewPasswordReset } from './password-reset.ts';
import { loadSecrets } from './secrets.ts';
import { listSessions, refreshSession } from './sessions.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'diwan-reset-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const secrets = loadSecrets(dataDir);
const email = 'admin@example.dz';
const password = 'correct horse battery';
const other = 'another long password';
const minute = 60_000;
const home = { ip: '192.0.2.1', userAgent: 'Mozilla/5.0 (Windows NT 10.0) Firefox/140.0' };
const abroad = { ip: '198.51.100.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0' };

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof HubError ? error.code : error),
  );

onEachDatabase((open) => {
  let room: Identity;
  let mails: Mail[];
  let clock: number;
  let unlinked: string[];
  let accountId: string;

  beforeEach(async () => {
    [mails, unlinked, clock] = [[], [], Date.parse('2026-01-01')];
    room = {
      ...{ db: await open(), bus: inProcessBus(), secrets, throttle: loginThrottle() },
      mail: async (mail) => void mails.push(mail),
      publicUrl: 'https://diwan.example',
      now: () => clock,
      log: pino({ level: 'silent' }),
      revokeLinks: async (id) => void unlinked.push(id),
    };
    await createFirstAdmin(room, { email, password, generate: () => 'unused' });
    accountId = (await actorOf((await signIn()).tokens)).accountId;
  });
  async function signIn(given = password, origin = home, device?: string) {
    const outcome = await login(room, { identifier: email, password: given }, { ...origin, ...(device && { device }) });
    if (!('tokens' in outcome)) throw new Error('no second step was set');
    return outcome;
  }
  const actorOf = async (tokens: { accessToken: string }) => createAuthenticator(room).authenticate(tokens.accessToken);
  async function asked(): Promise<string> {
    await mailPasswordReset(room, email);
    const url = /https:\S+/.exec(mails.at(-1)?.text ?? '')?.[0] ?? '';
    expect(url).toMatch(/^https:\/\/diwan\.example\/new-password\/[\w-]{43}$/);
    return url.split('/').at(-1) as string;
  }

  describe('a forgotten password', () => {
    it('R-13 a single-use link, good for 30 minutes, sets another one and closes every session', async () => {
      const { tokens } = await signIn();
      const token = await asked();
      expect(mails.at(-1)).toMatchObject({ to: email, subject: 'Choisir un nouveau mot de passe' });
      expect(await viewPasswordReset(room, token)).toMatchObject({ email, expiresAt: clock + 30 * minute });
      expect(await code(usePasswordReset(room, token, 'short'))).toBe('weak_password');
      await usePasswordReset(room, token, other);
      expect(mails.at(-1)?.subject).toBe('Votre mot de passe a été changé');
      expect(await code(refreshSession(room, tokens.refreshToken))).toBe('unauthenticated');
      expect(await code(createAuthenticator(room).authenticate(tokens.accessToken))).toBe('unauthenticated');
      expect([await code(signIn()), await code(signIn(other))]).toEqual(['bad_credentials', 'ok']);
      expect(await code(usePasswordReset(room, token, password))).toBe('reset_invalid');
      expect(await code(viewPasswordReset(room, token))).toBe('reset_invalid');
    });

    it('R-13 of several links one is used, once, even by two at the same moment; then none is left', async () => {
      const first = await asked();
      clock += 2 * minute;
      const second = await asked();
      const both = [code(usePasswordReset(room, second, other)), code(usePasswordReset(room, second, `${other}!`))];
      expect((await Promise.all(both)).toSorted()).toEqual(['ok', 'reset_invalid']);
      expect(await code(usePasswordReset(room, first, other))).toBe('reset_invalid');
    });

    it('R-13 too late, or of a suspended account, a link is worth nothing', async () => {
      const token = await asked();
      const become = (status: 'active' | 'suspended') => room.db.updateTable('accounts').set({ status }).execute();
      await become('suspended');
      expect(await code(usePasswordReset(room, token, other))).toBe('reset_invalid');
      await become('active');
      clock += 30 * minute;
      expect(await code(usePasswordReset(room, token, other))).toBe('reset_invalid');
    });

    it('R-10 R-13 nothing goes to an address without an account; one a minute to who has one; an invitation to who was invited', async () => {
      await mailPasswordReset(room, 'nobody@example.dz');
      expect(mails).toEqual([]);
      await Promise.all([mailPasswordReset(room, email), mailPasswordReset(room, email)]);
      clock += minute / 2;
      await mailPasswordReset(room, email);
      expect(mails).toHaveLength(1);
      clock += minute;
      await mailPasswordReset(room, email);
      expect(mails).toHaveLength(2);
      await createAccount(room, { email: 'lina@example.dz', name: 'Lina', role: 'client', language: 'ar' });
      await mailPasswordReset(room, 'lina@example.dz');
      expect(mails.at(-1)?.text).toContain('https://diwan.example/invitation/');
    });

    it('R-16 what the database keeps of a link is no link', async () => {
      const token = await asked();
      const rows = await room.db.selectFrom('passwordResets').selectAll().execute();
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain(token);
    });

    it('R-13 whoever signs in with the old password while it is replaced is in no longer', async () => {
      for (let round = 0; round < 5; round++) {
        clock += 2 * minute;
        const [from, to] = round % 2 === 0 ? [password, other] : [other, password];
        const token = await asked();
        const attempts = [signIn(from), usePasswordReset(room, token, to), signIn(from)];
        for (const outcome of await Promise.allSettled(attempts))
          if (outcome.status === 'fulfilled' && outcome.value)
            expect(await code(createAuthenticator(room).authenticate(outcome.value.tokens.accessToken))).toBe(
              'unauthenticated',
            );
      }
    });
  });

  it('R-15 “my credentials were disclosed” ends sessions, agents, app passwords and links in one step', async () => {
    const [mine, elsewhere] = [await signIn(), await signIn(password, abroad)];
    const actor = await actorOf(mine.tokens);
    const { password: appPassword } = await createAppPassword(room, actor, 'Nautilus');
    const { deviceCode, userCode } = await startDeviceLogin(room, 'laptop', home);
    await approveDeviceLogin(room, actor, userCode);
    const agent = await finishDeviceLogin(room, deviceCode);
    const pending = await startDeviceLogin(room, 'another', abroad);
    await approveDeviceLogin(room, actor, pending.userCode);
    const reset = await asked();
    const ended: string[] = [];
    room.bus.subscribe('session:ended', ({ sessionIds }) => void ended.push(...sessionIds));

    const say = (current: string, next: string) => disclosed(room, actor, { current, next }, home);
    expect(await code(say('wrong', other))).toBe('bad_credentials');
    expect(await code(say(password, 'short'))).toBe('weak_password');
    expect(await listSessions(room, actor)).toHaveLength(4);
    expect(unlinked).toEqual([]);

    await say(password, other);
    for (const { refreshToken } of [mine.tokens, elsewhere.tokens, agent])
      expect(await code(refreshSession(room, refreshToken))).toBe('unauthenticated');
    expect(await listSessions(room, actor)).toEqual([]);
    const dav = authenticateAppPassword(room, { identifier: email, password: appPassword }, home.ip);
    expect(await code(dav)).toBe('bad_credentials');
    expect(await code(finishDeviceLogin(room, pending.deviceCode))).toBe('device_code_invalid');
    expect(await code(usePasswordReset(room, reset, password))).toBe('reset_invalid');
    expect(unlinked).toEqual([accountId]);
    expect(ended).toHaveLength(5);
    expect([await code(signIn()), await code(signIn(other))]).toEqual(['bad_credentials', 'ok']);
  });

  describe('R-14 a new device', () => {
    const subject = 'Connexion depuis un nouvel appareil';
    let opened: string[];
    beforeEach(() => {
      opened = [];
      room.bus.subscribe('session:opened', ({ ip }) => void opened.push(ip));
    });

    it('alerts the owner by mail and on their screens; the first one and a known one do not', async () => {
      await signIn(password, home, 'at-home');
      await signIn(password, abroad, 'at-home');
      expect([mails, opened]).toEqual([[], []]);
      await signIn(password, abroad, 'thief');
      expect(opened).toEqual([abroad.ip]);
      expect(mails).toMatchObject([{ to: email, subject }]);
      for (const said of ['Chrome · Linux', abroad.ip, 'https://diwan.example/account']) {
        expect(mails[0]?.text).toContain(said);
        expect(mails[0]?.html).toContain(said);
      }
      await signIn(password, home, 'at-home');
      expect(mails).toHaveLength(1);
      expect(JSON.stringify(await room.db.selectFrom('knownDevices').selectAll().execute())).not.toContain('thief');
    });

    it('an agent is one each time; a browser that was away for a year is new again', async () => {
      const { tokens } = await signIn(password, home, 'at-home');
      const { deviceCode, userCode } = await startDeviceLogin(room, 'laptop', abroad);
      await approveDeviceLogin(room, await actorOf(tokens), userCode);
      await finishDeviceLogin(room, deviceCode);
      expect(mails).toHaveLength(1);
      clock += 200 * 24 * 60 * minute;
      await signIn(password, home, 'second');
      clock += 200 * 24 * 60 * minute;
      await signIn(password, home, 'at-home');
      expect(mails).toHaveLength(3);
    });
  });
});
