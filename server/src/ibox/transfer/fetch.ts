import { type FetchHead, type FetchRequest, longestFetch } from '@diwan/protocol/ibox-chunks.ts';
import type { Actor } from '../../identity/actor.ts';
import type { ByteRange } from '../../objects/object-store.ts';
import { type Reading, readShort, sendContent } from '../chunks/read-content.ts';
import { ownMemory } from '../chunks/read-memory.ts';
import { type FoundContent, findContents } from '../tree/open-content.ts';

const itemsAtOnce = 500;
/** Longer ones are read by themselves. */
const longestShort = 256 * 1024;
const shortAtOnce = 16 * 1024 * 1024;

type Item = FetchRequest['items'][number];

/** Where the bytes go. Both settle when more may come. */
export interface Outlet {
  /** Bytes that nobody else has. */
  give(bytes: Uint8Array): Promise<void>;
  /** Bytes that others come in the place of, once it is settled. */
  lend(bytes: Uint8Array): Promise<void>;
}

/**
 * Many contents or ranges of them, framed as the protocol says. What may not be read is answered in its frame.
 * @throws {HubError} content_corrupt, storage_unavailable: what came before is right; what the outlet throws
 */
export async function fetchContents(
  reading: Reading,
  actor: Actor,
  { items }: FetchRequest,
  outlet: Outlet,
): Promise<void> {
  let left = longestFetch;
  /** Short contents that follow each other. */
  let short: Frame[] = [];
  let bytes = 0;
  for (let at = 0; at < items.length; at += itemsAtOnce) {
    const some = items.slice(at, at + itemsAtOnce);
    const found = await findContents(reading.db, actor, some);
    for (const [place, item] of some.entries()) {
      const frame = frameOf(item, found[place], left);
      left -= frame.head.length;
      if (frame.isShort && bytes + frame.head.length <= shortAtOnce) {
        short.push(frame);
        bytes += frame.head.length;
        continue;
      }
      await sendFrames(reading, short, outlet);
      [short, bytes] = [[], 0];
      await sendFrames(reading, [frame], outlet);
    }
  }
  await sendFrames(reading, short, outlet);
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

async function sendFrames(reading: Reading, frames: readonly Frame[], outlet: Outlet): Promise<void> {
  const [only] = frames;
  if (only?.content && !only.isShort) {
    await outlet.give(framed(only.head));
    await sendContent(reading, only.content.contentId, only.range, outlet.lend);
    return;
  }
  const contents = frames.flatMap(({ content }) => (content && content.size > 0 ? [content] : []));
  const bytes = contents.length > 0 ? readShort({ ...reading, readMemory: ownMemory }, contents) : undefined;
  for (const { head } of frames) {
    await outlet.give(framed(head));
    for (let left = head.length; left > 0; ) {
      const next = await bytes?.next();
      if (!next?.value) throw new Error('a content ended before its size');
      left -= next.value.length;
      await outlet.give(next.value);
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
