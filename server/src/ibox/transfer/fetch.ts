import { HubError } from '@diwan/protocol/errors.ts';
import { type FetchHead, type FetchRequest, longestFetch } from '@diwan/protocol/ibox-chunks.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { openContent } from '../tree/open-content.ts';

/**
 * Many contents or ranges of them, framed as the protocol says. What may not be read is answered in its frame.
 * @throws {HubError} content_corrupt, storage_unavailable: what came before is right
 */
export async function* fetchContents(
  deps: { db: Db; objects: ObjectStore },
  actor: Actor,
  { items }: FetchRequest,
): AsyncGenerator<Uint8Array, void, void> {
  let left = longestFetch;
  for (const { id, version, offset, length } of items) {
    const content = await openContent(deps, actor, id, version).catch((error) => {
      if (error instanceof HubError && error.code === 'not_found') return undefined;
      throw error;
    });
    if (!content || offset > content.size) {
      yield framed({ ok: false, id, code: content ? 'range_invalid' : 'not_found', length: 0 });
      continue;
    }
    const { size, sha256 } = content;
    const range = { offset, length: Math.min(length ?? size, size - offset) };
    if (range.length > left) {
      yield framed({ ok: false, id, code: 'too_large', length: 0 });
      continue;
    }
    left -= range.length;
    yield framed({ ok: true, id, size, sha256, length: range.length });
    yield* content.read(range);
  }
}

function framed(head: FetchHead): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const frame = Buffer.alloc(4 + json.length);
  frame.writeUInt32BE(json.length);
  json.copy(frame, 4);
  return frame;
}
