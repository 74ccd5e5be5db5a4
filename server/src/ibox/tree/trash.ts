import { HubError } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';
import type { TrashPage } from '@diwan/protocol/ibox-history.ts';
import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { dayMs, type Limits } from '../rules/limits.ts';
import { nameKey } from '../rules/names.ts';
import { mayRead } from '../rules/permissions.ts';
import { pathsTo } from './ancestors.ts';
import { changeSpace, changeWhere, type Deps, here, type Journal } from './change-space.ts';
import { freeName } from './free-name.ts';
import { isId, type NodeRow, presentedNode, presentNode, readableSpace, selectNodes } from './node-rows.ts';
import { purge } from './purge.ts';
import { roleIn } from './roles.ts';

/**
 * What was deleted from a space and is not purged, the latest first: each file or folder that was deleted by itself, with what went along.
 * @throws {HubError} not_found
 */
export async function listTrash(
  db: Db,
  actor: Actor,
  spaceId: string,
  page: { before?: number | undefined; limit: number },
  { trashDays }: Limits,
): Promise<TrashPage> {
  await readableSpace(db, actor, spaceId);
  let query = selectNodes(db)
    .where('spaceId', '=', spaceId)
    .where(sql<boolean>`deleted_with = nodes.id and purged_at is null`)
    .orderBy('seq', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) query = query.where('seq', '<', page.before);
  const rows = await query.execute();
  const shown = rows.slice(0, page.limit);
  const wholes = await wholesOf(
    db,
    spaceId,
    shown.map(({ id }) => id),
  );
  const places = await pathsTo(
    db,
    shown.flatMap(({ parentId }) => parentId ?? []),
  );
  return {
    entries: shown.map((row) => ({
      node: presentNode(row),
      place: (places.get(row.parentId ?? '') ?? []).slice(1).map(({ name }) => name),
      ...(wholes.get(row.id) ?? { count: 1, size: row.size }),
      deletedAt: row.changedAt,
      deletedBy: row.changedByName ?? '',
      endsAt: trashDays === 0 ? null : row.changedAt + trashDays * dayMs,
    })),
    next: rows.length > page.limit ? (shown.at(-1)?.seq ?? null) : null,
  };
}

async function wholesOf(db: Db, spaceId: string, ids: string[]): Promise<Map<string, { count: number; size: number }>> {
  if (ids.length === 0) return new Map();
  const wholes = await db
    .selectFrom('nodes')
    .select((e) => [
      'deletedWith',
      e.fn.countAll<number>().as('count'),
      e.cast<number>(e.fn.sum('size'), 'bigint').as('size'),
    ])
    .where('spaceId', '=', spaceId)
    .where('deletedWith', 'in', ids)
    .where('purgedAt', 'is', null)
    .groupBy('deletedWith')
    .execute();
  return new Map(wholes.map(({ deletedWith, ...whole }) => [deletedWith ?? '', whole]));
}

/**
 * Brings back what was deleted, and all that went with it, to where it was: into the nearest folder that still lives, under a numbered
 * name if its own is taken by now. Each node gets a number of its own in the journal, what it is in before what is inside.
 * @throws {HubError} quota_exceeded, forbidden, not_found (also when it was restored or purged already)
 */
