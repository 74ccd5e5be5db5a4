import { HubError } from '@diwan/protocol/errors.ts';
import type { Node, SpaceRole } from '@diwan/protocol/ibox.ts';
import { nameWarnings } from '@diwan/protocol/ibox-names.ts';
import type { ExpressionBuilder, Selectable } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Tables } from '../../db/tables.ts';
import type { Actor } from '../../identity/actor.ts';
import { presentedAuthor } from '../rules/links.ts';
import { roleIn } from './roles.ts';

export type NodeRow = Selectable<Tables['nodes']>;
export type SpaceRow = Selectable<Tables['spaces']>;

/** Nodes with the name of who changed them last, and the root of the space that shows in them. */
export const selectNodes = (db: Db) =>
  db
    .selectFrom('nodes')
    .leftJoin('accounts', 'accounts.id', 'nodes.changedBy')
    .selectAll('nodes')
    .select(['accounts.name as changedByName', (e) => mountedRootId(e).as('mountRootId')]);

const mountedRootId = (e: ExpressionBuilder<Tables, 'nodes'>) =>
  e.selectFrom('spaces').select('spaces.rootId').whereRef('spaces.id', '=', 'nodes.mountSpaceId');

/** What else is asked for never reaches the database: PostgreSQL takes no NUL in text. */
export const isId = (id: string): boolean => /^[0-9a-f-]{36}$/.test(id);

/** What of a row clients see, one way or another. */
export type ShownRow = Omit<NodeRow, 'nameKey' | 'purgedAt' | 'indexedName' | 'searchKey'> & {
  changedByName: string | null;
  mountRootId: string | null;
};

/** A row as clients see it. Field by field: a listing has ten thousand of them, and a rest of fields takes ten times as long. */
export function presentNode(row: ShownRow): Node {
  const { by, viaLink } = presentedAuthor(row.changedBy, row.changedByName);
  const warnings = nameWarnings(row.name);
  const { mountSpaceId, mountRootId } = row;
  return {
    id: row.id,
    spaceId: row.spaceId,
    parentId: row.parentId,
    kind: row.kind,
    name: row.name,
    size: row.size,
    sha256: row.sha256,
    version: row.version,
    mediaType: row.mediaType,
    mtime: row.mtime,
    ...(row.executable === 1 && { executable: true }),
    createdAt: row.createdAt,
    changedAt: row.changedAt,
    changedBy: by,
    ...viaLink,
    seq: row.seq,
    deleted: row.deletedWith !== null,
    mount: mountSpaceId !== null && mountRootId !== null ? { spaceId: mountSpaceId, rootId: mountRootId } : null,
    ...(warnings.length > 0 && { warnings }),
  };
}

/** @throws {HubError} not_found, also for who may not read it and for what is deleted */
export async function liveNode(db: Db, actor: Actor, id: string): Promise<NodeRow> {
  if (!isId(id)) throw new HubError('not_found');
  const row = await db
    .selectFrom('nodes')
    .innerJoin('members', 'members.spaceId', 'nodes.spaceId')
    .selectAll('nodes')
    .where('nodes.id', '=', id)
    .where('nodes.deletedWith', 'is', null)
    .where('members.accountId', '=', actor.accountId)
    .executeTakeFirst();
  if (!row) throw new HubError('not_found');
  return row;
}

/**
 * A folder with what is in it: where a shared space shows, that space's root.
 * @throws {HubError} not_found, also where the node is a file
 */
export async function liveFolder(db: Db, actor: Actor, id: string): Promise<NodeRow> {
  const node = await liveNode(db, actor, id);
  if (node.kind !== 'folder') throw new HubError('not_found', 'not a folder');
  return node.mountSpaceId === null ? node : mountedRoot(db, actor, node.mountSpaceId);
}

/** The root of a shared space that shows somewhere. @throws {HubError} not_found */
export async function mountedRoot(db: Db, actor: Actor, spaceId: string): Promise<NodeRow> {
  const { rootId } = await readableSpace(db, actor, spaceId);
  return liveNode(db, actor, rootId);
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
export async function readableSpace(db: Db, actor: Actor, id: string): Promise<SpaceRow & { role: SpaceRole }> {
  if (!isId(id)) throw new HubError('not_found');
  const role = await roleIn(db, actor, id);
  if (!role) throw new HubError('not_found');
  const space = await db.selectFrom('spaces').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return { ...space, role };
}
