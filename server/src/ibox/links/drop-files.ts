import { HubError } from '@diwan/protocol/errors.ts';
import type { LinkUploaded } from '@diwan/protocol/ibox-links.ts';
import { contentWriter } from '../chunks/write-content.ts';
import { linkAuthor } from '../rules/links.ts';
import { checkedName } from '../rules/names.ts';
import { changeSpace } from '../tree/change-space.ts';
import { commitFile, type FileContent } from '../tree/commit-file.ts';
import { readableSpace } from '../tree/node-rows.ts';
import type { FormUpload } from '../tree/put-form.ts';
import { readUsage } from '../tree/quota.ts';
import type { LinkDeps } from './link-deps.ts';
import { findLink, type OpenLink, readLink, requireOpen, type Visitor } from './open-link.ts';

/** Files of one form, all of which arrive or none. */
export interface Drop extends Pick<FormUpload, 'add' | 'close'> {
  commit(): Promise<LinkUploaded>;
}

/**
 * Takes files into the folder of a drop link, in its maker's name and on the quota of the space's owner. Nothing that is answered tells
 * what else is in the folder or how much room there is.
 * @param declaredBytes what is said to come: what can't fit is refused before it does
 * @throws {HubError} not_found, link_gone, link_password, forbidden, quota_exceeded; name_invalid, too_large, upload_incomplete for a file
 */
export async function dropFiles(deps: LinkDeps, token: string, { key }: Visitor, declaredBytes: number): Promise<Drop> {
  const found = await findLink(deps, token, key);
  requireOpen(found, 'drop');
  const { link, maker, node } = found;
  let room = await roomLeft(deps, found);
  if (declaredBytes > room + heardOut) throw new HubError('quota_exceeded');
  const writer = contentWriter(deps);
  const files: { name: string; content: FileContent }[] = [];
  return {
    async add(typed, source, { declaredType, maxBytes = Number.POSITIVE_INFINITY }) {
      const name = checkedName(typed);
      const written = await writer.add(source, Math.min(maxBytes, room)).catch((error) => {
        const isFull = error instanceof HubError && error.code === 'too_large' && room < maxBytes;
        throw isFull ? new HubError('quota_exceeded') : error;
      });
      room -= written.size;
      files.push({ name, content: { ...written, declaredType } });
    },
    async commit() {
      await writer.flush();
      const withGuard = {
        ...deps,
        withoutAccount: true,
        guard: (tx: LinkDeps['db']) => requireStillOpen({ ...deps, db: tx }, found),
      };
      await changeSpace(withGuard, maker, node.spaceId, async (tx, journal) => {
        const ids: string[] = [];
        for (const { name, content } of files) {
          const target = { parentId: node.id, name, onConflict: 'rename' } as const;
          ids.push(await commitFile(tx, journal, maker, target, content));
        }
        if (ids.length === 0) return;
        const author = linkAuthor(link);
        await tx.updateTable('nodes').set({ changedBy: author }).where('id', 'in', ids).execute();
        await tx.updateTable('versions').set({ createdBy: author }).where('nodeId', 'in', ids).execute();
        await tx
          .updateTable('links')
          .set((e) => ({ uploads: e('uploads', '+', ids.length) }))
          .where('id', '=', link.id)
          .execute();
      }).catch(toldToVisitor);
      return { files: files.map(({ name, content: { size } }) => ({ name, size })) };
    },
    close: () => writer.close(),
  };
}

/**
 * Bytes: who declares far more than fits is cut off, who sends a little more is heard out, so that the reason surely reaches them. What
 * a form has beside its files is in it too.
 */
export const heardOut = 8 * 1024 * 1024;

async function roomLeft(deps: LinkDeps, { maker, node }: OpenLink): Promise<number> {
  const { ownerId } = await readableSpace(deps.db, maker, node.spaceId);
  const { usedBytes, quotaBytes } = await readUsage(deps.db, { ...maker, accountId: ownerId }, deps.limits);
  return quotaBytes === null ? Number.POSITIVE_INFINITY : Math.max(0, quotaBytes - usedBytes);
}

/** An upload lasts: what was taken away meanwhile counts. @throws {HubError} link_gone, link_password, not_found */
async function requireStillOpen({ db, now }: LinkDeps, { link, node }: OpenLink): Promise<void> {
  const again = await readLink(db, link.id, link, now());
  requireOpen(again, 'drop');
  if (again.node.spaceId !== node.spaceId) throw new HubError('link_gone', 'moved to another space');
}

/** Figures, names and locks of the owner's are not the visitor's business; a space that its maker has left is a link that has ended. */
function toldToVisitor(error: unknown): never {
  if (!(error instanceof HubError)) throw error;
  throw new HubError(error.code === 'not_found' ? 'link_gone' : error.code, undefined, error.retryAfter);
}
