import { HubError } from '@diwan/protocol/errors.ts';
import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Deed } from '../activity/deed.ts';
import type { Journal } from './change-space.ts';

/**
 * Takes a live node from one space to another with all that is in it, the trash too, inside a transaction that has the locks of both. Ids, versions,
 * locks and properties stay with the nodes. The journal they leave tells of each that it departed, what is inside before what it is in;
 * the one they come to numbers each anew, the node itself first. Where it lies there is for the caller to say.
 * What was deleted for good stays behind: a tombstone belongs to the journal that told of the life.
 * @param deeds what is told in each of the spaces
 * @throws {HubError} share_nested when a shared space shows in it: that would be shared twice
 */
export async function moveSubtree(
  tx: Db,
  source: Journal,
  target: Journal,
  topId: string,
  deeds: { leaves: Deed; arrives: Deed },
): Promise<void> {
  const [from, to] = [source.space.id, target.space.id];
  const below = tx
    .withRecursive('below', (q) =>
      q
        .selectFrom('nodes')
        .select(['id', 'spaceId', 'size', 'deletedWith', 'purgedAt', 'mountSpaceId', sql<number>`0`.as('depth')])
        .where('id', '=', topId)
        .unionAll(
          q
            .selectFrom('nodes')
            .innerJoin('below', 'below.id', 'nodes.parentId')
            .select(['nodes.id', 'nodes.spaceId', 'nodes.size', 'nodes.deletedWith', 'nodes.purgedAt'])
            .select(['nodes.mountSpaceId', sql<number>`below.depth + 1`.as('depth')]),
        ),
    )
    .with('moving', (q) =>
      q
        .selectFrom('below')
        .select(['id', 'size', 'deletedWith', 'mountSpaceId', 'depth'])
        .where('spaceId', '=', from)
        .where('purgedAt', 'is', null),
    );
  const whole = await below
    .selectFrom('moving')
    .select((e) => [
      e.fn.countAll<number>().as('count'),
      e.fn.count<number>('mountSpaceId').as('mounts'),
      e
        .cast<number>(
          e.fn.coalesce(e.fn.sum(e.case().when('deletedWith', 'is', null).then(e.ref('size')).else(0).end()), e.lit(0)),
          'bigint',
        )
        .as('bytes'),
    ])
    .executeTakeFirstOrThrow();
  if (whole.mounts > 0) throw new HubError('share_nested', 'a shared space shows in it');

  const gone = (await source.next(deeds.leaves, whole.count)) - 1;
  await below
    .insertInto('departures')
    .columns(['spaceId', 'nodeId', 'seq', 'toSpaceId'])
    .expression((q) =>
      q
        .selectFrom('moving')
        .select([
          sql<string>`cast(${from} as text)`.as('spaceId'),
          'id',
          sql<number>`row_number() over (order by depth desc, id) + cast(${gone} as bigint)`.as('seq'),
          sql<string>`cast(${to} as text)`.as('toSpaceId'),
        ]),
    )
    .execute();

  const come = (await target.next(deeds.arrives, whole.count)) - 1;
  await below
    .with('numbered', (q) =>
      q.selectFrom('moving').select(['id', sql<number>`row_number() over (order by depth, id)`.as('place')]),
    )
    .updateTable('nodes')
    .from('numbered')
    .set((e) => ({ spaceId: to, seq: e('numbered.place', '+', come) }))
    .whereRef('nodes.id', '=', 'numbered.id')
    .execute();

  const arrived = tx.selectFrom('nodes').select('id').where('spaceId', '=', to).where('seq', '>', come);
  await tx.deleteFrom('departures').where('spaceId', '=', to).where('nodeId', 'in', arrived).execute();
  for (const table of ['nodeWords', 'davLocks'] as const)
    await tx
      .updateTable(table)
      .set({ spaceId: to })
      .where('spaceId', '=', from)
      .where('nodeId', 'in', arrived)
      .execute();
  source.use(-whole.bytes);
  target.use(whole.bytes);
}
