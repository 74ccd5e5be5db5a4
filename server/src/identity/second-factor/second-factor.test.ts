import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HubError } from '@diwan/protocol/errors.ts';
import { type Proof, TotpCode } from '@diwan/protocol/second-factor.ts';
import { generateSync } from 'otplib';
import { pino } from 'pino';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { inProcessBus } from '../../bus/in-process.ts';
import { createFirstAdmin, listAccounts } from '../accounts.ts';
import type { Actor } from '../actor.ts';
import { createAuthenticator } from '../authenticate.ts';
import { changePassword } from '../change-password.ts';
import type { Identity } from '../identity.ts';
import { finishLogin, login } from '../login.ts';
import { loginThrottle } from '../login-throttle.ts';
import { loadSecrets } from '../secrets.ts';
import { addTotp, confirmTotp, removeTotp, renewRecoveryCodes, viewSecurity } from './security.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'diwan-second-factor-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const secrets = loadSecrets(dataDir);
const origin = { ip: '192.0.2.1', userAgent: 'vitest' };
const password = 'correct horse battery';
const minute = 60_000;

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof HubError ? error.code : error),
  );

it('R-18 a code is taken as any keyboard types it', () => {
  expect(TotpCode.parse('٤٨٢ ٩١٣')).toBe('482913');
  expect(TotpCode.parse(' ۴۸۲۹۱۳ ')).toBe('482913');
  for (const wrong of ['48291', '4829133', '48291a', '']) expect(TotpCode.safeParse(wrong).success).toBe(false);
});

