import { HubError } from '@diwan/protocol/errors.ts';
import type { WholeNodePage } from '@diwan/protocol/ibox.ts';
import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { lockedIn } from '../locks/node-locks.ts';
import { nameKey } from '../rules/names.ts';
import { favouritesAmong } from '../social/favourites.ts';
import { liveFolder, presentNode } from './node-rows.ts';

type Kind = 'folder' | 'file';
const inOrder: Kind[] = ['folder', 'file'];

/**
 * The live nodes of a folder: folders first, then by name.
 * @param page `after` is the `next` of the page before
 */
export async function listChildren(
  db: Db,
  actor: Actor,
  folderId: string,
  page: { after?: string | undefined; limit: number },
): Promise<WholeNodePage> {
  const folder = await liveFolder(db, actor, folderId);
  const { id: parentId } = folder;
  const after = page.after === undefined ? undefined : parseCursor(page.after);
  const found: [Kind, Row][] = [];
  for (const kind of inOrder.slice(after ? inOrder.indexOf(after.kind) : 0)) {
    const wanted = page.limit + 1 - found.length;
    if (wanted <= 0) break;
    const rows = await rowsOf(db, parentId, kind, after?.kind === kind ? after.key : '', wanted);
    for (const row of rows) found.push([kind, row]);
  }
  const shown = found.slice(0, page.limit);
  const authors = await namesOf(db, new Set(shown.map(([, row]) => row.changed_by)));
  const nodes = shown.map(([kind, row]) =>
    presentNode({
      id: row.id,
      spaceId: folder.spaceId,
      parentId,
      kind,
      name: row.name,
      size: row.size,
      sha256: row.sha256,
      version: row.version,
      mediaType: row.media_type,
      mtime: row.mtime,
      executable: row.executable,
      createdAt: row.created_at,
      changedAt: row.changed_at,
      changedBy: row.changed_by,
      changedByName: authors.get(row.changed_by) ?? null,
      seq: row.seq,
      deletedWith: null,
      mountSpaceId: row.mount_space_id ?? null,
      mountRootId: row.mount_root_id ?? null,
    }),
  );
  const last = nodes.at(-1);
  return {
    spaceId: folder.spaceId,
    parentId,
    nodes,
    next: found.length > page.limit && last ? `${last.kind}/${last.name}` : null,
    favourites: await favouritesAmong(db, actor, { parentId }),
    locked: await lockedIn(db, folder),
  };
}

interface Row {
  id: string;
  name: string;
  size: number;
  sha256: string | null;
  version: number;
  media_type: string | null;
  mtime: number | null;
  executable: 1 | null;
  created_at: number;
  changed_at: number;
  changed_by: string;
  seq: number;
  mount_space_id?: string | null;
  mount_root_id?: string | null;
}

/**
 * Only what is shown, under the database's own names of the columns: a large folder is read again and again, and fetching what all its
 * nodes share, or giving columns their names in TypeScript, takes longer than the reading.
 */
async function rowsOf(db: Db, parentId: string, kind: Kind, afterKey: string, limit: number): Promise<Row[]> {
  // Spaces show in folders only.
  const mount = sql`, n.mount_space_id, case when n.mount_space_id is null then null
    else (select root_id from spaces where spaces.id = n.mount_space_id) end as mount_root_id`;
  const { rows } = await sql<Row>`
    select n.id, n.name, n.size, n.sha256, n.version, n.media_type, n.mtime, n.executable, n.created_at,
      n.changed_at, n.changed_by, n.seq
      ${kind === 'folder' ? mount : sql``}
    from nodes n
    where n.parent_id = ${parentId} and n.deleted_with is null and n.kind = ${kind} and n.name_key > ${afterKey}
    order by n.name_key limit ${limit}`.execute(db.withoutPlugins());
  return rows;
}

/** What they are called, by their ids: of a folder's nodes few persons are the authors. */
async function namesOf(db: Db, accountIds: Set<string>): Promise<Map<string, string>> {
  if (accountIds.size === 0) return new Map();
  const rows = await db
    .selectFrom('accounts')
    .select(['id', 'name'])
    .where('id', 'in', [...accountIds])
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** "folder/NAME" or "file/NAME": a name has no slash. The node itself may be gone by now. */
function parseCursor(cursor: string): { kind: Kind; key: string } {
  const [, kind, name] = /^(folder|file)\/([^\0]+)$/.exec(cursor) ?? [];
  if (!kind || !name) throw new HubError('bad_request', 'after: not the next of a page');
  return { kind: kind as Kind, key: nameKey(name) };
}
