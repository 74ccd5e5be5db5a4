import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { WrittenContent } from '../chunks/write-content.ts';
import { mediaTypeOf } from '../rules/media-types.ts';
import { checkedName, nameKey } from '../rules/names.ts';
import { addVersion, insertVersions } from './add-version.ts';
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
  /** undefined: as the version before. */
  executable?: boolean | undefined;
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
  if (!('replaced' in found)) {
    here(journal, found.folder);
    const [made] = await insertFiles(tx, journal, actor, [{ ...found, content }]);
    return (made as NewFileRow).id;
  }
  const { id, name, parentId, size, version: before } = here(journal, found.replaced);
  const version = before + 1;
  const { executable = found.replaced.executable === 1 } = content;
  const state = stateOf(name, { ...content, executable }, version, journal, actor);
  const seq = await journal.next({ verb: 'changed', node: { id, name, parentId } });
  await tx
    .updateTable('nodes')
    .set({ ...state, seq })
    .where('id', '=', id)
    .execute();
  await addVersion(tx, journal, versionOf(id, content, state));
  journal.use(content.size - size);
  return id;
}

export interface NewFile {
  folder: Pick<NodeRow, 'id' | 'spaceId'>;
  name: string;
  content: FileContent;
}
export type NewFileRow = Awaited<ReturnType<typeof insertFiles>>[number];

const rowsAtOnce = 500;

/**
 * New files under names that are free, in folders of the journal's space.
 * @throws {HubError} locked, upload_incomplete when a content was collected before
 */
export async function insertFiles(tx: Db, journal: Journal, actor: Actor, files: readonly NewFile[]) {
  const rows = [];
  for (const { folder, name, content } of files) {
    const node = { id: randomUUID(), name, parentId: folder.id };
    rows.push({
      ...node,
      ...stateOf(name, content, 1, journal, actor),
      spaceId: folder.spaceId,
      kind: 'file' as const,
      nameKey: nameKey(name),
      createdAt: journal.now,
      deletedWith: null,
      seq: await journal.next({ verb: 'created', node }),
    });
  }
  for (let at = 0; at < rows.length; at += rowsAtOnce)
    await tx
      .insertInto('nodes')
      .values(rows.slice(at, at + rowsAtOnce))
      .execute();
  const versions = rows.map((row, at) => versionOf(row.id, (files[at] as NewFile).content, row));
  for (let at = 0; at < versions.length; at += rowsAtOnce)
    await insertVersions(tx, journal, versions.slice(at, at + rowsAtOnce));
  for (const { size } of rows) journal.use(size);
  return rows;
}

const stateOf = (name: string, content: FileContent, version: number, journal: Journal, actor: Actor) => ({
  size: content.size,
  sha256: content.sha256,
  version,
  mediaType: mediaTypeOf(name, content.declaredType),
  mtime: content.mtime ?? null,
  executable: content.executable ? (1 as const) : null,
  changedAt: journal.now,
  changedBy: actor.accountId,
});

const versionOf = (
  nodeId: string,
  { contentId }: FileContent,
  { version, mediaType, mtime, executable, changedBy }: ReturnType<typeof stateOf>,
) => ({ nodeId, version, contentId, mediaType, mtime, executable, createdBy: changedBy });

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
