import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream';
import { goesDirectly, openLongAnswer } from './long-answer.ts';

export interface Asked {
  method: string;
  headers: Record<string, string>;
  /** Pieces in their order; they stay as they are until it is answered. */
  body?: readonly Uint8Array[] | AsyncIterable<Uint8Array> | undefined;
  signal?: AbortSignal | undefined;
  /** Much will come: each piece of the answer is there only until the next is asked for. */
  isLong?: boolean | undefined;
}

export interface Answer {
  status: number;
  /** By their names in small letters. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: AsyncIterable<Uint8Array>;
}

/**
 * One question to a server and its answer, as it is: no redirect is followed, nothing is tried again.
 * @throws {NoAnswer}; the signal's reason
 */
export type Transport = (url: URL, asked: Asked) => Promise<Answer>;

/** The network failed before there was an answer. */
export class NoAnswer extends Error {}

export const CONNECT_MS = 10_000;
/** A hub reads a long file once before it answers its commit. */
export const SILENT_MS = 300_000;

/** Where HTTP/1.0 is not understood. */
const modern = new Set<string>();

/** By HTTP, through the proxy that the environment names. Nothing that is sent is copied. */
export const httpTransport: Transport = async (url, asked) => {
  if (asked.isLong && goesDirectly(url) && !modern.has(url.origin)) {
    const answer = await openLongAnswer(url, asked);
    if (answer) return answer;
    modern.add(url.origin);
  }
  for (;;) {
    const { answer, wasReused } = ask(url, asked);
    try {
      return await answer;
    } catch (error) {
      asked.signal?.throwIfAborted();
      // The server hung up on a connection that rested, in the moment it was used again: it never saw the question.
      const isStale = wasReused() && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
      if (!isStale) throw error instanceof TypeError ? error : new NoAnswer(String(error));
      if (asked.body && !Array.isArray(asked.body)) throw new NoAnswer(String(error));
    }
  }
};

function ask(url: URL, { method, headers, body, signal }: Asked) {
  const isSecure = url.protocol === 'https:';
  const pieces = Array.isArray(body) ? (body as readonly Uint8Array[]) : undefined;
  const length = pieces && { 'Content-Length': String(pieces.reduce((sum, piece) => sum + piece.length, 0)) };
  const options = { method, headers: { ...headers, ...length }, ...(signal && { signal }) };
  const asking = (isSecure ? httpsRequest : httpRequest)(url, options);
  const answer = new Promise<Answer>((resolve, reject) => {
    asking.on('error', reject);
    asking.on('timeout', () => asking.destroy(new NoAnswer('no answer in time')));
    asking.setTimeout(CONNECT_MS);
    asking.on('socket', (socket) => {
      const connected = () => void asking.setTimeout(SILENT_MS);
      if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', connected);
      else connected();
    });
    asking.on('response', (incoming) => {
      const { statusCode: status = 0, headers } = incoming;
      // Nobody reads what is not there, and the connection is free again.
      if (status === 204 || status === 304) incoming.resume();
      resolve({ status, headers, body: incoming });
    });
  });
  if (body && !pieces) pipeline(body as AsyncIterable<Uint8Array>, asking, () => {});
  else {
    asking.cork();
    for (const piece of pieces ?? []) asking.write(piece);
    asking.uncork();
    asking.end();
  }
  return { answer, wasReused: () => asking.reusedSocket };
}
