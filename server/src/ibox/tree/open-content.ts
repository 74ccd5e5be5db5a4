import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { ByteRange, ObjectStore } from '../../objects/object-store.ts';
import { readContent, sendContent } from '../chunks/read-content.ts';
import { ownMemory, type ReadMemory } from '../chunks/read-memory.ts';
import { liveNode } from './node-rows.ts';

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
