import type { Changes } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { presentNode, readableSpace, selectNodes } from './node-rows.ts';

/**
 * Every node whose last change is after `since`, oldest change first, and every one that went to another space after that. A cursor that this journal never gave (another epoch, or a
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
  const left = cursor.since === 0 ? [] : await departures(db, spaceId, cursor);
  // One journal: the page ends where the numbers of both together say so.
  const numbers = [...rows, ...left].map((told) => told.seq).sort((a, b) => a - b);
  const more = numbers.length > cursor.limit;
  const last = numbers[Math.min(cursor.limit, numbers.length) - 1] ?? 0;
  return {
    epoch,
    reset: false,
    nodes: rows.filter((row) => row.seq <= last).map(presentNode),
    departed: left.filter((departure) => departure.seq <= last),
    seq: more ? last : Math.max(last, seq),
    more,
  };
}

const departures = (db: Db, spaceId: string, { since, limit }: { since: number; limit: number }) =>
  db
    .selectFrom('departures')
    .select(['nodeId as id', 'seq'])
    .where('spaceId', '=', spaceId)
    .where('seq', '>', since)
    .orderBy('seq')
    .limit(limit + 1)
    .execute();
