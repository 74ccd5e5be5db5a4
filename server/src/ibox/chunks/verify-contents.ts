import { createHash } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import { readContent } from './read-content.ts';
import type { Verifying } from './verify.ts';

interface Content {
  id: string;
  size: number;
  sha256: string;
}

/** Every finished content's chunks tile it, and its bytes hash to its SHA-256. @returns how many there are */
export async function verifyContents(verifying: Verifying): Promise<number> {
  const { db, progress } = verifying;
  const finished = db.selectFrom('contents').where('sha256', 'is not', null);
  const { count: of } = await finished.select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  let done = 0;
  let bytes = 0;
  for (let after = ''; ; ) {
    const page: Content[] = await finished
      .select(['id', 'size', 'sha256'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(500)
      .$narrowType<{ sha256: string }>()
      .execute();
    for (const content of page) {
      await verifyContent(verifying, content);
      bytes += content.size;
      progress({ step: 'contents', done: ++done, of, bytes });
    }
    const last = page.at(-1);
    if (!last) return done;
    after = last.id;
  }
}

async function verifyContent(verifying: Verifying, content: Content): Promise<void> {
  const { db, objects, damagedPacks, tell } = verifying;
  const { id, size, sha256 } = content;
  const tiling = await tile(db, content);
  if (typeof tiling === 'string') {
    if (await isThere(db, id)) await tell('content_untiled', `content ${id}: ${tiling}`, { contentId: id });
    return;
  }
  // The bytes of a single chunk were compared with its name already.
  if (tiling.only !== undefined) {
    const found = Buffer.from(tiling.only).toString('hex');
    if (found !== sha256) await tell('content_wrong', `content ${id} hashes to ${found}`, { contentId: id });
    return;
  }
  const hash = createHash('sha256');
  try {
    for await (const piece of readContent(db, objects, id, { offset: 0, length: size })) hash.update(piece);
  } catch (error) {
    if (!(error instanceof HubError && (error.code === 'content_corrupt' || error.code === 'not_found'))) throw error;
    if (!(await isThere(db, id)) || (await isInDamagedPack(db, id, damagedPacks))) return;
    await tell('content_wrong', `content ${id}: ${error.detail}`, { contentId: id });
    return;
  }
  const found = hash.digest('hex');
  if (found !== sha256) await tell('content_wrong', `content ${id} hashes to ${found}`, { contentId: id });
}

/** @returns what is wrong, or the only chunk's hash where there is but one */
async function tile(db: Db, { id, size }: Content): Promise<string | { only?: Uint8Array }> {
  let at = 0;
  let count = 0;
  let first: Uint8Array | undefined;
  for (;;) {
    const page = await db
      .selectFrom('contentChunks')
      .leftJoin('chunks', 'chunks.hash', 'contentChunks.hash')
      .select(['start', 'contentChunks.hash', 'length'])
      .where('contentId', '=', id)
      .where('start', '>=', at)
      .orderBy('start')
      .limit(1000)
      .execute();
    for (const { start, hash, length } of page) {
      if (length === null) return `its chunk at ${start} is not stored`;
      if (start !== at) return `no chunk begins at ${at}`;
      at += length;
      count++;
      first ??= hash;
    }
    if (page.length === 0) break;
  }
  if (at === size) {
    // One that begins inside of another was not asked for by where the last one ended.
    const all = await db
      .selectFrom('contentChunks')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('contentId', '=', id)
      .executeTakeFirstOrThrow();
    if (all.count !== count) return `${all.count - count} chunks too many`;
    return count === 1 && first ? { only: first } : {};
  }
  return `its chunks end at ${at} of ${size} bytes`;
}

async function isThere(db: Db, id: string): Promise<boolean> {
  return (await db.selectFrom('contents').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
}

async function isInDamagedPack(db: Db, id: string, damaged: ReadonlySet<string>): Promise<boolean> {
  const packs = await db
    .selectFrom('contentChunks')
    .innerJoin('chunks', 'chunks.hash', 'contentChunks.hash')
    .select('packId')
    .distinct()
    .where('contentId', '=', id)
    .execute();
  return packs.some(({ packId }) => damaged.has(packId));
}