export async function restoreFromTrash(deps: Deps, actor: Actor, id: string): Promise<Node> {
  const find = (db: Db) => trashedNode(db, actor, id);
  return changeWhere(deps, actor, find, async (tx, journal) => {
    const top = here(journal, await find(tx));
    const parentId = await nearestLiving(tx, top);
    const name = await freeName(tx, parentId, top.name);
    const { count, size } = (await wholesOf(tx, top.spaceId, [id])).get(id) ?? { count: 1, size: top.size };
    const before = (await journal.next({ verb: 'restored', node: { id, name, parentId } }, count)) - 1;
    // While it is still in the trash: no two live nodes have a name, not even between two statements.
    await tx
      .updateTable('nodes')
      .set({ parentId, name, nameKey: nameKey(name) })
      .where('id', '=', id)
      .execute();
    await tx
      .withRecursive('subtree', (q) =>
        q
          .selectFrom('nodes')
          .select(['id', sql<number>`0`.as('depth')])
          .where('id', '=', id)
          .unionAll(
            q
              .selectFrom('nodes')
              .innerJoin('subtree', 'subtree.id', 'nodes.parentId')
              .select(['nodes.id', sql<number>`subtree.depth + 1`.as('depth')])
              .where('nodes.deletedWith', '=', id),
          ),
      )
      .with('numbered', (q) =>
        q.selectFrom('subtree').select(['id', sql<number>`row_number() over (order by depth, id)`.as('place')]),
      )
      .updateTable('nodes')
      .from('numbered')
      .set((e) => ({
        seq: e('numbered.place', '+', before),
        deletedWith: null,
        changedAt: journal.now,
        changedBy: actor.accountId,
      }))
      .whereRef('nodes.id', '=', 'numbered.id')
      .execute();
    journal.use(size);
    return presentedNode(tx, id);
  });
}

/**
 * Deletes for good: the bytes go with the next collection, a tombstone stays for the journal.
 * @throws {HubError} forbidden, not_found
 */
export async function purgeFromTrash(deps: Deps, actor: Actor, id: string): Promise<void> {
  const find = (db: Db) => trashedNode(db, actor, id);
  const change = async (tx: Db, journal: Journal) => {
    const node = here(journal, await find(tx));
    journal.tell({ verb: 'purged', node });
    await purge(tx, node.spaceId, [id], journal.now);
  };
  await changeWhere(deps, actor, find, change, 'manager');
}

/**
 * Deletes all of a space's trash for good.
 * @param options upTo: the journal's number up to which the person has seen it
 * @throws {HubError} forbidden, not_found
 */
export async function emptyTrash(
  deps: Deps,
  actor: Actor,
  spaceId: string,
  { upTo }: { upTo?: number | undefined },
): Promise<void> {
  await readableSpace(deps.db, actor, spaceId);
  const change = async (tx: Db, journal: Journal) => {
    let tops = tx
      .selectFrom('nodes')
      .select(['id', 'name', 'parentId'])
      .where('spaceId', '=', spaceId)
      .where(sql<boolean>`deleted_with = id and purged_at is null`);
    if (upTo !== undefined) tops = tops.where('seq', '<=', upTo);
    const emptied = await tops.execute();
    for (const node of emptied) journal.tell({ verb: 'purged', node });
    const ids = emptied.map(({ id }) => id);
    const atOnce = 500;
    for (let at = 0; at < ids.length; at += atOnce) await purge(tx, spaceId, ids.slice(at, at + atOnce), journal.now);
  };
  await changeSpace(deps, actor, spaceId, change, 'manager');
}

/** What was deleted by itself and is still in the trash. @throws {HubError} not_found */
async function trashedNode(db: Db, actor: Actor, id: string): Promise<NodeRow> {
  if (!isId(id)) throw new HubError('not_found');
  const row = await db
    .selectFrom('nodes')
    .selectAll()
    .where('id', '=', id)
    .where('deletedWith', '=', id)
    .where('purgedAt', 'is', null)
    .executeTakeFirst();
  if (!row || !mayRead({ role: await roleIn(db, actor, row.spaceId) })) throw new HubError('not_found');
  return row;
}

async function nearestLiving(tx: Db, node: NodeRow): Promise<string> {
  for (let at = node.parentId; at !== null; ) {
    const folder = await tx
      .selectFrom('nodes')
      .select(['id', 'parentId', 'deletedWith'])
      .where('id', '=', at)
      .executeTakeFirstOrThrow();
    if (folder.deletedWith === null) return folder.id;
    at = folder.parentId;
  }
  throw new HubError('not_found', 'the root has no parent');
}
