import { createHmac, randomInt } from 'node:crypto';
import type { Db } from '../../db/database.ts';
import type { Identity } from '../identity.ts';

const howMany = 10;
/** Letters and digits that nobody takes for one another when copying by hand. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

/** 50 random bits, in two halves. */
function randomCode(): string {
  const characters = Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${characters.slice(0, 5)}-${characters.slice(5)}`;
}

/** Hashed with a key that is not in the database, so that a dump can't be searched for them; as they were typed. */
const hashOf = (room: Identity, accountId: string, code: string): string =>
  createHmac('sha256', room.secrets.refreshSecret)
    .update(`recovery code ${accountId} ${code.toLowerCase().replace(/[^a-z0-9]/g, '')}`)
    .digest('hex');

/** New ones in the place of all others of the account. This is the only time they are seen. */
export async function makeRecoveryCodes(room: Identity, tx: Db, accountId: string): Promise<string[]> {
  const codes = Array.from({ length: howMany }, randomCode);
  await tx.deleteFrom('recoveryCodes').where('accountId', '=', accountId).execute();
  const rows = codes.map((code) => ({ hash: hashOf(room, accountId, code), accountId, usedAt: null }));
  await tx.insertInto('recoveryCodes').values(rows).execute();
  return codes;
}

export async function recoveryCodesLeft(db: Db, accountId: string): Promise<number> {
  const { left } = await db
    .selectFrom('recoveryCodes')
    .select((e) => e.fn.countAll<number>().as('left'))
    .where('accountId', '=', accountId)
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(left);
}

/** Whether it is one of the account's; it is none from then on. */
export async function spendRecoveryCode(room: Identity, accountId: string, code: string): Promise<boolean> {
  const { numUpdatedRows } = await room.db
    .updateTable('recoveryCodes')
    .set({ usedAt: room.now() })
    .where('hash', '=', hashOf(room, accountId, code))
    .where('accountId', '=', accountId)
    .where('usedAt', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
