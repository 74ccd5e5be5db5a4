import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { nameKey } from '../rules/names.ts';
import { listSpaces } from '../tree/list-spaces.ts';
import { childNamed, liveNode, type NodeRow } from '../tree/node-rows.ts';

/** Where a path of names leads in the actor's personal space. */
export interface Place {
  spaceId: string;
  /** From below the root; empty for the root itself. */
  names: string[];
  /** What is there now. */
  node: NodeRow | undefined;
  /** The folder it is or would be in; undefined for the root, and where that folder does not exist. */
  folder: NodeRow | undefined;
  /** Ids from the root down to the node, or where there is none to its folder. */
  ids: string[];
}

/** @returns the place, whether or not something is there */
export async function findPlace(db: Db, actor: Actor, names: string[]): Promise<Place> {
  const { rootId, id: spaceId } = await personalSpace(db, actor);
  let node: NodeRow | undefined = await liveNode(db, actor, rootId);
  let folder: NodeRow | undefined;
  const ids = [rootId];
  for (const name of names) {
    folder = node?.kind === 'folder' ? node : undefined;
    node = folder && (await childNamed(db, folder.id, nameKey(name)));
    if (node) ids.push(node.id);
    if (!folder) break;
  }
  return { spaceId, names, node, folder, ids };
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
