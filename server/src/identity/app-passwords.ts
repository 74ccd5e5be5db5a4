import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { AppPassword, NewAppPassword } from '@diwan/protocol/app-passwords.ts';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Actor } from './actor.ts';
import type { Identity } from './identity.ts';

/** How often (ms) "last used" is written. */
const touchEvery = 60_000;
const mostPasswords = 50;
/** Letters and digits that nobody takes for one another when copying by hand. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

/** 160 random bits as eight groups of four characters. */
function randomPassword(): string {
  const characters = [...randomBytes(32)].map((byte) => alphabet[byte % alphabet.length]).join('');
  return (characters.match(/.{4}/g) as string[]).join('-');
}

/** So much randomness can't be guessed, so a plain hash is enough; dashes, spaces and capitals are as they were typed. */
const hashOf = (password: string): string =>
  createHash('sha256').update(password.toLowerCase().replace(/[\s-]/g, '')).digest('hex');

/**
 * A password for one program of the actor's. Only its hash is kept: this answer is the only time it is seen.
 * @throws {HubError} conflict when the account has too many
 */
export async function createAppPassword(room: Identity, actor: Actor, label: string): Promise<NewAppPassword> {
  const password = randomPassword();
  const row = { id: randomUUID(), label, createdAt: room.now(), lastUsedAt: null };
  await room.db.transaction().execute(async (tx) => {
    const { count } = await tx
      .selectFrom('appPasswords')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('accountId', '=', actor.accountId)
      .executeTakeFirstOrThrow();
    if (count >= mostPasswords) throw new HubError('conflict', `at most ${mostPasswords} app passwords`);
    await tx
      .insertInto('appPasswords')
      .values({ ...row, accountId: actor.accountId, hash: hashOf(password) })
      .execute();
  });
  return { ...row, password };
}

/** The actor's app passwords, newest first; never the passwords themselves. */
export async function listAppPasswords(room: Identity, actor: Actor): Promise<AppPassword[]> {
  return room.db
    .selectFrom('appPasswords')
    .select(['id', 'label', 'createdAt', 'lastUsedAt'])
    .where('accountId', '=', actor.accountId)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .execute();
}

/** Ends an app password at once, requests in progress included. @throws {HubError} not_found for one that is not the actor's */
export async function revokeAppPassword(room: Identity, actor: Actor, id: string): Promise<void> {
  const { numDeletedRows } = await room.db
    .deleteFrom('appPasswords')
    .where('id', '=', id)
    .where('accountId', '=', actor.accountId)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw new HubError('not_found');
  room.bus.publish('session:ended', { sessionIds: [id], reason: 'revoked' });
}

/** Cuts what is being sent under any of an account's app passwords, which a suspension refuses from then on. */
export async function cutAppPasswords(room: Identity, accountId: string): Promise<void> {
  const own = await room.db.selectFrom('appPasswords').select('id').where('accountId', '=', accountId).execute();
  room.bus.publish('session:ended', { sessionIds: own.map(({ id }) => id), reason: 'suspended' });
}

/**
 * The actor behind an identifier and an app password; the account's own password is none. The actor's session is the app password.
 * Only wrong ones are counted against the address, so that a household's guessing program keeps nobody else out.
 * @throws {HubError} bad_credentials, too_many_attempts, account_suspended
 */
export async function authenticateAppPassword(
  room: Identity,
  given: { identifier: string; password: string },
  ip: string,
): Promise<Actor> {
  const found = await room.db
    .selectFrom('appPasswords')
    .innerJoin('accounts', 'accounts.id', 'appPasswords.accountId')
    .select(['appPasswords.id as sessionId', 'accountId', 'name', 'email', 'role', 'language', 'status', 'lastUsedAt'])
    .where('hash', '=', hashOf(given.password))
    .executeTakeFirst();
  if (!found || found.email !== given.identifier.trim().toLowerCase()) {
    await room.throttle.attempt(ip);
    throw new HubError('bad_credentials');
  }
  const { status, lastUsedAt, ...actor } = found;
  if (status !== 'active') throw new HubError('account_suspended');
  const now = room.now();
  if (lastUsedAt === null || now - lastUsedAt > touchEvery) {
    await room.db.updateTable('appPasswords').set({ lastUsedAt: now }).where('id', '=', actor.sessionId).execute();
  }
  return { ...actor, audience: 'agent' };
}