onEachDatabase((open) => {
  let room: Identity;
  let clock: number;
  let actor: Actor;

  beforeEach(async () => {
    clock = Date.parse('2026-01-01T00:00:10Z');
    room = {
      db: await open(),
      bus: inProcessBus(),
      mail: async () => {},
      secrets,
      throttle: loginThrottle(),
      publicUrl: 'https://diwan.example',
      now: () => clock,
      log: pino({ level: 'silent' }),
      revokeLinks: async () => {},
    };
    await createFirstAdmin(room, { email: 'admin@example.dz', password, generate: () => 'unused' });
    const outcome = await signIn();
    if (!('tokens' in outcome)) throw new Error('a second factor before there is one');
    actor = await createAuthenticator(room).authenticate(outcome.tokens.accessToken);
  });
  const signIn = () => login(room, { identifier: 'admin@example.dz', password }, origin);
  const codeAt = (secret: string, at: number) => generateSync({ secret, epoch: Math.floor(at / 1000) });
  const totp = (secret: string, at = clock): Proof => ({ by: 'totp', code: codeAt(secret, at) });

  /** An authenticator app, set up half a minute and more before the clock's now. */
  async function withApp(): Promise<{ secret: string; recoveryCodes: string[] }> {
    const { secret } = await addTotp(room, actor, password, origin);
    const { recoveryCodes } = await confirmTotp(room, actor, codeAt(secret, clock), origin);
    clock += minute;
    return { secret, recoveryCodes: recoveryCodes ?? [] };
  }
  async function ticket(): Promise<string> {
    const outcome = await signIn();
    if (!('secondStep' in outcome)) throw new Error('no second step');
    return outcome.secondStep.ticket;
  }
  const finish = async (proof: Proof, by?: string) =>
    finishLogin(room, { ticket: by ?? (await ticket()), proof }, origin);

  it('R-18 nothing is asked for before a code has shown that the app has the secret', async () => {
    expect(await code(addTotp(room, actor, 'not the password', origin))).toBe('bad_credentials');
    const { secret, uri } = await addTotp(room, actor, password, origin);
    expect(new URL(uri).searchParams.get('secret')).toBe(secret);
    expect(decodeURIComponent(uri)).toMatch(/^otpauth:\/\/totp\/Diwan diwan\.example:admin@example\.dz\?/);
    expect(await signIn()).toHaveProperty('tokens');
    expect(await viewSecurity(room, actor)).toEqual({ totpSince: null, recoveryCodesLeft: 0 });
    // A secret that was begun with and left is of no use once another was made.
    const { secret: second } = await addTotp(room, actor, password, origin);
    expect(await code(confirmTotp(room, actor, codeAt(secret, clock), origin))).toBe('second_factor_wrong');
    const { recoveryCodes } = await confirmTotp(room, actor, codeAt(second, clock), origin);
    expect(new Set(recoveryCodes)).toHaveProperty('size', 10);
    expect(await viewSecurity(room, actor)).toEqual({ totpSince: clock, recoveryCodesLeft: 10 });
    expect(await signIn()).toMatchObject({ secondStep: { ways: ['totp', 'recovery'], expiresIn: 300 } });
    expect(await code(addTotp(room, actor, password, origin))).toBe('conflict');
  });

  it('R-18 the right password alone opens no session', async () => {
    await withApp();
    const before = await room.db.selectFrom('sessions').select('id').execute();
    expect(await signIn()).not.toHaveProperty('tokens');
    expect(await room.db.selectFrom('sessions').select('id').execute()).toEqual(before);
  });

  it('R-18 each code of the app works once, and none that is older', async () => {
    const { secret } = await withApp();
    const newest = totp(secret);
    const older = totp(secret, clock - 30_000);
    expect(await finish(newest)).toHaveProperty('tokens.accessToken');
    expect(await code(finish(newest))).toBe('second_factor_wrong');
    expect(await code(finish(older))).toBe('second_factor_wrong');
    // Nor does the code with which the app was set up.
    clock += minute;
    const both = await Promise.all([ticket(), ticket()]);
    const raced = await Promise.all(both.map((by) => code(finish(totp(secret), by))));
    expect(raced.toSorted()).toEqual(['ok', 'second_factor_wrong']);
  });

  it('R-18 a clock may be one step off, and no more', async () => {
    const { secret } = await withApp();
    for (const [off, answer] of [
      [-60_000, 'second_factor_wrong'],
      [60_000, 'second_factor_wrong'],
      [-30_000, 'ok'],
      [30_000, 'ok'],
    ] as const) {
      expect([off, await code(finish(totp(secret, clock + off)))]).toEqual([off, answer]);
      clock += 2 * minute;
    }
  });

  it('R-18 each recovery code works once, as it is typed, and for its own account', async () => {
    const { recoveryCodes } = await withApp();
    const [first, second] = recoveryCodes as [string, string];
    expect(await finish({ by: 'recovery', code: ` ${first.toUpperCase().replace('-', ' ')} ` })).toHaveProperty(
      'tokens',
    );
    expect(await code(finish({ by: 'recovery', code: first }))).toBe('second_factor_wrong');
    const by = await ticket();
    const raced = await Promise.all([by, by].map((one) => code(finish({ by: 'recovery', code: second }, one))));
    expect(raced.toSorted()[0]).toMatch(/login_expired|ok/);
    expect(raced.filter((one) => one === 'ok')).toHaveLength(1);
    expect(await viewSecurity(room, actor)).toMatchObject({ recoveryCodesLeft: 8 });
  });

  it('R-18 new recovery codes take the place of the old ones, for the password and a code', async () => {
    const { secret, recoveryCodes } = await withApp();
    const proof = totp(secret);
    expect(await code(renewRecoveryCodes(room, actor, { password: 'wrong', proof }, origin))).toBe('bad_credentials');
    const wrong: Proof = { by: 'recovery', code: 'aaaaa-aaaaa' };
    expect(await code(renewRecoveryCodes(room, actor, { password, proof: wrong }, origin))).toBe('second_factor_wrong');
    const { recoveryCodes: fresh } = await renewRecoveryCodes(room, actor, { password, proof }, origin);
    expect(fresh).toHaveLength(10);
    expect(await code(finish({ by: 'recovery', code: recoveryCodes[0] as string }))).toBe('second_factor_wrong');
    expect(await code(finish({ by: 'recovery', code: fresh[0] as string }))).toBe('ok');
  });

  it('R-18 turning it off asks for the password and a code, and leaves nothing behind', async () => {
    const { secret, recoveryCodes } = await withApp();
    const proof = totp(secret);
    expect(await code(removeTotp(room, actor, { password: 'wrong', proof }, origin))).toBe('bad_credentials');
    expect(await code(removeTotp(room, actor, { password, proof: { by: 'totp', code: '000000' } }, origin))).toBe(
      'second_factor_wrong',
    );
    const by = await ticket();
    await removeTotp(room, actor, { password, proof }, origin);
    expect(await viewSecurity(room, actor)).toEqual({ totpSince: null, recoveryCodesLeft: 0 });
    expect(await signIn()).toHaveProperty('tokens');
    expect(await code(finish({ by: 'recovery', code: recoveryCodes[0] as string }, by))).toBe('second_factor_wrong');
  });

  it('R-18 a ticket lives for five minutes, opens once, and dies with the password it was given for', async () => {
    const { secret, recoveryCodes } = await withApp();
    const used = await ticket();
    await finish(totp(secret), used);
    const recovery = (n: number): Proof => ({ by: 'recovery', code: recoveryCodes[n] as string });
    expect(await code(finish(recovery(0), used))).toBe('login_expired');
    expect(await code(finish(recovery(0), 'made-up'))).toBe('login_expired');
    const late = await ticket();
    clock += 5 * minute;
    expect(await code(finish(recovery(0), late))).toBe('login_expired');
    const old = await ticket();
    await changePassword(room, actor, { current: password, next: 'another long sentence' }, origin);
    expect(await code(finish(recovery(0), old))).toBe('login_expired');
    // What was refused for its ticket was not spent.
    expect(await viewSecurity(room, actor)).toMatchObject({ recoveryCodesLeft: 10 });
  });

  it('R-18 a suspended account’s ticket opens nothing', async () => {
    const { secret } = await withApp();
    const by = await ticket();
    await room.db.updateTable('accounts').set({ status: 'suspended' }).execute();
    expect(await code(finish(totp(secret), by))).toBe('account_suspended');
  });

  it('R-18 guessing codes is slowed by account, whatever the address, and leaves its owner another way', async () => {
    const { recoveryCodes, secret } = await withApp();
    const [right, wrong] = [totp(secret), '000000'];
    const tickets = await Promise.all([ticket(), ticket()]);
    const guesses: string[] = [];
    for (let n = 0; n < 11; n += 1)
      guesses.push(
        (await code(
          finishLogin(
            room,
            { ticket: tickets[n % 2] as string, proof: { by: 'totp', code: wrong } },
            { ...origin, ip: `198.51.100.${n}` },
          ),
        )) as string,
      );
    expect(guesses).toEqual([...Array.from({ length: 10 }, () => 'second_factor_wrong'), 'too_many_attempts']);
    expect(await code(finish(right, tickets[0]))).toBe('too_many_attempts');
    expect(await code(finish({ by: 'recovery', code: recoveryCodes[0] as string }, tickets[0]))).toBe('ok');
  });

  it('R-16 R-18 the database holds neither the secret nor a code, and what is sealed opens for its account alone', async () => {
    const { secret, recoveryCodes } = await withApp();
    const by = await ticket();
    const dump = JSON.stringify([
      await room.db.selectFrom('totpFactors').selectAll().execute(),
      await room.db.selectFrom('recoveryCodes').selectAll().execute(),
      await room.db.selectFrom('loginTickets').selectAll().execute(),
    ]);
    for (const clear of [secret, by, ...recoveryCodes, ...recoveryCodes.map((one) => one.replace('-', ''))])
      expect(dump).not.toContain(clear);
    const [admin] = await listAccounts(room);
    const other = { ...room, secrets: { ...secrets, refreshSecret: 'another hub’s' } };
    const given = { ticket: by, proof: totp(secret) };
    expect(await code(finishLogin(other, given, origin))).toBeInstanceOf(Error);
    expect(admin?.id).toBe(actor.accountId);
    expect(await code(finishLogin(room, given, origin))).toBe('ok');
  });
});
