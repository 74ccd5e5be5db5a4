import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { ByteRange, ObjectStore } from '../../objects/object-store.ts';
import { readContent, sendContent } from '../chunks/read-content.ts';
import { ownMemory, type ReadMemory } from '../chunks/read-memory.ts';
import { isId, liveNode } from './node-rows.ts';

export interface OpenContent {
  name: string;
  size: number;
  sha256: string;
  mediaType: string;
  /** When this version was made. */
  createdAt: number;
  /** @throws {HubError} content_corrupt, storage_unavailable; what was yielded before is right */
  read(range: ByteRange): AsyncGenerator<Uint8Array, void, void>;
  /** As read, for bytes that are passed on: `pass` has them until its promise is settled, then others come in their place. */
  send(range: ByteRange, pass: (bytes: Uint8Array) => Promise<void>): Promise<void>;
}

/**
 * The bytes of a file in its newest version or an earlier one.
 * @throws {HubError} not_found
 */
export async function openContent(
  deps: { db: Db; objects: ObjectStore; readMemory?: ReadMemory },
  actor: Actor,
  id: string,
  version?: number,
): Promise<OpenContent> {
  const node = await liveNode(deps.db, actor, id);
  const found = await deps.db
    .selectFrom('versions')
    .innerJoin('contents', 'contents.id', 'versions.contentId')
    .select(['contentId', 'size', 'sha256', 'versions.mediaType', 'createdAt'])
    .where('nodeId', '=', id)
    .where('version', '=', version ?? node.version)
    .executeTakeFirst();
  if (!found) throw new HubError('not_found');
  const { contentId, size, sha256, createdAt, mediaType } = found;
  if (sha256 === null) throw new HubError('content_corrupt', `content ${contentId} is unfinished`);
  return {
    name: node.name,
    size,
    sha256,
    mediaType: version === undefined ? (node.mediaType ?? mediaType) : mediaType,
    createdAt,
    read: (range) => readContent(deps.db, deps.objects, contentId, range),
    send: (range, pass) => sendContent({ readMemory: ownMemory, ...deps }, contentId, range, pass),
  };
}

/** What is known of a version without its bytes being opened. */
export interface FoundContent {
  contentId: string;
  size: number;
  sha256: string;
}

/**
 * The contents of many files, in their newest versions or earlier ones; undefined for what the actor may not read.
 * @throws {HubError} content_corrupt
 */
export async function findContents(
  db: Db,
  actor: Actor,
  wanted: readonly { id: string; version?: number | undefined }[],
): Promise<(FoundContent | undefined)[]> {
  const ids = [...new Set(wanted.map(({ id }) => id))].filter(isId);
  if (ids.length === 0) return wanted.map(() => undefined);
  // A file has many versions, and hardly any but the newest is asked for.
  const earlier = [...new Set(wanted.flatMap(({ version }) => version ?? []))];
  const rows = await db
    .selectFrom('nodes')
    .innerJoin('members', 'members.spaceId', 'nodes.spaceId')
    .innerJoin('versions', 'versions.nodeId', 'nodes.id')
    .innerJoin('contents', 'contents.id', 'versions.contentId')
    .select(['nodes.id', 'nodes.version as newest', 'versions.version', 'contentId'])
    .select(['contents.size', 'contents.sha256'])
    .where('nodes.id', 'in', ids)
    .where('nodes.deletedWith', 'is', null)
    .where('members.accountId', '=', actor.accountId)
    .where((e) =>
      e.or([
        e('versions.version', '=', e.ref('nodes.version')),
        ...(earlier.length > 0 ? [e('versions.version', 'in', earlier)] : []),
      ]),
    )
    .execute();
  const versions = Map.groupBy(rows, ({ id }) => id);
  return wanted.map(({ id, version }) => {
    const found = versions.get(id)?.find((row) => row.version === (version ?? row.newest));
    if (!found) return undefined;
    const { contentId, size, sha256 } = found;
    if (sha256 === null) throw new HubError('content_corrupt', `content ${contentId} is unfinished`);
    return { contentId, size, sha256 };
  });
}
