import { HubError } from '@diwan/protocol/errors.ts';
import { type NodePage, WholeNodePage } from '@diwan/protocol/ibox.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Db } from '../../db/database.ts';
import { jsonText } from '../../db/json-text.ts';
import type { Actor } from '../../identity/actor.ts';
import { lockedIn } from '../locks/node-locks.ts';
import { presentedAuthor } from '../rules/links.ts';
import { nameKey, nameWarnings } from '../rules/names.ts';
import { favouritesAmong } from '../social/favourites.ts';
import { liveFolder } from './node-rows.ts';

type Kind = 'folder' | 'file';
const inOrder: Kind[] = ['folder', 'file'];

interface PageAsked {
  /** `next` of the page before. */
  after?: string | undefined;
  limit: number;
}

/** The live nodes of a folder: folders first, then by name. @throws {HubError} not_found, bad_request for another `after` */
export async function listChildren(db: Db, actor: Actor, folderId: string, page: PageAsked): Promise<WholeNodePage> {
  return WholeNodePage.parse(JSON.parse(await writeFolderPage(db, actor, folderId, page)));
}

/**
 * The same as the JSON of a `NodePage`. Text from the database on: of ten thousand nodes, making objects, checking them and writing
 * them took two thirds of the time, and their garbage held up the requests after.
 */
export async function writeFolderPage(db: Db, actor: Actor, folderId: string, page: PageAsked): Promise<string> {
  const folder = await liveFolder(db, actor, folderId);
  const after = page.after === undefined ? undefined : parseCursor(page.after);
  const found: Row[] = [];
  for (const kind of inOrder.slice(after ? inOrder.indexOf(after.kind) : 0)) {
    const wanted = page.limit + 1 - found.length;
    if (wanted <= 0) break;
    found.push(...(await rowsOf(db, folder.id, kind, after?.kind === kind ? after.key : '', wanted)));
  }
  const hasMore = found.length > page.limit;
  if (hasMore) found.pop();
  const last = found.at(-1);
  const authors = await writtenAuthors(db, new Set(found.map((row) => row.changed_by)));
  let nodes = '';
  for (const row of found) {
    if (nodes !== '') nodes += ',';
    // Within the object that the database wrote.
    nodes += row.json.slice(0, -1) + authors.get(row.changed_by) + writtenRest(row);
  }
  const shared = JSON.stringify({
    spaceId: folder.spaceId,
    parentId: folder.id,
    next: hasMore && last ? `${last.kind}/${last.name}` : null,
    favourites: await favouritesAmong(db, actor, { parentId: folder.id }),
    locked: await lockedIn(db, folder),
  } satisfies Omit<NodePage, 'nodes'>);
  return `${shared.slice(0, -1)},"nodes":[${nodes}]}`;
}

interface Row {
  /** What every node has and clients see as it is stored. */
  json: string;
  kind: Kind;
  name: string;
  executable: 1 | null;
  changed_by: string;
  mount_space_id?: string | null;
  mount_root_id?: string | null;
}

/** Under the database's own names of the columns: giving thousands of rows those of TypeScript takes longer than reading them. */
async function rowsOf(db: Db, parentId: string, kind: Kind, afterKey: string, limit: number): Promise<Row[]> {
  const json = jsonText(db, {
    ...{ id: sql`n.id`, kind: sql`n.kind`, name: sql`n.name`, size: sql`n.size`, sha256: sql`n.sha256` },
    ...{ version: sql`n.version`, mediaType: sql`n.media_type`, mtime: sql`n.mtime`, seq: sql`n.seq` },
    ...{ createdAt: sql`n.created_at`, changedAt: sql`n.changed_at` },
  });
  // Spaces show in folders only.
  const mount = sql`, n.mount_space_id, case when n.mount_space_id is null then null
    else (select root_id from spaces where spaces.id = n.mount_space_id) end as mount_root_id`;
  const { rows } = await sql<Row>`
    select ${json} as json, n.kind, n.name, n.executable, n.changed_by ${kind === 'folder' ? mount : sql``}
    from nodes n
    where n.parent_id = ${parentId} and n.deleted_with is null and n.kind = ${kind} and n.name_key > ${afterKey}
    order by n.name_key limit ${limit}`.execute(db.withoutPlugins());
  return rows;
}

type Presented = z.input<typeof NodePage>['nodes'][number];
/** Fields of an object that are to stand behind others. */
const further = (fields: Partial<Presented>): string => {
  const json = JSON.stringify(fields);
  return json === '{}' ? '' : `,${json.slice(1, -1)}`;
};

/** Most nodes have none of this. */
function writtenRest(row: Row): string {
  const { mount_space_id: spaceId, mount_root_id: rootId } = row;
  const warnings = nameWarnings(row.name);
  if (!spaceId && row.executable === null && warnings.length === 0) return ',"mount":null}';
  return `${further({
    mount: spaceId && rootId ? { spaceId, rootId } : null,
    ...(row.executable === 1 && { executable: true }),
    ...(warnings.length > 0 && { warnings }),
  })}}`;
}

/** Who changed a node, as clients see it, by what is stored: of a folder's nodes few persons are the authors. */
async function writtenAuthors(db: Db, stored: Set<string>): Promise<Map<string, string>> {
  const rows =
    stored.size === 0
      ? []
      : await db
          .selectFrom('accounts')
          .select(['id', 'name'])
          .where('id', 'in', [...stored])
          .execute();
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return new Map(
    [...stored].map((author) => {
      const { by, viaLink } = presentedAuthor(author, names.get(author) ?? null);
      return [author, further({ changedBy: by, ...viaLink })];
    }),
  );
}

/** "folder/NAME" or "file/NAME": a name has no slash. The node itself may be gone by now. */
function parseCursor(cursor: string): { kind: Kind; key: string } {
  const [, kind, name] = /^(folder|file)\/([^\0]+)$/.exec(cursor) ?? [];
  if (!kind || !name) throw new HubError('bad_request', 'after: not the next of a page');
  return { kind: kind as Kind, key: nameKey(name) };
}
