import { HubError } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Journal } from './change-space.ts';
import { liveNode, presentedNode } from './node-rows.ts';

/**
 * Changes what of a file is no content, inside the transaction of a change: its newest version has it too, and no new one is made.
 * @throws {HubError} conflict, locked, not_found (also where the node is a folder)
 */
export async function setProperties(
  tx: Db,
  journal: Journal,
  actor: Actor,
  id: string,
  { baseSeq, ...wanted }: { baseSeq: number; executable: boolean },
): Promise<Node> {
  const node = await liveNode(tx, actor, id);
  if (node.kind !== 'file') throw new HubError('not_found', 'not a file');
  if (baseSeq !== node.seq) throw new HubError('conflict', `seq ${node.seq}`);
  const executable = wanted.executable ? 1 : null;
  if (executable === node.executable) return presentedNode(tx, id);
  const seq = await journal.next({ verb: 'changed', node });
  await tx
    .updateTable('nodes')
    .set({ executable, seq, changedAt: journal.now, changedBy: actor.accountId })
    .where('id', '=', id)
    .execute();
  await tx
    .updateTable('versions')
    .set({ executable })
    .where('nodeId', '=', id)
    .where('version', '=', node.version)
    .execute();
  return presentedNode(tx, id);
}
