import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { codeOf, inPieces, openTestRoom, testPerson } from '../test-room.ts';

onEachDatabase((open) => {
  it('R-34 what a meeting leaves somebody is put in a folder of their own; what was there stays, and nobody else sees it', async () => {
    const db = await open();
    const room = await openTestRoom(db);
    const { ibox } = room;
    const [amina, bilal] = [await testPerson(db, 'Amina'), await testPerson(db, 'Bilal')];
    const put = (text: string) => {
      const file = { name: 'Conseil.md', mediaType: 'text/markdown', bytes: new TextEncoder().encode(text) };
      return ibox.putAmongOwn(amina.accountId, 'V-room', file);
    };
    const [one, two] = [await put('un'), await put('deux')];
    expect(two).toMatchObject({ id: one.id, name: 'Conseil.md', version: 2, mediaType: 'text/markdown' });
    expect((await ibox.history.listVersions(amina, one.id, { limit: 9 })).versions.length).toBe(2);

    const { rootId } = (await ibox.listSpaces(amina))[0] as { rootId: string };
    const folder = async () =>
      (await ibox.listChildren(amina, rootId, { limit: 20 })).nodes.find(({ name }) => name === 'V-room');
    await ibox.patchNode(amina, one.parentId as string, { name: 'Réunions' });
    const target = { parentId: rootId, name: 'V-room', onConflict: 'refuse' as const };
    await ibox.putFile(amina, target, inPieces(new Uint8Array([1])), {});
    expect((await folder())?.kind).toBe('file');
    const beside = await put('trois');
    expect((await ibox.viewNode(amina, beside.parentId as string)).node.name).toBe('V-room (2)');
    expect((await put('quatre')).id).toBe(beside.id);
    expect(await codeOf(ibox.viewNode(bilal, beside.id))).toBe('not_found');
    await db.updateTable('accounts').set({ status: 'suspended' }).where('id', '=', amina.accountId).execute();
    expect(await codeOf(put('cinq'))).toBe('forbidden');
    await room.close();
  });
});
