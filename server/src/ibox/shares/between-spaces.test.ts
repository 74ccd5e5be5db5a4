import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { bytesOf, codeOf } from '../test-room.ts';
import { twoPeople } from './test-shares.ts';

onEachDatabase((open) => {
  const we = twoPeople(open);
  const { rootOf, personalOf, mkdir, write, read, children, share, accept, shared, used } = we;

  it('R-43 from space to space: what moves keeps its ids and versions, and counts for whose space it is in', async () => {
    const { folder, file, spaceId, mount } = await shared('writer');
    const box = await mkdir(we.karim, await rootOf(we.karim), 'box');
    const mine = await write(we.karim, box.id, 'mine.txt', 'douze octets');
    await write(we.karim, box.id, 'mine.txt', 'de nouveau..');
    expect([await used(we.amina), await used(we.karim)]).toEqual([2, 12]);
    await we.room.ibox.patchNode(we.karim, box.id, { parentId: mount.id, name: 'boîte' });
    expect([await used(we.amina), await used(we.karim)]).toEqual([14, 0]);
    expect(await children(we.amina, folder.id)).toEqual(['boîte', 'plan.txt']);
    expect(await read(we.amina, mine.id)).toBe('de nouveau..');
    expect((await we.room.ibox.history.listVersions(we.amina, mine.id, { limit: 5 })).versions.length).toBe(2);
    expect((await we.room.ibox.history.search(we.amina, 'mine', 5)).found.map(({ node }) => node.spaceId)).toEqual([
      spaceId,
    ]);

    // And out again, to another folder; the journal it left tells so, and that it came back it tells too.
    const { seq } = await we.room.ibox.changes(we.amina, spaceId, { since: 0, limit: 100 });
    await we.room.ibox.patchNode(we.karim, mine.id, { parentId: await rootOf(we.karim) });
    await we.room.ibox.patchNode(we.karim, file.id, { parentId: await rootOf(we.karim) });
    await we.room.ibox.patchNode(we.karim, file.id, { parentId: folder.id });
    const told = await we.room.ibox.changes(we.amina, spaceId, { since: seq, limit: 100 });
    expect(told.departed?.map(({ id }) => id)).toEqual([mine.id]);
    expect(told.nodes.map(({ id }) => id)).toEqual([file.id]);
    expect([await used(we.amina), await used(we.karim)]).toEqual([2, 12]);
    await we.room.db
      .insertInto('quotas')
      .values({ accountId: we.karim.accountId, bytes: 13 })
      .onConflict((c) => c.column('accountId').doUpdateSet({ bytes: 13 }))
      .execute();
    expect(await codeOf(we.room.ibox.patchNode(we.karim, file.id, { parentId: await rootOf(we.karim) }))).toBe(
      'quota_exceeded',
    );
    expect(await read(we.amina, file.id)).toBe('un');
    await we.room.ibox.shares.setRole(we.amina, spaceId, we.karim.accountId, 'reader');
    expect(await codeOf(we.room.ibox.patchNode(we.karim, file.id, { parentId: await rootOf(we.karim) }))).toBe(
      'forbidden',
    );
    expect(await codeOf(we.room.ibox.patchNode(we.karim, mine.id, { parentId: folder.id }))).toBe('forbidden');
  });

  it('R-43 a copy of a folder with a shared one in it is a copy of all of it, and so is its archive', async () => {
    const { mount } = await shared('reader');
    const box = await mkdir(we.karim, await rootOf(we.karim), 'box');
    await we.room.ibox.patchNode(we.karim, mount.id, { parentId: box.id });
    const copy = await we.room.ibox.history.copyNode(we.karim, box.id, {
      parentId: await rootOf(we.karim),
      name: 'copie',
    });
    const [inside] = (await we.room.ibox.listChildren(we.karim, copy.id, { limit: 5 })).nodes;
    expect(inside).toMatchObject({ name: 'Projet', mount: null });
    expect(await children(we.karim, inside?.id ?? '')).toEqual(['plan.txt']);
    const archive = await we.room.ibox.openArchive(we.karim, [box.id]);
    expect((await bytesOf(archive.read())).toString('latin1')).toContain('box/Projet/plan.txt');
  });

  it('R-43 R-41 uploads into a folder that is shared, moved and taken back meanwhile land in it, or are told', async () => {
    for (let round = 0; round < 2; round++) {
      const folder = await mkdir(we.amina, we.root, `Projet ${round}`);
      const elsewhere = await mkdir(we.amina, we.root, `Ailleurs ${round}`);
      const landed: string[] = [];
      const uploads = Array.from({ length: 24 }, async (_, n) => {
        const code = await codeOf(write(we.amina, folder.id, `f${n}`, `texte ${n}`));
        if (code === 'ok') landed.push(`f${n}`);
        else expect(code).toBe('conflict');
      });
      const work = async () => {
        const { spaceId } = await share(folder.id, [we.karim, 'writer']);
        await accept(we.karim);
        const both = await Promise.all([
          codeOf(we.room.ibox.shares.stopSharing(we.amina, spaceId)),
          codeOf(write(we.karim, folder.id, 'karim', 'x')),
        ]);
        expect(both[0]).toBe('ok');
        expect(['ok', 'not_found', 'conflict']).toContain(both[1]);
        if (both[1] === 'ok') landed.push('karim');
        await we.room.ibox.patchNode(we.amina, folder.id, { parentId: elsewhere.id });
      };
      await Promise.all([...uploads, work()]);
      const { nodes } = await we.room.ibox.listChildren(we.amina, folder.id, { limit: 100 });
      expect(nodes.map(({ name }) => name).sort()).toEqual(landed.sort());
      const personal = await personalOf(we.amina);
      for (const node of nodes) {
        expect(node.spaceId).toBe(personal);
        if (node.name !== 'karim') expect(await read(we.amina, node.id)).toBe(`texte ${node.name.slice(1)}`);
      }
      await consistent();
    }
  });

  it('R-43 moves between two spaces in both directions at once never wait for each other for ever', async () => {
    const { folder, mount } = await shared('writer');
    const own = await rootOf(we.karim);
    const inside = await Promise.all(Array.from({ length: 8 }, (_, n) => write(we.karim, folder.id, `in${n}`, 'x')));
    const outside = await Promise.all(Array.from({ length: 8 }, (_, n) => write(we.karim, own, `out${n}`, 'x')));
    await Promise.all([
      ...inside.map(({ id }) => we.room.ibox.patchNode(we.karim, id, { parentId: own })),
      ...outside.map(({ id }) => we.room.ibox.patchNode(we.karim, id, { parentId: mount.id })),
    ]);
    expect((await children(we.karim, own)).filter((name) => name.startsWith('in')).length).toBe(8);
    expect((await children(we.karim, folder.id)).filter((name) => name.startsWith('out')).length).toBe(8);
    await consistent();
  });

  /** What must hold of all spaces, whatever was done. */
  async function consistent(): Promise<void> {
    const spaces = await we.room.db.selectFrom('spaces').selectAll().execute();
    const nodes = await we.room.db.selectFrom('nodes').selectAll().execute();
    const departures = await we.room.db.selectFrom('departures').selectAll().execute();
    const byId = new Map(nodes.map((node) => [node.id, node]));
    for (const space of spaces) {
      const live = nodes.filter((node) => node.spaceId === space.id && node.deletedWith === null);
      expect(space.usedBytes).toBe(live.reduce((sum, { size }) => sum + size, 0));
      const gone = departures.filter(({ spaceId }) => spaceId === space.id);
      const numbers = [...nodes.filter(({ spaceId }) => spaceId === space.id), ...gone].map(({ seq }) => seq);
      expect(new Set(numbers).size).toBe(numbers.length);
      expect(Math.max(0, ...numbers)).toBeLessThanOrEqual(space.seq);
      for (const { nodeId } of gone) expect(byId.get(nodeId)?.spaceId).not.toBe(space.id);
      for (const node of live)
        if (node.parentId !== null)
          expect(byId.get(node.parentId)).toMatchObject({ spaceId: space.id, deletedWith: null });
    }
  }
});
