import { HubError } from '@diwan/protocol/errors.ts';
import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { leaveByMount } from '../shares/mounts.ts';
import { changeWhere, type Deps, here, type Journal } from './change-space.ts';
import { liveNode } from './node-rows.ts';

/**
 * Deletes a file, or a folder with all that is in it. Bytes and versions stay; each node becomes a tombstone with a number of its
 * own, what is inside before what it is in. Deleting the folder in which a shared space shows is leaving that space.
 * @param options baseSeq: the journal's number up to which the caller has seen the node and all in it
 * @throws {HubError} conflict when any of them changed after that, still_shared (shared spaces show in it; its owner can't leave a
 *   space), forbidden (the root; a reader), not_found
 */
export async function deleteNode(
  deps: Deps,
  actor: Actor,
  id: string,
  options: { baseSeq?: number | undefined },
): Promise<void> {
  const find = (db: Db) => liveNode(db, actor, id);
  await changeWhere(deps, actor, find, (tx, journal) => deleteSubtree(tx, journal, actor, id, options.baseSeq));
}

/** As deleteNode, inside the transaction of a change. */
export async function deleteSubtree(
  tx: Db,
  journal: Journal,
  actor: Actor,
  id: string,
  baseSeq?: number,
): Promise<void> {
  const node = here(journal, await liveNode(tx, actor, id));
  if (node.parentId === null) throw new HubError('forbidden', 'the root stays');
  if (node.mountSpaceId !== null) return leaveByMount(tx, journal, actor, node);

  // A file is its whole subtree: thousands are deleted in one commit.
  if (node.kind === 'file') {
    if (baseSeq !== undefined && node.seq > baseSeq) throw new HubError('conflict', `seq ${node.seq}`);
    const seq = await journal.next({ verb: 'deleted', node });
    const gone = { seq, deletedWith: id, changedAt: journal.now, changedBy: actor.accountId };
    await tx.updateTable('nodes').set(gone).where('id', '=', id).execute();
    journal.use(-node.size);
    return;
  }

  const subtree = tx.withRecursive('subtree', (q) =>
    q
      .selectFrom('nodes')
      .select(['id', 'seq', 'kind', 'size', 'mountSpaceId', sql<number>`0`.as('depth')])
      .where('id', '=', id)
      .unionAll(
        q
          .selectFrom('nodes')
          .innerJoin('subtree', 'subtree.id', 'nodes.parentId')
          .select(['nodes.id', 'nodes.seq', 'nodes.kind', 'nodes.size', 'nodes.mountSpaceId'])
          .select(sql<number>`subtree.depth + 1`.as('depth'))
          .where('nodes.deletedWith', 'is', null),
      ),
  );
  const whole = await subtree
    .selectFrom('subtree')
    .select((e) => [
      e.fn.countAll<number>().as('count'),
      e.fn.max('seq').as('seq'),
      e.fn.count<number>('mountSpaceId').as('mounts'),
      e.cast<number>(e.fn.sum('size'), 'bigint').as('size'),
    ])
    .executeTakeFirstOrThrow();
  if (whole.mounts > 0) throw new HubError('still_shared', 'a shared space shows in it');
  if (baseSeq !== undefined && whole.seq > baseSeq) throw new HubError('conflict', `seq ${whole.seq}`);

  const before = (await journal.next({ verb: 'deleted', node }, whole.count)) - 1;
  await subtree
    .with('numbered', (q) =>
      q.selectFrom('subtree').select(['id', sql<number>`row_number() over (order by depth desc, id)`.as('place')]),
    )
    .updateTable('nodes')
    .from('numbered')
    .set((e) => ({
      seq: e('numbered.place', '+', before),
      deletedWith: id,
      changedAt: journal.now,
      changedBy: actor.accountId,
    }))
    .whereRef('nodes.id', '=', 'numbered.id')
    .execute();
  journal.use(-whole.size);
}
