import type { ActivityPage } from '@diwan/protocol/ibox-activity.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { liveNode, readableSpace } from '../tree/node-rows.ts';
import { readableSpaces } from '../tree/roles.ts';

export interface Page {
  before?: number | undefined;
  limit: number;
}

/**
 * What was done to a node and, for a folder, to what lay directly in it at that moment, the latest first. A node that came from another
 * space brings along only what was done in spaces that the actor may read.
 * @throws {HubError} not_found
 */
export async function nodeActivity(db: Db, actor: Actor, id: string, page: Page): Promise<ActivityPage> {
  await liveNode(db, actor, id);
  let query = entries(db)
    .innerJoin('activitySubjects', 'activitySubjects.activityId', 'activity.id')
    .select('activitySubjects.name as nameAsSubject')
    .where('activitySubjects.nodeId', '=', id)
    .where('activity.spaceId', 'in', readableSpaces(db, actor))
    .orderBy('activitySubjects.activityId', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) query = query.where('activitySubjects.activityId', '<', page.before);
  const rows = await query.execute();
  return paged(
    rows.map(({ nameAsSubject: name, ...row }) => (name === null ? row : { ...row, nodeId: id, name, count: 1 })),
    page.limit,
  );
}

/** All that was done in a space, the latest first. @throws {HubError} not_found */
export async function spaceActivity(db: Db, actor: Actor, spaceId: string, page: Page): Promise<ActivityPage> {
  await readableSpace(db, actor, spaceId);
  let query = entries(db)
    .where('activity.spaceId', '=', spaceId)
    .orderBy('activity.id', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) query = query.where('activity.id', '<', page.before);
  return paged(await query.execute(), page.limit);
}

const entries = (db: Db) =>
  db
    .selectFrom('activity')
    .leftJoin('accounts', 'accounts.id', 'activity.accountId')
    .selectAll('activity')
    .select('accounts.name as accountName');

type Row = Awaited<ReturnType<ReturnType<typeof entries>['execute']>>[number];

function paged(rows: Row[], limit: number): ActivityPage {
  const shown = rows.slice(0, limit).map((row) => ({
    ...row,
    by: row.accountId === null ? null : (row.accountName ?? ''),
    folder: folder(row.folderId, row.folderName),
    fromFolder: folder(row.fromFolderId, row.fromFolderName),
  }));
  return { entries: shown, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

const folder = (id: string | null, name: string | null) => (id === null || name === null ? null : { id, name });
