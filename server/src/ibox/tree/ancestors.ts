import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';

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

/**
 * As pathsTo, the way the actor sees it: a shared space begins with the folders above where it shows in the actor's own, and its root is
 * called as the actor calls it. What its owner has above it is nobody else's business.
 */
export async function seenPathsTo(db: Db, actor: Actor, ids: readonly string[]): Promise<Map<string, Step[]>> {
  const paths = await pathsTo(db, ids);
  const roots = new Set([...paths.values()].flatMap(([root]) => root?.id ?? []));
  if (roots.size === 0) return paths;
  const mounts = await db
    .selectFrom('nodes')
    .innerJoin('spaces as mounted', 'mounted.id', 'nodes.mountSpaceId')
    .innerJoin('spaces as personal', 'personal.id', 'nodes.spaceId')
    .select(['mounted.rootId', 'nodes.name', 'nodes.parentId'])
    .where('mounted.rootId', 'in', [...roots])
    .where('personal.ownerId', '=', actor.accountId)
    .execute();
  const above = await pathsTo(
    db,
    mounts.flatMap(({ parentId }) => parentId ?? []),
  );
  const seen = new Map(mounts.map(({ rootId, ...mount }) => [rootId, mount]));
  return new Map(
    [...paths].map(([id, path]) => {
      const [root, ...rest] = path;
      const mount = root && seen.get(root.id);
      if (!mount) return [id, path];
      return [id, [...(above.get(mount.parentId ?? '') ?? []), { id: root.id, name: mount.name }, ...rest]];
    }),
  );
}
