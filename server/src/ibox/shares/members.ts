import { HubError } from '@diwan/protocol/errors.ts';
import type { SpaceRole } from '@diwan/protocol/ibox.ts';
import type { Sharing } from '@diwan/protocol/ibox-shares.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { changeSpace, type Deps, type Journal, lockSpaces } from '../tree/change-space.ts';
import { isId, readableSpace } from '../tree/node-rows.ts';
import { readersOf, requireRole } from '../tree/roles.ts';
import { endMembership, mountOf, personalSpaceOf, removeMount, tellMembers } from './mounts.ts';

/** @throws {HubError} forbidden (not a manager), not_found */
export async function readSharing(db: Db, actor: Actor, spaceId: string): Promise<Sharing> {
  const { rootId, name, ownerId } = await readableSpace(db, actor, spaceId);
  await requireRole(db, actor, spaceId, 'manager');
  const members = await db
    .selectFrom('members')
    .innerJoin('accounts', 'accounts.id', 'members.accountId')
    .select(['accountId', 'name', 'email', 'members.role', 'since'])
    .where('spaceId', '=', spaceId)
    .orderBy('since')
    .orderBy('accountId')
    .execute();
  const invitations = await db
    .selectFrom('shareInvitations')
    .select(['id', 'email', 'role', 'invitedAt', 'expiresAt'])
    .where('spaceId', '=', spaceId)
    .where('expiresAt', '>', Date.now())
    .orderBy('invitedAt')
    .orderBy('email')
    .execute();
  const shown = members.map((member) => ({ ...member, isOwner: member.accountId === ownerId }));
  return { spaceId, rootId, name, members: shown, invitations };
}

/** @throws {HubError} forbidden (not a manager; the owner's role), not_found */
export async function setRole(
  deps: Deps,
  actor: Actor,
  spaceId: string,
  accountId: string,
  role: SpaceRole,
): Promise<void> {
  await readableSpace(deps.db, actor, spaceId);
  const change = async (tx: Db, journal: Journal) => {
    await requireMember(tx, journal, accountId);
    await tx
      .updateTable('members')
      .set({ role })
      .where('spaceId', '=', spaceId)
      .where('accountId', '=', accountId)
      .execute();
    tellMembers(journal, await readersOf(tx, spaceId));
  };
  await changeSpace(deps, actor, spaceId, change, 'manager');
}

/**
 * Ends someone's part in a space, at once; anyone may leave by themself.
 * @throws {HubError} forbidden (not a manager; the owner), not_found
 */
export async function removeMember(deps: Deps, actor: Actor, spaceId: string, accountId: string): Promise<void> {
  await readableSpace(deps.db, actor, spaceId);
  const needed = accountId === actor.accountId ? 'reader' : 'manager';
  await requireRole(deps.db, actor, spaceId, needed);
  const personalId = await personalSpaceOf(deps.db, accountId);
  const spaceIds = personalId === undefined ? [spaceId] : [spaceId, personalId];
  await lockSpaces(deps, actor, spaceIds, async (tx, journals) => {
    await requireRole(tx, actor, spaceId, needed);
    const shared = journals(spaceId);
    const name = await requireMember(tx, shared, accountId);
    const told = await readersOf(tx, spaceId);
    await endMembership(tx, spaceId, accountId);
    const mount = await mountOf(tx, accountId, spaceId);
    const verb = needed === 'reader' ? 'left' : 'unshared';
    if (mount) await removeMount(tx, journals(mount.spaceId), mount, actor.accountId, verb);
    const { rootId: id, name: folder } = shared.space;
    shared.tell({ verb, node: { id, name: folder, parentId: null }, about: name });
    tellMembers(shared, told);
  });
}

/** @returns the member's name @throws {HubError} not_found, forbidden for the owner */
async function requireMember(tx: Db, { space }: Journal, accountId: string): Promise<string> {
  const member = await tx
    .selectFrom('members')
    .innerJoin('accounts', 'accounts.id', 'members.accountId')
    .select('name')
    .where('spaceId', '=', space.id)
    .where('accountId', '=', accountId)
    .executeTakeFirst();
  if (!member) throw new HubError('not_found');
  if (accountId === space.ownerId) throw new HubError('forbidden', 'the owner stays');
  return member.name;
}

/** @throws {HubError} forbidden (not a manager), not_found */
export async function withdrawInvitation(deps: Deps, actor: Actor, spaceId: string, id: string): Promise<void> {
  await readableSpace(deps.db, actor, spaceId);
  const change = async (tx: Db, journal: Journal) => {
    if (!isId(id)) throw new HubError('not_found');
    const gone = await tx
      .deleteFrom('shareInvitations')
      .where('id', '=', id)
      .where('spaceId', '=', spaceId)
      .returning('email')
      .executeTakeFirst();
    if (!gone) throw new HubError('not_found');
    tellMembers(journal, [...(await readersOf(tx, spaceId)), ...(await accountsOf(tx, gone.email))]);
  };
  await changeSpace(deps, actor, spaceId, change, 'manager');
}

async function accountsOf(db: Db, email: string): Promise<string[]> {
  const accounts = await db.selectFrom('accounts').select('id').where('email', '=', email).execute();
  return accounts.map(({ id }) => id);
}
