import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from '@diwan/protocol/errors.ts';
import { longestChunk } from '@diwan/protocol/ibox-cut.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { defaultLimits } from '../rules/limits.ts';
import { bytesOf, inPieces, openTestRoom, testPerson } from '../test-room.ts';
import { putFile } from '../tree/put-file.ts';
import { longestPack, packBuffers } from './buffers.ts';
import { collectOrphans, orphanAgeMs } from './collect.ts';
import { digestPool } from './digest-pool.ts';
import { packKey } from './pack-key.ts';
import { readContent } from './read-content.ts';
import { contentWriter } from './write-content.ts';

const mib = 1024 * 1024;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const later = () => Date.now() + orphanAgeMs + 60_000;

/** A real store that can be told to fail or wait before it writes. */
function watched(store: ObjectStore) {
  const seen = { puts: 0, bytesPut: 0, gets: 0, beforePut: async (_puts: number) => {} };
  const objects: ObjectStore = {
    ...store,
    async put(key, pieces) {
      await seen.beforePut(++seen.puts);
      await store.put(key, pieces);
      seen.bytesPut += pieces.reduce((sum, piece) => sum + piece.length, 0);
    },
    get(key, range) {
      seen.gets++;
      return store.get(key, range);
    },
  };
  return { objects, seen };
}

