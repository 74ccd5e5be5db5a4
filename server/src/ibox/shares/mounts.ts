import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Deed } from '../activity/deed.ts';
import { nameKey } from '../rules/names.ts';
import type { Journal } from '../tree/change-space.ts';
import type { NodeRow } from '../tree/node-rows.ts';
import { readersOf } from '../tree/roles.ts';

/** The folder of an account's own in which a shared space shows. */
export const mountOf = (db: Db, accountId: string, spaceId: string): Promise<NodeRow | undefined> =>
  db
    .selectFrom('nodes')
    .selectAll('nodes')
    .innerJoin('spaces', 'spaces.id', 'nodes.spaceId')
    .where('spaces.ownerId', '=', accountId)
    .where('nodes.mountSpaceId', '=', spaceId)
    .executeTakeFirst();

/** @returns undefined for who has never opened Ibox */
export async function personalSpaceOf(db: Db, accountId: string): Promise<string | undefined> {
  const space = await db
    .selectFrom('spaces')
    .select('id')
    .where('ownerId', '=', accountId)
    .where('kind', '=', 'personal')
    .executeTakeFirst();
  return space?.id;
}

/**
 * Lets a shared space show in a folder of a personal space, under a name that is free.
 * @param verb how that came about
 * @returns the new node's id
 */
export async function addMount(
  tx: Db,
  personal: Journal,
  mounted: { spaceId: string; parentId: string; name: string; changedBy: string },
  verb: 'shared' | 'joined',
): Promise<string> {
  const { spaceId: mountSpaceId, parentId, name, changedBy } = mounted;
  const id = randomUUID();
  const { now } = personal;
  const seq = await personal.next({ verb, node: { id, name, parentId } });
  await tx
    .insertInto('nodes')
    .values({
      ...{ id, spaceId: personal.space.id, parentId, kind: 'folder', name, nameKey: nameKey(name), mountSpaceId },
      ...{ size: 0, sha256: null, version: 0, mediaType: null, mtime: null, deletedWith: null },
      ...{ createdAt: now, changedAt: now, changedBy, seq },
    })
    .execute();
  return id;
}

/** Takes a mount away, for good: there is nothing in it to restore. */
export async function removeMount(
  tx: Db,
  personal: Journal,
  mount: NodeRow,
  changedBy: string,
  verb: 'left' | 'unshared',
): Promise<void> {
  const deed: Deed = { verb, node: mount };
  const { now } = personal;
  const seq = await personal.next(deed);
  await tx
    .updateTable('nodes')
    .set({ deletedWith: mount.id, purgedAt: now, mountSpaceId: null, changedAt: now, changedBy, seq })
    .where('id', '=', mount.id)
    .execute();
  await tx.deleteFrom('nodeWords').where('nodeId', '=', mount.id).execute();
}

/**
 * Leaves a shared space, inside a change of one's own that has the mount in it.
 * @throws {HubError} still_shared for its owner
 */
export async function leaveByMount(tx: Db, personal: Journal, actor: Actor, mount: NodeRow): Promise<void> {
  const spaceId = mount.mountSpaceId as string;
  const space = await tx.selectFrom('spaces').select('ownerId').where('id', '=', spaceId).executeTakeFirstOrThrow();
  if (space.ownerId === actor.accountId) throw new HubError('still_shared', 'its owner stops sharing it first');
  await endMembership(tx, spaceId, actor.accountId);
  await removeMount(tx, personal, mount, actor.accountId, 'left');
  tellMembers(personal, await readersOf(tx, spaceId));
}

/** Access, and the locks held by it. */
export async function endMembership(tx: Db, spaceId: string, accountId: string): Promise<void> {
  for (const table of ['members', 'davLocks'] as const)
    await tx.deleteFrom(table).where('spaceId', '=', spaceId).where('accountId', '=', accountId).execute();
}

/** Once the change is committed: members or invitations are others now. */
export function tellMembers({ bus, after }: Journal, accountIds: string[]): void {
  after(() => bus.publish('shares:changed', { accountIds }));
}
