import { HubError } from '@diwan/protocol/errors.ts';
import type { Node, NodePatch } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Deed } from '../activity/deed.ts';
import { mediaTypeOf } from '../rules/media-types.ts';
import { checkedName, nameKey } from '../rules/names.ts';
import { pathTo } from './ancestors.ts';
import { changeSpaces, type Deps, inSpaceOf, type Journal } from './change-space.ts';
import { moveSubtree } from './move-subtree.ts';
import { childNamed, liveFolder, liveNode, presentedNode } from './node-rows.ts';

/**
 * Renames, moves, or both at once. What is already so changes nothing. Into another space it goes with all that is in it, and counts
 * in the quota of that space's owner.
 * @throws {HubError} name_invalid, name_taken, move_into_itself, share_nested, conflict, quota_exceeded, forbidden (the root; a
 *   reader), not_found
 */
export async function patchNode(deps: Deps, actor: Actor, id: string, patch: NodePatch): Promise<Node> {
  const find = () => liveNode(deps.db, actor, id);
  return inSpaceOf(find, async (node) => {
    const spaces = [node.spaceId, ...(await spaceOf(deps.db, actor, patch.parentId))];
    return changeSpaces(deps, actor, spaces, (tx, journals) => patchInside(tx, journals, actor, id, patch));
  });
}

/** None for a folder that is not there: what is wrong first is said by the change itself. */
async function spaceOf(db: Db, actor: Actor, folderId: string | undefined): Promise<string[]> {
  if (folderId === undefined) return [];
  const folder = await liveFolder(db, actor, folderId).catch((error) => {
    if (error instanceof HubError) return undefined;
    throw error;
  });
  return folder ? [folder.spaceId] : [];
}

/** As patchNode, inside the transaction of a change of the spaces that it concerns. */
export async function patchInside(
  tx: Db,
  journals: (spaceId: string) => Journal,
  actor: Actor,
  id: string,
  patch: NodePatch,
): Promise<Node> {
  const newName = patch.name === undefined ? undefined : checkedName(patch.name);
  const node = await liveNode(tx, actor, id);
  const source = journals(node.spaceId);
  if (node.parentId === null) throw new HubError('forbidden', 'the root stays');
  if (patch.baseSeq !== undefined && patch.baseSeq !== node.seq) throw new HubError('conflict', `seq ${node.seq}`);
  const name = newName ?? node.name;
  const target = patch.parentId === undefined ? undefined : await liveFolder(tx, actor, patch.parentId);
  const parentId = target?.id ?? node.parentId;
  if (target && parentId !== node.parentId) {
    const path = await pathTo(tx, parentId);
    if (path.some((folder) => folder.id === id)) throw new HubError('move_into_itself');
  }
  if (parentId !== node.parentId || name !== node.name) {
    const there = await childNamed(tx, parentId, nameKey(name));
    if (there && there.id !== id) throw new HubError('name_taken', name);
    const renamed = name === node.name ? {} : { name: node.name };
    const now = { id, name, parentId };
    const before = { ...renamed, parentId: node.parentId };
    const isOver = target !== undefined && target.spaceId !== node.spaceId;
    if (isOver) {
      // Each side is told the name that it knew.
      const leaves: Deed = { verb: 'moved', node: { ...now, name: node.name }, from: { parentId: node.parentId } };
      const arrives: Deed = { verb: 'moved', node: now };
      await moveSubtree(tx, source, journals(target.spaceId), id, { leaves, arrives });
    }
    const deed: Deed =
      parentId === node.parentId
        ? { verb: 'renamed', node: now, from: renamed }
        : { verb: 'moved', node: now, from: before };
    await tx
      .updateTable('nodes')
      .set({
        name,
        nameKey: nameKey(name),
        parentId,
        ...(node.mediaType !== null && { mediaType: mediaTypeOf(name, node.mediaType) }),
        changedAt: source.now,
        changedBy: actor.accountId,
        ...(!isOver && { seq: await source.next(deed) }),
      })
      .where('id', '=', id)
      .execute();
  }
  return presentedNode(tx, id);
}
