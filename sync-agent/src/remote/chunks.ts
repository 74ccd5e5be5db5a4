import { randomUUID } from 'node:crypto';
import {
  ChunksAnswer,
  CommitAnswer,
  chunksType,
  MissingAnswer,
  type Operation,
  type Outcome,
} from '@diwan/protocol/ibox-chunks.ts';
import { type Client, Refused } from './client.ts';

/** A piece of a file and its SHA-256, in hex. */
export interface Chunk {
  hash: string;
  bytes: Uint8Array;
}

export const FRAME_HEAD = 4 + 32;

/** Which of these the hub would have to be sent, by their hashes. @throws {Refused | Unreachable} */
export async function missingChunks(client: Client, hashes: string[], signal?: AbortSignal): Promise<Set<string>> {
  const { missing } = await client.ask(MissingAnswer, '/api/ibox/chunks/missing', {
    method: 'POST',
    json: { hashes },
    signal,
  });
  return new Set(missing);
}

/** Sends one pack; durable on the hub once it returns. @throws {Refused | Unreachable} */
export async function sendPack(client: Client, chunks: readonly Chunk[], signal?: AbortSignal): Promise<void> {
  const heads = Buffer.allocUnsafe(chunks.length * FRAME_HEAD);
  const body = chunks.flatMap(({ hash, bytes }, place) => {
    const head = heads.subarray(place * FRAME_HEAD, (place + 1) * FRAME_HEAD);
    head.write(hash, head.writeUInt32BE(bytes.length), 'hex');
    return [head, bytes];
  });
  const headers = { 'Content-Type': chunksType };
  await client.ask(ChunksAnswer, '/api/ibox/chunks', { method: 'POST', headers, body, signal });
}

/**
 * Commits operations, up to 1,000, under a key of their own: a repeated try gets the first answer. A quota that refuses the whole is
 * asked again by halves, so that what fits is taken.
 * @throws {Refused | Unreachable}
 */
export async function commit(
  client: Client,
  spaceId: string,
  operations: readonly Operation[],
  signal?: AbortSignal,
): Promise<Outcome[]> {
  const path = `/api/ibox/spaces/${encodeURIComponent(spaceId)}/commits/${randomUUID()}`;
  try {
    return (await client.ask(CommitAnswer, path, { method: 'PUT', json: { operations }, signal })).outcomes;
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'quota_exceeded') throw error;
    if (operations.length === 1) return [{ ok: false, code: error.code }];
    const middle = Math.ceil(operations.length / 2);
    const first = await commit(client, spaceId, operations.slice(0, middle), signal);
    return [...first, ...(await commit(client, spaceId, operations.slice(middle), signal))];
  }
}

/** What a refused operation throws where it was asked for alone. */
export const refusal = (code: Refused['code']) => new Refused({ code, title: '' });