onEachDatabase((open) => {
  let db: Db;
  let room: Awaited<ReturnType<typeof openTestRoom>>;
  let actor: Actor;
  let root: string;
  const buffers = packBuffers();
  const digests = digestPool();
  beforeAll(async () => {
    db = await open();
    room = await openTestRoom(db);
    actor = await testPerson(db, 'amina');
    root = (await room.ibox.listSpaces(actor))[0]?.rootId as string;
  });
  afterAll(async () => {
    await digests.close();
    await room.close();
  });

  async function store(bytes: Uint8Array, objects = room.objects, pieces?: number) {
    const writer = contentWriter({ db, objects, buffers, digests });
    try {
      const written = await writer.add(inPieces(bytes, pieces));
      await writer.flush();
      return written;
    } finally {
      await writer.close();
    }
  }
  const read = (contentId: string, offset: number, length: number) =>
    bytesOf(readContent(db, room.objects, contentId, { offset, length }));
  /** Makes all that is there now old enough for the collection. */
  async function age() {
    await db.updateTable('contents').set({ touchedAt: 1 }).execute();
    await db.updateTable('packs').set({ createdAt: 1 }).execute();
  }
  const putSource = (source: AsyncIterable<Uint8Array>, name: string = randomUUID(), objects = room.objects) =>
    putFile(
      { db, objects, buffers, digests, bus: room.bus, limits: defaultLimits },
      actor,
      { parentId: root, name, onConflict: 'replace' },
      source,
      {},
    );
  const put = (bytes: Uint8Array, name?: string, objects?: ObjectStore) => putSource(inPieces(bytes), name, objects);

  it('R-41 what was written is read back, whole and in any range, only the needed chunks being read', async () => {
    const bytes = randomBytes(9 * mib + 12_345);
    const { contentId, size, sha256: hash } = await store(bytes, room.objects, 50_001);
    expect([size, hash]).toEqual([bytes.length, sha256(bytes)]);
    expect(sha256(await read(contentId, 0, size))).toBe(hash);
    const { objects, seen } = watched(room.objects);
    const place = fc.tuple(fc.nat(size), fc.oneof(fc.nat(300), fc.nat(size)));
    await fc.assert(
      fc.asyncProperty(place, async ([offset, wanted]) => {
        const length = Math.min(wanted, size - offset);
        const got = await bytesOf(readContent(db, objects, contentId, { offset, length }));
        expect(Buffer.compare(got, bytes.subarray(offset, offset + length))).toBe(0);
      }),
      { numRuns: 40 },
    );
    seen.gets = 0;
    await bytesOf(readContent(db, objects, contentId, { offset: 5 * mib, length: 1 }));
    expect(seen.gets).toBe(1);
  });

  it('R-41 sizes around the limits of chunks, packs and classes, and no bytes at all', async () => {
    for (const size of [0, 1, 16_383, 16_384, 262_144, 262_145, 16 * mib, 16 * mib + 1]) {
      const bytes = randomBytes(size);
      const { contentId, sha256: hash } = await store(bytes);
      expect([size, hash]).toEqual([size, sha256(bytes)]);
      expect(sha256(await read(contentId, 0, size))).toBe(hash);
    }
  });

  it('bytes that are there are not stored again; an edit in the middle stores what is around it', async () => {
    const { objects, seen } = watched(room.objects);
    const bytes = randomBytes(24 * mib);
    await store(bytes, objects);
    expect(seen.bytesPut).toBe(bytes.length);
    seen.bytesPut = 0;
    await store(bytes, objects);
    expect(seen.bytesPut).toBe(0);
    const edited = Buffer.concat([bytes.subarray(0, 12 * mib), randomBytes(1024), bytes.subarray(12 * mib)]);
    const { contentId } = await store(edited, objects);
    expect(seen.bytesPut).toBeLessThan(1.5 * mib);
    expect(sha256(await read(contentId, 0, edited.length))).toBe(sha256(edited));
    // Zeros are one chunk, many times.
    seen.bytesPut = 0;
    const zeros = await store(new Uint8Array(20 * mib), objects);
    expect(seen.bytesPut).toBeLessThan(2 * mib);
    expect(sha256(await read(zeros.contentId, 0, 20 * mib))).toBe(zeros.sha256);
  });

  it('many small contents share packs, and each is itself', async () => {
    const { objects, seen } = watched(room.objects);
    const writer = contentWriter({ db, objects, buffers, digests });
    const files = Array.from({ length: 1200 }, (_, i) => randomBytes(i % 2 ? 4096 : i % 50));
    const written = await Promise.all(files.map((bytes) => writer.add(inPieces(bytes))));
    await writer.flush();
    await writer.close();
    expect(seen.puts).toBeLessThanOrEqual(4);
    for (const [i, { contentId, size }] of written.entries()) {
      expect(Buffer.compare(await read(contentId, 0, size), files[i] as Buffer)).toBe(0);
    }
  });

  it('R-41 a flipped bit, a lost pack or a cut one is an error, never data', async () => {
    const bytes = randomBytes(3 * mib);
    const node = await put(bytes, 'damaged');
    const { packId } = await db
      .selectFrom('versions')
      .innerJoin('contentChunks', 'contentChunks.contentId', 'versions.contentId')
      .innerJoin('chunks', 'chunks.hash', 'contentChunks.hash')
      .select('packId')
      .where('nodeId', '=', node.id)
      .executeTakeFirstOrThrow();
    const path = join(room.folder, 'packs', packId.slice(0, 2), packId);
    const good = await readFile(path);
    const bad = Buffer.from(good);
    bad[2 * mib] = (bad[2 * mib] as number) ^ 1;
    await writeFile(path, bad);
    const content = await room.ibox.openContent(actor, node.id);
    const got: Uint8Array[] = [];
    const reading = async () => {
      for await (const piece of content.read({ offset: 0, length: content.size })) got.push(piece);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'content_corrupt' });
    const soFar = Buffer.concat(got);
    expect(Buffer.compare(soFar, bytes.subarray(0, soFar.length))).toBe(0);
    // A range whose chunks are sound is served.
    expect((await bytesOf(content.read({ offset: 0, length: 100 }))).equals(bytes.subarray(0, 100))).toBe(true);
    await writeFile(path, good.subarray(0, mib));
    await expect(bytesOf(content.read({ offset: 2 * mib, length: mib }))).rejects.toMatchObject({
      code: 'content_corrupt',
    });
    await room.objects.delete(packKey(packId));
    await expect(bytesOf(content.read({ offset: 0, length: 1 }))).rejects.toMatchObject({ code: 'content_corrupt' });
    await room.objects.put(packKey(packId), [good]);
    expect(sha256(await bytesOf(content.read({ offset: 0, length: content.size })))).toBe(node.sha256);
  });

  it('R-40 a source that fails, a full store and a store that is away leave nothing visible', async () => {
    const { objects, seen } = watched(room.objects);
    const before = (await room.ibox.listChildren(actor, root, { limit: 1000 })).nodes.length;
    async function* cut() {
      yield randomBytes(20 * mib);
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    }
    await expect(putSource(cut(), 'cut', objects)).rejects.toMatchObject({ code: 'upload_incomplete' });
    for (const code of ['storage_full', 'storage_unavailable'] as const) {
      for (const failing of [1, 2]) {
        seen.puts = 0;
        seen.beforePut = async (puts) => {
          if (puts === failing) throw new HubError(code);
        };
        await expect(put(randomBytes(20 * mib), 'failing', objects)).rejects.toMatchObject({ code });
      }
    }
    expect((await room.ibox.listChildren(actor, root, { limit: 1000 })).nodes.length).toBe(before);
    seen.beforePut = async () => {};
    expect((await put(randomBytes(mib), 'at last', objects)).size).toBe(mib);
  });

  it('what failed uploads left is collected after a day, and nothing else', async () => {
    const { objects, seen } = watched(room.objects);
    const kept = randomBytes(2 * mib);
    const node = await put(kept, 'kept');
    await store(randomBytes(5 * mib));
    seen.beforePut = async (puts) => {
      if (puts === 2) throw new Error('the hub dies here');
    };
    await expect(store(randomBytes(20 * mib), objects)).rejects.toThrow('dies');
    const objectsNow = () => Array.fromAsync(room.objects.list('packs/'));
    const before = (await objectsNow()).length;
    expect(await collectOrphans(db, room.objects)).toEqual({ contents: 0, packs: 0 });
    expect((await objectsNow()).length).toBe(before);

    const collected = await collectOrphans(db, room.objects, later());
    expect(collected.contents).toBeGreaterThanOrEqual(2);
    const left = await objectsNow();
    const rows = await db.selectFrom('packs').select(['id', 'state']).execute();
    expect(left.sort()).toEqual(rows.map(({ id }) => packKey(id)).sort());
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['stored']));
    const unused = await db
      .selectFrom('contents')
      .leftJoin('versions', 'versions.contentId', 'contents.id')
      .select('id')
      .where('versions.nodeId', 'is', null)
      .execute();
    expect(unused).toEqual([]);
    const content = await room.ibox.openContent(actor, node.id);
    expect(sha256(await bytesOf(content.read({ offset: 0, length: content.size })))).toBe(sha256(kept));
  });

  it('a chunk that is collected after an upload counted on it is stored anew', async () => {
    const shared = randomBytes(2 * mib);
    await store(shared);
    const { objects, seen } = watched(room.objects);
    let collected = 0;
    seen.beforePut = async (puts) => {
      if (puts === 1) collected = (await collectOrphans(db, room.objects)).packs;
    };
    await age();
    const bytes = Buffer.concat([shared, randomBytes(mib)]);
    const { id } = await put(bytes, 'counted-on', objects);
    expect(collected).toBeGreaterThan(0);
    expect(seen.puts).toBe(2);
    const content = await room.ibox.openContent(actor, id);
    expect(sha256(await bytesOf(content.read({ offset: 0, length: content.size })))).toBe(sha256(bytes));
  });

  it('an upload that rested for a day, and was collected, is refused as incomplete', async () => {
    const unfinished = () => db.selectFrom('contents').select('id').where('sha256', 'is', null).execute();
    const before = (await unfinished()).length;
    async function* resting() {
      yield* inPieces(randomBytes(longestPack + mib));
      // Its first pack is recorded.
      await expect.poll(async () => (await unfinished()).length, { timeout: 20_000 }).toBe(before + 1);
      await age();
      await collectOrphans(db, room.objects);
      yield* inPieces(randomBytes(longestPack));
    }
    await expect(putSource(resting())).rejects.toMatchObject({ code: 'upload_incomplete' });
  });

  it('a commit and a collection at the same time: every file that was answered for is whole', async () => {
    // Few different bytes, each an orphan already, so that uploads find chunks that the collection wants.
    const pool = Array.from({ length: 4 }, () => randomBytes(300_000));
    const answered: { id: string; hash: string }[] = [];
    for (let round = 0; round < 12; round++) {
      for (const bytes of pool) if (round % 3 === 0) await store(bytes);
      const uploads = pool.map(async (bytes, i) => {
        await new Promise((resolve) => setTimeout(resolve, (round * 7 + i * 3) % 20));
        // Old enough for the collection the moment they are stored: it can take an upload's own bytes from under it.
        await put(bytes, `race-${round}-${i}`).then(
          ({ id, sha256: hash }) => answered.push({ id, hash: hash as string }),
          (error) => expect(error).toMatchObject({ code: 'upload_incomplete' }),
        );
      });
      const collections = Array.from({ length: 5 }, () => age().then(() => collectOrphans(db, room.objects)));
      await Promise.all([...uploads, ...collections]);
      for (const { id, hash } of answered) {
        const content = await room.ibox.openContent(actor, id);
        expect(sha256(await bytesOf(content.read({ offset: 0, length: content.size })))).toBe(hash);
      }
      // Orphans again: without versions their chunks are free to be collected.
      if (round % 3 === 2) {
        for (const { id } of answered) await db.deleteFrom('versions').where('nodeId', '=', id).execute();
        answered.length = 0;
      }
    }
  });
});

it('buffers get shorter as uploads get more, and never shorter than a chunk', () => {
  const buffers = packBuffers(32 * mib);
  const lent = Array.from({ length: 20 }, () => buffers.take());
  expect(lent.map(({ length }) => length)).toEqual([
    ...Array(4).fill(longestPack),
    ...[5, 6, 7].map((count) => Math.floor((32 * mib) / count)),
    ...Array(13).fill(longestChunk),
  ]);
  for (const buffer of lent) buffers.give(buffer);
  expect(buffers.take().length).toBe(longestPack);
});
