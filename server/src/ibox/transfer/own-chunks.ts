import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';

/** More values in one question than this would pass what databases take. */
const atOnce = 5000;

/**
 * The chunks among these that the actor may refer to, with their lengths: sent by the actor, or part of a file in a space that the
 * actor may read. What others store makes no difference to the answer.
 * @param hashes in hex
 */
export async function ownChunks(db: Db, actor: Actor, hashes: readonly string[]): Promise<Map<string, number>> {
  const lengths = new Map<string, number>();
  const distinct = [...new Set(hashes)];
  for (let at = 0; at < distinct.length; at += atOnce) {
    const page = distinct.slice(at, at + atOnce).map((hash) => Buffer.from(hash, 'hex'));
    const found = await db
      .selectFrom('chunks')
      .select(['hash', 'length'])
      .where('hash', 'in', page)
      .where((e) =>
        e.or([
          e.exists(
            e
              .selectFrom('sentChunks')
              .select('sentChunks.hash')
              .whereRef('sentChunks.hash', '=', 'chunks.hash')
              .where('sentChunks.accountId', '=', actor.accountId),
          ),
          e.exists(
            e
              .selectFrom('contentChunks')
              .innerJoin('versions', 'versions.contentId', 'contentChunks.contentId')
              .innerJoin('nodes', 'nodes.id', 'versions.nodeId')
              .innerJoin('members', 'members.spaceId', 'nodes.spaceId')
              .select('contentChunks.hash')
              .whereRef('contentChunks.hash', '=', 'chunks.hash')
              .where('members.accountId', '=', actor.accountId),
          ),
        ]),
      )
      .execute();
    for (const { hash, length } of found) lengths.set(Buffer.from(hash).toString('hex'), length);
  }
  return lengths;
}

/** @returns the hashes that the actor would have to send, in hex, each once */
export async function missingChunks(db: Db, actor: Actor, hashes: readonly string[]): Promise<string[]> {
  const own = await ownChunks(db, actor, hashes);
  return [...new Set(hashes)].filter((hash) => !own.has(hash));
}
