import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { WrittenContent } from '../chunks/write-content.ts';
import { mediaTypeOf } from '../rules/media-types.ts';
import { checkedName, nameKey } from '../rules/names.ts';
import { addVersion } from './add-version.ts';
import { here, inSpaceOf, type Journal } from './change-space.ts';
import { freeName } from './free-name.ts';
import { childNamed, liveFolder, liveNode, type NodeRow } from './node-rows.ts';
import { requireRole } from './roles.ts';

/** Where a content goes: into a folder under a name, or into a file that exists. */
export type FileTarget =
  | { parentId: string; name: string; onConflict: 'refuse' | 'replace' | 'rename' }
  | { nodeId: string; baseVersion?: number | undefined };

export interface FileContent extends WrittenContent {
  mtime?: number | undefined;
  /** What the client said of the bytes. */
  declaredType?: string | undefined;
}

/**
 * Whether bytes for this target would be taken, asked before they are.
 * @returns the target's space, and the bytes that the file has now
 * @throws {HubError} as commitFile
 */
export async function checkTarget(
  db: Db,
  actor: Actor,
  target: FileTarget,
): Promise<{ spaceId: string; size: number }> {
  const find = async () => {
    const found = await resolve(db, actor, target);
    return 'replaced' in found ? found.replaced : found.folder;
  };
  return inSpaceOf(find, async (place) => {
    await requireRole(db, actor, place.spaceId, 'writer');
    return place;
  });
}

/**
 * Makes stored bytes a file or a file's new version, inside the transaction of a change.
 * @returns the node's id
 * @throws {HubError} name_invalid, name_taken, conflict, not_found (also when the folder went while the bytes came)
 */
export async function commitFile(
  tx: Db,
  journal: Journal,
  actor: Actor,
  target: FileTarget,
  content: FileContent,
): Promise<string> {
  const found = await resolve(tx, actor, target);
  here(journal, 'replaced' in found ? found.replaced : found.folder);
  const before = 'replaced' in found ? found.replaced : undefined;
  const name = before?.name ?? ('name' in found ? found.name : '');
  const id = before?.id ?? randomUUID();
  const version = (before?.version ?? 0) + 1;
  const mediaType = mediaTypeOf(name, content.declaredType);
  const mtime = content.mtime ?? null;
  const parentId = before?.parentId ?? ('folder' in found ? found.folder.id : null);
  const state = {
    size: content.size,
    sha256: content.sha256,
    version,
    mediaType,
    mtime,
    changedAt: journal.now,
    changedBy: actor.accountId,
    seq: await journal.next({ verb: before ? 'changed' : 'created', node: { id, name, parentId } }),
  };
  if ('replaced' in found) {
    await tx.updateTable('nodes').set(state).where('id', '=', id).execute();
  } else {
    const { id: parentId, spaceId } = found.folder;
    const place = { id, spaceId, parentId, kind: 'file', name, nameKey: nameKey(name) } as const;
    await tx
      .insertInto('nodes')
      .values({ ...place, ...state, createdAt: journal.now, deletedWith: null })
      .execute();
  }
  await addVersion(tx, journal, {
    nodeId: id,
    version,
    contentId: content.contentId,
    mediaType,
    mtime,
    createdBy: actor.accountId,
  });
  journal.use(content.size - (before?.size ?? 0));
  return id;
}

type Resolved = { replaced: NodeRow } | { folder: NodeRow; name: string };

async function resolve(db: Db, actor: Actor, target: FileTarget): Promise<Resolved> {
  if ('nodeId' in target) {
    const node = await liveNode(db, actor, target.nodeId);
    if (node.kind !== 'file') throw new HubError('not_found', 'not a file');
    if (target.baseVersion !== undefined && target.baseVersion !== node.version) {
      throw new HubError('conflict', `version ${node.version}`);
    }
    return { replaced: node };
  }
  const name = checkedName(target.name);
  const folder = await liveFolder(db, actor, target.parentId);
  const there = await childNamed(db, folder.id, nameKey(name));
  if (!there) return { folder, name };
  if (target.onConflict === 'replace' && there.kind === 'file') return { replaced: there };
  if (target.onConflict !== 'rename') throw new HubError('name_taken', name);
  return { folder, name: await freeName(db, folder.id, name) };
}
