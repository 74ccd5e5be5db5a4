import type { NodeView } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { pathTo } from './ancestors.ts';
import { liveNode, presentedNode } from './node-rows.ts';

/** A node and the folders it is in. */
export async function viewNode(db: Db, actor: Actor, id: string): Promise<NodeView> {
  await liveNode(db, actor, id);
  const node = await presentedNode(db, id);
  return { node, ancestors: (await pathTo(db, id)).slice(0, -1) };
}
