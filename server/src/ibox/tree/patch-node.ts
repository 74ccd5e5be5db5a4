import { HubError } from '@diwan/protocol/errors.ts';
import type { Node, NodePatch } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { mediaTypeOf } from '../rules/media-types.ts';
import { checkedName, nameKey } from '../rules/names.ts';
import { pathTo } from './ancestors.ts';
import { changeWhere, type Deps, here, type Journal } from './change-space.ts';
import { childNamed, liveFolder, liveNode, presentedNode } from './node-rows.ts';

/**
 * Renames, moves, or both at once. What is already so changes nothing.
 * @throws {HubError} name_invalid, name_taken, move_into_itself, conflict, forbidden (the root), not_found
 */
export async function patchNode(deps: Deps, actor: Actor, id: string, patch: NodePatch): Promise<Node> {
  const find = (db: Db) => liveNode(db, actor, id);
  return changeWhere(deps, actor, find, (tx, journal) => patchInside(tx, journal, actor, id, patch));
}

/** As patchNode, inside the transaction of a change. */
export async function patchInside(tx: Db, journal: Journal, actor: Actor, id: string, patch: NodePatch): Promise<Node> {
  const newName = patch.name === undefined ? undefined : checkedName(patch.name);
  const node = here(journal, await liveNode(tx, actor, id));
  if (node.parentId === null) throw new HubError('forbidden', 'the root stays');
  if (patch.baseSeq !== undefined && patch.baseSeq !== node.seq) throw new HubError('conflict', `seq ${node.seq}`);
  const name = newName ?? node.name;
  const target = patch.parentId === undefined ? undefined : await liveFolder(tx, actor, patch.parentId);
  const parentId = target?.id ?? node.parentId;
  if (target && parentId !== node.parentId) {
    if (target.spaceId !== node.spaceId) throw new HubError('bad_request', 'parentId: in another space');
    const path = await pathTo(tx, parentId);
    if (path.some((folder) => folder.id === id)) throw new HubError('move_into_itself');
  }
  if (parentId !== node.parentId || name !== node.name) {
    const there = await childNamed(tx, parentId, nameKey(name));
    if (there && there.id !== id) throw new HubError('name_taken', name);
    const renamed = name === node.name ? {} : { name: node.name };
    const deed =
      parentId === node.parentId
        ? ({ verb: 'renamed', from: renamed } as const)
        : ({ verb: 'moved', from: { ...renamed, parentId: node.parentId } } as const);
    await tx
      .updateTable('nodes')
      .set({
        name,
        nameKey: nameKey(name),
        parentId,
        ...(node.mediaType !== null && { mediaType: mediaTypeOf(name, node.mediaType) }),
        changedAt: journal.now,
        changedBy: actor.accountId,
        seq: await journal.next({ ...deed, node: { id, name, parentId } }),
      })
      .where('id', '=', id)
      .execute();
  }
  return presentedNode(tx, id);
}
