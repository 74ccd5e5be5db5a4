import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';

type Step = { id: string; name: string };

/** The folders that a node is in, from the root down, and the node itself last. */
export async function pathTo(db: Db, id: string): Promise<Step[]> {
  return (await pathsTo(db, [id])).get(id) ?? [];
}

/** Of each node: the folders that it is in, from the root down, and itself last. */
export async function pathsTo(db: Db, ids: readonly string[]): Promise<Map<string, Step[]>> {
  if (ids.length === 0) return new Map();
  const steps = await db
    .withRecursive('path', (q) =>
      q
        .selectFrom('nodes')
        .select(['id as of', 'id', 'name', 'parentId', sql<number>`0`.as('height')])
        .where('id', 'in', [...new Set(ids)])
        .unionAll(
          q
            .selectFrom('nodes')
            .innerJoin('path', 'path.parentId', 'nodes.id')
            .select(['path.of', 'nodes.id', 'nodes.name', 'nodes.parentId', sql<number>`path.height + 1`.as('height')]),
        ),
    )
    .selectFrom('path')
    .select(['of', 'id', 'name'])
    .orderBy('height', 'desc')
    .execute();
  const paths = new Map<string, Step[]>();
  for (const { of, id, name } of steps) {
    const path = paths.get(of);
    if (path) path.push({ id, name });
    else paths.set(of, [{ id, name }]);
  }
  return paths;
}
