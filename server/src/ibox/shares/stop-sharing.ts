import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { nameKey } from '../rules/names.ts';
import { type Deps, followingMoves, type Journals, lockSpaces } from '../tree/change-space.ts';
import { moveSubtree } from '../tree/move-subtree.ts';
import { readableSpace } from '../tree/node-rows.ts';
import { readersOf } from '../tree/roles.ts';
import { mountOf, removeMount, tellMembers } from './mounts.ts';

/**
 * Ends a shared space: its folder goes back into the owner's own space with all that is in it, to the place and name of the owner's
 * mount; the mounts of the others go. What is left of the space is a journal that nobody may read.
 * @throws {HubError} forbidden (not the owner; a personal space), not_found
 */
export async function stopSharing(deps: Deps, actor: Actor, spaceId: string): Promise<void> {
  const { ownerId, kind } = await readableSpace(deps.db, actor, spaceId);
  if (ownerId !== actor.accountId || kind !== 'shared') throw new HubError('forbidden', 'the owner of a shared space');
  await followingMoves(async () => {
    const personal = await personalSpacesOfMembers(deps.db, spaceId);
    await lockSpaces(deps, actor, [spaceId, ...personal], (tx, journals) => dissolve(tx, journals, actor, spaceId));
  });
}

async function dissolve(tx: Db, journals: Journals, actor: Actor, spaceId: string): Promise<void> {
  const shared = journals(spaceId);
  // Stopped already, by the same person elsewhere.
  await readableSpace(tx, actor, spaceId);
  const members = await readersOf(tx, spaceId);
  tellMembers(shared, members);
  const own = await mountOf(tx, actor.accountId, spaceId);
  if (!own) throw new Error('the owner of a shared space has no mount of it');
  for (const accountId of members) {
    const mount = await mountOf(tx, accountId, spaceId);
    if (mount) await removeMount(tx, journals(mount.spaceId), mount, actor.accountId, 'unshared');
  }
  const { rootId: id } = shared.space;
  const { name, parentId } = own;
  const node = { id, name, parentId };
  await moveSubtree(tx, shared, journals(own.spaceId), id, {
    leaves: { verb: 'unshared', node: { ...node, parentId: null } },
    arrives: { verb: 'unshared', node },
  });
  await tx
    .updateTable('nodes')
    .set({ parentId, name, nameKey: nameKey(name) })
    .where('id', '=', id)
    .execute();
  await tx.deleteFrom('shareInvitations').where('spaceId', '=', spaceId).execute();
  await tx.deleteFrom('members').where('spaceId', '=', spaceId).execute();
}

async function personalSpacesOfMembers(db: Db, spaceId: string): Promise<string[]> {
  const spaces = await db
    .selectFrom('members')
    .innerJoin('spaces', 'spaces.ownerId', 'members.accountId')
    .select('spaces.id')
    .where('members.spaceId', '=', spaceId)
    .where('spaces.kind', '=', 'personal')
    .execute();
  return spaces.map(({ id }) => id);
}
