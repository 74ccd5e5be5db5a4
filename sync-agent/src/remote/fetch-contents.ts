import { FetchHead, type FetchRequest } from '@diwan/protocol/ibox-chunks.ts';
import { type Client, Unreachable } from './client.ts';

export interface Fetched {
  head: FetchHead;
  /** Its bytes, to be read before the next is asked for; each piece is there only until the next of it is. */
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
  const call = { method: 'POST', json: { items }, signal, isLong: true } as const;
  const { body } = await client.request('/api/ibox/fetch', call);
  const pieces = body[Symbol.asyncIterator]();
  let piece: Uint8Array = new Uint8Array();

  /** At most so many of the next bytes. */
  async function some(most: number): Promise<Uint8Array> {
    while (piece.length === 0) {
      const next = await pieces.next().catch((error) => {
        if (signal?.aborted) throw error;
        throw new Unreachable(String(error));
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
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    for await (const part of exactly(length)) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
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
