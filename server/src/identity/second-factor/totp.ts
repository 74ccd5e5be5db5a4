import { HubError } from '@diwan/protocol/errors.ts';
import type { TotpStarted } from '@diwan/protocol/second-factor.ts';
import { generateSecret, generateURI, verifySync } from 'otplib';
import type { Actor } from '../actor.ts';
import type { Identity } from '../identity.ts';
import { seal, unseal } from './seal.ts';

/** Seconds of a time step (RFC 6238); a clock may be one step off, either way. */
const stepSeconds = 30;

/**
 * A secret for an authenticator app. Until a code of it has been given (`confirmTotp`) nothing asks for one; starting again forgets it.
 * @throws HubError conflict when the account has an app already
 */
export async function startTotp(room: Identity, actor: Actor): Promise<TotpStarted> {
  const secret = generateSecret({ length: 20 });
  const { accountId } = actor;
  const values = {
    sealedSecret: seal(room.secrets, accountId, secret),
    ...{ lastStep: 0, createdAt: room.now(), confirmedAt: null },
  };
  const { numInsertedOrUpdatedRows } = await room.db
    .insertInto('totpFactors')
    .values({ accountId, ...values })
    .onConflict((c) => c.column('accountId').doUpdateSet(values).where('totpFactors.confirmedAt', 'is', null))
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) throw new HubError('conflict', 'has an authenticator app');
  const issuer = `Diwan ${new URL(room.publicUrl).hostname}`;
  return { secret, uri: generateURI({ issuer, label: actor.email, secret }) };
}

/** Whether it is a code of the account's app that was not taken before: it and those before it are used up from then on. */
export async function spendTotp(
  room: Identity,
  accountId: string,
  code: string,
  which: 'confirmed' | 'started' = 'confirmed',
): Promise<boolean> {
  const factor = await room.db
    .selectFrom('totpFactors')
    .select(['sealedSecret', 'lastStep'])
    .where('accountId', '=', accountId)
    .where('confirmedAt', which === 'confirmed' ? 'is not' : 'is', null)
    .executeTakeFirst();
  if (!factor) return false;
  const found = verifySync({
    secret: unseal(room.secrets, accountId, factor.sealedSecret),
    token: code,
    epoch: Math.floor(room.now() / 1000),
    period: stepSeconds,
    epochTolerance: stepSeconds,
  });
  if (!found.valid || !('timeStep' in found)) return false;
  // Of two who send the same code at once, one is let in.
  const { numUpdatedRows } = await room.db
    .updateTable('totpFactors')
    .set({ lastStep: found.timeStep })
    .where('accountId', '=', accountId)
    .where('sealedSecret', '=', factor.sealedSecret)
    .where('lastStep', '<', found.timeStep)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
