import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Topics } from '../../bus/bus.ts';
import type { Actor } from '../../identity/actor.ts';
import { inPieces, openTestRoom, testPerson } from '../test-room.ts';

onEachDatabase((open) => {
  /** Amina owns the space, Karim writes in it too. */
  async function room() {
    const db = await open();
    const { ibox, bus, close } = await openTestRoom(db);
    const [amina, karim] = [await testPerson(db, 'Amina'), await testPerson(db, 'Karim')];
    const [space] = await ibox.listSpaces(amina);
    if (!space) throw new Error('no space');
    const give = async ({ accountId }: Actor, role: 'reader' | 'writer' | 'manager') => {
      await db.deleteFrom('members').where('spaceId', '=', space.id).where('accountId', '=', accountId).execute();
      await db
        .insertInto('members')
        .values({ spaceId: space.id, accountId, role, since: 1, invitedBy: null })
        .execute();
    };
    await give(karim, 'writer');
    const put = (parentId: string, name: string, actor = amina) =>
      ibox.putFile(actor, { parentId, name, onConflict: 'refuse' }, inPieces(Buffer.from('x')), {});
    const write = (nodeId: string, actor: Actor) =>
      ibox.putFile(actor, { nodeId }, inPieces(Buffer.from(randomUUID())), {});
    const folder = await ibox.createFolder(amina, { parentId: space.rootId, name: 'd' });
    const file = await put(folder.id, 'f');
    const touched: Topics['node:touched'][] = [];
    bus.subscribe('node:touched', (message) => void touched.push(message));
    return { db, ibox, social: ibox.social, amina, karim, space, folder, file, put, write, give, touched, close };
  }
  const locked = (detail: string) => ({ code: 'locked', detail });
  const empty = { sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', chunks: [] };
  const exclusive = { scope: 'exclusive', isDeep: false, owner: '', timeout: 60_000 } as const;

  it('R-44 what one person locks, no other changes by any verb; the holder does, and it ends by itself', async () => {
    const { db, ibox, social, amina, karim, space, folder, file, put, write, touched, close } = await room();
    const old = await write(file.id, amina);
    const lock = await social.lock(amina, file.id, { minutes: 30, note: 'midi' });
    expect(lock).toMatchObject({ nodeId: file.id, by: 'Amina', isOwn: true, kind: 'person', note: 'midi' });
    expect(touched).toMatchObject([{ nodeId: file.id, what: 'lock' }]);
    const refused: (() => Promise<unknown>)[] = [
      () => write(file.id, karim),
      () => ibox.patchNode(karim, file.id, { name: 'g' }),
      () => ibox.patchNode(karim, file.id, { parentId: space.rootId }),
      () => ibox.patchNode(karim, folder.id, { name: 'e' }),
      () => ibox.deleteNode(karim, file.id, {}),
      () => ibox.deleteNode(karim, folder.id, {}),
      () => ibox.history.restoreVersion(karim, file.id, 1, {}),
      () => social.lock(karim, file.id, { minutes: 1, note: '' }),
      () => social.lock(karim, folder.id, { minutes: 1, note: '' }),
    ];
    for (const [n, refuse] of refused.entries())
      await expect(refuse(), String(n)).rejects.toMatchObject(locked('Amina'));
    await expect(social.unlock(karim, file.id)).rejects.toMatchObject({ code: 'forbidden' });
    // Its neighbours are free, and so are reading and copying.
    await put(folder.id, 'other', karim);
    await ibox.history.copyNode(karim, file.id, { parentId: folder.id, onConflict: 'rename' });
    expect((await ibox.viewNode(karim, file.id)).lock).toMatchObject({ by: 'Amina', isOwn: false, note: 'midi' });
    expect((await ibox.listChildren(karim, folder.id, { limit: 9 })).locked).toEqual([file.id]);

    expect((await write(file.id, amina)).version).toBe(old.version + 1);
    const again = await social.lock(amina, file.id, { minutes: 90, note: '' });
    expect(again.until).toBeGreaterThan(lock.until);
    expect(await db.selectFrom('davLocks').selectAll().execute()).toHaveLength(1);
    await db.updateTable('davLocks').set({ expiresAt: 1 }).execute();
    await write(file.id, karim);
    expect((await ibox.viewNode(karim, file.id)).lock).toBeNull();
    await close();
  });

  it('R-44 a locked folder keeps all in it, what is added too; in a batch the locked one is told and the others land', async () => {
    const { ibox, social, amina, karim, space, folder, file, put, write, close } = await room();
    await social.lock(amina, folder.id, { minutes: 5, note: '' });
    await expect(put(folder.id, 'new', karim)).rejects.toMatchObject(locked('Amina'));
    await expect(write(file.id, karim)).rejects.toMatchObject(locked('Amina'));
    await expect(
      ibox.history.copyNode(karim, file.id, { parentId: folder.id, onConflict: 'rename' }),
    ).rejects.toMatchObject(locked('Amina'));
    expect((await ibox.viewNode(karim, file.id)).lock).toMatchObject({ nodeId: folder.id });
    const operations = [
      { op: 'replace', id: file.id, baseVersion: file.version, content: empty },
      { op: 'file', parentId: folder.id, name: 'n', content: empty },
      { op: 'delete', id: file.id, baseSeq: file.seq },
      { op: 'move', id: file.id, baseSeq: file.seq, parentId: space.rootId },
      { op: 'file', parentId: space.rootId, name: 'free', content: empty },
    ] as const;
    const commit = (actor: Actor) =>
      ibox.transfer.commit(actor, space.id, randomUUID(), { operations: [...operations] });
    expect((await commit(karim)).outcomes.map((o) => (o.ok ? 'ok' : o.code))).toEqual([
      'locked',
      'locked',
      'locked',
      'locked',
      'ok',
    ]);
    const { entries } = await social.spaceActivity(amina, space.id, { limit: 1 });
    expect(entries).toMatchObject([{ verb: 'created', name: 'free', by: 'Karim' }]);
    expect((await commit(amina)).outcomes[0]).toMatchObject({ ok: true });
    await close();
  });

  it('R-44 the holder and who manages unlock; a reader locks nothing, and nobody the root', async () => {
    const { db, ibox, social, amina, karim, space, file, write, give, close } = await room();
    await social.lock(karim, file.id, { minutes: 5, note: '' });
    await expect(write(file.id, amina)).rejects.toMatchObject(locked('Karim'));
    await social.unlock(amina, file.id);
    await write(file.id, amina);
    await expect(social.unlock(amina, file.id)).rejects.toMatchObject({ code: 'not_found' });
    await social.lock(karim, file.id, { minutes: 5, note: '' });
    await give(karim, 'reader');
    await expect(social.lock(karim, file.id, { minutes: 5, note: '' })).rejects.toMatchObject({ code: 'forbidden' });
    await social.unlock(karim, file.id);
    expect((await ibox.viewNode(karim, file.id)).lock).toBeNull();
    await expect(social.lock(amina, space.rootId, { minutes: 5, note: '' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const lina = await testPerson(db, 'Lina');
    for (const refused of [
      () => social.lock(lina, file.id, { minutes: 5, note: '' }),
      () => social.unlock(lina, file.id),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'not_found' });
    await close();
  });

  it('R-44 R-46 what a WebDAV program locks binds the API, its own account too; what a person locks binds WebDAV', async () => {
    const { ibox, social, amina, karim, space, folder, file, write, close } = await room();
    const { dav } = ibox;
    const at = (...names: string[]) => dav.find(amina, names);
    const put = async (given = {}) => dav.put(amina, await at('d', 'f'), inPieces(Buffer.from('dav')), {}, given);
    const { token } = await dav.lock(amina, await at('d', 'f'), exclusive, {});
    const shown = { lists: [{ conditions: [{ isNegated: false, token }] }] };
    for (const actor of [amina, karim]) {
      await expect(write(file.id, actor)).rejects.toMatchObject(locked('Amina'));
      await expect(ibox.deleteNode(actor, folder.id, {})).rejects.toMatchObject(locked('Amina'));
      await expect(social.lock(actor, file.id, { minutes: 5, note: '' })).rejects.toMatchObject(locked('Amina'));
    }
    expect((await ibox.viewNode(amina, file.id)).lock).toMatchObject({ kind: 'program', isOwn: true });
    await put(shown);
    await expect(put()).rejects.toMatchObject({ code: 'locked' });
    // A program that crashed: its person lets go of what it held.
    await social.unlock(amina, file.id);
    await write(file.id, karim);

    // Amina's programs go on under Amina's own lock, and lock for themselves.
    await social.lock(amina, folder.id, { minutes: 5, note: '' });
    await put();
    const inside = await dav.lock(amina, await at('d', 'f'), exclusive, {});
    await expect(write(file.id, amina)).rejects.toMatchObject(locked('Amina'));
    await put({ lists: [{ conditions: [{ isNegated: false, token: inside.token }] }] });
    await social.unlock(amina, file.id);
    await social.unlock(amina, folder.id);

    // Karim's lock keeps Amina's programs out of it.
    await social.lock(karim, folder.id, { minutes: 5, note: '' });
    const refused: (() => Promise<unknown>)[] = [
      () => put(),
      async () => dav.put(amina, await at('d', 'new'), inPieces(Buffer.from('x')), {}, {}),
      async () => dav.makeFolder(amina, await at('d', 'sub'), {}),
      async () => dav.remove(amina, await at('d'), {}),
      async () => dav.move(amina, await at('d', 'f'), await at('g'), {}),
      async () => dav.copy(amina, await at('d', 'f'), await at('d', 'h'), true, {}),
      async () => dav.lock(amina, await at('d', 'f'), exclusive, {}),
    ];
    for (const [n, refuse] of refused.entries())
      await expect(refuse(), String(n)).rejects.toMatchObject({ code: 'locked', detail: '/d' });
    // Who knows the token of another's lock has not taken it.
    const known = (await dav.locks(await at('d')))[0]?.token ?? '';
    await expect(put({ lists: [{ conditions: [{ isNegated: false, token: known }] }] })).rejects.toMatchObject({
      code: 'locked',
    });
    expect((await ibox.listChildren(amina, space.rootId, { limit: 9 })).locked).toEqual([folder.id]);
    await close();
  });

  it('of many persons who lock at once, one holds it', async () => {
    const { ibox, social, amina, karim, file, close } = await room();
    const asked = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => social.lock(n % 2 ? amina : karim, file.id, { minutes: 5, note: '' })),
    );
    const held = asked.flatMap((one) => (one.status === 'fulfilled' ? one.value.by : []));
    expect(new Set(held).size).toBe(1);
    expect((await ibox.viewNode(amina, file.id)).lock?.by).toBe(held[0]);
    await close();
  });
});
