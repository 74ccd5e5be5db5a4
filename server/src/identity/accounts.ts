import { randomUUID } from 'node:crypto';
import { type AccountCreate, AccountPatch, type AdminAccount } from '@diwan/protocol/admin.ts';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Account, MePatch } from '@diwan/protocol/identity.ts';
import type { z } from 'zod';
import type { Actor } from './actor.ts';
import { cutAppPasswords } from './app-passwords.ts';
import type { Identity } from './identity.ts';
import { hashPassword } from './password.ts';
import { endSessionsOf } from './sessions.ts';

const publicColumns = ['id', 'email', 'name', 'role', 'language'] as const;

export async function viewAccount(room: Identity, accountId: string): Promise<Account> {
  const account = await room.db
    .selectFrom('accounts')
    .select(publicColumns)
    .where('id', '=', accountId)
    .executeTakeFirst();
  if (!account) throw new HubError('not_found');
  return account;
}

export async function patchMe(room: Identity, actor: Actor, patch: MePatch): Promise<Account> {
  const changes = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  if (Object.keys(changes).length > 0)
    await room.db.updateTable('accounts').set(changes).where('id', '=', actor.accountId).execute();
  return viewAccount(room, actor.accountId);
}

/** Every account, newest first, with the newest terms each has accepted. */
export async function listAccounts(room: Identity, accountId?: string): Promise<AdminAccount[]> {
  const query = room.db
    .selectFrom('accounts')
    .leftJoin('termsAcceptances', 'termsAcceptances.accountId', 'accounts.id')
    .select([
      'accounts.id',
      'accounts.email',
      'accounts.name',
      'accounts.role',
      'accounts.language',
      'accounts.status',
      'accounts.createdAt',
      'accounts.lastLoginAt',
      (e) => e.fn.max('termsAcceptances.version').as('termsVersion'),
    ])
    .groupBy('accounts.id')
    .orderBy('accounts.createdAt', 'desc');
  return accountId === undefined ? query.execute() : query.where('accounts.id', '=', accountId).execute();
}

async function adminView(room: Identity, accountId: string): Promise<AdminAccount> {
  const [account] = await listAccounts(room, accountId);
  if (!account) throw new HubError('not_found');
  return account;
}

/** An account without a password, to be invited. @throws HubError conflict when the address is taken */
export async function createAccount(room: Identity, input: z.output<typeof AccountCreate>): Promise<AdminAccount> {
  const id = randomUUID();
  const inserted = await room.db
    .insertInto('accounts')
    .values({ id, ...input, status: 'invited', passwordHash: null, createdAt: room.now(), lastLoginAt: null })
    .onConflict((c) => c.column('email').doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 0n) throw new HubError('conflict', 'address in use');
  return adminView(room, id);
}

/** @throws HubError forbidden when the last active admin would lose the role or the access */
export async function patchAccount(room: Identity, accountId: string, patch: AccountPatch): Promise<AdminAccount> {
  const { suspended, name, role } = AccountPatch.parse(patch);
  await room.db.transaction().execute(async (tx) => {
    const account = await tx.selectFrom('accounts').selectAll().where('id', '=', accountId).executeTakeFirst();
    if (!account) throw new HubError('not_found');
    const lift = account.passwordHash === null ? 'invited' : 'active';
    const status = suspended === undefined ? account.status : suspended ? 'suspended' : lift;
    await tx
      .updateTable('accounts')
      .set({ name: name ?? account.name, role: role ?? account.role, status })
      .where('id', '=', accountId)
      .execute();
    const admins = await tx
      .selectFrom('accounts')
      .select('id')
      .where('role', '=', 'admin')
      .where('status', '=', 'active')
      .execute();
    if (account.role === 'admin' && admins.length === 0) throw new HubError('forbidden', 'the last admin');
  });
  if (suspended) {
    await endSessionsOf(room, accountId, 'suspended');
    await cutAppPasswords(room, accountId);
  }
  return adminView(room, accountId);
}

/**
 * The first admin, made when there is no account at all.
 * @returns the account's address, and its password where the operator set none; undefined when there are accounts already
 */
export async function createFirstAdmin(
  room: Identity,
  admin: { email: string; password: string | undefined; generate: () => string },
): Promise<{ email: string; password?: string } | undefined> {
  if (await room.db.selectFrom('accounts').select('id').limit(1).executeTakeFirst()) return undefined;
  const generated = admin.password === undefined ? admin.generate() : undefined;
  await room.db
    .insertInto('accounts')
    .values({
      id: randomUUID(),
      email: admin.email,
      name: 'Administrateur',
      role: 'admin',
      language: 'fr',
      status: 'active',
      passwordHash: await hashPassword(admin.password ?? (generated as string)),
      createdAt: room.now(),
      lastLoginAt: null,
    })
    .execute();
  return generated === undefined ? { email: admin.email } : { email: admin.email, password: generated };
}
