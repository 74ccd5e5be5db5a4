import { HubError } from '@diwan/protocol/errors.ts';
import type { Proof, SecondStep, SecondWay } from '@diwan/protocol/second-factor.ts';
import type { Identity, Origin } from '../identity.ts';
import { hashToken, oneTimeToken } from '../tokens.ts';
import { prove } from './prove.ts';

const validFor = 5 * 60_000;

/** What somebody holds who has given an account's password and not yet its second factor: it is good for that step only. */
export async function openTicket(
  room: Identity,
  account: { id: string; passwordHash: string },
  ways: SecondWay[],
): Promise<SecondStep> {
  const { token, hash } = oneTimeToken();
  await room.db.deleteFrom('loginTickets').where('expiresAt', '<', room.now()).execute();
  await room.db
    .insertInto('loginTickets')
    .values({
      tokenHash: hash,
      accountId: account.id,
      passwordStamp: hashToken(account.passwordHash),
      expiresAt: room.now() + validFor,
    })
    .execute();
  return { ticket: token, ways, expiresIn: validFor / 1000 };
}

/** An account, and the password that was given for it. */
export interface Proved {
  accountId: string;
  passwordHash: string;
}

/**
 * The account whose password was given for this ticket.
 * @throws HubError login_expired, also when that password is no longer the account's; account_suspended
 */
export async function readTicket(room: Identity, ticket: string): Promise<Proved> {
  const row = await room.db
    .selectFrom('loginTickets')
    .innerJoin('accounts', 'accounts.id', 'loginTickets.accountId')
    .select(['accountId', 'passwordStamp', 'passwordHash', 'status'])
    .where('tokenHash', '=', hashToken(ticket))
    .where('expiresAt', '>', room.now())
    .executeTakeFirst();
  if (!row?.passwordHash || hashToken(row.passwordHash) !== row.passwordStamp) throw new HubError('login_expired');
  if (row.status !== 'active') throw new HubError('account_suspended');
  return { accountId: row.accountId, passwordHash: row.passwordHash };
}

/**
 * The second step: a ticket and what goes with it. The ticket is used up by the right one.
 * @returns the account that has proved itself
 * @throws HubError login_expired, second_factor_wrong, too_many_attempts, account_suspended
 */
export async function redeemTicket(room: Identity, ticket: string, proof: Proof, origin: Origin): Promise<Proved> {
  const proved = await readTicket(room, ticket).catch(async (refusal) => {
    await room.throttle.attempt(origin.ip);
    throw refusal;
  });
  await prove(room, proved.accountId, proof, origin);
  const used = await room.db.deleteFrom('loginTickets').where('tokenHash', '=', hashToken(ticket)).executeTakeFirst();
  if (used.numDeletedRows === 0n) throw new HubError('login_expired');
  return proved;
}
