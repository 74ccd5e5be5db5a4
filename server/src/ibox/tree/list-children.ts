import { HubError } from '@diwan/protocol/errors.ts';
import type { NodePage } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { lockedIn } from '../locks/node-locks.ts';
import { nameKey } from '../rules/names.ts';
import { favouritesAmong } from '../social/favourites.ts';
import { liveFolder, presentNode, selectNodes } from './node-rows.ts';

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
  const rows: Awaited<ReturnType<ReturnType<typeof selectNodes>['execute']>> = [];
  for (const kind of inOrder.slice(after ? inOrder.indexOf(after.kind) : 0)) {
    const wanted = page.limit + 1 - rows.length;
    if (wanted <= 0) break;
    let query = selectNodes(db)
      .where('parentId', '=', parentId)
      .where('nodes.deletedWith', 'is', null)
      .where('kind', '=', kind)
      .orderBy('nameKey')
      .limit(wanted);
    if (after?.kind === kind) query = query.where('nameKey', '>', after.key);
    rows.push(...(await query.execute()));
  }
  const nodes = rows.slice(0, page.limit).map(presentNode);
  const last = nodes.at(-1);
  return {
    nodes,
    next: rows.length > page.limit && last ? `${last.kind}/${last.name}` : null,
    favourites: await favouritesAmong(db, actor, { parentId }),
    locked: await lockedIn(db, folder),
  };
}

/** "folder/NAME" or "file/NAME": a name has no slash. The node itself may be gone by now. */
function parseCursor(cursor: string): { kind: Kind; key: string } {
  const [, kind, name] = /^(folder|file)\/([^\0]+)$/.exec(cursor) ?? [];
  if (!kind || !name) throw new HubError('bad_request', 'after: not the next of a page');
  return { kind: kind as Kind, key: nameKey(name) };
}
