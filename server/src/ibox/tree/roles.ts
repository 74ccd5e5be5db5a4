import { HubError } from '@diwan/protocol/errors.ts';
import type { SpaceRole } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { mayManage, mayRead, mayWrite } from '../rules/permissions.ts';

/** What the actor is in a space; undefined for a stranger. */
export async function roleIn(
  db: Db,
  { accountId }: Pick<Actor, 'accountId'>,
  spaceId: string,
): Promise<SpaceRole | undefined> {
  const member = await db
    .selectFrom('members')
    .select('role')
    .where('spaceId', '=', spaceId)
    .where('accountId', '=', accountId)
    .executeTakeFirst();
  return member?.role;
}

/** @throws {HubError} not_found for who may not even read, forbidden for who may, but not this */
export async function requireRole(
  db: Db,
  actor: Pick<Actor, 'accountId'>,
  spaceId: string,
  needed: SpaceRole,
): Promise<void> {
  const held = { role: await roleIn(db, actor, spaceId) };
  if (!mayRead(held)) throw new HubError('not_found');
  const suffices = needed === 'manager' ? mayManage(held) : needed === 'writer' ? mayWrite(held) : true;
  if (!suffices) throw new HubError('forbidden', `only a ${needed} of the space`);
}

/** The ids of the spaces that the actor may read, for `in (…)`. */
export const readableSpaces = (db: Db, { accountId }: Pick<Actor, 'accountId'>) =>
  db.selectFrom('members').select('members.spaceId').where('members.accountId', '=', accountId);

/** Everyone who is told of a space's changes. */
export async function readersOf(db: Db, spaceId: string): Promise<string[]> {
  const members = await db.selectFrom('members').select('accountId').where('spaceId', '=', spaceId).execute();
  return members.map(({ accountId }) => accountId);
}
