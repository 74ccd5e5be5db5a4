import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { nameKey } from '../rules/names.ts';
import { listSpaces } from '../tree/list-spaces.ts';
import { childNamed, liveNode, mountedRoot, type NodeRow } from '../tree/node-rows.ts';

/** Where a path of names leads in the actor's personal space, and from there into the shared spaces that show in it. */
export interface Place {
  /** Of the node, or where there is none of the folder that would have it. */
  spaceId: string;
  /** The names that lead to where that space shows; empty in the personal one. */
  prefix: string[];
  /** From below the root; empty for the root itself. */
  names: string[];
  /** What is there now. */
  node: NodeRow | undefined;
  /** The folder it is or would be in; undefined for the root, and where that folder does not exist. */
  folder: NodeRow | undefined;
  /** Ids from the root of that space down to the node, or where there is none to its folder. */
  ids: string[];
}

/** @returns the place, whether or not something is there */
export async function findPlace(db: Db, actor: Actor, names: string[]): Promise<Place> {
  const { rootId } = await personalSpace(db, actor);
  let root = await liveNode(db, actor, rootId);
  let node: NodeRow | undefined = root;
  let folder: NodeRow | undefined;
  let prefix: string[] = [];
  let ids = [rootId];
  for (const [depth, name] of names.entries()) {
    if (node && node.mountSpaceId !== null) {
      root = await mountedRoot(db, actor, node.mountSpaceId);
      [node, prefix, ids] = [root, names.slice(0, depth), [root.id]];
    }
    folder = node?.kind === 'folder' ? node : undefined;
    node = folder && (await childNamed(db, folder.id, nameKey(name)));
    if (node) ids.push(node.id);
    if (!folder) break;
  }
  return { spaceId: root.spaceId, prefix, names, node, folder, ids };
}

/** @throws {HubError} not_found */
export function nodeAt(place: Place): NodeRow {
  if (!place.node) throw new HubError('not_found');
  return place.node;
}

async function personalSpace(db: Db, actor: Actor): Promise<{ id: string; rootId: string }> {
  const known = await db
    .selectFrom('spaces')
    .select(['id', 'rootId'])
    .where('ownerId', '=', actor.accountId)
    .where('kind', '=', 'personal')
    .executeTakeFirst();
  const space = known ?? (await listSpaces(db, actor)).find(({ kind }) => kind === 'personal');
  if (!space) throw new HubError('not_found');
  return space;
}
