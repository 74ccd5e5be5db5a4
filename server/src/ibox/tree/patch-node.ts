import { HubError } from '@diwan/protocol/errors.ts';
import type { Node, NodePatch } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { mediaTypeOf } from '../rules/media-types.ts';
import { checkedName, nameKey } from '../rules/names.ts';
import { pathTo } from './ancestors.ts';
import { changeSpace, type Deps, type Journal } from './change-space.ts';
import { childNamed, liveFolder, liveNode, presentedNode } from './node-rows.ts';

/**
 * Renames, moves, or both at once. What is already so changes nothing.
 * @throws {HubError} name_invalid, name_taken, move_into_itself, conflict, forbidden (the root), not_found
 */
export async function patchNode(deps: Deps, actor: Actor, id: string, patch: NodePatch): Promise<Node> {
  const { spaceId } = await liveNode(deps.db, actor, id);
  return changeSpace(deps, actor, spaceId, (tx, journal) => patchInside(tx, journal, actor, id, patch));
}

/** As patchNode, inside the transaction of a change. */
export async function patchInside(tx: Db, journal: Journal, actor: Actor, id: string, patch: NodePatch): Promise<Node> {
  const newName = patch.name === undefined ? undefined : checkedName(patch.name);
  const node = await liveNode(tx, actor, id);
  if (node.parentId === null) throw new HubError('forbidden', 'the root stays');
  if (patch.baseSeq !== undefined && patch.baseSeq !== node.seq) throw new HubError('conflict', `seq ${node.seq}`);
  const name = newName ?? node.name;
  const parentId = patch.parentId ?? node.parentId;
  if (parentId !== node.parentId) {
    const target = await liveFolder(tx, actor, parentId);
    if (target.spaceId !== node.spaceId) throw new HubError('bad_request', 'parentId: in another space');
    const path = await pathTo(tx, parentId);
    if (path.some((folder) => folder.id === id)) throw new HubError('move_into_itself');
  }
  if (parentId !== node.parentId || name !== node.name) {
    const there = await childNamed(tx, parentId, nameKey(name));
    if (there && there.id !== id) throw new HubError('name_taken', name);
    await tx
      .updateTable('nodes')
      .set({
        name,
        nameKey: nameKey(name),
        parentId,
        ...(node.mediaType !== null && { mediaType: mediaTypeOf(name, node.mediaType) }),
        changedAt: journal.now,
        changedBy: actor.accountId,
        seq: journal.next(),
      })
      .where('id', '=', id)
      .execute();
  }
  return presentedNode(tx, id);
}
