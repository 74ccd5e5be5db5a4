import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Db } from '../../db/database.ts';
import { withLease } from '../../db/lease.ts';
import type { Actor } from '../../identity/actor.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { bytesOf, inPieces, openTestRoom, testPerson } from '../test-room.ts';
import { collectByTurns, collectOrphans, orphanAgeMs } from './collect.ts';
import { packKey } from './pack-key.ts';
import { rewritePacks } from './repack.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const later = () => Date.now() + orphanAgeMs + 60_000;

function frame(bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(36);
  head.writeUInt32BE(bytes.length);
  createHash('sha256').update(bytes).digest().copy(head, 4);
  return Buffer.concat([head, bytes]);
}

onEachDatabase((open) => {
  let db: Db;
  let room: Awaited<ReturnType<typeof openTestRoom>>;
  let amina: Actor;
  let space: { id: string; rootId: string };
  beforeAll(async () => {
    db = await open();
    room = await openTestRoom(db);
    amina = await testPerson(db, 'amina');
    space = (await room.ibox.listSpaces(amina))[0] as typeof space;
  });
  afterAll(() => room.close());

  const commit = async (chunks: Uint8Array[], name: string = randomUUID()) => {
    const content = { sha256: sha256(Buffer.concat(chunks)), chunks: chunks.map(sha256) };
    const operations = [{ op: 'file' as const, parentId: space.rootId, name, content }];
    const { outcomes } = await room.ibox.transfer.commit(amina, space.id, randomUUID(), { operations });
    const [outcome] = outcomes;
    if (!outcome?.ok || !outcome.node) throw new Error(JSON.stringify(outcome));
    return outcome.node;
  };
  const send = (chunks: Uint8Array[]) =>
    room.ibox.transfer.receive(amina, inPieces(Buffer.concat(chunks.map((chunk) => frame(chunk)))));
  /** Files of a chunk each, all in one pack; all but the first `kept` are gone for good. */
  async function mostlyDeadPack(files = 20, kept = 3) {
    const chunks = Array.from({ length: files }, () => randomBytes(5000));
    await send(chunks);
    const nodes = [];
    for (const chunk of chunks) nodes.push(await commit([chunk]));
    for (const { id } of nodes.slice(kept)) {
      await room.ibox.deleteNode(amina, id, {});
      await room.ibox.history.purgeFromTrash(amina, id);
    }
    const packId = await packOf(chunks[0] as Buffer);
    // Contents go, chunks stay: a day without a reference, and none is known to have been sent.
    await db.updateTable('contents').set({ touchedAt: 1 }).execute();
    await db.updateTable('packs').set({ createdAt: 1 }).execute();
    await db.deleteFrom('sentChunks').execute();
    await collectOrphans(db, room.objects);
    return { chunks, nodes, packId };
  }
  const packOf = async (chunk: Uint8Array) => {
    const hash = createHash('sha256').update(chunk).digest();
    return (await db.selectFrom('chunks').select('packId').where('hash', '=', hash).executeTakeFirst())
      ?.packId as string;
  };
  const read = async (id: string) => {
    const content = await room.ibox.openContent(amina, id);
    return bytesOf(content.read({ offset: 0, length: content.size }));
  };
  const sizeOf = (packId: string) => room.objects.head(packKey(packId));
  const rewrite = (objects = room.objects) => rewritePacks(db, objects, Date.now() - 1000);
  /** A real store with a word before each write. */
  const before = (word: () => Promise<void>): ObjectStore => ({
    ...room.objects,
    async put(key, pieces) {
      await word();
      await room.objects.put(key, pieces);
    },
  });

  it('R-41 a pack that is mostly dead becomes a small one; its old object goes with the next collection', async () => {
    const { chunks, nodes, packId } = await mostlyDeadPack();
    expect(await sizeOf(packId)).toBe(100_000);
    expect(await rewrite()).toEqual({ packs: 1, freed: 85_000, damaged: [] });
    const moved = await packOf(chunks[0] as Buffer);
    expect(moved).not.toBe(packId);
    expect(await sizeOf(moved)).toBe(15_000);
    expect(await packOf(chunks[10] as Buffer)).toBeUndefined();
    // Who looked the chunks up before still finds them.
    expect(await sizeOf(packId)).toBe(100_000);
    await collectOrphans(db, room.objects);
    expect(await sizeOf(packId)).toBeUndefined();
    for (const [i, { id }] of nodes.slice(0, 3).entries()) expect(await read(id)).toEqual(chunks[i]);
    expect(await rewrite()).toEqual({ packs: 0, freed: 0, damaged: [] });
    // What died with the old pack is simply sent again.
    await send([chunks[10] as Buffer]);
    expect(await read((await commit([chunks[10] as Buffer])).id)).toEqual(chunks[10]);
  });

  it('several packs become one; young ones and those with little dead are left; a run has its limit', async () => {
    const first = await mostlyDeadPack();
    const second = await mostlyDeadPack();
    const full = await mostlyDeadPack(20, 15);
    expect(await rewritePacks(db, room.objects, 1)).toMatchObject({ packs: 0 });
    expect(await rewritePacks(db, room.objects, Date.now(), 15_000)).toMatchObject({ packs: 1 });
    const third = await mostlyDeadPack();
    expect(await rewritePacks(db, room.objects, Date.now())).toMatchObject({ packs: 2 });
    expect(await packOf(full.chunks[0] as Buffer)).toBe(full.packId);
    const packs = await Promise.all([first, second, third].map(({ chunks }) => packOf(chunks[0] as Buffer)));
    expect(new Set(packs).size).toBe(2);
  });

  it('R-41 a reader under way goes on where the chunks are now, even when the old pack is gone', async () => {
    const { chunks, nodes, packId } = await mostlyDeadPack();
    await commit(chunks.slice(0, 3), 'long');
    let meanwhile = async () => {
      meanwhile = async () => {};
      expect(await rewrite()).toMatchObject({ packs: 1 });
      await collectOrphans(db, room.objects);
      expect(await sizeOf(packId)).toBeUndefined();
    };
    const { readContent } = await import('./read-content.ts');
    const slow: ObjectStore = {
      ...room.objects,
      // Between where it was looked up and where it is read.
      async get(key, range) {
        await meanwhile();
        return room.objects.get(key, range);
      },
    };
    const { contentId } = await db
      .selectFrom('versions')
      .select('contentId')
      .where('nodeId', '=', nodes[1]?.id as string)
      .executeTakeFirstOrThrow();
    expect(await bytesOf(readContent(db, slow, contentId, { offset: 10, length: 4000 }))).toEqual(
      chunks[1]?.subarray(10, 4010),
    );
  });

  it('a chunk that is referred to again while its pack is rewritten is not lost', async () => {
    const { chunks, nodes, packId } = await mostlyDeadPack();
    let again: string | undefined;
    const objects = before(async () => {
      // The pack has it still: nothing is stored, a reference is.
      again = (await putBytes(chunks[10] as Buffer)).id;
    });
    expect(await rewrite(objects)).toMatchObject({ packs: 0 });
    expect(await packOf(chunks[10] as Buffer)).toBe(packId);
    expect(await read(again as string)).toEqual(chunks[10]);
    for (const [i, { id }] of nodes.slice(0, 3).entries()) expect(await read(id)).toEqual(chunks[i]);
    // What was written for nothing goes with the next collection, and the next run does it.
    await collectOrphans(db, room.objects);
    const known = (await db.selectFrom('packs').select('id').execute()).map(({ id }) => packKey(id));
    expect((await Array.fromAsync(room.objects.list('packs/'))).sort()).toEqual(known.sort());
    expect(await rewrite()).toMatchObject({ packs: 1, freed: 80_000 });
    expect(await read(again as string)).toEqual(chunks[10]);
  });
  const putBytes = (bytes: Uint8Array) =>
    room.ibox.putFile(amina, { parentId: space.rootId, name: randomUUID(), onConflict: 'refuse' }, inPieces(bytes), {});

  it('R-41 two hubs at the same pack: one of them does it, and the lease keeps the second from trying', async () => {
    const { chunks, nodes } = await mostlyDeadPack();
    const both = await Promise.all([rewrite(), rewrite(), rewrite()]);
    expect(both.reduce((sum, { packs }) => sum + packs, 0)).toBe(1);
    await collectOrphans(db, room.objects, later());
    for (const [i, { id }] of nodes.slice(0, 3).entries()) expect(await read(id)).toEqual(chunks[i]);
    await withLease(db, 'ibox-collection', async () => {
      expect(await collectByTurns(db, room.objects)).toBeUndefined();
    });
    expect(await collectByTurns(db, room.objects)).toMatchObject({ rewritten: { damaged: [] } });
  });

  it('R-41 a pack with a damaged live chunk stays as it is, and is named; the others are rewritten', async () => {
    const damaged = await mostlyDeadPack();
    const sound = await mostlyDeadPack();
    const path = join(room.folder, 'packs', damaged.packId.slice(0, 2), damaged.packId);
    const good = await readFile(path);
    const bad = Buffer.from(good);
    const at = good.indexOf(damaged.chunks[1] as Buffer);
    bad[at] = (bad[at] as number) ^ 1;
    await writeFile(path, bad);
    const { packs, damaged: named } = await rewrite();
    expect([packs, named]).toEqual([1, [expect.stringContaining(damaged.packId)]]);
    expect(await packOf(sound.chunks[0] as Buffer)).not.toBe(sound.packId);
    expect(await packOf(damaged.chunks[0] as Buffer)).toBe(damaged.packId);
    expect(await read(damaged.nodes[0]?.id as string)).toEqual(damaged.chunks[0]);
    await expect(read(damaged.nodes[1]?.id as string)).rejects.toMatchObject({ code: 'content_corrupt' });
    expect(await read(sound.nodes[0]?.id as string)).toEqual(sound.chunks[0]);
    await writeFile(path, good);
    await rewrite();
    expect(await read(damaged.nodes[1]?.id as string)).toEqual(damaged.chunks[1]);
  });
});
