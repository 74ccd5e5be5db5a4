import { expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Actor } from '../../identity/actor.ts';
import { codeOf, inPieces, testPerson } from '../test-room.ts';
import { twoPeople } from './test-shares.ts';

onEachDatabase((open) => {
  const we = twoPeople(open);
  const { rootOf, personalOf, mkdir, write, read, children, share, accept, shared, used } = we;

  it('R-43 a shared folder becomes a space with all that is in it: ids, versions, trash and room stay as they were', async () => {
    const folder = await mkdir(we.amina, we.root, 'Projet');
    const inner = await mkdir(we.amina, folder.id, 'intérieur');
    const file = await write(we.amina, inner.id, 'a.txt', 'un');
    await write(we.amina, inner.id, 'a.txt', 'deux');
    const gone = await write(we.amina, folder.id, 'vieux.txt', 'jeté');
    await we.room.ibox.deleteNode(we.amina, gone.id, {});
    const beside = await write(we.amina, we.root, 'privé.txt', 'à moi');
    const before = await used(we.amina);
    const personal = await personalOf(we.amina);
    const { seq } = await we.room.ibox.changes(we.amina, personal, { since: 0, limit: 1000 });

    const sharing = await share(folder.id, [we.karim, 'reader']);
    expect(sharing).toMatchObject({ rootId: folder.id, name: 'Projet' });
    expect(sharing.members).toMatchObject([{ name: we.amina.name, role: 'manager', isOwner: true }]);
    expect(sharing.invitations).toMatchObject([{ email: we.karim.email, role: 'reader' }]);
    expect(await used(we.amina)).toBe(before);

    const [first, second] = await we.room.ibox.listSpaces(we.amina);
    expect([first?.kind, second?.kind, second?.role, second?.isOwner]).toEqual(['personal', 'shared', 'manager', true]);
    const told = await we.room.ibox.changes(we.amina, personal, { since: seq, limit: 1000 });
    expect(told.departed?.map(({ id }) => id).sort()).toEqual([folder.id, inner.id, file.id, gone.id].sort());
    expect(told.nodes).toMatchObject([
      { name: 'Projet', parentId: we.root, mount: { spaceId: sharing.spaceId, rootId: folder.id } },
    ]);
    expect(told.nodes[0]?.id).toBe(second?.mountId);
    const live = await we.room.ibox.changes(we.amina, sharing.spaceId, { since: 0, limit: 1000 });
    expect(live.nodes.map(({ id }) => id)).toEqual([folder.id, inner.id, file.id]);

    expect(await children(we.amina, we.root)).toEqual(['Projet', 'privé.txt']);
    expect(await children(we.amina, second?.mountId ?? '')).toEqual(['intérieur']);
    const mount = await accept(we.karim);
    expect(mount).toMatchObject({ name: 'Projet', parentId: await rootOf(we.karim) });
    expect(await read(we.karim, file.id)).toBe('deux');
    const { versions } = await we.room.ibox.history.listVersions(we.karim, file.id, { limit: 10 });
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
    const { entries } = await we.room.ibox.history.listTrash(we.karim, sharing.spaceId, { limit: 10 });
    expect(entries.map(({ node }) => node.id)).toEqual([gone.id]);
    expect(await codeOf(we.room.ibox.viewNode(we.karim, beside.id))).toBe('not_found');
    expect((await we.room.ibox.history.search(we.karim, 'a', 50)).found.map(({ node }) => node.id)).toEqual([file.id]);
  });

  it('R-43 pages of the journal hold departures and nodes together, none twice and none left out', async () => {
    const folder = await mkdir(we.amina, we.root, 'Projet');
    for (let n = 0; n < 7; n++) await write(we.amina, folder.id, `f${n}`, 'x');
    const personal = await personalOf(we.amina);
    const { seq } = await we.room.ibox.changes(we.amina, personal, { since: 0, limit: 1000 });
    await share(folder.id, [we.karim, 'reader']);
    for (let n = 0; n < 3; n++) await write(we.amina, we.root, `g${n}`, 'x');
    const whole = await we.room.ibox.changes(we.amina, personal, { since: seq, limit: 1000 });
    expect([whole.departed?.length, whole.nodes.length]).toEqual([8, 4]);
    for (const limit of [1, 2, 3, 5, 12]) {
      const paged: number[] = [];
      for (let since = seq, more = true; more; ) {
        const page = await we.room.ibox.changes(we.amina, personal, { since, limit });
        const numbers = [...page.nodes, ...(page.departed ?? [])].map((told) => told.seq);
        expect(numbers.length).toBeLessThanOrEqual(limit);
        paged.push(...numbers.sort((a, b) => a - b));
        ({ seq: since, more } = page);
      }
      expect(paged).toEqual(Array.from({ length: 12 }, (_, n) => seq + 1 + n));
    }
  });

  it('R-43 R-41 a reader reads and copies out; a writer changes; a manager shares and purges; each no more', async () => {
    const { folder, file, spaceId, mount } = await shared('reader');
    const own = await rootOf(we.karim);
    const { ibox } = we.room;
    const gone = await write(we.amina, folder.id, 'gone', 'x');
    await ibox.deleteNode(we.amina, gone.id, {});
    const lina = await testPerson(we.room.db, `Lina${we.people}`);
    const invite = { people: [{ email: lina.email, role: 'reader' as const }], message: '' };
    const tries = {
      read: () => read(we.karim, file.id),
      copyOut: () => ibox.history.copyNode(we.karim, file.id, { parentId: own }),
      write: () => write(we.karim, folder.id, 'new', 'x'),
      writeByMount: () => write(we.karim, mount.id, 'new', 'x'),
      change: () => ibox.putFile(we.karim, { nodeId: file.id }, inPieces(Buffer.from('y')), {}),
      folder: () => mkdir(we.karim, folder.id, `d${Math.random()}`),
      rename: () => ibox.patchNode(we.karim, file.id, { name: `p${Math.random()}` }),
      restoreVersion: () => ibox.history.restoreVersion(we.karim, file.id, 1, {}),
      restore: () => ibox.history.restoreFromTrash(we.karim, gone.id),
      form: () => ibox.putForm(we.karim, folder.id, 'replace').then((form) => form.close()),
      trash: () => ibox.deleteNode(we.karim, gone.id, {}),
      purge: () => ibox.history.emptyTrash(we.karim, spaceId, {}),
      sharing: () => ibox.shares.readSharing(we.karim, spaceId),
      invite: () => ibox.shares.shareFolder(we.karim, folder.id, invite),
      stop: () => ibox.shares.stopSharing(we.karim, spaceId),
      demoteOwner: () => ibox.shares.setRole(we.karim, spaceId, we.amina.accountId, 'reader'),
      removeOwner: () => ibox.shares.removeMember(we.karim, spaceId, we.amina.accountId),
    };
    const answers = async () => {
      const codes: Record<string, string> = {};
      for (const [name, work] of Object.entries(tries)) codes[name] = await codeOf(work());
      return codes;
    };
    const no = 'forbidden';
    const reads = { read: 'ok', copyOut: 'ok' };
    const changes = { write: no, writeByMount: no, change: no, folder: no, rename: no, restoreVersion: no };
    const rest = { restore: no, form: no, trash: 'not_found', stop: no, demoteOwner: no, removeOwner: no };
    const manages = { purge: no, sharing: no, invite: no };
    expect(await answers()).toEqual({ ...reads, ...changes, ...rest, ...manages });
    await ibox.shares.setRole(we.amina, spaceId, we.karim.accountId, 'writer');
    const allowed = (codes: object) => Object.fromEntries(Object.keys(codes).map((name) => [name, 'ok']));
    const writes = { ...reads, ...allowed(changes), ...rest, restore: 'ok', form: 'ok', trash: 'ok' };
    expect(await answers()).toEqual({ ...writes, ...manages });
    await ibox.shares.setRole(we.amina, spaceId, we.karim.accountId, 'manager');
    expect(await answers()).toEqual({ ...writes, restore: 'ok', ...allowed(manages) });
  });

  it('R-43 access ends with the membership, at once, and the mount goes; a stranger learns nothing', async () => {
    const { folder, file, spaceId, mount } = await shared('writer');
    const personal = await personalOf(we.karim);
    const { seq } = await we.room.ibox.changes(we.karim, personal, { since: 0, limit: 1000 });
    await we.room.ibox.shares.removeMember(we.amina, spaceId, we.karim.accountId);
    for (const work of [
      () => we.room.ibox.viewNode(we.karim, file.id),
      () => we.room.ibox.listChildren(we.karim, folder.id, { limit: 1 }),
      () => we.room.ibox.listChildren(we.karim, mount.id, { limit: 1 }),
      () => we.room.ibox.changes(we.karim, spaceId, { since: 0, limit: 1 }),
      () => we.room.ibox.openContent(we.karim, file.id),
      () => we.room.ibox.history.listTrash(we.karim, spaceId, { limit: 1 }),
      () => we.room.ibox.shares.readSharing(we.karim, spaceId),
      () => write(we.karim, folder.id, 'late', 'x'),
    ])
      expect(await codeOf(work())).toBe('not_found');
    expect((await we.room.ibox.history.search(we.karim, 'plan', 10)).found).toEqual([]);
    const told = await we.room.ibox.changes(we.karim, personal, { since: seq, limit: 10 });
    expect(told.nodes).toMatchObject([{ id: mount.id, deleted: true, mount: null }]);
    expect((await we.room.ibox.history.listTrash(we.karim, personal, { limit: 10 })).entries).toEqual([]);
  });

  it('R-43 leaving: by the membership or by deleting one’s mount; the owner can’t, but stops sharing', async () => {
    const { folder, file, spaceId, mount } = await shared('writer');
    const ownMount = (await we.room.ibox.listSpaces(we.amina))[1]?.mountId ?? '';
    expect(await codeOf(we.room.ibox.deleteNode(we.amina, ownMount, {}))).toBe('still_shared');
    expect(await codeOf(we.room.ibox.shares.removeMember(we.amina, spaceId, we.amina.accountId))).toBe('forbidden');
    await we.room.ibox.deleteNode(we.karim, mount.id, {});
    expect(await codeOf(we.room.ibox.viewNode(we.karim, file.id))).toBe('not_found');
    expect((await we.room.ibox.shares.readSharing(we.amina, spaceId)).members.length).toBe(1);

    await share(folder.id, [we.karim, 'reader']);
    await accept(we.karim);
    await we.room.ibox.shares.removeMember(we.karim, spaceId, we.karim.accountId);
    expect(await children(we.karim, await rootOf(we.karim))).toEqual([]);

    await share(folder.id, [we.karim, 'writer']);
    await accept(we.karim);
    const mine = await write(we.karim, folder.id, 'de Karim.txt', 'texte');
    await we.room.ibox.patchNode(we.amina, ownMount, { name: 'Projet repris' });
    const before = await used(we.amina);
    await we.room.ibox.shares.stopSharing(we.amina, spaceId);
    expect(await used(we.amina)).toBe(before);
    expect(await children(we.amina, we.root)).toEqual(['Projet repris']);
    expect((await we.room.ibox.viewNode(we.amina, folder.id)).node).toMatchObject({
      parentId: we.root,
      name: 'Projet repris',
    });
    expect(await read(we.amina, mine.id)).toBe('texte');
    expect(await read(we.amina, file.id)).toBe('un');
    expect(await codeOf(we.room.ibox.viewNode(we.karim, mine.id))).toBe('not_found');
    expect(await children(we.karim, await rootOf(we.karim))).toEqual([]);
    expect((await we.room.ibox.listSpaces(we.amina)).length).toBe(1);
    expect(await codeOf(we.room.ibox.shares.stopSharing(we.amina, spaceId))).toBe('not_found');
    // And once more, as if nothing had been.
    expect((await share(folder.id, [we.karim, 'reader'])).name).toBe('Projet repris');
  });

  it('R-43 no shared folder inside another, and none deleted along with the folder that it shows in', async () => {
    const { folder, mount } = await shared('manager');
    const inner = await mkdir(we.amina, folder.id, 'inner');
    expect(await codeOf(share(inner.id, [we.karim, 'reader']))).toBe('share_nested');
    const outer = await mkdir(we.karim, await rootOf(we.karim), 'outer');
    await we.room.ibox.patchNode(we.karim, mount.id, { parentId: outer.id });
    const request = { people: [{ email: we.amina.email, role: 'reader' as const }], message: '' };
    expect(await codeOf(we.room.ibox.shares.shareFolder(we.karim, outer.id, request))).toBe('share_nested');
    expect(await codeOf(we.room.ibox.deleteNode(we.karim, outer.id, {}))).toBe('still_shared');
    expect(await codeOf(we.room.ibox.patchNode(we.karim, outer.id, { parentId: folder.id }))).toBe('share_nested');
    expect(await codeOf(we.room.ibox.patchNode(we.karim, mount.id, { parentId: mount.id }))).toBe('share_nested');
    expect(await codeOf(we.room.ibox.patchNode(we.karim, folder.id, { name: 'x' }))).toBe('forbidden');
    expect(await codeOf(share(we.root, [we.karim, 'reader']))).toBe('forbidden');
    const file = await write(we.amina, we.root, 'file', 'x');
    expect(await codeOf(share(file.id, [we.karim, 'reader']))).toBe('bad_request');
  });

  it('R-43 the way to a node is each member’s own, and names nothing of the owner’s', async () => {
    const secret = await mkdir(we.amina, we.root, 'Secret');
    const folder = await mkdir(we.amina, secret.id, 'Projet');
    const inner = await mkdir(we.amina, folder.id, 'notes');
    await share(folder.id, [we.karim, 'reader']);
    const mount = await accept(we.karim);
    const mine = await mkdir(we.karim, await rootOf(we.karim), 'Reçus');
    await we.room.ibox.patchNode(we.karim, mount.id, { name: 'Leur projet', parentId: mine.id });
    const way = async (who: Actor, id: string) =>
      (await we.room.ibox.viewNode(who, id)).ancestors.map(({ name }) => name).slice(1);
    expect(await way(we.karim, inner.id)).toEqual(['Reçus', 'Leur projet']);
    expect((await we.room.ibox.viewNode(we.karim, folder.id)).node.name).toBe('Leur projet');
    expect(await way(we.amina, inner.id)).toEqual(['Secret', 'Projet']);
    const { found } = await we.room.ibox.history.search(we.karim, 'notes', 5);
    expect(found[0]?.place.map(({ name }) => name).slice(1)).toEqual(['Reçus', 'Leur projet']);
  });
});
