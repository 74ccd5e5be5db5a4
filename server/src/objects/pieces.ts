import { once } from 'node:events';
import type { Readable } from 'node:stream';

/**
 * The pieces of a stream as they came, each in the reader's hands until it asks for the next: then its memory is freed.
 *
 * Node's own iteration would put waiting pieces together in new memory, and leave all of it to the garbage collector, which a fast
 * stream then has marking the whole heap many times a second. The stream is left whole when the reader stops.
 * @throws what the stream failed with; ERR_STREAM_PREMATURE_CLOSE when it was cut off
 */
export async function* piecesOf(stream: Readable): AsyncGenerator<Uint8Array, void, void> {
  const came: Uint8Array[] = [];
  const state = { ended: stream.readableEnded, failure: undefined as unknown };
  let wake = () => {};
  const onData = (piece: Uint8Array) => {
    came.push(piece);
    stream.pause();
    wake();
  };
  const onEnd = () => {
    state.ended = true;
    wake();
  };
  const onError = (error: unknown) => {
    state.failure ??= error;
    wake();
  };
  const onClose = () => onError(Object.assign(new Error('cut off'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }));
  if (stream.destroyed && !state.ended) throw stream.errored ?? new Error('cut off');
  stream.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  try {
    for (;;) {
      const piece = came.shift();
      if (piece) {
        yield piece;
        free(piece);
      } else if (state.ended) return;
      else if (state.failure !== undefined) throw state.failure;
      else {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        stream.resume();
        await woken;
      }
    }
  } finally {
    stream.off('data', onData).off('end', onEnd).off('close', onClose).pause();
    // Who stopped early isn't told any more, and needs not be.
    if (!state.ended && state.failure === undefined) once(stream, 'close').catch(() => {});
    stream.off('error', onError);
  }
}

/** Bytes that share their memory with others (Node's pool) are left alone, and short ones to the collector. */
export function free({ buffer, length }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length && length >= 4096) buffer.transfer(0);
}
