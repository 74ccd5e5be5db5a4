import type { CommitAnswer, CommitRequest, Delta, FetchRequest } from '@diwan/protocol/ibox-chunks.ts';
import type { Actor } from '../../identity/actor.ts';
import type { Reading } from '../chunks/read-content.ts';
import type { Bytes } from '../chunks/write-content.ts';
import type { Deps } from '../tree/change-space.ts';
import { commit } from './commit.ts';
import { deltaBetween } from './delta.ts';
import { fetchContents, type Outlet } from './fetch.ts';
import { missingChunks } from './own-chunks.ts';
import { receiveChunks } from './receive-chunks.ts';

/** Files by their chunks; each verb's file says what it throws. */
export interface Transfer {
  missing(actor: Actor, hashes: readonly string[]): Promise<string[]>;
  receive(actor: Actor, source: AsyncIterable<Uint8Array>): Promise<number>;
  commit(actor: Actor, spaceId: string, key: string, request: CommitRequest): Promise<CommitAnswer>;
  fetch(actor: Actor, request: FetchRequest, outlet: Outlet): Promise<void>;
  delta(actor: Actor, id: string, from: number, to: number): Promise<Delta>;
}

export const openTransfer = (room: Deps & Bytes & Reading): Transfer => ({
  missing: (actor, hashes) => missingChunks(room.db, actor, hashes),
  receive: (actor, source) => receiveChunks(room, actor, source),
  commit: (actor, spaceId, key, request) => commit(room, actor, spaceId, key, request),
  fetch: (actor, request, outlet) => fetchContents(room, actor, request, outlet),
  delta: (actor, id, from, to) => deltaBetween(room.db, actor, id, from, to),
});
