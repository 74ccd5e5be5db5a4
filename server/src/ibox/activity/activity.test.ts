import { randomUUID } from 'node:crypto';
import type { ActivityEntry } from '@diwan/protocol/ibox-activity.ts';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { dayMs } from '../rules/limits.ts';
import { inPieces, openTestRoom, testPerson } from '../test-room.ts';

onEachDatabase((open) => {
  async function room() {
    const db = await open();
    const { ibox, close } = await openTestRoom(db);
    const amina = await testPerson(db, 'Amina');
    const [space] = await ibox.listSpaces(amina);
    if (!space) throw new Error('no space');
    const put = (parentId: string, name: string, text = 'x', actor = amina) =>
      ibox.putFile(actor, { parentId, name, onConflict: 'refuse' }, inPieces(Buffer.from(text)), {});
    const folder = (parentId: string, name: string) => ibox.createFolder(amina, { parentId, name });
    const ofSpace = async (limit = 200, before?: number) =>
      ibox.social.spaceActivity(amina, space.id, { limit, before });
    const ofNode = async (id: string, actor = amina) =>
      (await ibox.social.nodeActivity(actor, id, { limit: 200 })).entries;
    return { db, ibox, amina, space, put, folder, ofSpace, ofNode, close };
  }
  const told = ({ verb, name, folder, fromName, fromFolder, by }: ActivityEntry) =>
    [by, verb, name, 'in', folder?.name, fromName ?? '-', fromFolder?.name ?? '-'].join(' ');

  it('R-44 each verb is told, in the names of its moment', async () => {
    const { ibox, amina, space, put, folder, ofSpace, ofNode, close } = await room();
    const [a, b] = [await folder(space.rootId, 'a'), await folder(space.rootId, 'b')];
    const file = await put(a.id, 'f.txt');
    await ibox.putFile(amina, { nodeId: file.id }, inPieces(Buffer.from('second')), {});
    await ibox.history.restoreVersion(amina, file.id, 1, {});
    await ibox.patchNode(amina, file.id, { name: 'g.txt' });
    await ibox.patchNode(amina, file.id, { parentId: b.id });
    await ibox.patchNode(amina, file.id, { parentId: a.id, name: 'h.txt' });
    await ibox.patchNode(amina, a.id, { name: 'A' });
    const copy = await ibox.history.copyNode(amina, a.id, { parentId: b.id, onConflict: 'rename' });
    await ibox.deleteNode(amina, file.id, {});
    await ibox.history.restoreFromTrash(amina, file.id);
    await ibox.deleteNode(amina, copy.id, {});
    await ibox.history.purgeFromTrash(amina, copy.id);
    await ibox.social.addComment(amina, file.id, { text: 'vu' });
    await ibox.patchNode(amina, a.id, { name: 'A' });

    const { entries } = await ofSpace();
    expect(entries.map(told).toReversed()).toEqual([
      'Amina created a in Amina - -',
      'Amina created b in Amina - -',
      'Amina created f.txt in a - -',
      'Amina changed f.txt in a - -',
      'Amina version_restored f.txt in a - -',
      'Amina renamed g.txt in a f.txt -',
      'Amina moved g.txt in b - a',
      'Amina moved h.txt in a g.txt b',
      'Amina renamed A in Amina a -',
      'Amina copied A in b - -',
      'Amina deleted h.txt in A - -',
      'Amina restored h.txt in A - -',
      'Amina deleted A in b - -',
      'Amina purged A in b - -',
      'Amina commented h.txt in A - -',
    ]);
    expect((await ofNode(file.id)).map(({ verb }) => verb).toReversed()).toEqual(
      'created changed version_restored renamed moved moved deleted restored commented'.split(' '),
    );
    // A folder: itself, and what was directly in it then.
    expect((await ofNode(b.id)).map(told).toReversed()).toEqual([
      'Amina created b in Amina - -',
      'Amina moved g.txt in b - a',
      'Amina moved h.txt in a g.txt b',
      'Amina copied A in b - -',
      'Amina deleted A in b - -',
      'Amina purged A in b - -',
    ]);
    await close();
  });

  it('R-44 nothing takes a number of the journal untold, whatever way it comes', async () => {
    const { db, ibox, amina, space, ofSpace, close } = await room();
    const { dav } = ibox;
    const at = (...names: string[]) => dav.find(amina, names);
    const empty = { sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', chunks: [] };
    const ways: (() => Promise<unknown>)[] = [
      async () => dav.makeFolder(amina, await at('d'), {}),
      async () => dav.put(amina, await at('d', 'f'), inPieces(Buffer.from('1')), {}, {}),
      async () => dav.put(amina, await at('d', 'f'), inPieces(Buffer.from('2')), {}, {}),
      async () => dav.copy(amina, await at('d'), await at('e'), true, {}),
      async () => dav.move(amina, await at('e'), await at('d', 'e'), {}),
      async () => dav.copy(amina, await at('d', 'f'), await at('d', 'e', 'f'), true, {}),
      async () => dav.lock(amina, await at('null'), { scope: 'exclusive', isDeep: false, owner: '', timeout: 9 }, {}),
      async () => dav.remove(amina, await at('d', 'f'), {}),
      async () => {
        const form = await ibox.putForm(amina, space.rootId, 'rename');
        for (const name of ['x', 'x', 'y']) await form.add(name, inPieces(Buffer.from(name)), {});
        await form.commit();
        await form.close();
      },
      async () => {
        const operations = [
          { op: 'folder', parentId: space.rootId, name: 'batch' },
          { op: 'file', parentId: '#0', name: 'n', content: empty },
          { op: 'file', parentId: '#0', name: 'N', content: empty },
        ] as const;
        await ibox.transfer.commit(amina, space.id, randomUUID(), { operations: [...operations] });
      },
    ];
    for (const [way, does] of ways.entries()) {
      const before = { seq: (await ibox.listSpaces(amina))[0]?.seq ?? 0, told: (await ofSpace()).entries.length };
      await does();
      const after = { seq: (await ibox.listSpaces(amina))[0]?.seq ?? 0, told: (await ofSpace()).entries.length };
      expect([way, after.seq > before.seq, after.told > before.told]).toEqual([way, true, true]);
    }
    // And nothing that failed is told: the second of the two equal names.
    const { entries } = await ofSpace();
    expect(entries[0]).toMatchObject({ verb: 'created', name: 'n', count: 1, folder: { name: 'batch' } });
    const refused = (await ofSpace()).entries.length;
    await expect(ibox.createFolder(amina, { parentId: space.rootId, name: 'D' })).rejects.toThrow('name_taken');
    expect((await ofSpace()).entries.length).toBe(refused);
    const { count } = await db
      .selectFrom('activitySubjects')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('nodeId', 'not in', (e) => e.selectFrom('nodes').select('id'))
      .executeTakeFirstOrThrow();
    expect(count).toBe(0);
    await close();
  });

  it('R-44 a batch is one entry for each folder, and of each file its own', async () => {
    const { ibox, amina, space, ofSpace, ofNode, close } = await room();
    const content = { sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', chunks: [] };
    const { outcomes } = await ibox.transfer.commit(amina, space.id, randomUUID(), {
      operations: [
        { op: 'folder', parentId: space.rootId, name: 'un' },
        { op: 'folder', parentId: space.rootId, name: 'deux' },
        ...Array.from({ length: 500 }, (_, i) => ({
          op: 'file' as const,
          parentId: i % 2 ? '#0' : '#1',
          name: `f${i}`,
          content,
        })),
      ],
    });
    const { entries } = await ofSpace();
    expect(entries.map(({ verb, count, folder }) => [verb, count, folder?.name])).toEqual([
      ['created', 250, 'un'],
      ['created', 250, 'deux'],
      ['created', 2, 'Amina'],
    ]);
    const last = outcomes.at(-1)?.ok ? outcomes.at(-1) : undefined;
    const id = last?.ok ? (last.node?.id ?? '') : '';
    expect(await ofNode(id)).toMatchObject([{ verb: 'created', nodeId: id, name: 'f499', count: 1 }]);
    const folder = entries[0]?.folder?.id ?? '';
    expect((await ofNode(folder)).map(({ name, count }) => [name, count])).toEqual([
      ['f1', 250],
      ['un', 1],
    ]);
    await close();
  });

  it('R-44 pages by the number of the last entry, without gap or double', async () => {
    const { space, folder, ofSpace, close } = await room();
    for (let n = 0; n < 7; n++) await folder(space.rootId, `d${n}`);
    const names: string[] = [];
    for (let before: number | undefined; ; ) {
      const { entries, next } = await ofSpace(3, before);
      names.push(...entries.map(({ name }) => name));
      if (next === null) break;
      before = next;
    }
    expect(names).toEqual(['d6', 'd5', 'd4', 'd3', 'd2', 'd1', 'd0']);
    await close();
  });

  it('R-41 R-44 a stranger learns nothing; a node that comes into a shared space keeps what was done elsewhere to itself', async () => {
    const { db, ibox, amina, space, put, folder, ofSpace, ofNode, close } = await room();
    const karim = await testPerson(db, 'Karim');
    const secret = await folder(space.rootId, 'Licenciements 2027');
    const file = await put(secret.id, 'avant.xls');
    await expect(ofNode(file.id, karim)).rejects.toMatchObject({ code: 'not_found' });
    await expect(ibox.social.spaceActivity(karim, space.id, { limit: 5 })).rejects.toMatchObject({ code: 'not_found' });

    const team = await folder(space.rootId, 'Equipe');
    const people = [{ email: karim.email, role: 'writer' as const }];
    const shared = await ibox.shares.shareFolder(amina, team.id, { people, message: '' });
    const [invitation] = await ibox.shares.listInvitations(karim);
    await ibox.shares.acceptInvitation(karim, invitation?.id ?? '');
    await ibox.patchNode(amina, file.id, { parentId: team.id, name: 'noms.xls' });
    expect(
      (await ofNode(file.id, karim)).map(({ verb, by, name, folder: into, fromName, fromFolder }) => [
        ...[verb, by, name, into?.id, fromName, fromFolder],
      ]),
    ).toEqual([['moved', 'Amina', 'noms.xls', team.id, null, null]]);
    await ibox.patchNode(karim, file.id, { name: 'apres.xls' });
    await ibox.patchNode(amina, file.id, { parentId: secret.id, name: 'rendu.xls' });
    const theirs = (await ibox.social.spaceActivity(karim, shared.spaceId, { limit: 50 })).entries;
    expect(theirs.slice(0, 2)).toMatchObject([
      { verb: 'moved', name: 'apres.xls', folder: null, fromFolder: { id: team.id } },
      { verb: 'renamed', name: 'apres.xls', fromName: 'noms.xls', by: 'Karim' },
    ]);
    expect(JSON.stringify(theirs)).not.toMatch(/Licenciements|avant|rendu/);
    await expect(ofNode(file.id, karim)).rejects.toMatchObject({ code: 'not_found' });
    // Its owner is told all of it.
    expect((await ofNode(file.id)).map(({ verb }) => verb).toReversed()).toEqual(
      'created moved moved renamed moved moved'.split(' '),
    );
    expect((await ofSpace()).entries.slice(0, 2)).toMatchObject([
      { verb: 'moved', name: 'rendu.xls', folder: { name: 'Licenciements 2027' }, fromFolder: null },
      { verb: 'moved', name: 'avant.xls', folder: null, fromFolder: { name: 'Licenciements 2027' } },
    ]);
    await close();
  });

  it('R-44 is kept for as long as the operator says', async () => {
    const { db, ibox, space, folder, ofSpace, close } = await room();
    await folder(space.rootId, 'd');
    expect((await ibox.history.purgeExpired(Date.now() + 364 * dayMs)).activity).toBe(0);
    expect((await ibox.history.purgeExpired(Date.now() + 366 * dayMs)).activity).toBe(1);
    expect((await ofSpace()).entries).toEqual([]);
    expect(await db.selectFrom('activitySubjects').selectAll().execute()).toEqual([]);
    await close();
  });
});
