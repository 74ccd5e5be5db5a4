import { HubError } from '@diwan/protocol/errors.ts';
import type { Node } from '@diwan/protocol/ibox.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Actor } from '../../identity/actor.ts';
import { orphanAgeMs } from '../chunks/collect.ts';
import { dayMs, defaultLimits } from '../rules/limits.ts';
import { bytesOf, inPieces, openTestRoom, testPerson } from '../test-room.ts';

const quotaBytes = 1000;
const limits = { ...defaultLimits, versionsKept: 4, versionsDays: 10, trashDays: 30, quotaBytes };

onEachDatabase((open) => {
  let room: Awaited<ReturnType<typeof openTestRoom>>;
  let actor: Actor;
  let root: string;
  let spaceId: string;
  let people = 0;
  beforeAll(async () => {
    room = await openTestRoom(await open(), undefined, limits);
  });
  afterAll(() => room.close());
  const newPerson = async () => {
    actor = await testPerson(room.db, `person-${people++}`);
    const [space] = await room.ibox.listSpaces(actor);
    ({ rootId: root, id: spaceId } = space as { rootId: string; id: string });
  };
  beforeEach(newPerson);

  const history = () => room.ibox.history;
  const mkdir = (parentId: string, name: string) => room.ibox.createFolder(actor, { parentId, name });
  const write = (parentId: string, name: string, text: string) =>
    room.ibox.putFile(actor, { parentId, name, onConflict: 'replace' }, inPieces(Buffer.from(text)), {});
  const rewrite = (nodeId: string, text: string) =>
    room.ibox.putFile(actor, { nodeId }, inPieces(Buffer.from(text)), {});
  const remove = (id: string) => room.ibox.deleteNode(actor, id, {});
  const read = async (id: string, version?: number) => {
    const content = await room.ibox.openContent(actor, id, version);
    return (await bytesOf(content.read({ offset: 0, length: content.size }))).toString();
  };
  const versions = async (id: string) => (await history().listVersions(actor, id, { limit: 100 })).versions;
  const trash = async () => (await history().listTrash(actor, spaceId, { limit: 100 })).entries;
  const used = async () => (await history().readUsage(actor)).usedBytes;
  const from = (since: number) => room.ibox.changes(actor, spaceId, { since, limit: 1000 });
  const tree = async (): Promise<string[]> => {
    const { nodes } = await from(0);
    const name = (node: Node): string => {
      const parent = nodes.find(({ id }) => id === node.parentId);
      return parent && parent.id !== root ? `${name(parent)}/${node.name}` : node.name;
    };
    return nodes
      .filter(({ id }) => id !== root)
      .map(name)
      .sort();
  };
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'ok',
      (error) => (error instanceof HubError ? error.code : String(error)),
    );

  it('R-42 lists versions with who, when, size and hash; an old one is read, and restored as a new one', async () => {
    const { id } = await write(root, 'f.txt', 'one');
    await rewrite(id, 'three');
    const { seq } = await from(0);
    const before = await used();
    expect(await versions(id)).toMatchObject([
      { version: 2, size: 5, createdBy: actor.name },
      { version: 1, size: 3, createdBy: actor.name },
    ]);
    expect([await read(id, 1), await read(id)]).toEqual(['one', 'three']);
    expect(await codeOf(history().restoreVersion(actor, id, 1, { baseVersion: 1 }))).toBe('conflict');
    const restored = await history().restoreVersion(actor, id, 1, { baseVersion: 2 });
    expect(restored).toMatchObject({ id, version: 3, size: 3, seq: seq + 1 });
    expect([await read(id), await read(id, 2)]).toEqual(['one', 'three']);
    expect(await used()).toBe(before - 2);
    expect((await from(seq)).nodes).toEqual([restored]);
    // What is already the newest is not restored again.
    expect((await history().restoreVersion(actor, id, 3, {})).version).toBe(3);
    expect(await codeOf(history().restoreVersion(actor, id, 9, {}))).toBe('not_found');
    const page = await history().listVersions(actor, id, { limit: 2 });
    expect([page.versions.map(({ version }) => version), page.next]).toEqual([[3, 2], 2]);
    const rest = await history().listVersions(actor, id, { limit: 2, before: 2 });
    expect([rest.versions.map(({ version }) => version), rest.next]).toEqual([[1], null]);
  });

  it('R-42 R-41 versions, trash, search and usage are nobody else’s', async () => {
    const file = await write(root, 'secret.txt', 'one');
    await rewrite(file.id, 'two');
    const gone = await write(root, 'gone.txt', 'x');
    await remove(gone.id);
    const other = await testPerson(room.db, `stranger-${people}`);
    const [foreign] = await room.ibox.listSpaces(other);
    const verbs = [
      history().listVersions(other, file.id, { limit: 9 }),
      history().restoreVersion(other, file.id, 1, {}),
      history().listTrash(other, spaceId, { limit: 9 }),
      history().restoreFromTrash(other, gone.id),
      history().purgeFromTrash(other, gone.id),
      history().emptyTrash(other, spaceId, {}),
      history().copyNode(other, file.id, { parentId: root }),
      history().copyNode(actor, file.id, {
        parentId: foreign?.rootId ?? '',
      }),
    ];
    expect(await Promise.all(verbs.map(codeOf))).toEqual(verbs.map(() => 'not_found'));
    expect((await history().search(other, 'secret', 9)).found).toEqual([]);
    expect((await history().readUsage(other)).usedBytes).toBe(0);
    expect((await trash()).length).toBe(1);
  });

  it('R-42 keeps as many versions as the operator says, for as long, and always the newest; their bytes are freed', async () => {
    const { id } = await write(root, 'f.txt', 'version 1');
    for (let number = 2; number <= 6; number++) await rewrite(id, `version ${number}`);
    expect((await versions(id)).map(({ version }) => version)).toEqual([6, 5, 4, 3]);
    expect(await codeOf(read(id, 2))).toBe('not_found');
    const other = await write(root, 'other.txt', 'other');
    const shared = await history().copyNode(actor, id, { parentId: root, name: 'shared.txt' });
    expect(await history().purgeExpired(Date.now() + 9 * dayMs)).toEqual({ versions: 0, entries: 0, activity: 0 });
    const { versions: purged } = await history().purgeExpired(Date.now() + 11 * dayMs);
    expect(purged).toBeGreaterThanOrEqual(3);
    expect((await versions(id)).map(({ version }) => version)).toEqual([6]);
    const { contents } = await room.ibox.collectOrphans(Date.now() + orphanAgeMs + 1000);
    expect(contents).toBeGreaterThanOrEqual(5);
    expect([await read(id), await read(other.id), await read(shared.id)]).toEqual(['version 6', 'other', 'version 6']);
  });

  it('a version counts its days from when it was replaced: an old file’s last content outlives today’s mistake', async () => {
    const { id } = await write(root, 'thesis.txt', 'years of work');
    await room.db.updateTable('versions').set({ createdAt: 1 }).where('nodeId', '=', id).execute();
    await rewrite(id, 'mistake');
    await history().purgeExpired();
    expect(await read(id, 1)).toBe('years of work');
  });

  it('R-42 lists what was deleted by itself, with what went along and where it was', async () => {
    const folder = await mkdir(root, 'Projet');
    const inner = await mkdir(folder.id, 'Plans');
    await write(inner.id, 'a', '12345');
    const early = await write(inner.id, 'early', '1');
    await remove(early.id);
    await remove(inner.id);
    const [whole, single, ...rest] = await trash();
    expect(rest).toEqual([]);
    expect(whole).toMatchObject({ node: { id: inner.id, deleted: true }, place: ['Projet'], count: 2, size: 5 });
    expect(whole?.endsAt).toBe((whole?.deletedAt ?? 0) + 30 * dayMs);
    expect(single).toMatchObject({ node: { id: early.id }, place: ['Projet', 'Plans'], count: 1, size: 1 });
    expect(whole?.deletedBy).toBe(actor.name);
    expect(await history().readUsage(actor)).toMatchObject({ usedBytes: 0, trashBytes: 6, quotaBytes });
    const page = await history().listTrash(actor, spaceId, { limit: 1 });
    const next = await history().listTrash(actor, spaceId, { limit: 1, before: page.next ?? 0 });
    expect([...page.entries, ...next.entries].map(({ node }) => node.id)).toEqual([inner.id, early.id]);
    expect(next.next).toBeNull();
  });

  it('R-42 restores to the same place, each node with a number of its own, folders before what is in them', async () => {
    const folder = await mkdir(root, 'Projet');
    const inner = await mkdir(folder.id, 'Plans');
    const file = await write(inner.id, 'a.txt', 'texte');
    const before = await tree();
    await remove(folder.id);
    expect(await tree()).toEqual([]);
    const { seq } = await from(0);
    const heard: number[] = [];
    const stop = room.bus.subscribe('space:changed', (message) => {
      if (message.spaceId === spaceId) heard.push(message.seq);
    });
    await history().restoreFromTrash(actor, folder.id);
    stop();
    expect(heard).toEqual([seq + 3]);
    expect(await tree()).toEqual(before);
    expect((await from(seq)).nodes.map(({ id, deleted }) => [id, deleted])).toEqual([
      [folder.id, false],
      [inner.id, false],
      [file.id, false],
    ]);
    expect(await read(file.id)).toBe('texte');
    expect(await used()).toBe(5);
    expect(await trash()).toEqual([]);
    expect(await codeOf(history().restoreFromTrash(actor, folder.id))).toBe('not_found');
    expect(await codeOf(history().restoreFromTrash(actor, file.id))).toBe('not_found');
  });

  it('R-42 restores into the nearest folder that lives, under a numbered name if its own is taken', async () => {
    const folder = await mkdir(root, 'Projet');
    const inner = await mkdir(folder.id, 'Plans');
    const file = await write(inner.id, 'a.txt', '1');
    await remove(file.id);
    await remove(inner.id);
    await write(folder.id, 'A.TXT', '2');
    expect(await history().restoreFromTrash(actor, file.id)).toMatchObject({ parentId: folder.id, name: 'a (2).txt' });
    await remove(folder.id);
    expect(await history().restoreFromTrash(actor, inner.id)).toMatchObject({ parentId: root, name: 'Plans' });
    expect(await tree()).toEqual(['Plans']);
  });

  it('R-42 of many who restore at once, one does; a restore and a purge never both do', async () => {
    const file = await write(root, 'a.txt', '12345');
    await remove(file.id);
    const codes = await Promise.all(
      Array.from({ length: 8 }, () => codeOf(history().restoreFromTrash(actor, file.id))),
    );
    expect(codes.sort()).toEqual([...Array(7).fill('not_found'), 'ok']);
    expect(await used()).toBe(5);
    for (let round = 0; round < 5; round++) {
      const other = await write(root, `b${round}`, 'bytes');
      await remove(other.id);
      const both = await Promise.all([
        codeOf(history().restoreFromTrash(actor, other.id)),
        codeOf(history().purgeFromTrash(actor, other.id)),
        codeOf(history().emptyTrash(actor, spaceId, {})),
      ]);
      if (both[0] === 'ok') expect(await read(other.id)).toBe('bytes');
      else expect((await trash()).length).toBe(0);
    }
  });

  it('R-42 deletes for good: one, all that was seen, or what is too old; the journal still tells that it went', async () => {
    const files = await Promise.all(['a', 'b', 'c', 'd'].map((name) => write(root, name, name)));
    const { seq } = await from(0);
    const [a, b, c, d] = files as [Node, Node, Node, Node];
    for (const { id } of [a, b, c]) await remove(id);
    await history().purgeFromTrash(actor, a.id);
    expect(await codeOf(history().purgeFromTrash(actor, a.id))).toBe('not_found');
    expect(await codeOf(history().restoreFromTrash(actor, a.id))).toBe('not_found');
    const [latest] = await trash();
    await remove(d.id);
    await history().emptyTrash(actor, spaceId, { upTo: latest?.node.seq });
    expect((await trash()).map(({ node }) => node.id)).toEqual([d.id]);
    await history().purgeExpired(Date.now() + 29 * dayMs);
    expect((await trash()).length).toBe(1);
    await history().purgeExpired(Date.now() + 31 * dayMs);
    expect(await trash()).toEqual([]);
    expect(new Set((await from(seq)).nodes.map(({ id, deleted }) => deleted && id))).toEqual(
      new Set([a.id, b.id, c.id, d.id]),
    );
    expect((await history().readUsage(actor)).trashBytes).toBe(0);
    await room.ibox.collectOrphans(Date.now() + orphanAgeMs + 1000);
    const kept = await room.db
      .selectFrom('versions')
      .select('version')
      .where(
        'nodeId',
        'in',
        files.map(({ id }) => id),
      )
      .execute();
    expect(kept).toEqual([]);
  });

  it('R-42 fifty uploads side by side at quota minus one file: exactly one lands', async () => {
    const size = 100;
    await write(root, 'full', 'x'.repeat(quotaBytes - size));
    const codes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => codeOf(write(root, `f${i}`, String(i).padStart(size, '.')))),
    );
    expect(codes.sort()).toEqual(['ok', ...Array(49).fill('quota_exceeded')].sort());
    expect(await used()).toBe(quotaBytes);
    expect((await tree()).length).toBe(2);
    // A full account still works: the same size again, less, and making room.
    const [file] = (await from(0)).nodes.filter(({ size: bytes }) => bytes === size);
    expect(await codeOf(rewrite(file?.id ?? '', 'y'.repeat(size)))).toBe('ok');
    expect(await codeOf(rewrite(file?.id ?? '', 'y'.repeat(size + 1)))).toBe('quota_exceeded');
    expect(await codeOf(history().copyNode(actor, file?.id ?? '', { parentId: root }))).toBe('quota_exceeded');
    await remove(file?.id ?? '');
    await write(root, 'other', 'z'.repeat(size));
    expect(await codeOf(history().restoreFromTrash(actor, file?.id ?? ''))).toBe('quota_exceeded');
    expect((await trash()).length).toBe(1);
  });

  it('R-42 two spaces of one account share its quota, also when both are written at once; an account may have its own', async () => {
    const { db } = room;
    const second = {
      ...(await db.selectFrom('spaces').selectAll().where('id', '=', spaceId).executeTakeFirstOrThrow()),
    };
    const [id, rootId] = [crypto.randomUUID(), crypto.randomUUID()];
    await db
      .insertInto('spaces')
      .values({ ...second, id, rootId, kind: 'shared', epoch: 'e', seq: 1, usedBytes: 0 })
      .execute();
    await db
      .insertInto('members')
      .values({ spaceId: id, accountId: actor.accountId, role: 'manager', since: 1, invitedBy: null })
      .execute();
    const rootRow = await db.selectFrom('nodes').selectAll().where('id', '=', root).executeTakeFirstOrThrow();
    await db
      .insertInto('nodes')
      .values({ ...rootRow, id: rootId, spaceId: id, seq: 1 })
      .execute();
    await write(root, 'full', 'x'.repeat(quotaBytes - 10));
    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => codeOf(write(i % 2 ? root : rootId, `f${i}`, '0123456789'))),
    );
    expect(codes.filter((code) => code === 'ok').length).toBe(1);
    expect(await used()).toBe(quotaBytes);
    await db
      .updateTable('quotas')
      .set({ bytes: 2 * quotaBytes })
      .where('accountId', '=', actor.accountId)
      .execute();
    expect(await codeOf(write(rootId, 'more', 'x'.repeat(quotaBytes)))).toBe('ok');
    await db.updateTable('quotas').set({ bytes: 0 }).where('accountId', '=', actor.accountId).execute();
    expect(await codeOf(write(rootId, 'much more', 'x'.repeat(10 * quotaBytes)))).toBe('ok');
    expect((await history().readUsage(actor)).quotaBytes).toBeNull();
  });

  it('what is said to be too much is refused before its bytes come', async () => {
    let asked = 0;
    async function* source() {
      asked++;
      yield Buffer.alloc(2000);
    }
    const put = room.ibox.putFile(actor, { parentId: root, name: 'big', onConflict: 'refuse' }, source(), {
      declaredBytes: 2000,
    });
    expect(await codeOf(put)).toBe('quota_exceeded');
    expect(asked).toBe(0);
  });

  it('R-40 copies files and folders without their bytes: other nodes, the same contents, history of their own', async () => {
    const folder = await mkdir(root, 'Projet');
    const inner = await mkdir(folder.id, 'Plans');
    const file = await write(inner.id, 'a.txt', 'un');
    await rewrite(file.id, 'deux');
    await remove((await write(inner.id, 'gone', 'x')).id);
    const { seq } = await from(0);
    const stored = await room.db.selectFrom('contents').select('id').execute();
    const copy = await history().copyNode(actor, folder.id, { parentId: root });
    expect(copy).toMatchObject({ name: 'Projet (2)', parentId: root, seq: seq + 1 });
    expect(await tree()).toEqual([
      ...['Projet', 'Projet (2)', 'Projet (2)/Plans', 'Projet (2)/Plans/a.txt', 'Projet/Plans', 'Projet/Plans/a.txt'],
    ]);
    const copied = (await from(seq)).nodes;
    expect(copied.map(({ name }) => name)).toEqual(['Projet (2)', 'Plans', 'a.txt']);
    expect(await room.db.selectFrom('contents').select('id').execute()).toEqual(stored);
    const twin = copied[2] as Node;
    expect(twin).toMatchObject({
      version: 1,
      size: 4,
      sha256: (await from(0)).nodes.find(({ id }) => id === file.id)?.sha256,
    });
    await rewrite(twin.id, 'autre');
    expect([await read(file.id), await read(twin.id)]).toEqual(['deux', 'autre']);
    expect(await used()).toBe(9);
    // Into itself: what was in it before.
    await history().copyNode(actor, folder.id, { parentId: inner.id, name: 'dedans' });
    expect((await tree()).filter((path) => path.includes('dedans'))).toEqual([
      ...['Projet/Plans/dedans', 'Projet/Plans/dedans/Plans', 'Projet/Plans/dedans/Plans/a.txt'],
    ]);
    expect(
      await codeOf(history().copyNode(actor, file.id, { parentId: inner.id, name: 'A.txt', onConflict: 'refuse' })),
    ).toBe('name_taken');
  });

  it('R-44 finds names by the beginnings of their words, whatever case and accents, in what lives', async () => {
    const folder = await mkdir(root, 'Comptabilité');
    const names = [
      'Rapport Été 2024.pdf',
      'rapport-hiver.PDF',
      'IMG20240131.jpg',
      'monRapport',
      'التقرير السنوي.docx',
      'أحمد',
    ];
    for (const name of names) await write(folder.id, name, 'x');
    const find = async (question: string) =>
      (await history().search(actor, question, 50)).found.map(({ node }) => node.name).sort();
    expect(await find('rapport')).toEqual(['Rapport Été 2024.pdf', 'monRapport', 'rapport-hiver.PDF']);
    expect(await find('RAPP ete')).toEqual(['Rapport Été 2024.pdf']);
    expect(await find('pdf, rapport')).toEqual(['Rapport Été 2024.pdf', 'rapport-hiver.PDF']);
    expect(await find('2024')).toEqual(['IMG20240131.jpg', 'Rapport Été 2024.pdf']);
    expect(await find('compta')).toEqual(['Comptabilité']);
    expect(await find('تقرير')).toEqual(['التقرير السنوي.docx']);
    expect(await find('احمد')).toEqual(['أحمد']);
    expect(await find('%')).toEqual([]);
    expect(await find('rap%')).toEqual(['Rapport Été 2024.pdf', 'monRapport', 'rapport-hiver.PDF']);
    const [{ node, place } = { node: undefined, place: [] }] = (await history().search(actor, 'hiver', 9)).found;
    expect(place.map(({ id }) => id)).toEqual([root, folder.id]);
    await room.ibox.patchNode(actor, node?.id ?? '', { name: 'bilan.PDF' });
    expect([await find('hiver'), await find('bilan')]).toEqual([[], ['bilan.PDF']]);
    await remove(node?.id ?? '');
    expect(await find('bilan')).toEqual([]);
    await history().restoreFromTrash(actor, node?.id ?? '');
    expect(await find('bilan')).toEqual(['bilan.PDF']);
    const short = await history().search(actor, 'rapport', 1);
    expect([short.found.length, short.more]).toEqual([1, true]);
  });

  it('R-44 after many new names a search does not wait for all of them, says so, and finds them later', async () => {
    // Past the journal's bus: nothing but the searches makes them known meanwhile.
    const { db } = room;
    const row = await db.selectFrom('nodes').selectAll().where('id', '=', root).executeTakeFirstOrThrow();
    const rows = Array.from({ length: 2500 }, (_, i) => ({
      ...{ ...row, id: crypto.randomUUID(), parentId: root, name: `lot ${i}`, nameKey: `lot ${i}` },
      ...{ seq: 1000 + i, indexedName: null, searchKey: null },
    }));
    for (let at = 0; at < rows.length; at += 500) {
      await db
        .insertInto('nodes')
        .values(rows.slice(at, at + 500))
        .execute();
    }
    const first = await history().search(actor, 'lot', 200);
    expect([first.found.length, first.more]).toEqual([200, true]);
    expect(await history().search(actor, 'nothing', 9)).toEqual({ found: [], more: true });
    await history().indexAll();
    for (const number of [0, 1234, 2499]) {
      const { found, more } = await history().search(actor, `lot ${number}`, 200);
      expect(found.map(({ node }) => node.name)).toContain(`lot ${number}`);
      expect(more).toBe(false);
    }
  });

  it('R-42 whatever is deleted, restored and purged, usage is the sum of what lives, and a follower sees the same tree', async () => {
    const place = fc.nat(9);
    const operation = fc.oneof(
      fc.record({ do: fc.constant('mkdir' as const), at: place }),
      fc.record({ do: fc.constant('write' as const), at: place, text: fc.string({ maxLength: 5 }) }),
      fc.record({ do: fc.constantFrom('delete' as const, 'restore' as const, 'purge' as const), at: place }),
      fc.record({ do: fc.constant('copy' as const), at: place, to: place }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 20 }), async (operations) => {
        await newPerson();
        const ids = [root];
        const follower = new Map<string, Node>();
        let cursor = 0;
        const follow = async () => {
          const { nodes, seq } = await from(cursor);
          for (const node of nodes) {
            if (node.deleted) follower.delete(node.id);
            else follower.set(node.id, node);
          }
          cursor = seq;
        };
        const pick = (n: number) => ids[n % ids.length] as string;
        for (const [index, step] of operations.entries()) {
          const id = pick(step.at);
          const work: Promise<unknown> =
            step.do === 'mkdir'
              ? mkdir(id, `n${index % 4}`).then((node) => ids.push(node.id))
              : step.do === 'write'
                ? write(id, `n${index % 4}`, step.text).then((node) => ids.push(node.id))
                : step.do === 'copy'
                  ? history()
                      .copyNode(actor, id, { parentId: pick(step.to) })
                      .then((node) => ids.push(node.id))
                  : step.do === 'delete'
                    ? remove(id)
                    : step.do === 'restore'
                      ? history().restoreFromTrash(actor, id)
                      : history().purgeFromTrash(actor, id);
          expect(['ok', 'not_found', 'name_taken', 'forbidden', 'quota_exceeded']).toContain(await codeOf(work));
          if (index % 3 === 0) await follow();
        }
        await follow();
        const live = (await from(0)).nodes;
        const byId = (nodes: Node[]) => nodes.sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(byId([...follower.values()])).toEqual(byId(live));
        expect(await used()).toBe(live.reduce((sum, { size }) => sum + size, 0));
        const alive = new Set(live.map(({ id }) => id));
        for (const { id, parentId } of live) expect(id === root || alive.has(parentId ?? '')).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
