import { type FetchHead, type FetchRequest, longestFetch } from '@diwan/protocol/ibox-chunks.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { ByteRange, ObjectStore } from '../../objects/object-store.ts';
import { type Reading, readContent, readShort } from '../chunks/read-content.ts';
import { ownMemory } from '../chunks/read-memory.ts';
import { type FoundContent, findContents } from '../tree/open-content.ts';

const itemsAtOnce = 500;
/** Longer ones are read by themselves. */
const longestShort = 256 * 1024;
const shortAtOnce = 16 * 1024 * 1024;

type Item = FetchRequest['items'][number];

/**
 * Many contents or ranges of them, framed as the protocol says. What may not be read is answered in its frame.
 * @throws {HubError} content_corrupt, storage_unavailable: what came before is right
 */
export async function* fetchContents(
  deps: { db: Db; objects: ObjectStore },
  actor: Actor,
  { items }: FetchRequest,
): AsyncGenerator<Uint8Array, void, void> {
  const reading = { ...deps, readMemory: ownMemory };
  let left = longestFetch;
  /** Short contents that follow each other. */
  let short: Frame[] = [];
  let bytes = 0;
  for (let at = 0; at < items.length; at += itemsAtOnce) {
    const some = items.slice(at, at + itemsAtOnce);
    const found = await findContents(deps.db, actor, some);
    for (const [place, item] of some.entries()) {
      const frame = frameOf(item, found[place], left);
      left -= frame.head.length;
      if (frame.isShort && bytes + frame.head.length <= shortAtOnce) {
        short.push(frame);
        bytes += frame.head.length;
        continue;
      }
      yield* readFrames(reading, short);
      [short, bytes] = [[], 0];
      yield* readFrames(reading, [frame]);
    }
  }
  yield* readFrames(reading, short);
}

interface Frame {
  head: FetchHead;
  content?: FoundContent;
  range: ByteRange;
  /** Whole, and not long. */
  isShort: boolean;
}

function frameOf({ id, offset, length }: Item, content: FoundContent | undefined, left: number): Frame {
  const refused = (code: 'not_found' | 'range_invalid' | 'too_large'): Frame => ({
    head: { ok: false, id, code, length: 0 },
    range: { offset: 0, length: 0 },
    isShort: true,
  });
  if (!content) return refused('not_found');
  const { size, sha256 } = content;
  if (offset > size) return refused('range_invalid');
  const range = { offset, length: Math.min(length ?? size, size - offset) };
  if (range.length > left) return refused('too_large');
  const head: FetchHead = { ok: true, id, size, sha256, length: range.length };
  return { head, content, range, isShort: range.length === size && size <= longestShort };
}

async function* readFrames(reading: Reading, frames: readonly Frame[]): AsyncGenerator<Uint8Array, void, void> {
  const [only] = frames;
  if (only?.content && !only.isShort) {
    yield framed(only.head);
    yield* readContent(reading.db, reading.objects, only.content.contentId, only.range);
    return;
  }
  const contents = frames.flatMap(({ content }) => (content && content.size > 0 ? [content] : []));
  const bytes = contents.length > 0 ? readShort(reading, contents) : undefined;
  for (const { head } of frames) {
    yield framed(head);
    for (let left = head.length; left > 0; ) {
      const next = await bytes?.next();
      if (!next?.value) throw new Error('a content ended before its size');
      left -= next.value.length;
      yield next.value;
    }
  }
}

function framed(head: FetchHead): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const frame = Buffer.alloc(4 + json.length);
  frame.writeUInt32BE(json.length);
  json.copy(frame, 4);
  return frame;
}
