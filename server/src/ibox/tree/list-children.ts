import { HubError } from '@diwan/protocol/errors.ts';
import { type NodePage, WholeNodePage } from '@diwan/protocol/ibox.ts';
import { sql } from 'kysely';
import type { Db } from '../../db/database.ts';
import { jsonRow } from '../../db/json-row.ts';
import type { Actor } from '../../identity/actor.ts';
import { lockedIn } from '../locks/node-locks.ts';
import { presentedAuthor } from '../rules/links.ts';
import { nameKey } from '../rules/names.ts';
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
  const authors = await presentedAuthors(db, new Set(found.map((row) => row.changed_by)));
  const at = new Map([...authors.keys()].map((stored, index) => [stored, index]));
  const written = { folder: '', file: '' };
  // The last field of the array that the database wrote.
  for (const { kind, json, changed_by } of found)
    written[kind] += `${written[kind] && ','}${json.slice(0, -1)},${at.get(changed_by)}]`;
  const shared = JSON.stringify({
    spaceId: folder.spaceId,
    parentId: folder.id,
    next: hasMore && last ? `${last.kind}/${nameOf(last)}` : null,
    favourites: await favouritesAmong(db, actor, { parentId: folder.id }),
    locked: await lockedIn(db, folder),
    authors: [...authors.values()],
  } satisfies Omit<NodePage, 'folders' | 'files'>);
  return `${shared.slice(0, -1)},"folders":[${written.folder}],"files":[${written.file}]}`;
}

interface Row {
  kind: Kind;
  /** A row of a `NodePage` without its author. */
  json: string;
  changed_by: string;
}
const nameOf = ({ json }: Row): string => JSON.parse(json)[1];

/** Under the database's own names of the columns: giving thousands of rows those of TypeScript takes longer than reading them. */
async function rowsOf(db: Db, parentId: string, kind: Kind, afterKey: string, limit: number): Promise<Row[]> {
  // Spaces show in folders only.
  const root = sql`case when n.mount_space_id is null then null
    else (select root_id from spaces where spaces.id = n.mount_space_id) end`;
  const json = jsonRow(db, [
    ...[sql`n.id`, sql`n.name`, sql`n.seq`, sql`n.created_at`, sql`n.changed_at`],
    ...(kind === 'folder'
      ? [sql`n.mount_space_id`, root]
      : [sql`n.size`, sql`n.sha256`, sql`n.version`, sql`n.media_type`, sql`n.mtime`, sql`n.executable`]),
  ]);
  const { rows } = await sql<Omit<Row, 'kind'>>`
    select ${json} as json, n.changed_by
    from nodes n
    where n.parent_id = ${parentId} and n.deleted_with is null and n.kind = ${kind} and n.name_key > ${afterKey}
    order by n.name_key limit ${limit}`.execute(db.withoutPlugins());
  return rows.map((row) => ({ kind, ...row }));
}

/** Who changed a node, as clients see it, by what is stored: of a folder's nodes few persons are the authors. */
async function presentedAuthors(db: Db, stored: Set<string>): Promise<Map<string, NodePage['authors'][number]>> {
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
      return [author, { changedBy: by, ...viaLink }];
    }),
  );
}

/** "folder/NAME" or "file/NAME": a name has no slash. The node itself may be gone by now. */
function parseCursor(cursor: string): { kind: Kind; key: string } {
  const [, kind, name] = /^(folder|file)\/([^\0]+)$/.exec(cursor) ?? [];
  if (!kind || !name) throw new HubError('bad_request', 'after: not the next of a page');
  return { kind: kind as Kind, key: nameKey(name) };
}
