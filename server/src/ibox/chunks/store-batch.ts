import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Db } from '../../db/database.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { packKey } from './pack-key.ts';

/** Chunks of a buffer, and the contents that they or their ends belong to. */
export interface Batch {
  chunks: BufferedChunk[];
  references: Reference[];
  contents: Map<string, ContentRow>;
  /** The account that sent the chunks by themselves, for a later commit. */
  sentBy?: string;
}

export interface BufferedChunk {
  hash: Uint8Array;
  /** In the buffer. */
  offset: number;
  length: number;
}

export interface Reference {
  contentId: string;
  /** In the content. */
  start: number;
  hash: Uint8Array;
}

export interface ContentRow {
  id: string;
  size: number;
  /** Null while more bytes come. */
  sha256: string | null;
  chunking: number;
  /** No batch before had a part of it. */
  isNew: boolean;
}

export const newBatch = (): Batch => ({ chunks: [], references: [], contents: new Map() });

/**
 * Stores what is not stored yet, then records all of it. A chunk that exists is not written again; should the collection take it
 * between the question and the record, the record fails on the reference and the batch is stored anew.
 * @param before what must be recorded before this is; the bytes don't wait for it
 * @throws {HubError} storage_full, storage_unavailable; upload_incomplete when the upload rested until its first bytes were collected
 */
export async function storeBatch(
  db: Db,
  objects: ObjectStore,
  batch: Batch,
  buffer: Buffer,
  before: Promise<void> = Promise.resolve(),
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const fresh = await unknownChunks(db, batch.chunks);
    const packId = fresh.length > 0 ? await writePack(db, objects, fresh, buffer) : undefined;
    await before;
    try {
      if (await record(db, batch, fresh, packId)) return;
      // Its row may have gone before its object came.
      if (packId !== undefined) await objects.delete(packKey(packId));
    } catch (error) {
      if (!lostRace(error)) throw error;
    }
    if (attempt === 3) throw new HubError('upload_incomplete', 'its first bytes were collected');
  }
}

async function unknownChunks(db: Db, chunks: BufferedChunk[]): Promise<BufferedChunk[]> {
  const fresh = new Map(chunks.map((chunk) => [nameOf(chunk.hash), chunk]));
  if (fresh.size === 0) return [];
  const hashes = [...fresh.values()].map(({ hash }) => hash);
  const known = await db.selectFrom('chunks').select('hash').where('hash', 'in', hashes).execute();
  for (const { hash } of known) fresh.delete(nameOf(hash));
  return [...fresh.values()];
}

const nameOf = (hash: Uint8Array) => Buffer.from(hash).toString('base64');

/** The row comes first: a pack that nobody comes to refer to is found by it. */
export async function writePack(
  db: Db,
  objects: ObjectStore,
  chunks: BufferedChunk[],
  buffer: Buffer,
): Promise<string> {
  const id = randomUUID();
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  await db.insertInto('packs').values({ id, state: 'writing', size, createdAt: Date.now() }).execute();
  await objects.put(packKey(id), stretches(chunks, buffer));
  return id;
}

/** The chunks' bytes, neighbours as one piece. */
function stretches(chunks: BufferedChunk[], buffer: Buffer): Uint8Array[] {
  const pieces: { from: number; to: number }[] = [];
  for (const { offset, length } of chunks) {
    const last = pieces.at(-1);
    if (last?.to === offset) last.to += length;
    else pieces.push({ from: offset, to: offset + length });
  }
  return pieces.map(({ from, to }) => buffer.subarray(from, to));
}

/** @returns false when the pack was collected while it was written */
async function record(db: Db, batch: Batch, fresh: BufferedChunk[], packId: string | undefined): Promise<boolean> {
  const now = Date.now();
  return db.transaction().execute(async (tx) => {
    if (packId !== undefined) {
      let packOffset = 0;
      const rows = fresh.map(({ hash, length }) => {
        packOffset += length;
        return { hash, packId, packOffset: packOffset - length, length };
      });
      // Two uploads of the same bytes: in one order, so that neither waits for the other's lock in turn.
      rows.sort((a, b) => Buffer.compare(a.hash, b.hash));
      const { numUpdatedRows } = await tx
        .updateTable('packs')
        .set({ state: 'stored' })
        .where('id', '=', packId)
        .where('state', '=', 'writing')
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) return false;
      await tx
        .insertInto('chunks')
        .values(rows)
        .onConflict((c) => c.column('hash').doNothing())
        .execute();
    }
    for (const { isNew, ...content } of batch.contents.values()) {
      const row = { ...content, touchedAt: now };
      if (isNew) await tx.insertInto('contents').values(row).execute();
      else await tx.updateTable('contents').set(row).where('id', '=', content.id).execute();
    }
    if (batch.references.length > 0) await tx.insertInto('contentChunks').values(batch.references).execute();
    if (batch.sentBy !== undefined) await recordSent(tx, batch.sentBy, batch.chunks, now);
    return true;
  });
}

/** Who sent a chunk may refer to it, and for a day it is not collected. */
async function recordSent(tx: Db, accountId: string, chunks: readonly BufferedChunk[], now: number): Promise<void> {
  const hashes = new Map(chunks.map(({ hash }) => [nameOf(hash), hash]));
  const rows = [...hashes.values()].sort(Buffer.compare).map((hash) => ({ accountId, hash, sentAt: now }));
  if (rows.length === 0) return;
  await tx
    .insertInto('sentChunks')
    .values(rows)
    .onConflict((c) => c.columns(['accountId', 'hash']).doUpdateSet({ sentAt: now }))
    .execute();
}

/** Another transaction was first: a foreign key points to nothing (any more), or PostgreSQL broke a deadlock (40P01). */
export function lostRace(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === '23503' || code === '40P01' || /FOREIGN KEY constraint failed/.test(message ?? '');
}
