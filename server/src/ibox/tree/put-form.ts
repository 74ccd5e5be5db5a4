import type { Node } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { type Bytes, contentWriter } from '../chunks/write-content.ts';
import { changeWhere, type Deps } from './change-space.ts';
import { checkTarget, commitFile, type FileContent, type FileTarget } from './commit-file.ts';
import { liveFolder, presentedNode } from './node-rows.ts';
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

/** @throws {HubError} not_found */
export async function putForm(
  deps: Deps & Bytes,
  actor: Actor,
  parentId: string,
  onConflict: 'replace' | 'rename',
): Promise<FormUpload> {
  const find = (db: Db) => liveFolder(db, actor, parentId);
  await requireRole(deps.db, actor, (await find(deps.db)).spaceId, 'writer');
  const writer = contentWriter(deps);
  const files: { target: FileTarget; content: FileContent }[] = [];
  return {
    async add(name, source, { declaredType, maxBytes }) {
      const target = { parentId, name, onConflict };
      const place = files.push({ target, content: { contentId: '', size: 0, sha256: '', declaredType } }) - 1;
      await checkTarget(deps.db, actor, target);
      const written = await writer.add(source, maxBytes);
      files[place] = { target, content: { ...written, declaredType } };
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
