import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { readContent } from '../chunks/read-content.ts';
import { nameKey, numberedName } from '../rules/names.ts';
import { liveNode } from '../tree/node-rows.ts';
import { type ZipEntry, zip, zipLength } from './zip.ts';

/** Their names and sizes are held in memory: about 50 MB. */
const mostEntries = 100_000;
const longestPath = 65_535;
const nodesAtOnce = 500;

export interface Archive {
  /** "Rapports.zip" */
  name: string;
  /** Bytes. */
  size: number;
  /** @throws {HubError} content_corrupt, storage_unavailable; the archive is not readable then */
  read(): AsyncGenerator<Uint8Array, void, void>;
}

type Room = { db: Db; objects: ObjectStore };
type Listed = {
  id: string;
  kind: 'file' | 'folder';
  name: string;
  changedAt: number;
  mountSpaceId: string | null;
};
type Walk = { room: Room; entries: ZipEntry[]; withMounts: boolean };

/**
 * Nodes with all that is in them, as one ZIP of what they are now: what is changed or deleted while it is sent is sent as it was.
 * @param ids of files or folders, side by side in the archive
 * @param options withMounts: also the folders in which others’ spaces show
 * @throws {HubError} not_found for any of them, too_large for more than 100,000 entries
 */
export async function openArchive(
  room: Room,
  actor: Actor,
  ids: readonly string[],
  { withMounts = true } = {},
): Promise<Archive> {
  const nodes: Listed[] = [];
  for (const id of new Set(ids)) nodes.push(await liveNode(room.db, actor, id));
  const walk: Walk = { room, entries: [], withMounts };
  const taken = new Set<string>();
  for (const node of nodes) await add(walk, node, '', taken);
  const { entries } = walk;
  const [only] = nodes.length === 1 ? nodes : [];
  return { name: `${only?.name || 'Ibox'}.zip`, size: zipLength(entries), read: () => zip(entries) };
}

async function add(walk: Walk, node: Listed, folder: string, taken: Set<string>): Promise<void> {
  const path = folder + freeName(node.name || 'Ibox', folder === '', taken);
  if (node.kind === 'file') return addFile(walk, node, path);
  push(walk, { path: `${path}/`, size: 0, modified: node.changedAt, read: noBytes });
  const takenInside = new Set<string>();
  for await (const child of childrenOf(walk, await folderOf(walk.room.db, node)))
    await add(walk, child, `${path}/`, takenInside);
}

/** Where a shared space shows, what is in it has its root for a parent. */
async function folderOf(db: Db, { id, mountSpaceId }: Listed): Promise<string> {
  if (mountSpaceId === null) return id;
  const space = await db.selectFrom('spaces').select('rootId').where('id', '=', mountSpaceId).executeTakeFirstOrThrow();
  return space.rootId;
}

async function addFile(walk: Walk, node: Listed, path: string): Promise<void> {
  const { db, objects } = walk.room;
  const version = await db
    .selectFrom('versions')
    .innerJoin('contents', 'contents.id', 'versions.contentId')
    .select(['contentId', 'size', 'mtime', 'createdAt'])
    .where('nodeId', '=', node.id)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  // Deleted for good since it was listed.
  if (!version) return;
  const { contentId, size } = version;
  push(walk, {
    path,
    size,
    modified: version.mtime ?? version.createdAt,
    read: () => readContent(db, objects, contentId, { offset: 0, length: size }),
  });
}

function push({ entries }: Walk, entry: ZipEntry): void {
  if (entries.length >= mostEntries) throw new HubError('too_large', `more than ${mostEntries} files and folders`);
  if (Buffer.byteLength(entry.path) > longestPath) throw new HubError('too_large', 'folders nested too deep');
  entries.push(entry);
}

async function* childrenOf({ room: { db }, withMounts }: Walk, parentId: string): AsyncGenerator<Listed> {
  let after: string | undefined;
  for (;;) {
    let query = db
      .selectFrom('nodes')
      .select(['id', 'kind', 'name', 'nameKey', 'changedAt', 'mountSpaceId'])
      .where('parentId', '=', parentId)
      .where('deletedWith', 'is', null)
      .orderBy('nameKey')
      .limit(nodesAtOnce);
    if (!withMounts) query = query.where('mountSpaceId', 'is', null);
    if (after !== undefined) query = query.where('nameKey', '>', after);
    const page = await query.execute();
    yield* page;
    if (page.length < nodesAtOnce) return;
    after = page.at(-1)?.nameKey;
  }
}

/** A name that nothing beside it has; at the top none that a reader could take for a drive ("C:"). */
function freeName(name: string, atTop: boolean, taken: Set<string>): string {
  const safe = atTop ? name.replace(/^([a-z]):/i, '$1_') : name;
  let free = safe;
  for (let number = 2; taken.has(nameKey(free)); number++) free = numberedName(safe, number);
  taken.add(nameKey(free));
  return free;
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
