import { HubError } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';
import type { Selectable } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Tables } from '../../db/tables.ts';
import type { Actor } from '../../identity/actor.ts';
import { mayRead } from '../rules/permissions.ts';

export type NodeRow = Selectable<Tables['nodes']>;
export type SpaceRow = Selectable<Tables['spaces']>;

/** Nodes with the name of who changed them last. */
export const selectNodes = (db: Db) =>
  db
    .selectFrom('nodes')
    .leftJoin('accounts', 'accounts.id', 'nodes.changedBy')
    .selectAll('nodes')
    .select('accounts.name as changedByName');

/** What else is asked for never reaches the database: PostgreSQL takes no NUL in text. */
export const isId = (id: string): boolean => /^[0-9a-f-]{36}$/.test(id);

/** A row as clients see it. */
export function presentNode(row: NodeRow & { changedByName: string | null }): Node {
  const { nameKey: _k, purgedAt: _p, indexedName: _n, searchKey: _s, deletedWith, changedByName, ...node } = row;
  return { ...node, changedBy: changedByName ?? '', deleted: deletedWith !== null };
}

/** @throws {HubError} not_found, also for who may not read it and for what is deleted */
export async function liveNode(db: Db, actor: Actor, id: string): Promise<NodeRow> {
  if (!isId(id)) throw new HubError('not_found');
  const row = await db
    .selectFrom('nodes')
    .innerJoin('spaces', 'spaces.id', 'nodes.spaceId')
    .selectAll('nodes')
    .select('spaces.ownerId')
    .where('nodes.id', '=', id)
    .where('nodes.deletedWith', 'is', null)
    .executeTakeFirst();
  if (!row || !mayRead(row, actor)) throw new HubError('not_found');
  const { ownerId: _owner, ...node } = row;
  return node;
}

/** @throws {HubError} not_found, also where the node is a file */
export async function liveFolder(db: Db, actor: Actor, id: string): Promise<NodeRow> {
  const node = await liveNode(db, actor, id);
  if (node.kind !== 'folder') throw new HubError('not_found', 'not a folder');
  return node;
}

/** The live node of that name in a folder. */
export const childNamed = (db: Db, parentId: string, key: string): Promise<NodeRow | undefined> =>
  db
    .selectFrom('nodes')
    .selectAll()
    .where('parentId', '=', parentId)
    .where('nameKey', '=', key)
    .where('deletedWith', 'is', null)
    .executeTakeFirst();

/** A live node as clients see it, read inside or outside of a transaction. */
export async function presentedNode(db: Db, id: string): Promise<Node> {
  return presentNode(await selectNodes(db).where('nodes.id', '=', id).executeTakeFirstOrThrow());
}

/** @throws {HubError} not_found */
export async function readableSpace(db: Db, actor: Actor, id: string): Promise<SpaceRow> {
  if (!isId(id)) throw new HubError('not_found');
  const space = await db.selectFrom('spaces').selectAll().where('id', '=', id).executeTakeFirst();
  if (!space || !mayRead(space, actor)) throw new HubError('not_found');
  return space;
}
