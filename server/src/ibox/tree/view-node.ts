import type { NodeView } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { lockOf } from '../locks/node-locks.ts';
import { countComments } from '../social/comments.ts';
import { favouritesAmong } from '../social/favourites.ts';
import { pathTo, seenPathsTo } from './ancestors.ts';
import { liveNode, presentedNode } from './node-rows.ts';

/** A node, the folders it is in, and what stands beside it. */
export async function viewNode(db: Db, actor: Actor, id: string): Promise<NodeView> {
  const row = await liveNode(db, actor, id);
  const node = await presentedNode(db, id);
  const path = await pathTo(db, id);
  const ids = path.map((step) => step.id);
  const seen = (await seenPathsTo(db, actor, [id])).get(id) ?? path;
  return {
    node: { ...node, name: seen.at(-1)?.name ?? node.name },
    ancestors: seen.slice(0, -1),
    comments: await countComments(db, id),
    favourite: (await favouritesAmong(db, actor, { id })).length > 0,
    lock: await lockOf(db, actor, row, ids),
  };
}
