import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { liveNode, mountedRoot, type NodeRow } from '../tree/node-rows.ts';
import { requireRole } from '../tree/roles.ts';

/**
 * A live node that the actor may share; where a shared space shows, that space's root: only its managers may share it further.
 * @throws {HubError} not_found for who may not read it, forbidden for who may only read or write
 */
export async function managedNode(db: Db, actor: Actor, id: string): Promise<NodeRow> {
  const found = await liveNode(db, actor, id);
  const node = found.mountSpaceId === null ? found : await mountedRoot(db, actor, found.mountSpaceId);
  await requireRole(db, actor, node.spaceId, 'manager');
  return node;
}
