import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitRequest } from '@diwan/protocol/ibox-chunks.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { orphanAgeMs } from '../chunks/collect.ts';
import { bytesOf, inPieces, openTestRoom, testPerson } from '../test-room.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function frame(bytes: Uint8Array, hash = createHash('sha256').update(bytes).digest()): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, hash, bytes]);
}

onEachDatabase((open) => {
  let db: Db;
  let room: Awaited<ReturnType<typeof openTestRoom>>;
  let amina: Actor;
  let karim: Actor;
  let space: { id: string; rootId: string };
  beforeAll(async () => {
    db = await open();
    room = await openTestRoom(db);
    amina = await testPerson(db, 'amina');
    karim = await testPerson(db, 'karim');
    space = (await room.ibox.listSpaces(amina))[0] as typeof space;
  });
  afterAll(() => room.close());

  const send = (actor: Actor, chunks: Uint8Array[], pieces = 65_536) =>
    room.ibox.transfer.receive(actor, inPieces(Buffer.concat(chunks.map((chunk) => frame(chunk))), pieces));
  const commit = (operations: CommitRequest['operations'], key: string = randomUUID()) =>
    room.ibox.transfer.commit(amina, space.id, key, { operations });
  const contentOf = (...chunks: Uint8Array[]) => ({
    sha256: sha256(Buffer.concat(chunks)),
    chunks: chunks.map(sha256),
  });
  const seqNow = async () => (await room.ibox.listSpaces(amina))[0]?.seq;
  const read = async (id: string) => {
    const content = await room.ibox.openContent(amina, id);
    return bytesOf(content.read({ offset: 0, length: content.size }));
  };

  it('R-41 a tree of files is asked, sent and committed in three requests, and its bytes come back', async () => {
    const chunks = Array.from({ length: 20 }, (_, i) => randomBytes(1000 + i));
    const hashes = chunks.map(sha256);
    expect(await room.ibox.transfer.missing(amina, hashes)).toEqual(hashes);
    expect(await send(amina, chunks, 777)).toBe(20);
    expect(await room.ibox.transfer.missing(amina, hashes)).toEqual([]);
    const whole = Buffer.concat(chunks);
    const { outcomes } = await commit([
      { op: 'folder', parentId: space.rootId, name: 'tree' },
      { op: 'folder', parentId: '#0', name: 'inner' },
      { op: 'file', parentId: '#1', name: 'whole', content: contentOf(...chunks) },
      { op: 'file', parentId: '#1', name: 'first', content: { ...contentOf(chunks[0] as Buffer), mtime: 5 } },
      { op: 'file', parentId: '#0', name: 'empty', content: contentOf() },
    ]);
    const nodes = outcomes.map((outcome) => (outcome.ok ? outcome.node : undefined));
    expect(nodes.map((node) => node?.name)).toEqual(['tree', 'inner', 'whole', 'first', 'empty']);
    expect((await read(nodes[2]?.id as string)).equals(whole)).toBe(true);
    expect(nodes[3]).toMatchObject({ mtime: 5, size: 1000, sha256: hashes[0], parentId: nodes[1]?.id });
    expect((await read(nodes[4]?.id as string)).length).toBe(0);

    const pieces: Buffer[] = [];
    const take = async (bytes: Uint8Array) => void pieces.push(Buffer.from(bytes));
    const items = [
      { id: nodes[2]?.id as string, offset: 500, length: 3000 },
      { id: randomUUID(), offset: 0 },
      { id: nodes[3]?.id as string, offset: 0 },
    ];
    await room.ibox.transfer.fetch(amina, { items }, { give: take, lend: take });
    const fetched = Buffer.concat(pieces);
    const frames: { head: { ok: boolean; length: number; code?: string }; bytes: Buffer }[] = [];
    for (let at = 0; at < fetched.length; ) {
      const end = at + 4 + fetched.readUInt32BE(at);
      const head = JSON.parse(fetched.toString('utf8', at + 4, end));
      frames.push({ head, bytes: fetched.subarray(end, end + head.length) });
      at = end + head.length;
    }
    expect(frames.map(({ head }) => head.ok)).toEqual([true, false, true]);
    expect(frames[0]?.bytes.equals(whole.subarray(500, 3500))).toBe(true);
    expect(frames[1]?.head.code).toBe('not_found');
    expect(frames[2]?.bytes.equals(chunks[0] as Buffer)).toBe(true);
  });

  it('R-45 a file may be run as a program: told by its node, kept by copies, versions and who does not know of it', async () => {
    const [first, second] = [randomBytes(40), randomBytes(41)] as const;
    await send(amina, [first, second]);
    const done = async (operation: CommitRequest['operations'][number]) => {
      const [outcome] = (await commit([operation])).outcomes;
      if (!outcome?.ok || !outcome.node) throw new Error(JSON.stringify(outcome));
      return outcome.node;
    };
    const content = { ...contentOf(first), executable: true };
    const made = await done({ op: 'file', parentId: space.rootId, name: 'run.sh', content });
    expect(made.executable).toBe(true);
    const { id } = made;
    // Who does not know of it leaves it.
    const next = await done({ op: 'replace', id, baseVersion: 1, content: contentOf(second) });
    expect(next).toMatchObject({ version: 2, executable: true });
    const copy = await room.ibox.history.copyNode(amina, id, { parentId: space.rootId, onConflict: 'rename' });
    expect(copy.executable).toBe(true);

    // By itself: no new version, one number of the journal.
    const off = await done({ op: 'set', id, baseSeq: next.seq, executable: false });
    expect(off).toMatchObject({ version: 2, sha256: sha256(second) });
    expect(off.executable).toBeUndefined();
    expect(off.seq).toBeGreaterThan(next.seq);
    expect((await room.ibox.changes(amina, space.id, { since: next.seq, limit: 10 })).nodes).toContainEqual(off);
    expect((await done({ op: 'set', id, baseSeq: off.seq, executable: false })).seq).toBe(off.seq);
    const late = await commit([{ op: 'set', id, baseSeq: next.seq, executable: true }]);
    expect(late.outcomes[0]).toMatchObject({ ok: false, code: 'conflict' });
    const folder = await commit([{ op: 'set', id: space.rootId, baseSeq: 1, executable: true }]);
    expect(folder.outcomes[0]).toMatchObject({ ok: false, code: 'not_found' });

    const { versions } = await room.ibox.history.listVersions(amina, id, { limit: 10 });
    expect(versions.map(({ version, executable = false }) => [version, executable])).toEqual([
      [2, false],
      [1, true],
    ]);
    const back = await room.ibox.history.restoreVersion(amina, id, 1, {});
    expect(back).toMatchObject({ version: 3, sha256: sha256(first), executable: true });
    const { nodes } = await room.ibox.listChildren(amina, space.rootId, { limit: 1000 });
    expect(nodes.find((node) => node.id === id)?.executable).toBe(true);
  });

  it('R-41 many files of one commit: each is answered, and the tree is, as when they are committed one by one', async () => {
    const bytes = [randomBytes(50), randomBytes(60)] as const;
    await send(amina, [...bytes]);
    const foreign = (await room.ibox.listSpaces(karim))[0]?.rootId as string;
    const file = fc.record({
      op: fc.constant('file' as const),
      parentId: fc.constantFrom('root', 'root', '#0', '#1', 'nowhere', foreign),
      name: fc.constantFrom('a', 'A', 'b', 'c', 'd', 'old', 'dossier', 'x/y'),
      onConflict: fc.constantFrom('refuse' as const, 'replace' as const),
      content: fc.constantFrom(contentOf(bytes[0]), contentOf(bytes[1]), contentOf(randomBytes(9))),
    });
    const other = fc.oneof(
      fc.record({ op: fc.constant('folder' as const), parentId: fc.constant('root'), name: fc.constantFrom('a', 'f') }),
      fc.record({
        op: fc.constant('delete' as const),
        id: fc.constantFrom('nowhere', 'old', 'older'),
        baseSeq: fc.constantFrom(1, 1e9),
      }),
    );
    const operations = fc.array(fc.oneof({ weight: 6, arbitrary: file }, { weight: 2, arbitrary: other }), {
      maxLength: 25,
    });
    type Wanted =
      | (typeof file extends fc.Arbitrary<infer T> ? T : never)
      | (typeof other extends fc.Arbitrary<infer T> ? T : never);
    /** Commits into a folder of its own, in requests of so many operations. */
    async function outcome(wanted: Wanted[], atOnce: number) {
      const made = await commit([{ op: 'folder', parentId: space.rootId, name: randomUUID() }]);
      const root = made.outcomes[0]?.ok ? (made.outcomes[0].node?.id as string) : '';
      const [folder, old, older] = (
        await commit([
          { op: 'folder', parentId: root, name: 'dossier' },
          { op: 'file', parentId: root, name: 'old', content: contentOf(bytes[0]) },
          { op: 'file', parentId: root, name: 'older', content: contentOf(bytes[1]) },
        ])
      ).outcomes.map((made) => (made.ok ? (made.node?.id as string) : ''));
      const ids: Record<string, string> = {
        root,
        '#0': folder as string,
        '#1': root,
        old: old as string,
        older: older as string,
      };
      const real = wanted.map((operation) => {
        if ('parentId' in operation) return { ...operation, parentId: ids[operation.parentId] ?? operation.parentId };
        return { ...operation, id: ids[operation.id] ?? operation.id };
      });
      const answers: string[] = [];
      for (let at = 0; at < real.length; at += atOnce) {
        const { outcomes } = await commit(real.slice(at, at + atOnce));
        for (const made of outcomes)
          answers.push(made.ok ? `${made.node?.name} ${made.node?.version} ${made.node?.sha256}` : made.code);
      }
      const tree: string[] = [];
      for (const [parent, id] of Object.entries({ root, folder: folder as string }))
        for (const { name, version, sha256 } of (await room.ibox.listChildren(amina, id, { limit: 100 })).nodes)
          tree.push(`${parent}/${name} ${version} ${sha256}`);
      return { answers, tree };
    }
    await fc.assert(
      fc.asyncProperty(operations, async (wanted) => {
        expect(await outcome(wanted, 1000)).toEqual(await outcome(wanted, 1));
      }),
      { numRuns: 40 },
    );
  });

  it('R-41 what another account stores makes no difference to any answer (dedupe oracle)', async () => {
    const secret = randomBytes(5000);
    const unknown = randomBytes(5000);
    await send(karim, [secret]);
    const theirs = (await room.ibox.listSpaces(karim))[0] as typeof space;
    const file = { op: 'file', parentId: theirs.rootId, name: 's', content: contentOf(secret) } as const;
    expect(await room.ibox.transfer.commit(karim, theirs.id, randomUUID(), { operations: [file] })).toMatchObject({
      outcomes: [{ ok: true }],
    });
    const both = [sha256(secret), sha256(unknown)];
    expect(await room.ibox.transfer.missing(amina, both)).toEqual(both);
    const { outcomes } = await commit(
      [secret, unknown].map((bytes, i) => ({
        op: 'file' as const,
        parentId: space.rootId,
        name: `guess ${i}`,
        content: contentOf(bytes),
      })),
    );
    expect(outcomes).toEqual(both.map((hash) => ({ ok: false, code: 'upload_incomplete', missing: [hash] })));
    expect(await send(amina, [secret])).toBe(1);
    expect(await room.ibox.transfer.missing(amina, both)).toEqual([both[1]]);
    await expect(
      room.ibox.transfer.commit(amina, theirs.id, randomUUID(), { operations: [file] }),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('conflicts are answers of their operation; the others are committed; nothing fitting leaves the journal alone', async () => {
    const [one, two] = [randomBytes(100), randomBytes(200)];
    await send(amina, [one, two]);
    const made = await commit([{ op: 'file', parentId: space.rootId, name: 'base', content: contentOf(one) }]);
    const node = made.outcomes[0]?.ok ? made.outcomes[0].node : null;
    if (!node) throw new Error('not made');
    const before = await seqNow();
    const refused = await commit([
      { op: 'file', parentId: space.rootId, name: 'BASE', content: contentOf(two) },
      { op: 'replace', id: node.id, baseVersion: 9, content: contentOf(two) },
      { op: 'move', id: node.id, baseSeq: 1, name: 'x' },
      { op: 'delete', id: node.id, baseSeq: 1 },
      { op: 'folder', parentId: '#7', name: 'x' },
      { op: 'folder', parentId: space.rootId, name: 'a/b' },
      { op: 'file', parentId: space.rootId, name: 'liar', content: { ...contentOf(one, two), sha256: sha256(one) } },
    ]);
    expect(refused.outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.code))).toEqual([
      'name_taken',
      'conflict',
      'conflict',
      'conflict',
      'not_found',
      'name_invalid',
      'upload_incomplete',
    ]);
    expect(await seqNow()).toBe(before);
    const mixed = await commit([
      { op: 'replace', id: node.id, baseVersion: 1, content: contentOf(two) },
      { op: 'replace', id: node.id, baseVersion: 1, content: contentOf(one) },
    ]);
    expect(mixed.outcomes).toMatchObject([
      { ok: true, node: { version: 2 } },
      { ok: false, code: 'conflict' },
    ]);
    expect(await seqNow()).toBe((before as number) + 1);
    expect((await read(node.id)).equals(two)).toBe(true);
  });

  it('R-41 a content without a hash of the whole gets the true one', async () => {
    const [one, two] = [randomBytes(3000), randomBytes(2000)];
    await send(amina, [one, two]);
    const { outcomes } = await commit(
      [[one, two], [one], []].map((chunks, i) => ({
        op: 'file' as const,
        parentId: space.rootId,
        name: `unhashed ${i}`,
        content: { chunks: chunks.map(sha256) },
      })),
    );
    expect(outcomes).toMatchObject(
      [Buffer.concat([one, two]), one, Buffer.alloc(0)].map((whole) => ({
        ok: true,
        node: { sha256: sha256(whole), size: whole.length },
      })),
    );
  });

  it('R-40 a tree that is sent again goes into the folders that are there, and its files go as the person said', async () => {
    const [one, two] = [randomBytes(100), randomBytes(200)];
    await send(amina, [one, two]);
    const tree = (bytes: Buffer, onConflict?: 'replace' | 'rename') =>
      commit([
        { op: 'folder', parentId: space.rootId, name: 'Again', onConflict: 'merge' },
        { op: 'file', parentId: '#0', name: 'f.txt', content: contentOf(bytes), ...(onConflict ? { onConflict } : {}) },
      ]);
    const [folder, file] = (await tree(one)).outcomes.map((outcome) => (outcome.ok ? outcome.node : null));
    expect((await tree(two)).outcomes).toMatchObject([
      { ok: true, node: { id: folder?.id, seq: folder?.seq } },
      { ok: false, code: 'name_taken' },
    ]);
    expect((await tree(two, 'replace')).outcomes[1]).toMatchObject({ ok: true, node: { id: file?.id, version: 2 } });
    expect((await tree(one, 'rename')).outcomes[1]).toMatchObject({
      ok: true,
      node: { name: 'f (2).txt', version: 1 },
    });
    const inTheWay = await commit([
      { op: 'folder', parentId: folder?.id as string, name: 'F.TXT', onConflict: 'merge' },
      { op: 'folder', parentId: folder?.id as string, name: 'a/b', onConflict: 'merge' },
    ]);
    expect(inTheWay.outcomes).toMatchObject([{ code: 'name_taken' }, { code: 'name_invalid' }]);
  });

  it('a commit repeated under its key, even at once, is answered the same and done once', async () => {
    const bytes = randomBytes(300);
    await send(amina, [bytes]);
    const key = randomUUID();
    const operations = [
      { op: 'file' as const, parentId: space.rootId, name: `once ${key}`, content: contentOf(bytes) },
    ];
    const answers = await Promise.all([commit(operations, key), commit(operations, key), commit(operations, key)]);
    expect(answers[0]?.outcomes).toMatchObject([{ ok: true }]);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    await expect(commit([{ op: 'folder', parentId: space.rootId, name: 'other' }], key)).rejects.toMatchObject({
      code: 'bad_request',
    });
  });

  it('R-41 a chunk that the store spoils before the commit is an error, and no lie of who sent it', async () => {
    const chunks = [randomBytes(3000), randomBytes(4000)];
    await send(amina, chunks);
    const content = contentOf(...chunks);
    const { packId, packOffset } = await db
      .selectFrom('chunks')
      .select(['packId', 'packOffset'])
      .where('hash', '=', Buffer.from(content.chunks[1] as string, 'hex'))
      .executeTakeFirstOrThrow();
    const path = join(room.folder, 'packs', packId.slice(0, 2), packId);
    const good = await readFile(path);
    const bad = Buffer.from(good);
    bad[packOffset] = (bad[packOffset] as number) ^ 1;
    await writeFile(path, bad);
    const operations = [{ op: 'file', parentId: space.rootId, name: 'spoilt', content } as const];
    await expect(commit(operations)).rejects.toMatchObject({ code: 'content_corrupt' });
    await writeFile(path, good);
    const [outcome] = (await commit(operations)).outcomes;
    expect(outcome).toMatchObject({ ok: true, node: { sha256: content.sha256 } });
  });

  it('chunks that were sent stay for a day, then go; a commit says that they are missing', async () => {
    const bytes = randomBytes(4000);
    await send(amina, [bytes]);
    await db.updateTable('packs').set({ createdAt: 1 }).execute();
    await room.ibox.collectOrphans();
    expect(await room.ibox.transfer.missing(amina, [sha256(bytes)])).toEqual([]);
    await room.ibox.collectOrphans(Date.now() + orphanAgeMs + 60_000);
    const { outcomes } = await commit([
      { op: 'file', parentId: space.rootId, name: 'late', content: contentOf(bytes) },
    ]);
    expect(outcomes).toEqual([{ ok: false, code: 'upload_incomplete', missing: [sha256(bytes)] }]);
    expect(await send(amina, [bytes])).toBe(1);
    expect(await room.ibox.transfer.missing(amina, [sha256(bytes)])).toEqual([]);
  });

  describe('frames', () => {
    it('cut anywhere, they are refused, and no chunk is believed that did not come whole', async () => {
      const chunks = [randomBytes(50), randomBytes(70)];
      const body = Buffer.concat(chunks.map((chunk) => frame(chunk)));
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: body.length - 1 }),
          fc.integer({ min: 1, max: 200 }),
          async (cut, pieces) => {
            const sent = room.ibox.transfer.receive(karim, inPieces(body.subarray(0, cut), pieces));
            if (cut === 86) expect(await sent).toBe(1);
            else await expect(sent).rejects.toMatchObject({ code: 'upload_incomplete' });
            expect(await room.ibox.transfer.missing(karim, [sha256(chunks[1] as Buffer)])).toHaveLength(1);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('a wrong hash, a length of 0, one too long, and a pack too long are refused', async () => {
      const bytes = randomBytes(1000);
      const refused = async (body: Uint8Array, code: string) => {
        await expect(room.ibox.transfer.receive(amina, inPieces(body))).rejects.toMatchObject({ code });
      };
      await refused(frame(bytes, randomBytes(32)), 'upload_incomplete');
      await refused(frame(new Uint8Array()), 'bad_request');
      await refused(Buffer.concat([Buffer.from('ffffffff', 'hex'), randomBytes(100)]), 'too_large');
      const large = randomBytes(3 * 1024 * 1024);
      await refused(Buffer.concat([frame(large), frame(large), frame(large)]), 'too_large');
      expect(await room.ibox.transfer.missing(amina, [sha256(bytes), sha256(large)])).toHaveLength(2);
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), (noise) =>
          refused(noise, expect.stringMatching(/^(upload_incomplete|too_large|bad_request)$/) as unknown as string),
        ),
        { numRuns: 60 },
      );
    });
  });
});
