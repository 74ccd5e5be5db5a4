import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';

/** The folders that a node is in, from the root down, and the node itself last. */
export async function pathTo(db: Db, id: string): Promise<{ id: string; name: string }[]> {
  const path = await db
    .withRecursive('path', (q) =>
      q
        .selectFrom('nodes')
        .select(['id', 'name', 'parentId', sql<number>`0`.as('height')])
        .where('id', '=', id)
        .unionAll(
          q
            .selectFrom('nodes')
            .innerJoin('path', 'path.parentId', 'nodes.id')
            .select(['nodes.id', 'nodes.name', 'nodes.parentId', sql<number>`path.height + 1`.as('height')]),
        ),
    )
    .selectFrom('path')
    .select(['id', 'name'])
    .orderBy('height', 'desc')
    .execute();
  return path;
}
