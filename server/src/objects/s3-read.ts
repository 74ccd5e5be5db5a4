import { type Dispatcher, Pool } from 'undici';
import type { ByteRange } from './object-store.ts';
import { free } from './pieces.ts';

/** How many reads of an endpoint are under way at once; more wait their turn. */
const mostAtOnce = 32;

/**
 * Reads from an S3 endpoint straight to where the bytes are wanted. Not by the S3 client: Node's own HTTP client copies each piece
 * once more and leaves it to the collector, which takes more time than all the rest of a download.
 * @param endpoint http(s)://host:port
 * @param silenceMs no byte for so long, and a read is given up
 */
export function openReader(endpoint: string, silenceMs: number) {
  const timeouts = { headersTimeout: silenceMs, bodyTimeout: silenceMs, connect: { timeout: silenceMs } };
  const pool = new Pool(endpoint, { connections: mostAtOnce, ...timeouts });

  /**
   * @param url signed
   * @param into as long as the range
   * @returns how many bytes came; undefined when the answer is anything but a part of an object
   * @throws what the network failed with
   */
  return function read(url: string, { offset, length }: ByteRange, into: Uint8Array): Promise<number | undefined> {
    const { pathname, search } = new URL(url);
    const headers = { range: `bytes=${offset}-${offset + length - 1}` };
    return new Promise((resolve, reject) => {
      let came = 0;
      let isPart = false;
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          isPart = status === 206;
        },
        onResponseData(controller, piece) {
          if (!isPart) return;
          const at = came;
          came += piece.length;
          if (came > into.length) return void controller.abort(new Error('too much'));
          into.set(piece, at);
          // The last one undici may look at again.
          if (came < into.length) free(piece);
        },
        onResponseEnd: () => resolve(isPart ? came : undefined),
        onResponseError: (_controller, error) => (came > into.length ? resolve(came) : reject(error)),
      };
      pool.dispatch({ path: pathname + search, method: 'GET', headers }, handler);
    });
  };
}
