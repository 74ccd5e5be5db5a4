import type { Node } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { type Bytes, contentWriter } from '../chunks/write-content.ts';
import { changeWhere, type Deps } from './change-space.ts';
import { checkTarget, commitFile, type FileContent, type FileTarget } from './commit-file.ts';
import { liveFolder, presentedNode } from './node-rows.ts';
import { expectRoom } from './quota.ts';
import { requireRole } from './roles.ts';

/** Files that come in one request and are committed together: all of them, or none. */
export interface FormUpload {
  /** Takes in one file. @throws {HubError} as putFile does; the form can't be committed then */
  add(
    name: string,
    source: AsyncIterable<Uint8Array>,
    about: { declaredType?: string; maxBytes?: number },
  ): Promise<void>;
  /** @returns the files' nodes, in the order in which they came */
  commit(): Promise<Node[]>;
  /** Ends the upload in any case. */
  close(): Promise<void>;
}

/** What a form has beside its files' bytes is shorter. */
const longestFraming = 8 * 1024 * 1024;
/** How many bytes come before the room that is left is asked for again. */
const askAgainAfter = 8 * 1024 * 1024;

/**
 * @param declaredBytes the form's length as it is told before: what can't fit is refused before it comes
 * @throws {HubError} not_found, forbidden, quota_exceeded
 */
export async function putForm(
  deps: Deps & Bytes,
  actor: Actor,
  parentId: string,
  onConflict: 'replace' | 'rename',
  declaredBytes = 0,
): Promise<FormUpload> {
  const find = (db: Db) => liveFolder(db, actor, parentId);
  const { spaceId } = await find(deps.db);
  await requireRole(deps.db, actor, spaceId, 'writer');
  const replaceable = onConflict === 'replace' ? await bytesIn(deps.db, parentId) : 0;
  await expectRoom(deps.db, spaceId, declaredBytes - longestFraming - replaceable, deps.limits);
  const writer = contentWriter(deps);
  const files: { target: FileTarget; content: FileContent }[] = [];
  let more = 0;
  let asked = 0;
  return {
    async add(name, source, { declaredType, maxBytes }) {
      const target = { parentId, name, onConflict };
      const place = files.push({ target, content: { contentId: '', size: 0, sha256: '', declaredType } }) - 1;
      const replaced = await checkTarget(deps.db, actor, target);
      const written = await writer.add(source, maxBytes);
      files[place] = { target, content: { ...written, declaredType } };
      more += written.size - replaced.size;
      if (more - asked < askAgainAfter) return;
      asked = more;
      await expectRoom(deps.db, spaceId, more, deps.limits);
    },
    async commit() {
      await writer.flush();
      return changeWhere(deps, actor, find, async (tx, journal) => {
        const ids: string[] = [];
        for (const { target, content } of files) ids.push(await commitFile(tx, journal, actor, target, content));
        return Promise.all([...new Set(ids)].map((id) => presentedNode(tx, id)));
      });
    },
    close: () => writer.close(),
  };
}

/** Of the files that lie in a folder, which a form could take the place of. */
async function bytesIn(db: Db, folderId: string): Promise<number> {
  const { bytes } = await db
    .selectFrom('nodes')
    .select((e) => e.cast<number>(e.fn.coalesce(e.fn.sum('size'), e.lit(0)), 'bigint').as('bytes'))
    .where('parentId', '=', folderId)
    .where('kind', '=', 'file')
    .where('deletedWith', 'is', null)
    .executeTakeFirstOrThrow();
  return bytes;
}
