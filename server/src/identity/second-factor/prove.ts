import { HubError } from '@diwan/protocol/errors.ts';
import type { Proof, SecondWay } from '@diwan/protocol/second-factor.ts';
import type { Db } from '../../db/database.ts';
import type { Identity, Origin } from '../identity.ts';
import { recoveryCodesLeft, spendRecoveryCode } from './recovery-codes.ts';
import { spendTotp } from './totp.ts';

/** What the account can show after its password; nothing when it has no second factor. */
export async function waysOf(db: Db, accountId: string): Promise<SecondWay[]> {
  const totp = await db
    .selectFrom('totpFactors')
    .select('accountId')
    .where('accountId', '=', accountId)
    .where('confirmedAt', 'is not', null)
    .executeTakeFirst();
  if (!totp) return [];
  return (await recoveryCodesLeft(db, accountId)) > 0 ? ['totp', 'recovery'] : ['totp'];
}

/**
 * Takes a second factor of the account, which is used up by it. Guesses are counted by address and, for each way apart, by account:
 * who guesses codes of the app does not keep its owner from the other ways.
 * @throws HubError second_factor_wrong, too_many_attempts
 */
export async function prove(room: Identity, accountId: string, proof: Proof, origin: Origin): Promise<void> {
  const counted = `${proof.by}:${accountId}`;
  await room.throttle.attempt(origin.ip, counted);
  const isRight =
    proof.by === 'totp'
      ? await spendTotp(room, accountId, proof.code)
      : await spendRecoveryCode(room, accountId, proof.code);
  if (!isRight) throw new HubError('second_factor_wrong');
  await room.throttle.succeeded(origin.ip, counted);
}
