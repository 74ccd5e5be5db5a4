import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { ShareRequest, Sharing } from '@diwan/protocol/ibox-shares.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { changeSpace, changeSpaces, followingMoves, type Journal, type Journals } from '../tree/change-space.ts';
import { moveSubtree } from '../tree/move-subtree.ts';
import { liveNode, type NodeRow } from '../tree/node-rows.ts';
import { requireRole } from '../tree/roles.ts';
import { invite } from './invite.ts';
import type { SharesRoom } from './letters.ts';
import { readSharing } from './members.ts';
import { addMount } from './mounts.ts';

/**
 * Invites persons to a folder. One of the personal space becomes a shared space first: the folder is its root, all that is in it goes
 * along with its ids, and a mount takes its place.
 * @throws {HubError} not_found, forbidden, bad_request (a file), share_nested, too_many_attempts
 */
export async function shareFolder(room: SharesRoom, actor: Actor, id: string, request: ShareRequest): Promise<Sharing> {
  const spaceId = await followingMoves(async () => {
    const node = await liveNode(room.db, actor, id);
    const shared = sharedSpaceOf(node) ?? (await rootOfShared(room.db, node));
    await requireRole(room.db, actor, shared ?? node.spaceId, 'manager');
    if (shared !== undefined) {
      const work = (tx: Db, journal: Journal) => invite(room, tx, journal, actor, request);
      await changeSpace(room, actor, shared, work, 'manager');
      return shared;
    }
    const work = async (tx: Db, journals: Journals) => {
      const journal = await convert(tx, journals, actor, id);
      await invite(room, tx, journal, actor, request);
      return journal.space.id;
    };
    return changeSpaces(room, actor, [node.spaceId], work, 'manager');
  });
  return readSharing(room.db, actor, spaceId);
}

const sharedSpaceOf = ({ mountSpaceId }: NodeRow): string | undefined => mountSpaceId ?? undefined;

async function rootOfShared(db: Db, { id, spaceId }: NodeRow): Promise<string | undefined> {
  const space = await db
    .selectFrom('spaces')
    .select('id')
    .where('id', '=', spaceId)
    .where('rootId', '=', id)
    .where('kind', '=', 'shared')
    .executeTakeFirst();
  return space?.id;
}

/** @returns the journal of the space that the folder is now */
async function convert(tx: Db, journals: Journals, actor: Actor, id: string): Promise<Journal> {
  const node = await liveNode(tx, actor, id);
  const personal = journals(node.spaceId);
  if (personal.space.kind !== 'personal') throw new HubError('share_nested', 'it is inside a shared space');
  if (node.parentId === null) throw new HubError('forbidden', 'the root stays');
  if (node.kind !== 'folder') throw new HubError('bad_request', 'a file is shared by a link');
  const { accountId } = actor;
  const { name, parentId } = node;
  const { now } = personal;
  const shared = await journals.begin({
    ...{ id: randomUUID(), kind: 'shared', name, ownerId: accountId, rootId: id },
    ...{ epoch: randomUUID(), seq: 0, usedBytes: 0, createdAt: now },
  });
  const spaceId = shared.space.id;
  await tx.insertInto('members').values({ spaceId, accountId, role: 'manager', since: now, invitedBy: null }).execute();
  await moveSubtree(tx, personal, shared, id, {
    leaves: { verb: 'shared', node },
    arrives: { verb: 'shared', node: { id, name, parentId: null } },
  });
  await tx.updateTable('nodes').set({ parentId: null }).where('id', '=', id).execute();
  await addMount(tx, personal, { spaceId, parentId, name, changedBy: accountId }, 'shared');
  return shared;
}
