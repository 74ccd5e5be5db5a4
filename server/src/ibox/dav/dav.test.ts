import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Actor } from '../../identity/actor.ts';
import { inPieces, openTestRoom, testPerson } from '../test-room.ts';
import type { Dav } from './dav.ts';

onEachDatabase((open) => {
  async function room() {
    const db = await open();
    const { ibox, close } = await openTestRoom(db);
    return { db, dav: ibox.dav, amina: await testPerson(db, 'Amina'), karim: await testPerson(db, 'Karim'), close };
  }
  const put = async (dav: Dav, actor: Actor, names: string[], text = 'x') =>
    dav.put(actor, await dav.find(actor, names), inPieces(Buffer.from(text)), {}, {});
  const deep = { scope: 'exclusive', isDeep: true, owner: '', timeout: 60_000 } as const;
  const shown = (token: string) => ({ lists: [{ conditions: [{ isNegated: false, token }] }] });

  it('R-46 a lock is for the account that took it, ends by itself, and does not move along', async () => {
    const { db, dav, amina, close } = await room();
    await dav.makeFolder(amina, await dav.find(amina, ['a']), {});
    await put(dav, amina, ['a', 'f']);
    const folder = await dav.find(amina, ['a']);
    const { token } = await dav.lock(amina, folder, deep, {});
    await expect(put(dav, amina, ['a', 'f'])).rejects.toMatchObject({ code: 'locked', detail: '/a' });
    const file = await dav.find(amina, ['a', 'f']);
    await expect(dav.lock(amina, file, { ...deep, scope: 'shared' }, {})).rejects.toMatchObject({ code: 'locked' });
    await dav.move(amina, file, await dav.find(amina, ['g']), shown(token));
    expect(await dav.locks(folder)).toHaveLength(1);
    await put(dav, amina, ['g'], 'free');

    await db.updateTable('davLocks').set({ expiresAt: 1 }).execute();
    await put(dav, amina, ['a', 'f'], 'free again');
    await expect(dav.refresh(amina, folder, undefined, shown(token))).rejects.toMatchObject({
      code: 'precondition_failed',
    });
    await close();
  });

  it('R-46 what was looked at and replaced meanwhile is not touched', async () => {
    const { dav, amina, close } = await room();
    await put(dav, amina, ['f']);
    const seen = await dav.find(amina, ['f']);
    await dav.remove(amina, seen, {});
    await put(dav, amina, ['f'], 'another');
    await expect(dav.remove(amina, seen, {})).rejects.toMatchObject({ code: 'not_found' });
    await expect(dav.patchProperties(amina, seen, [], {})).rejects.toMatchObject({ code: 'conflict' });
    expect((await dav.find(amina, ['f'])).node?.size).toBe(7);
    await close();
  });

  it('R-46 a copied tree has its properties and its bytes in the account, and replaces what was there', async () => {
    const { dav, amina, close } = await room();
    await dav.makeFolder(amina, await dav.find(amina, ['a']), {});
    for (let n = 0; n < 30; n++) await dav.makeFolder(amina, await dav.find(amina, ['a', `dossier ${n}`]), {});
    await put(dav, amina, ['a', 'f'], 'four');
    const change = { namespace: 'urn:test', name: 'couleur', value: '<couleur xmlns="urn:test">أحمر</couleur>' };
    await dav.patchProperties(amina, await dav.find(amina, ['a', 'f']), [change], {});
    await put(dav, amina, ['b'], 'is replaced');
    await dav.copy(amina, await dav.find(amina, ['a']), await dav.find(amina, ['b']), true, {});
    const copy = (await dav.find(amina, ['b', 'f'])).node;
    expect(await dav.properties([copy?.id ?? ''])).toEqual(new Map([[copy?.id, [{ ...change, nodeId: copy?.id }]]]));
    expect((await dav.find(amina, ['b', 'dossier 29'])).node?.kind).toBe('folder');
    expect((await dav.usage(amina)).usedBytes).toBe(8);
    await dav.copy(amina, await dav.find(amina, ['a']), await dav.find(amina, ['c']), false, {});
    expect((await dav.find(amina, ['c', 'f'])).node).toBeUndefined();
    // Onto a file: its next version.
    await put(dav, amina, ['g'], 'first');
    await dav.copy(amina, await dav.find(amina, ['b', 'f']), await dav.find(amina, ['g']), true, {});
    expect((await dav.find(amina, ['g'])).node).toMatchObject({ version: 2, size: 4, sha256: copy?.sha256 });
    await close();
  });

  it('R-46 of many locks that are asked for at once, one stands', async () => {
    const { dav, amina, karim, close } = await room();
    await put(dav, amina, ['f']);
    const file = await dav.find(amina, ['f']);
    const asked = await Promise.allSettled(Array.from({ length: 10 }, () => dav.lock(amina, file, deep, {})));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await dav.locks(file)).toHaveLength(1);
    await expect(dav.lock(karim, file, deep, {})).rejects.toMatchObject({ code: 'not_found' });
    await close();
  });
});
