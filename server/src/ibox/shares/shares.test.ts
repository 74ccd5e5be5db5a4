import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Node, SpaceRole } from '@diwan/protocol/ibox.ts';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Actor } from '../../identity/actor.ts';
import { bytesOf, codeOf, inPieces, openTestRoom, testPerson } from '../test-room.ts';

onEachDatabase((open) => {
  let room: Awaited<ReturnType<typeof openTestRoom>>;
  let amina: Actor;
  let karim: Actor;
  let root: string;
  let people = 0;
  beforeAll(async () => {
    room = await openTestRoom(await open());
  });
  afterAll(() => room.close());
  beforeEach(async () => {
    people++;
    amina = await testPerson(room.db, `Amina${people}`);
    karim = await testPerson(room.db, `Karim${people}`);
    root = await rootOf(amina);
  });

  const rootOf = async (who: Actor) => (await room.ibox.listSpaces(who))[0]?.rootId as string;
  const personalOf = async (who: Actor) => (await room.ibox.listSpaces(who))[0]?.id as string;
  const mkdir = (who: Actor, parentId: string, name: string) => room.ibox.createFolder(who, { parentId, name });
  const write = (who: Actor, parentId: string, name: string, text: string) =>
    room.ibox.putFile(who, { parentId, name, onConflict: 'replace' }, inPieces(Buffer.from(text)), {});
  const read = async (who: Actor, id: string) => {
    const content = await room.ibox.openContent(who, id);
    return (await bytesOf(content.read({ offset: 0, length: content.size }))).toString();
  };
  const children = async (who: Actor, id: string) =>
    (await room.ibox.listChildren(who, id, { limit: 1000 })).nodes.map(({ name }) => name);
  const share = (id: string, ...with_: [Actor, SpaceRole][]) =>
    room.ibox.shares.shareFolder(amina, id, {
      people: with_.map(([{ email }, role]) => ({ email: email.toLowerCase(), role })),
      message: '',
    });
  async function accept(who: Actor): Promise<Node> {
    const [invitation] = await room.ibox.shares.listInvitations(who);
    return room.ibox.shares.acceptInvitation(who, invitation?.id ?? '');
  }
  /** A folder of Amina's with something in it, shared with Karim. */
  async function shared(role: SpaceRole) {
    const folder = await mkdir(amina, root, 'Projet');
    const file = await write(amina, folder.id, 'plan.txt', 'un');
    const { spaceId } = await share(folder.id, [karim, role]);
    const mount = await accept(karim);
    return { folder, file, spaceId, mount };
  }
  const used = async (who: Actor) => (await room.ibox.history.readUsage(who)).usedBytes;

  it('R-43 a shared folder becomes a space with all that is in it: ids, versions, trash and room stay as they were', async () => {
    const folder = await mkdir(amina, root, 'Projet');
    const inner = await mkdir(amina, folder.id, 'intérieur');
    const file = await write(amina, inner.id, 'a.txt', 'un');
    await write(amina, inner.id, 'a.txt', 'deux');
    const gone = await write(amina, folder.id, 'vieux.txt', 'jeté');
    await room.ibox.deleteNode(amina, gone.id, {});
    const beside = await write(amina, root, 'privé.txt', 'à moi');
    const before = await used(amina);
    const personal = await personalOf(amina);
    const { seq } = await room.ibox.changes(amina, personal, { since: 0, limit: 1000 });

    const sharing = await share(folder.id, [karim, 'reader']);
    expect(sharing).toMatchObject({ rootId: folder.id, name: 'Projet' });
    expect(sharing.members).toMatchObject([{ name: amina.name, role: 'manager', isOwner: true }]);
    expect(sharing.invitations).toMatchObject([{ email: karim.email, role: 'reader' }]);
    expect(await used(amina)).toBe(before);

    const [first, second] = await room.ibox.listSpaces(amina);
    expect([first?.kind, second?.kind, second?.role, second?.isOwner]).toEqual(['personal', 'shared', 'manager', true]);
    const told = await room.ibox.changes(amina, personal, { since: seq, limit: 1000 });
    expect(told.departed?.map(({ id }) => id).sort()).toEqual([folder.id, inner.id, file.id, gone.id].sort());
    expect(told.nodes).toMatchObject([
      { name: 'Projet', parentId: root, mount: { spaceId: sharing.spaceId, rootId: folder.id } },
    ]);
    expect(told.nodes[0]?.id).toBe(second?.mountId);
    const live = await room.ibox.changes(amina, sharing.spaceId, { since: 0, limit: 1000 });
    expect(live.nodes.map(({ id }) => id)).toEqual([folder.id, inner.id, file.id]);

    expect(await children(amina, root)).toEqual(['Projet', 'privé.txt']);
    expect(await children(amina, second?.mountId ?? '')).toEqual(['intérieur']);
    const mount = await accept(karim);
    expect(mount).toMatchObject({ name: 'Projet', parentId: await rootOf(karim) });
    expect(await read(karim, file.id)).toBe('deux');
    const { versions } = await room.ibox.history.listVersions(karim, file.id, { limit: 10 });
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
    const { entries } = await room.ibox.history.listTrash(karim, sharing.spaceId, { limit: 10 });
    expect(entries.map(({ node }) => node.id)).toEqual([gone.id]);
    expect(await codeOf(room.ibox.viewNode(karim, beside.id))).toBe('not_found');
    expect((await room.ibox.history.search(karim, 'a', 50)).found.map(({ node }) => node.id)).toEqual([file.id]);
  });

  it('R-43 pages of the journal hold departures and nodes together, none twice and none left out', async () => {
    const folder = await mkdir(amina, root, 'Projet');
    for (let n = 0; n < 7; n++) await write(amina, folder.id, `f${n}`, 'x');
    const personal = await personalOf(amina);
    const { seq } = await room.ibox.changes(amina, personal, { since: 0, limit: 1000 });
    await share(folder.id, [karim, 'reader']);
    for (let n = 0; n < 3; n++) await write(amina, root, `g${n}`, 'x');
    const whole = await room.ibox.changes(amina, personal, { since: seq, limit: 1000 });
    expect([whole.departed?.length, whole.nodes.length]).toEqual([8, 4]);
    for (const limit of [1, 2, 3, 5, 12]) {
      const paged: number[] = [];
      for (let since = seq, more = true; more; ) {
        const page = await room.ibox.changes(amina, personal, { since, limit });
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
    const own = await rootOf(karim);
    const { ibox } = room;
    const gone = await write(amina, folder.id, 'gone', 'x');
    await ibox.deleteNode(amina, gone.id, {});
    const lina = await testPerson(room.db, `Lina${people}`);
    const invite = { people: [{ email: lina.email, role: 'reader' as const }], message: '' };
    const tries = {
      read: () => read(karim, file.id),
      copyOut: () => ibox.history.copyNode(karim, file.id, { parentId: own }),
      write: () => write(karim, folder.id, 'new', 'x'),
      writeByMount: () => write(karim, mount.id, 'new', 'x'),
      change: () => ibox.putFile(karim, { nodeId: file.id }, inPieces(Buffer.from('y')), {}),
      folder: () => mkdir(karim, folder.id, `d${Math.random()}`),
      rename: () => ibox.patchNode(karim, file.id, { name: `p${Math.random()}` }),
      restoreVersion: () => ibox.history.restoreVersion(karim, file.id, 1, {}),
      restore: () => ibox.history.restoreFromTrash(karim, gone.id),
      form: () => ibox.putForm(karim, folder.id, 'replace').then((form) => form.close()),
      trash: () => ibox.deleteNode(karim, gone.id, {}),
      purge: () => ibox.history.emptyTrash(karim, spaceId, {}),
      sharing: () => ibox.shares.readSharing(karim, spaceId),
      invite: () => ibox.shares.shareFolder(karim, folder.id, invite),
      stop: () => ibox.shares.stopSharing(karim, spaceId),
      demoteOwner: () => ibox.shares.setRole(karim, spaceId, amina.accountId, 'reader'),
      removeOwner: () => ibox.shares.removeMember(karim, spaceId, amina.accountId),
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
    await ibox.shares.setRole(amina, spaceId, karim.accountId, 'writer');
    const allowed = (codes: object) => Object.fromEntries(Object.keys(codes).map((name) => [name, 'ok']));
    const writes = { ...reads, ...allowed(changes), ...rest, restore: 'ok', form: 'ok', trash: 'ok' };
    expect(await answers()).toEqual({ ...writes, ...manages });
    await ibox.shares.setRole(amina, spaceId, karim.accountId, 'manager');
    expect(await answers()).toEqual({ ...writes, restore: 'ok', ...allowed(manages) });
  });

  it('R-43 access ends with the membership, at once, and the mount goes; a stranger learns nothing', async () => {
    const { folder, file, spaceId, mount } = await shared('writer');
    const personal = await personalOf(karim);
    const { seq } = await room.ibox.changes(karim, personal, { since: 0, limit: 1000 });
    await room.ibox.shares.removeMember(amina, spaceId, karim.accountId);
    for (const work of [
      () => room.ibox.viewNode(karim, file.id),
      () => room.ibox.listChildren(karim, folder.id, { limit: 1 }),
      () => room.ibox.listChildren(karim, mount.id, { limit: 1 }),
      () => room.ibox.changes(karim, spaceId, { since: 0, limit: 1 }),
      () => room.ibox.openContent(karim, file.id),
      () => room.ibox.history.listTrash(karim, spaceId, { limit: 1 }),
      () => room.ibox.shares.readSharing(karim, spaceId),
      () => write(karim, folder.id, 'late', 'x'),
    ])
      expect(await codeOf(work())).toBe('not_found');
    expect((await room.ibox.history.search(karim, 'plan', 10)).found).toEqual([]);
    const told = await room.ibox.changes(karim, personal, { since: seq, limit: 10 });
    expect(told.nodes).toMatchObject([{ id: mount.id, deleted: true, mount: null }]);
    expect((await room.ibox.history.listTrash(karim, personal, { limit: 10 })).entries).toEqual([]);
  });

  it('R-43 leaving: by the membership or by deleting one’s mount; the owner can’t, but stops sharing', async () => {
    const { folder, file, spaceId, mount } = await shared('writer');
    const ownMount = (await room.ibox.listSpaces(amina))[1]?.mountId ?? '';
    expect(await codeOf(room.ibox.deleteNode(amina, ownMount, {}))).toBe('still_shared');
    expect(await codeOf(room.ibox.shares.removeMember(amina, spaceId, amina.accountId))).toBe('forbidden');
    await room.ibox.deleteNode(karim, mount.id, {});
    expect(await codeOf(room.ibox.viewNode(karim, file.id))).toBe('not_found');
    expect((await room.ibox.shares.readSharing(amina, spaceId)).members.length).toBe(1);

    await share(folder.id, [karim, 'reader']);
    await accept(karim);
    await room.ibox.shares.removeMember(karim, spaceId, karim.accountId);
    expect(await children(karim, await rootOf(karim))).toEqual([]);

    await share(folder.id, [karim, 'writer']);
    await accept(karim);
    const mine = await write(karim, folder.id, 'de Karim.txt', 'texte');
    await room.ibox.patchNode(amina, ownMount, { name: 'Projet repris' });
    const before = await used(amina);
    await room.ibox.shares.stopSharing(amina, spaceId);
    expect(await used(amina)).toBe(before);
    expect(await children(amina, root)).toEqual(['Projet repris']);
    expect((await room.ibox.viewNode(amina, folder.id)).node).toMatchObject({ parentId: root, name: 'Projet repris' });
    expect(await read(amina, mine.id)).toBe('texte');
    expect(await read(amina, file.id)).toBe('un');
    expect(await codeOf(room.ibox.viewNode(karim, mine.id))).toBe('not_found');
    expect(await children(karim, await rootOf(karim))).toEqual([]);
    expect((await room.ibox.listSpaces(amina)).length).toBe(1);
    expect(await codeOf(room.ibox.shares.stopSharing(amina, spaceId))).toBe('not_found');
    // And once more, as if nothing had been.
    expect((await share(folder.id, [karim, 'reader'])).name).toBe('Projet repris');
  });

  it('R-43 no shared folder inside another, and none deleted along with the folder that it shows in', async () => {
    const { folder, mount } = await shared('manager');
    const inner = await mkdir(amina, folder.id, 'inner');
    expect(await codeOf(share(inner.id, [karim, 'reader']))).toBe('share_nested');
    const outer = await mkdir(karim, await rootOf(karim), 'outer');
    await room.ibox.patchNode(karim, mount.id, { parentId: outer.id });
    const request = { people: [{ email: amina.email, role: 'reader' as const }], message: '' };
    expect(await codeOf(room.ibox.shares.shareFolder(karim, outer.id, request))).toBe('share_nested');
    expect(await codeOf(room.ibox.deleteNode(karim, outer.id, {}))).toBe('still_shared');
    expect(await codeOf(room.ibox.patchNode(karim, outer.id, { parentId: folder.id }))).toBe('share_nested');
    expect(await codeOf(room.ibox.patchNode(karim, mount.id, { parentId: mount.id }))).toBe('share_nested');
    expect(await codeOf(room.ibox.patchNode(karim, folder.id, { name: 'x' }))).toBe('forbidden');
    expect(await codeOf(share(root, [karim, 'reader']))).toBe('forbidden');
    const file = await write(amina, root, 'file', 'x');
    expect(await codeOf(share(file.id, [karim, 'reader']))).toBe('bad_request');
  });

  it('R-43 the way to a node is each member’s own, and names nothing of the owner’s', async () => {
    const secret = await mkdir(amina, root, 'Secret');
    const folder = await mkdir(amina, secret.id, 'Projet');
    const inner = await mkdir(amina, folder.id, 'notes');
    await share(folder.id, [karim, 'reader']);
    const mount = await accept(karim);
    const mine = await mkdir(karim, await rootOf(karim), 'Reçus');
    await room.ibox.patchNode(karim, mount.id, { name: 'Leur projet', parentId: mine.id });
    const way = async (who: Actor, id: string) =>
      (await room.ibox.viewNode(who, id)).ancestors.map(({ name }) => name).slice(1);
    expect(await way(karim, inner.id)).toEqual(['Reçus', 'Leur projet']);
    expect((await room.ibox.viewNode(karim, folder.id)).node.name).toBe('Leur projet');
    expect(await way(amina, inner.id)).toEqual(['Secret', 'Projet']);
    const { found } = await room.ibox.history.search(karim, 'notes', 5);
    expect(found[0]?.place.map(({ name }) => name).slice(1)).toEqual(['Reçus', 'Leur projet']);
  });

  it('R-43 from space to space: what moves keeps its ids and versions, and counts for whose space it is in', async () => {
    const { folder, file, spaceId, mount } = await shared('writer');
    const box = await mkdir(karim, await rootOf(karim), 'box');
    const mine = await write(karim, box.id, 'mine.txt', 'douze octets');
    await write(karim, box.id, 'mine.txt', 'de nouveau..');
    expect([await used(amina), await used(karim)]).toEqual([2, 12]);
    await room.ibox.patchNode(karim, box.id, { parentId: mount.id, name: 'boîte' });
    expect([await used(amina), await used(karim)]).toEqual([14, 0]);
    expect(await children(amina, folder.id)).toEqual(['boîte', 'plan.txt']);
    expect(await read(amina, mine.id)).toBe('de nouveau..');
    expect((await room.ibox.history.listVersions(amina, mine.id, { limit: 5 })).versions.length).toBe(2);
    expect((await room.ibox.history.search(amina, 'mine', 5)).found.map(({ node }) => node.spaceId)).toEqual([spaceId]);

    // And out again, to another folder; the journal it left tells so, and that it came back it tells too.
    const { seq } = await room.ibox.changes(amina, spaceId, { since: 0, limit: 100 });
    await room.ibox.patchNode(karim, mine.id, { parentId: await rootOf(karim) });
    await room.ibox.patchNode(karim, file.id, { parentId: await rootOf(karim) });
    await room.ibox.patchNode(karim, file.id, { parentId: folder.id });
    const told = await room.ibox.changes(amina, spaceId, { since: seq, limit: 100 });
    expect(told.departed?.map(({ id }) => id)).toEqual([mine.id]);
    expect(told.nodes.map(({ id }) => id)).toEqual([file.id]);
    expect([await used(amina), await used(karim)]).toEqual([2, 12]);
    await room.db
      .insertInto('quotas')
      .values({ accountId: karim.accountId, bytes: 13 })
      .onConflict((c) => c.column('accountId').doUpdateSet({ bytes: 13 }))
      .execute();
    expect(await codeOf(room.ibox.patchNode(karim, file.id, { parentId: await rootOf(karim) }))).toBe('quota_exceeded');
    expect(await read(amina, file.id)).toBe('un');
    await room.ibox.shares.setRole(amina, spaceId, karim.accountId, 'reader');
    expect(await codeOf(room.ibox.patchNode(karim, file.id, { parentId: await rootOf(karim) }))).toBe('forbidden');
    expect(await codeOf(room.ibox.patchNode(karim, mine.id, { parentId: folder.id }))).toBe('forbidden');
  });

  it('R-43 a copy of a folder with a shared one in it is a copy of all of it, and so is its archive', async () => {
    const { mount } = await shared('reader');
    const box = await mkdir(karim, await rootOf(karim), 'box');
    await room.ibox.patchNode(karim, mount.id, { parentId: box.id });
    const copy = await room.ibox.history.copyNode(karim, box.id, { parentId: await rootOf(karim), name: 'copie' });
    const [inside] = (await room.ibox.listChildren(karim, copy.id, { limit: 5 })).nodes;
    expect(inside).toMatchObject({ name: 'Projet', mount: null });
    expect(await children(karim, inside?.id ?? '')).toEqual(['plan.txt']);
    const archive = await room.ibox.openArchive(karim, [box.id]);
    expect((await bytesOf(archive.read())).toString('latin1')).toContain('box/Projet/plan.txt');
  });

  it('R-43 invitations are mailed in the language of who has the address, else of who invites; each answers for themself', async () => {
    await room.db.updateTable('accounts').set({ language: 'ar' }).where('id', '=', karim.accountId).execute();
    const folder = await mkdir(amina, root, 'Bilan');
    const unknown = `nobody-${people}@diwan.test`;
    const told: string[][] = [];
    const end = room.bus.subscribe('shares:changed', ({ accountIds }) => void told.push(accountIds));
    await room.ibox.shares.shareFolder(amina, folder.id, {
      people: [
        { email: karim.email, role: 'reader' },
        { email: unknown, role: 'writer' },
      ],
      message: 'Pour lundi',
    });
    await room.ibox.shares.close();
    end();
    expect(told).toContainEqual([karim.accountId]);
    const mails = await Promise.all(
      (await readdir(join(room.folder, 'mail'))).map(async (name) =>
        simpleParser(await readFile(join(room.folder, 'mail', name))),
      ),
    );
    const mailTo = (email: string) => mails.find(({ to }) => [to].flat()[0]?.value[0]?.address === email);
    expect(mailTo(unknown)?.subject).toBe(`${amina.name} partage « Bilan » avec vous`);
    expect(mailTo(unknown)?.text).toContain('> Pour lundi');
    expect(mailTo(karim.email)?.subject).toContain('يشارك معك');

    const lina = await testPerson(room.db, `Lina${people}`);
    const [invitation] = await room.ibox.shares.listInvitations(karim);
    expect(invitation).toMatchObject({ name: 'Bilan', from: amina.name, role: 'reader', message: 'Pour lundi' });
    const id = invitation?.id ?? '';
    for (const other of [lina, amina]) {
      expect(await codeOf(room.ibox.shares.acceptInvitation(other, id))).toBe('not_found');
      expect(await codeOf(room.ibox.shares.declineInvitation(other, id))).toBe('not_found');
    }
    await room.ibox.shares.declineInvitation(karim, id);
    expect(await codeOf(room.ibox.shares.acceptInvitation(karim, id))).toBe('not_found');
    const { spaceId } = await share(folder.id, [karim, 'reader']);
    await room.db
      .updateTable('shareInvitations')
      .set({ expiresAt: Date.now() - 1 })
      .where('email', '=', karim.email)
      .execute();
    expect(await room.ibox.shares.listInvitations(karim)).toEqual([]);
    const sharing = await room.ibox.shares.readSharing(amina, spaceId);
    expect(sharing.invitations.map(({ email }) => email)).toEqual([unknown]);
    await room.ibox.shares.withdrawInvitation(amina, spaceId, sharing.invitations[0]?.id ?? '');
    expect(await codeOf(room.ibox.shares.withdrawInvitation(amina, spaceId, sharing.invitations[0]?.id ?? ''))).toBe(
      'not_found',
    );
  });

  it('R-43 of many who accept one invitation at once, one does; a withdrawal and an acceptance never both do', async () => {
    const folder = await mkdir(amina, root, 'Projet');
    const { spaceId } = await share(folder.id, [karim, 'reader']);
    const [invitation] = await room.ibox.shares.listInvitations(karim);
    const id = invitation?.id ?? '';
    const codes = await Promise.all([
      ...Array.from({ length: 5 }, () => codeOf(room.ibox.shares.acceptInvitation(karim, id))),
      codeOf(room.ibox.shares.withdrawInvitation(amina, spaceId, id)),
    ]);
    expect(codes.sort()).toEqual([...Array(5).fill('not_found'), 'ok']);
    const isIn = (await room.ibox.shares.readSharing(amina, spaceId)).members.length === 2;
    expect(await children(karim, await rootOf(karim))).toEqual(isIn ? ['Projet'] : []);
  });

  it('R-43 R-41 uploads into a folder that is shared, moved and taken back meanwhile land in it, or are told', async () => {
    for (let round = 0; round < 2; round++) {
      const folder = await mkdir(amina, root, `Projet ${round}`);
      const elsewhere = await mkdir(amina, root, `Ailleurs ${round}`);
      const landed: string[] = [];
      const uploads = Array.from({ length: 24 }, async (_, n) => {
        const code = await codeOf(write(amina, folder.id, `f${n}`, `texte ${n}`));
        if (code === 'ok') landed.push(`f${n}`);
        else expect(code).toBe('conflict');
      });
      const work = async () => {
        const { spaceId } = await share(folder.id, [karim, 'writer']);
        await accept(karim);
        const both = await Promise.all([
          codeOf(room.ibox.shares.stopSharing(amina, spaceId)),
          codeOf(write(karim, folder.id, 'karim', 'x')),
        ]);
        expect(both[0]).toBe('ok');
        expect(['ok', 'not_found', 'conflict']).toContain(both[1]);
        if (both[1] === 'ok') landed.push('karim');
        await room.ibox.patchNode(amina, folder.id, { parentId: elsewhere.id });
      };
      await Promise.all([...uploads, work()]);
      const { nodes } = await room.ibox.listChildren(amina, folder.id, { limit: 100 });
      expect(nodes.map(({ name }) => name).sort()).toEqual(landed.sort());
      const personal = await personalOf(amina);
      for (const node of nodes) {
        expect(node.spaceId).toBe(personal);
        if (node.name !== 'karim') expect(await read(amina, node.id)).toBe(`texte ${node.name.slice(1)}`);
      }
      await consistent();
    }
  });

  it('R-43 moves between two spaces in both directions at once never wait for each other for ever', async () => {
    const { folder, mount } = await shared('writer');
    const own = await rootOf(karim);
    const inside = await Promise.all(Array.from({ length: 8 }, (_, n) => write(karim, folder.id, `in${n}`, 'x')));
    const outside = await Promise.all(Array.from({ length: 8 }, (_, n) => write(karim, own, `out${n}`, 'x')));
    await Promise.all([
      ...inside.map(({ id }) => room.ibox.patchNode(karim, id, { parentId: own })),
      ...outside.map(({ id }) => room.ibox.patchNode(karim, id, { parentId: mount.id })),
    ]);
    expect((await children(karim, own)).filter((name) => name.startsWith('in')).length).toBe(8);
    expect((await children(karim, folder.id)).filter((name) => name.startsWith('out')).length).toBe(8);
    await consistent();
  });

  /** What must hold of all spaces, whatever was done. */
  async function consistent(): Promise<void> {
    const spaces = await room.db.selectFrom('spaces').selectAll().execute();
    const nodes = await room.db.selectFrom('nodes').selectAll().execute();
    const departures = await room.db.selectFrom('departures').selectAll().execute();
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
