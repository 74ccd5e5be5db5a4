import { FetchHead, type FetchRequest } from '@diwan/protocol/ibox-chunks.ts';
import { type Client, Unreachable } from './client.ts';

export interface Fetched {
  head: FetchHead;
  /** Its bytes, to be read before the next is asked for. */
  bytes: AsyncGenerator<Uint8Array, void, void>;
}

const LONGEST_HEAD = 64 * 1024;

/**
 * Many contents, or ranges of them, in one request, in order.
 * @throws {Refused | Unreachable} also when the answer is cut short: what came before is right
 */
export async function* fetchContents(
  client: Client,
  items: FetchRequest['items'],
  signal?: AbortSignal,
): AsyncGenerator<Fetched, void, void> {
  const { body } = await client.request('/api/ibox/fetch', { method: 'POST', json: { items }, signal });
  const pieces: AsyncIterator<Uint8Array> = (body ?? new ReadableStream())[Symbol.asyncIterator]();
  let piece: Uint8Array = new Uint8Array();

  /** At most so many of the next bytes. */
  async function some(most: number): Promise<Uint8Array> {
    while (piece.length === 0) {
      const next = await pieces.next().catch((error) => {
        if (signal?.aborted) throw error;
        throw new Unreachable(String((error as Error).cause ?? error));
      });
      if (next.done) throw new Unreachable('the answer was cut short');
      piece = next.value;
      await client.takeIn?.(piece.length, signal);
    }
    const part = piece.subarray(0, most);
    piece = piece.subarray(part.length);
    return part;
  }
  async function* exactly(length: number) {
    for (let left = length; left > 0; ) {
      const part = await some(left);
      left -= part.length;
      yield part;
    }
  }
  async function whole(length: number) {
    const parts: Uint8Array[] = [];
    for await (const part of exactly(length)) parts.push(part);
    return Buffer.concat(parts);
  }

  try {
    for (let n = 0; n < items.length; n++) {
      const length = (await whole(4)).readUInt32BE();
      if (length > LONGEST_HEAD) throw new Unreachable('not an answer of the hub');
      const head = FetchHead.safeParse(JSON.parse((await whole(length)).toString()));
      if (!head.success) throw new Unreachable(head.error.message);
      yield { head: head.data, bytes: exactly(head.data.length) };
    }
  } finally {
    await pieces.return?.().catch(() => {});
  }
}
