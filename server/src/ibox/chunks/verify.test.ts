import { createHash, randomBytes } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { inPieces, openTestRoom, testPerson } from '../test-room.ts';
import { packKey } from './pack-key.ts';
import { type Damage, verifyStore } from './verify.ts';

const mib = 1024 * 1024;

onEachDatabase((open) => {
  let db: Db;
  let room: Awaited<ReturnType<typeof openTestRoom>>;
  let amina: Actor;
  let root: string;
  let folder: string;
  beforeAll(async () => {
    db = await open();
    room = await openTestRoom(db);
    amina = await testPerson(db, 'amina');
    root = (await room.ibox.listSpaces(amina))[0]?.rootId as string;
    folder = (await room.ibox.createFolder(amina, { parentId: root, name: 'Dossiers' })).id;
    await put('vide.txt', new Uint8Array());
    await put('petit.txt', Buffer.from('bonjour'));
  });
  afterAll(() => room.close());

  const put = (name: string, bytes: Uint8Array, onConflict: 'refuse' | 'replace' = 'refuse') =>
    room.ibox.putFile(amina, { parentId: folder, name, onConflict }, inPieces(bytes), {});
  async function verify() {
    const damages: Damage[] = [];
    const verified = await verifyStore({ db, objects: room.objects }, { damage: (damage) => damages.push(damage) });
    expect(verified.damages).toBe(damages.length);
    return { ...verified, found: damages };
  }
  /** The packs of a node's versions, in order. */
  const packsOf = async (nodeId: string, version = 1) =>
    db
      .selectFrom('versions')
      .innerJoin('contentChunks', 'contentChunks.contentId', 'versions.contentId')
      .innerJoin('chunks', 'chunks.hash', 'contentChunks.hash')
      .select(['versions.contentId', 'packId', 'packOffset', 'length', 'chunks.hash', 'start'])
      .where('nodeId', '=', nodeId)
      .where('version', '=', version)
      .orderBy('start')
      .execute();
  const pathOf = (packId: string) => join(room.folder, 'packs', packId.slice(0, 2), packId);
  /** Found while damaged, all of it gone once it is mended. */
  async function whileDamaged(damage: () => Promise<() => Promise<unknown>>) {
    const mend = await damage();
    const { found } = await verify();
    await mend();
    expect((await verify()).found).toEqual([]);
    return found;
  }
  const file = (nodeId: string, name: string, version = 1, isNewest = true, isInTrash = false) => ({
    ...{ owner: amina.email, path: `/Dossiers/${name}`, nodeId, version, isNewest, isInTrash },
  });

  it('R-41 a sound store is clean, and all of it was looked at', async () => {
    const bytes = randomBytes(3 * mib);
    await put('grand.bin', bytes);
    await put('grand.bin', bytes.subarray(0, 2 * mib), 'replace');
    const { found, checked, orphans } = await verify();
    expect(found).toEqual([]);
    expect(checked).toMatchObject({ files: 3, versions: 4, contents: 4, spaces: 1 });
    expect(checked.bytes).toBeGreaterThanOrEqual(3 * mib);
    expect(orphans).toEqual({ contents: 0, contentBytes: 0, packs: 0, deadBytes: 0, objects: 0 });
  });

  it('R-41 a flipped bit is found, with the files that need it, and nothing else', async () => {
    const bytes = randomBytes(2 * mib);
    const { id } = await put('abîmé.bin', bytes);
    const copy = await room.ibox.history.copyNode(amina, id, { parentId: root, name: 'copie', onConflict: 'refuse' });
    await put('abîmé.bin', Buffer.from('other'), 'replace');
    await room.ibox.deleteNode(amina, copy.id, {});
    const [, chunk] = await packsOf(id);
    if (!chunk) throw new Error('more than one chunk is needed');
    const found = await whileDamaged(async () => {
      const good = await readFile(pathOf(chunk.packId));
      const bad = Buffer.from(good);
      bad[chunk.packOffset + 5] = (bad[chunk.packOffset + 5] as number) ^ 0x10;
      await writeFile(pathOf(chunk.packId), bad);
      return () => writeFile(pathOf(chunk.packId), good);
    });
    expect(found).toMatchObject([{ kind: 'chunk_wrong', isCut: false }]);
    expect(found[0]?.detail).toContain(`in pack ${chunk.packId} at ${chunk.packOffset}`);
    expect(found[0]?.files).toHaveLength(2);
    expect(found[0]?.files).toContainEqual(file(id, 'abîmé.bin', 1, false));
    expect(found[0]?.files).toContainEqual({ ...file(copy.id, '', 1, true, true), path: '/copie' });
  });

  it('R-41 a truncated pack and a missing one are found, with the files that need them', async () => {
    const cut = await put('coupé.bin', randomBytes(2 * mib));
    const lost = await put('perdu.bin', randomBytes(2 * mib));
    const [cutChunks, lostChunks] = [await packsOf(cut.id), await packsOf(lost.id)];
    const last = cutChunks.at(-1) as (typeof cutChunks)[number];
    const lostPack = lostChunks[0]?.packId as string;
    const found = await whileDamaged(async () => {
      const good = await readFile(pathOf(last.packId));
      const gone = await readFile(pathOf(lostPack));
      await truncate(pathOf(last.packId), last.packOffset + 1);
      await room.objects.delete(packKey(lostPack));
      return async () => {
        await writeFile(pathOf(last.packId), good);
        await room.objects.put(packKey(lostPack), [gone]);
      };
    });
    expect(found.map(({ kind }) => kind).sort()).toEqual(['pack_missing', 'pack_short']);
    const byKind = new Map(found.map((damage) => [damage.kind, damage]));
    expect(byKind.get('pack_short')?.files).toEqual([file(cut.id, 'coupé.bin')]);
    expect(byKind.get('pack_short')?.detail).toContain(', 1 chunks are lost');
    expect(byKind.get('pack_missing')?.files).toEqual([file(lost.id, 'perdu.bin')]);
    expect(byKind.get('pack_missing')?.detail).toContain(lostPack);
  });

  it('R-42 what the database says wrongly is found: usage, sizes, hashes, versions and the order of chunks', async () => {
    const { id, size, sha256 } = await put('compté.bin', randomBytes(2 * mib));
    const [first, second] = await packsOf(id);
    if (!first || !second) throw new Error('more than one chunk is needed');
    const { contentId } = first;
    const contentRow = db.updateTable('contents').where('id', '=', contentId);
    const nodeRow = db.updateTable('nodes').where('id', '=', id);
    const addToUsage = (bytes: number) =>
      db
        .updateTable('spaces')
        .set((e) => ({ usedBytes: e('usedBytes', '+', bytes) }))
        .execute();
    const ofFile = [file(id, 'compté.bin')];

    const usage = await whileDamaged(async () => {
      await addToUsage(1);
      return () => addToUsage(-1);
    });
    expect(usage).toEqual([
      { kind: 'usage_wrong', detail: expect.stringContaining(amina.email), files: [], isCut: false },
    ]);

    const size1 = await whileDamaged(async () => {
      await nodeRow.set({ size: size + 1 }).execute();
      await addToUsage(1);
      return async () => {
        await nodeRow.set({ size }).execute();
        await addToUsage(-1);
      };
    });
    expect(size1).toMatchObject([{ kind: 'file_wrong', files: ofFile }]);

    const other = createHash('sha256').update('other').digest('hex');
    const hash = await whileDamaged(async () => {
      await contentRow.set({ sha256: other }).execute();
      await nodeRow.set({ sha256: other }).execute();
      return async () => {
        await contentRow.set({ sha256 }).execute();
        await nodeRow.set({ sha256 }).execute();
      };
    });
    expect(hash).toMatchObject([{ kind: 'content_wrong', files: ofFile }]);

    const unfinished = await whileDamaged(async () => {
      await contentRow.set({ sha256: null }).execute();
      return () => contentRow.set({ sha256 }).execute();
    });
    expect(unfinished).toMatchObject([{ kind: 'version_lost', files: ofFile }]);

    const gap = await whileDamaged(async () => {
      const row = { contentId, start: second.start, hash: second.hash };
      await db.deleteFrom('contentChunks').where('contentId', '=', contentId).where('start', '=', row.start).execute();
      return () => db.insertInto('contentChunks').values(row).execute();
    });
    expect(gap).toMatchObject([{ kind: 'content_untiled', files: ofFile }]);

    const extra = await whileDamaged(async () => {
      const row = { contentId, start: second.start + 1, hash: second.hash };
      await db.insertInto('contentChunks').values(row).execute();
      return () =>
        db.deleteFrom('contentChunks').where('contentId', '=', contentId).where('start', '=', row.start).execute();
    });
    expect(extra).toMatchObject([{ kind: 'content_untiled', files: ofFile }]);
  });

  it('orphans are counted and are no damage', async () => {
    const writing = { id: 'a0000000-0000-4000-8000-000000000000', state: 'writing', size: 5, createdAt: 1 } as const;
    await db.insertInto('packs').values(writing).execute();
    await room.objects.put('packs/b0000000-0000-4000-8000-000000000000', [Buffer.from('nobody knows')]);
    const row = { id: 'unreferred', size: 0, sha256: createHash('sha256').digest('hex'), chunking: 1, touchedAt: 1 };
    await db.insertInto('contents').values(row).execute();
    const { found, orphans } = await verify();
    expect(found).toEqual([]);
    expect(orphans).toMatchObject({ contents: 1, packs: 1, objects: 1 });
  });

  it('beside uploads, deletions and collections it finds nothing wrong', async () => {
    let busy = true;
    const work = (async () => {
      for (let i = 0; busy; i++) {
        const { id } = await put(`vivant-${i}`, randomBytes(i % 3 === 0 ? 700_000 : 5000));
        await room.ibox.deleteNode(amina, id, {});
        if (i % 2) await room.ibox.history.purgeFromTrash(amina, id);
        await room.ibox.collectOrphans(Date.now() + 48 * 3600 * 1000).catch(() => {});
      }
    })();
    for (let i = 0; i < 8; i++) expect((await verify()).found).toEqual([]);
    busy = false;
    await work.catch((error) => expect(error).toMatchObject({ code: 'upload_incomplete' }));
  });
});
