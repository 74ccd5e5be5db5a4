import { createHash, randomUUID } from 'node:crypto';
import type { Operation } from '@diwan/protocol/ibox-chunks.ts';
import { chunking } from '@diwan/protocol/ibox-cut.ts';
import type { Tables } from '../../db/tables.ts';
import type { Actor } from '../../identity/actor.ts';
import type { DigestPool } from '../chunks/digest-pool.ts';
import { type Reading, sendContent } from '../chunks/read-content.ts';
import { lostRace } from '../chunks/store-batch.ts';
import type { WrittenContent } from '../chunks/write-content.ts';
import { ownChunks } from './own-chunks.ts';

export type Built = WrittenContent | { missing: string[] } | { wrong: string };

const rowsAtOnce = 2000;
const emptyHash = createHash('sha256').digest('hex');

/**
 * Contents from the chunk lists of a commit's operations: stored, visible to nobody yet. What says it hashes to something is
 * believed only when it does: a chunk's own name proves a content of one chunk, longer ones are read and hashed.
 * @returns by the operation's place
 */
export async function buildContents(
  deps: Reading & { digests: DigestPool },
  actor: Actor,
  operations: readonly Operation[],
): Promise<Map<number, Built>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await build(deps, actor, operations);
    } catch (error) {
      // A chunk was collected between the question and the reference: it is missing now, and the next look says so.
      if (!lostRace(error) || attempt === 3) throw error;
    }
  }
}

async function build(deps: Reading & { digests: DigestPool }, actor: Actor, operations: readonly Operation[]) {
  const { db } = deps;
  const wanted = [...operations.entries()].flatMap(([place, operation]) =>
    'content' in operation ? [{ place, ...operation.content }] : [],
  );
  const own = await ownChunks(
    db,
    actor,
    wanted.flatMap(({ chunks }) => chunks),
  );
  const built = new Map<number, Built>();
  const now = Date.now();
  const contents: Tables['contents'][] = [];
  const references: Tables['contentChunks'][] = [];
  const toHash: { place: number; id: string; size: number; sha256: string | undefined }[] = [];
  for (const { place, sha256, chunks } of wanted) {
    const missing = [...new Set(chunks)].filter((hash) => !own.has(hash));
    if (missing.length > 0) {
      built.set(place, { missing });
      continue;
    }
    const proved = chunks.length > 1 ? undefined : (chunks[0] ?? emptyHash);
    if (proved !== undefined && sha256 !== undefined && proved !== sha256) {
      built.set(place, { wrong: proved });
      continue;
    }
    const id = randomUUID();
    let size = 0;
    for (const hash of chunks) {
      references.push({ contentId: id, start: size, hash: Buffer.from(hash, 'hex') });
      size += own.get(hash) as number;
    }
    contents.push({ id, size, sha256: proved ?? null, chunking, touchedAt: now });
    if (proved === undefined) toHash.push({ place, id, size, sha256 });
    else built.set(place, { contentId: id, size, sha256: proved });
  }
  await db.transaction().execute(async (tx) => {
    for (let at = 0; at < contents.length; at += rowsAtOnce)
      await tx
        .insertInto('contents')
        .values(contents.slice(at, at + rowsAtOnce))
        .execute();
    for (let at = 0; at < references.length; at += rowsAtOnce)
      await tx
        .insertInto('contentChunks')
        .values(references.slice(at, at + rowsAtOnce))
        .execute();
  });
  for (const { place, id, size, sha256 } of toHash) {
    const found = await hashOf(deps, id, size, sha256);
    if (sha256 === undefined || sha256 === found) {
      await db.updateTable('contents').set({ sha256: found }).where('id', '=', id).execute();
      built.set(place, { contentId: id, size, sha256: found });
    } else built.set(place, { wrong: found });
  }
  return built;
}

/**
 * Read back and hashed beside the event loop. What hashes to what was said needs no look at its chunks by themselves; else they are
 * looked at, so that a chunk that the store has spoilt is not taken for a wrong saying.
 * @throws {HubError} content_corrupt, storage_unavailable
 */
async function hashOf(
  deps: Reading & { digests: DigestPool },
  contentId: string,
  size: number,
  said: string | undefined,
): Promise<string> {
  const read = async (isUnchecked: boolean) => {
    const hash = deps.digests.openHash();
    try {
      await sendContent({ ...deps, isUnchecked }, contentId, { offset: 0, length: size }, hash.add);
      return await hash.end();
    } finally {
      hash.close();
    }
  };
  const found = said === undefined ? undefined : await read(true);
  return found !== undefined && found === said ? found : read(false);
}
