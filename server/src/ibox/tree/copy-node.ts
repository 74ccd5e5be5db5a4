import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';
import type { NodeCopy } from '@diwan/protocol/ibox-history.ts';
import type { Insertable } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Tables } from '../../db/tables.ts';
import type { Actor } from '../../identity/actor.ts';
import { lostRace } from '../chunks/store-batch.ts';
import { mediaTypeOf } from '../rules/media-types.ts';
import { checkedName, nameKey } from '../rules/names.ts';
import { changeWhere, type Deps, here, type Journal } from './change-space.ts';
import { freeName } from './free-name.ts';
import { childNamed, liveFolder, liveNode, type NodeRow, presentedNode } from './node-rows.ts';

const atOnce = 200;

/**
 * Copies a file in its newest version, or a folder as it is now with all that is in it: new nodes that refer to the same bytes.
 * A folder may be copied into itself: what is copied is what was in it before.
 * @throws {HubError} name_invalid, name_taken (onConflict refuse), quota_exceeded, forbidden, not_found,
 *   conflict when what is copied is purged meanwhile
 */
export async function copyNode(deps: Deps, actor: Actor, id: string, to: NodeCopy): Promise<Node> {
  const wanted = to.name === undefined ? undefined : checkedName(to.name);
  const find = (db: Db) => liveFolder(db, actor, to.parentId);
  return changeWhere(deps, actor, find, async (tx, journal) => {
    const source = await liveNode(tx, actor, id);
    const target = here(journal, await find(tx));
    const name = wanted ?? source.name;
    if (to.onConflict === 'refuse' && (await childNamed(tx, target.id, nameKey(name)))) {
      throw new HubError('name_taken', name);
    }
    const top = { parentId: target.id, name: await freeName(tx, target.id, name) };
    const copied = await copySubtree(tx, journal, actor, source, top);
    return presentedNode(tx, copied.get(source.id) as string);
  });
}

/**
 * As copyNode, inside the transaction of a change: to a name that is free.
 * @param isDeep false: a folder without what is in it
 * @returns the copies' ids by the ids of what was copied
 */
export async function copySubtree(
  tx: Db,
  journal: Journal,
  actor: Actor,
  source: NodeRow,
  top: { parentId: string; name: string },
  isDeep = true,
): Promise<Map<string, string>> {
  const { copies, versions, copied } = await copiesOf(tx, journal, actor, journal.space.id, source, top, isDeep);
  const node = { id: copied.get(source.id) as string, ...top };
  const first = await journal.next({ verb: 'copied', node }, copies.length);
  const rows = copies.map((copy, place) => ({ ...copy, seq: first + place }));
  await inParts(rows, (part) => tx.insertInto('nodes').values(part).execute());
  await inParts(versions, (part) => tx.insertInto('versions').values(part).execute()).catch((error) => {
    if (lostRace(error)) throw new HubError('conflict', 'what is copied went meanwhile');
    throw error;
  });
  journal.use(copies.reduce((sum, { size }) => sum + size, 0));
  return copied;
}

async function inParts<T>(rows: T[], work: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += atOnce) await work(rows.slice(at, at + atOnce));
}

/** The new rows, what a node is in before the node. */
async function copiesOf(
  tx: Db,
  journal: Journal,
  actor: Actor,
  spaceId: string,
  source: NodeRow,
  top: { parentId: string; name: string },
  isDeep: boolean,
) {
  const copied = new Map<string, string>();
  const copies: (Omit<Insertable<Tables['nodes']>, 'seq'> & { size: number })[] = [];
  const versions: Insertable<Tables['versions']>[] = [];
  const { now } = journal;
  for (let level = [{ row: source, ...top }]; level.length > 0; ) {
    const ids = new Map(level.map(({ row }) => [row.id, randomUUID()]));
    for (const [rootId, mountId] of await shownIn(
      tx,
      level.map(({ row }) => row),
    ))
      ids.set(rootId, ids.get(mountId) as never);
    const contents = await newestContents(
      tx,
      level.filter(({ row }) => row.kind === 'file').map(({ row }) => row.id),
    );
    for (const { row, parentId, name } of level) {
      const isFile = row.kind === 'file';
      const id = ids.get(row.id) as string;
      copied.set(row.id, id);
      const mediaType = isFile ? mediaTypeOf(name, row.mediaType ?? undefined) : null;
      const by = actor.accountId;
      copies.push({
        ...{ id, spaceId, parentId, kind: row.kind, name, nameKey: nameKey(name), mediaType },
        ...{ size: row.size, sha256: row.sha256, version: isFile ? 1 : 0 },
        ...{ mtime: row.mtime, executable: row.executable },
        ...{ createdAt: now, changedAt: now, changedBy: by, deletedWith: null },
      });
      const contentId = contents.get(row.id);
      if (contentId !== undefined) {
        const { mtime, executable } = row;
        const version = { nodeId: id, version: 1, contentId, mediaType: mediaType ?? '', mtime, executable };
        versions.push({ ...version, createdAt: now, createdBy: by, replacedAt: null });
      }
    }
    if (!isDeep) break;
    level = (await childrenOf(tx, [...ids.keys()])).map((row) => ({
      row,
      parentId: ids.get(row.parentId ?? '') as string,
      name: row.name,
    }));
  }
  return { copies, versions, copied };
}

/** Of those in which a shared space shows: the root of that space, whose children are copied as theirs. */
async function shownIn(tx: Db, rows: NodeRow[]): Promise<Map<string, string>> {
  const mounts = new Map(rows.flatMap(({ mountSpaceId, id }) => (mountSpaceId === null ? [] : [[mountSpaceId, id]])));
  if (mounts.size === 0) return new Map();
  const spaces = await tx
    .selectFrom('spaces')
    .select(['id', 'rootId'])
    .where('id', 'in', [...mounts.keys()])
    .execute();
  return new Map(spaces.map(({ id, rootId }) => [rootId, mounts.get(id) as string]));
}

async function childrenOf(tx: Db, folders: string[]): Promise<NodeRow[]> {
  const children: NodeRow[] = [];
  await inParts(folders, async (part) => {
    const rows = await tx
      .selectFrom('nodes')
      .selectAll()
      .where('parentId', 'in', part)
      .where('deletedWith', 'is', null)
      .execute();
    children.push(...rows);
  });
  return children;
}

async function newestContents(tx: Db, files: string[]): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  await inParts(files, async (part) => {
    const rows = await tx
      .selectFrom('nodes')
      .innerJoin('versions', (j) =>
        j.onRef('versions.nodeId', '=', 'nodes.id').onRef('versions.version', '=', 'nodes.version'),
      )
      .select(['nodes.id', 'contentId'])
      .where('nodes.id', 'in', part)
      .execute();
    for (const { id, contentId } of rows) contents.set(id, contentId);
  });
  return contents;
}
