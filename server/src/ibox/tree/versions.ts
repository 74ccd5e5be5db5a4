import { HubError } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';
import type { VersionPage } from '@diwan/protocol/ibox-history.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { presentedAuthor } from '../rules/links.ts';
import { addVersion } from './add-version.ts';
import { changeWhere, type Deps, here } from './change-space.ts';
import { liveNode, presentedNode } from './node-rows.ts';

/**
 * A file's versions that are kept, newest first; a folder has none.
 * @throws {HubError} not_found
 */
export async function listVersions(
  db: Db,
  actor: Actor,
  id: string,
  page: { before?: number | undefined; limit: number },
): Promise<VersionPage> {
  await liveNode(db, actor, id);
  let query = db
    .selectFrom('versions')
    .innerJoin('contents', 'contents.id', 'versions.contentId')
    .leftJoin('accounts', 'accounts.id', 'versions.createdBy')
    .select(['version', 'size', 'sha256', 'mediaType', 'mtime', 'executable'])
    .select(['versions.createdAt', 'createdBy', 'accounts.name'])
    .where('nodeId', '=', id)
    .orderBy('version', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) query = query.where('version', '<', page.before);
  const rows = await query.execute();
  const versions = rows.slice(0, page.limit).map(({ sha256, executable, createdBy, name, ...row }) => {
    const { by, viaLink } = presentedAuthor(createdBy, name);
    const runs = executable === 1 && { executable: true as const };
    return { ...row, ...runs, sha256: sha256 ?? '', createdBy: by, ...viaLink };
  });
  return { versions, next: rows.length > page.limit ? (versions.at(-1)?.version ?? null) : null };
}

/**
 * Makes an earlier content the newest again, as a version of its own: nothing is lost by it.
 * @param seen baseVersion: the newest version that the caller knows
 * @throws {HubError} conflict, quota_exceeded, not_found (also when the version is no longer kept)
 */
export async function restoreVersion(
  deps: Deps,
  actor: Actor,
  id: string,
  version: number,
  seen: { baseVersion?: number | undefined },
): Promise<Node> {
  const find = (db: Db) => liveNode(db, actor, id);
  return changeWhere(deps, actor, find, async (tx, journal) => {
    const node = here(journal, await find(tx));
    if (seen.baseVersion !== undefined && seen.baseVersion !== node.version) {
      throw new HubError('conflict', `version ${node.version}`);
    }
    const old = await tx
      .selectFrom('versions')
      .innerJoin('contents', 'contents.id', 'versions.contentId')
      .select(['contentId', 'size', 'sha256', 'mediaType', 'mtime', 'executable'])
      .where('nodeId', '=', id)
      .where('version', '=', version)
      .executeTakeFirst();
    if (!old) throw new HubError('not_found', 'this version is not kept');
    if (version === node.version) return presentedNode(tx, id);
    const { contentId, mediaType, mtime, executable, size, sha256 } = old;
    const newest = node.version + 1;
    await addVersion(tx, journal, {
      nodeId: id,
      version: newest,
      contentId,
      mediaType,
      mtime,
      executable,
      createdBy: actor.accountId,
    });
    await tx
      .updateTable('nodes')
      .set({
        size,
        sha256,
        version: newest,
        mtime,
        executable,
        changedAt: journal.now,
        changedBy: actor.accountId,
        seq: await journal.next({ verb: 'version_restored', node }),
      })
      .where('id', '=', id)
      .execute();
    journal.use(size - node.size);
    return presentedNode(tx, id);
  });
}
