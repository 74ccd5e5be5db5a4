import { HubError } from '@diwan/protocol/errors.ts';
import { writeActivity } from '../activity/write-activity.ts';
import type { NodeRow } from '../tree/node-rows.ts';
import type { LinkDeps } from './link-deps.ts';
import { named } from './manage-links.ts';
import type { OpenLink } from './open-link.ts';

/** For this long (ms) what a visitor has taken can be taken again: by ranges, or after a cut. */
const keptFor = 12 * 3600 * 1000;

type Granted = { visit: string; what: string };

/**
 * Counts a download, unless this visitor has taken the same lately. Whoever comes at the same time is counted one after the other, in
 * one transaction with the limit.
 * @throws {HubError} link_gone when the last one is taken, or the link ended meanwhile
 */
export async function grantDownload(
  deps: LinkDeps,
  { link }: OpenLink,
  node: NodeRow,
  { visit, what }: Granted,
): Promise<void> {
  const now = deps.now();
  await deps.db.transaction().execute(async (tx) => {
    await tx
      .deleteFrom('linkDownloads')
      .where('linkId', '=', link.id)
      .where('grantedAt', '<=', now - keptFor)
      .execute();
    const granted = await tx
      .insertInto('linkDownloads')
      .values({ linkId: link.id, visit, what, grantedAt: now })
      .onConflict((c) => c.doNothing())
      .returning('linkId')
      .executeTakeFirst();
    if (!granted) return;
    const counted = await tx
      .updateTable('links')
      .set((e) => ({ downloads: e('downloads', '+', 1) }))
      .where('id', '=', link.id)
      .where('revokedAt', 'is', null)
      .where((e) => e.or([e('expiresAt', 'is', null), e('expiresAt', '>', now)]))
      .where((e) => e.or([e('downloadLimit', 'is', null), e('downloads', '<', e.ref('downloadLimit'))]))
      .returning('id')
      .executeTakeFirst();
    if (!counted) throw new HubError('link_gone');
    const { spaceId } = node;
    await writeActivity(tx, { spaceId, accountId: null, at: now }, [{ verb: 'link_downloaded', node, ...named(link) }]);
  });
}

/** Whether this visitor may go on although the link is used up. */
export async function isGranted(deps: LinkDeps, { link }: OpenLink, { visit, what }: Granted): Promise<boolean> {
  const found = await deps.db
    .selectFrom('linkDownloads')
    .select('grantedAt')
    .where('linkId', '=', link.id)
    .where('visit', '=', visit)
    .where('what', '=', what)
    .where('grantedAt', '>', deps.now() - keptFor)
    .executeTakeFirst();
  return found !== undefined;
}
