import { HubError } from '@diwan/protocol/errors.ts';
import { Node } from '@diwan/protocol/ibox.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { type Bytes, contentWriter } from '../chunks/write-content.ts';
import { changeWhere, type Deps } from './change-space.ts';
import { checkTarget, commitFile, type FileTarget } from './commit-file.ts';
import { presentedNode } from './node-rows.ts';
import { expectRoom } from './quota.ts';

export interface PutOptions {
  mtime?: number | undefined;
  declaredType?: string | undefined;
  /** What the bytes must hash to, in hex. */
  sha256?: string | undefined;
  /** A request repeated under the same key within a day gets the first one's answer. */
  idempotencyKey?: string | undefined;
  maxBytes?: number | undefined;
  /** How many bytes are said to come: what can't fit is refused before they do. */
  declaredBytes?: number | undefined;
}

const answersKeptMs = 24 * 3600 * 1000;

/**
 * Stores one file: all of it, or nothing.
 * @throws {HubError} name_invalid, name_taken, conflict, not_found, upload_incomplete, too_large, quota_exceeded, storage_full, storage_unavailable;
 *   bad_request when the key was used for something else
 */
export async function putFile(
  deps: Deps & Bytes,
  actor: Actor,
  target: FileTarget,
  source: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<Node> {
  const answers = options.idempotencyKey === undefined ? undefined : answersOf(actor, options.idempotencyKey, target);
  const earlier = await answers?.find(deps.db);
  if (earlier) return earlier;
  const { spaceId, size } = await checkTarget(deps.db, actor, target);
  await expectRoom(deps.db, spaceId, (options.declaredBytes ?? 0) - size, deps.limits);
  const writer = contentWriter(deps);
  try {
    const written = await writer.add(source, options.maxBytes);
    if (options.sha256 !== undefined && options.sha256.toLowerCase() !== written.sha256) {
      throw new HubError('upload_incomplete', `the bytes hash to ${written.sha256}`);
    }
    await writer.flush();
    return await changeWhere(
      deps,
      actor,
      (db) => checkTarget(db, actor, target),
      async (tx, journal) => {
        // The same request may have run beside this one; the space's lock is ours now.
        const first = await answers?.find(tx);
        if (first) return first;
        const { mtime, declaredType } = options;
        const id = await commitFile(tx, journal, actor, target, { ...written, mtime, declaredType });
        const node = await presentedNode(tx, id);
        await answers?.keep(tx, node, journal.now + answersKeptMs);
        return node;
      },
    );
  } finally {
    await writer.close();
  }
}

function answersOf(actor: Actor, key: string, target: FileTarget) {
  const request = JSON.stringify(target);
  return {
    async find(db: Db): Promise<Node | undefined> {
      const kept = await db
        .selectFrom('iboxAnswers')
        .select(['request', 'node'])
        .where('accountId', '=', actor.accountId)
        .where('key', '=', key)
        .executeTakeFirst();
      if (kept && kept.request !== request) throw usedBefore();
      return kept && Node.parse(JSON.parse(kept.node));
    },
    async keep(tx: Db, node: Node, expiresAt: number): Promise<void> {
      const row = { accountId: actor.accountId, key, request, node: JSON.stringify(node), expiresAt };
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('iboxAnswers')
        .values(row)
        .onConflict((c) => c.doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) throw usedBefore();
    },
  };
}

const usedBefore = () => new HubError('bad_request', 'this Idempotency-Key was for another request');
