import type { Changes } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { presentNode, readableSpace, selectNodes } from './node-rows.ts';

/**
 * Every node whose last change is after `since`, oldest change first. A cursor that this journal never gave (another epoch, or a
 * number that is still to come) answers `reset`: begin again at 0.
 */
export async function changes(
  db: Db,
  actor: Actor,
  spaceId: string,
  cursor: { epoch?: string | undefined; since: number; limit: number },
): Promise<Changes> {
  // Read before the nodes: what is committed in between is then answered again, not skipped.
  const { epoch, seq } = await readableSpace(db, actor, spaceId);
  if ((cursor.epoch !== undefined && cursor.epoch !== epoch) || cursor.since > seq) {
    return { epoch, reset: true, nodes: [], seq: 0, more: true };
  }
  let query = selectNodes(db)
    .where('spaceId', '=', spaceId)
    .where('seq', '>', cursor.since)
    .orderBy('seq')
    .limit(cursor.limit + 1);
  if (cursor.since === 0) query = query.where('nodes.deletedWith', 'is', null);
  const rows = await query.execute();
  const nodes = rows.slice(0, cursor.limit).map(presentNode);
  const more = rows.length > cursor.limit;
  const last = nodes.at(-1)?.seq ?? 0;
  return { epoch, reset: false, nodes, seq: more ? last : Math.max(last, seq), more };
}
