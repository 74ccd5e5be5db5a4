import { HubError } from '@diwan/protocol/errors.ts';
import type { Proof, Security } from '@diwan/protocol/second-factor.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../actor.ts';
import type { Identity, Origin } from '../identity.ts';
import { requirePassword } from '../require-password.ts';
import { prove, waysOf } from './prove.ts';
import { makeRecoveryCodes, recoveryCodesLeft } from './recovery-codes.ts';
import { spendTotp, startTotp } from './totp.ts';

/** What protects the actor's account beside the password. */
export async function viewSecurity(room: Identity, { accountId }: Actor): Promise<Security> {
  const totp = await room.db
    .selectFrom('totpFactors')
    .select('confirmedAt')
    .where('accountId', '=', accountId)
    .executeTakeFirst();
  return { totpSince: totp?.confirmedAt ?? null, recoveryCodesLeft: await recoveryCodesLeft(room.db, accountId) };
}

/** The first factor of an account comes with recovery codes, which are seen this once. */
export async function codesForFirstFactor(room: Identity, tx: Db, accountId: string): Promise<string[] | null> {
  const some = await tx
    .selectFrom('recoveryCodes')
    .select('hash')
    .where('accountId', '=', accountId)
    .limit(1)
    .execute();
  return some.length > 0 ? null : makeRecoveryCodes(room, tx, accountId);
}

/** @throws HubError bad_credentials, too_many_attempts, conflict (there is one) */
export async function addTotp(room: Identity, actor: Actor, password: string, origin: Origin) {
  await requirePassword(room, actor, password, origin);
  return startTotp(room, actor);
}

/** The app has the secret, as a code shows. @throws HubError second_factor_wrong, too_many_attempts */
export async function confirmTotp(
  room: Identity,
  actor: Actor,
  code: string,
  origin: Origin,
): Promise<{ recoveryCodes: string[] | null }> {
  const { accountId } = actor;
  await room.throttle.attempt(origin.ip, `totp:${accountId}`);
  if (!(await spendTotp(room, accountId, code, 'started'))) throw new HubError('second_factor_wrong');
  await room.throttle.succeeded(origin.ip, `totp:${accountId}`);
  return room.db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('totpFactors')
      .set({ confirmedAt: room.now() })
      .where('accountId', '=', accountId)
      .where('confirmedAt', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new HubError('conflict');
    return { recoveryCodes: await codesForFirstFactor(room, tx, accountId) };
  });
}

/** The password and a second factor, as for what weakens an account. @throws HubError bad_credentials, second_factor_wrong, too_many_attempts */
export async function requireBoth(
  room: Identity,
  actor: Actor,
  given: { password: string; proof: Proof },
  origin: Origin,
): Promise<void> {
  await requirePassword(room, actor, given.password, origin);
  await prove(room, actor.accountId, given.proof, origin);
}

/** Recovery codes have nothing left to stand in for once the last factor is gone. */
export async function forgetCodesWithoutFactor(tx: Db, accountId: string): Promise<void> {
  if ((await waysOf(tx, accountId)).length === 0)
    await tx.deleteFrom('recoveryCodes').where('accountId', '=', accountId).execute();
}

/** @throws HubError as `requireBoth` */
export async function removeTotp(
  room: Identity,
  actor: Actor,
  given: { password: string; proof: Proof },
  origin: Origin,
): Promise<void> {
  await requireBoth(room, actor, given, origin);
  await room.db.transaction().execute(async (tx) => {
    await tx.deleteFrom('totpFactors').where('accountId', '=', actor.accountId).execute();
    await forgetCodesWithoutFactor(tx, actor.accountId);
  });
}

/** New codes; the old ones open nothing more. @throws HubError as `requireBoth` */
export async function renewRecoveryCodes(
  room: Identity,
  actor: Actor,
  given: { password: string; proof: Proof },
  origin: Origin,
): Promise<{ recoveryCodes: string[] }> {
  await requireBoth(room, actor, given, origin);
  const recoveryCodes = await room.db.transaction().execute((tx) => makeRecoveryCodes(room, tx, actor.accountId));
  return { recoveryCodes };
}
