import { HubError } from '@diwan/protocol/errors.ts';
import type { NodePage } from '@diwan/protocol/ibox.ts';
import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { lockedIn } from '../locks/node-locks.ts';
import { nameKey } from '../rules/names.ts';
import { favouritesAmong } from '../social/favourites.ts';
import { liveFolder, presentNode, type ShownRow } from './node-rows.ts';

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
): Promise<NodePage> {
  const folder = await liveFolder(db, actor, folderId);
  const { id: parentId } = folder;
  const after = page.after === undefined ? undefined : parseCursor(page.after);
  const rows: Row[] = [];
  for (const kind of inOrder.slice(after ? inOrder.indexOf(after.kind) : 0)) {
    const wanted = page.limit + 1 - rows.length;
    if (wanted <= 0) break;
    rows.push(...(await rowsOf(db, parentId, kind, after?.kind === kind ? after.key : '', wanted)));
  }
  const nodes = rows.slice(0, page.limit).map((row) => presentNode(shown(row, parentId)));
  const last = nodes.at(-1);
  return {
    nodes,
    next: rows.length > page.limit && last ? `${last.kind}/${last.name}` : null,
    favourites: await favouritesAmong(db, actor, { parentId }),
    locked: await lockedIn(db, folder),
  };
}

interface Row {
  id: string;
  space_id: string;
  kind: Kind;
  name: string;
  size: number;
  sha256: string | null;
  version: number;
  media_type: string | null;
  mtime: number | null;
  created_at: number;
  changed_at: number;
  changed_by: string;
  seq: number;
  mount_space_id: string | null;
  author: string | null;
  mount_root_id: string | null;
}

/**
 * Only what is shown, under the database's own names of the columns: a large folder is read again and again, and giving all columns
 * of its rows their names in TypeScript takes longer than reading them.
 */
async function rowsOf(db: Db, parentId: string, kind: Kind, afterKey: string, limit: number): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select n.id, n.space_id, n.kind, n.name, n.size, n.sha256, n.version, n.media_type, n.mtime, n.created_at, n.changed_at,
      n.changed_by, n.seq, n.mount_space_id, accounts.name as author,
      case when n.mount_space_id is null then null
        else (select root_id from spaces where spaces.id = n.mount_space_id) end as mount_root_id
    from nodes n left join accounts on accounts.id = n.changed_by
    where n.parent_id = ${parentId} and n.deleted_with is null and n.kind = ${kind} and n.name_key > ${afterKey}
    order by n.name_key limit ${limit}`.execute(db.withoutPlugins());
  return rows;
}

const shown = (row: Row, parentId: string): ShownRow => ({
  id: row.id,
  spaceId: row.space_id,
  parentId,
  kind: row.kind,
  name: row.name,
  size: row.size,
  sha256: row.sha256,
  version: row.version,
  mediaType: row.media_type,
  mtime: row.mtime,
  createdAt: row.created_at,
  changedAt: row.changed_at,
  changedBy: row.changed_by,
  changedByName: row.author,
  seq: row.seq,
  deletedWith: null,
  mountSpaceId: row.mount_space_id,
  mountRootId: row.mount_root_id,
});

/** "folder/NAME" or "file/NAME": a name has no slash. The node itself may be gone by now. */
function parseCursor(cursor: string): { kind: Kind; key: string } {
  const [, kind, name] = /^(folder|file)\/([^\0]+)$/.exec(cursor) ?? [];
  if (!kind || !name) throw new HubError('bad_request', 'after: not the next of a page');
  return { kind: kind as Kind, key: nameKey(name) };
}
