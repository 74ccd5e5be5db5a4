import { describe, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import { bytesOf, codeOf } from '../test-room.ts';
import { allRefused, day, everyAttempt, hour, linksOfLina, password, visitor, whole } from './test-links.ts';

onEachDatabase((open) => {
  const the = linksOfLina(open);
  const { folder, file, make, take } = the;

  describe('R-43 visiting', () => {
    it('a folder: what is in it at whatever depth, nothing beside and nothing above', async () => {
      const top = await folder('Dossier');
      const inner = await folder('Annexes', top.id);
      const deep = await file('plan.txt', 'le plan', inner.id);
      const beside = await file('beside.txt');
      const { token } = await make(top.id);
      const who = visitor();
      expect(await the.links.view(token, who)).toMatchObject({
        needsPassword: false,
        kind: 'read',
        name: 'Dossier',
        ownerName: 'Lina',
        node: { id: top.id },
      });
      const { nodes } = await the.links.listChildren(token, who, top.id, { limit: 10 });
      expect(nodes.map(({ id }) => id)).toEqual([inner.id]);
      expect((await the.links.viewNode(token, who, deep.id)).path.map(({ name }) => name)).toEqual([
        'Dossier',
        'Annexes',
        'plan.txt',
      ]);
      expect(await take(token, who, deep.id)).toBe('le plan');
      const archive = await the.links.openArchive(token, who, top.id, true);
      expect([archive.name, (await bytesOf(archive.read())).length]).toEqual(['Dossier.zip', archive.size]);
      for (const id of [beside.id, the.rootId, 'no such', `${deep.id}\0`])
        await allRefused(
          [
            the.links.viewNode(token, who, id),
            the.links.listChildren(token, who, id, { limit: 10 }),
            the.links.openContent(token, who, id),
            the.links.openArchive(token, who, id, true),
            the.links.openPicture(token, who, id, 256),
            the.links.readText(token, who, id),
          ],
          'not_found',
        );
    });

    it('what is moved out or deleted is out at once; what is moved in is in', async () => {
      const top = await folder('Mouvant');
      const elsewhere = await folder('Ailleurs');
      const node = await file('m.txt', 'bonjour', top.id);
      const { token } = await make(top.id);
      const who = visitor();
      expect(await take(token, who, node.id)).toBe('bonjour');
      await the.room.ibox.patchNode(the.lina, node.id, { parentId: elsewhere.id });
      expect(await codeOf(take(token, who, node.id))).toBe('not_found');
      await the.room.ibox.patchNode(the.lina, node.id, { parentId: top.id });
      expect(await take(token, who, node.id)).toBe('bonjour');
      await the.room.ibox.deleteNode(the.lina, node.id, {});
      expect(await codeOf(take(token, who, node.id))).toBe('not_found');
    });

    it('ends with the right, the account and the node, and comes back with them', async () => {
      const top = await folder('Fragile');
      const node = await file('f.txt', 'bonjour', top.id);
      const { token } = await make(top.id);
      const who = visitor();
      const state = (status: 'suspended' | 'active') =>
        the.room.db.updateTable('accounts').set({ status }).where('id', '=', the.lina.accountId).execute();
      await state('suspended');
      expect(await codeOf(the.links.view(token, who))).toBe('link_gone');
      expect(await codeOf(take(token, who, node.id))).toBe('link_gone');
      await state('active');
      expect(await take(token, who, node.id)).toBe('bonjour');
      await the.room.ibox.deleteNode(the.lina, top.id, {});
      expect(await codeOf(the.links.view(token, who))).toBe('link_gone');
      expect(await codeOf(take(token, who, node.id))).toBe('link_gone');
      await the.room.ibox.history.restoreFromTrash(the.lina, top.id);
      expect(await take(token, who, node.id)).toBe('bonjour');
    });

    it('expires, is revoked, and is unknown with a letter changed', async () => {
      const node = await file('e.txt');
      const timed = await make(node.id, { expiresAt: the.now + day });
      const revoked = await make(node.id);
      const who = visitor();
      expect(await take(timed.token, who, node.id)).toBe('bonjour');
      the.now += day;
      expect(await codeOf(the.links.view(timed.token, who))).toBe('link_gone');
      expect(await codeOf(take(timed.token, who, node.id))).toBe('link_gone');
      expect((await the.links.list(the.lina, node.id)).map(({ state }) => state).sort()).toEqual(['expired', 'open']);
      await the.links.patch(the.lina, timed.link.id, { expiresAt: null });
      expect(await take(timed.token, who, node.id)).toBe('bonjour');
      await the.links.revoke(the.lina, revoked.link.id);
      expect(await codeOf(take(revoked.token, who, node.id))).toBe('link_gone');
      expect(await codeOf(the.links.patch(the.lina, revoked.link.id, { label: 'again' }))).toBe('not_found');
      const other = timed.token.slice(0, -1) + (timed.token.endsWith('A') ? 'B' : 'A');
      expect(await codeOf(the.links.view(other, who))).toBe('not_found');
    });

    it('tells nothing before the password; another password shuts out who knew the one before', async () => {
      const node = await file('p.txt');
      const { link, token } = await make(node.id, { password });
      expect(await the.links.view(token, visitor())).toEqual({ needsPassword: true });
      expect(await codeOf(take(token, visitor(), node.id))).toBe('link_password');
      expect(await codeOf(the.links.unlock(token, 'wrong', everyAttempt, '::1'))).toBe('link_password');
      const { key, page } = await the.links.unlock(token, password, everyAttempt, '::1');
      expect(page).toMatchObject({ needsPassword: false, name: 'p.txt' });
      expect(await take(token, visitor(key), node.id)).toBe('bonjour');
      const other = await make(node.id, { password });
      expect(await codeOf(take(other.token, visitor(key), node.id))).toBe('link_password');
      await the.links.patch(the.lina, link.id, { password: 'grenade et menthe' });
      expect(await codeOf(take(token, visitor(key), node.id))).toBe('link_password');
      expect(await codeOf(the.links.unlock(token, password, everyAttempt, '::1'))).toBe('link_password');
      const again = await the.links.unlock(token, 'grenade et menthe', everyAttempt, '::1');
      expect(await take(token, visitor(again.key), node.id)).toBe('bonjour');
      expect((await the.links.patch(the.lina, link.id, { password: null })).hasPassword).toBe(false);
      expect(await take(token, visitor(), node.id)).toBe('bonjour');
    });
  });

  describe('R-43 the download limit', () => {
    it('of 50 visitors at once exactly as many take a file as may', async () => {
      const node = await file('rare.txt');
      const { link, token } = await make(node.id, { downloadLimit: 7 });
      const taken = await Promise.allSettled(Array.from({ length: 50 }, () => take(token, visitor(), node.id)));
      expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
      for (const { reason } of taken.filter((one) => one.status === 'rejected')) expect(reason.code).toBe('link_gone');
      expect(await the.links.list(the.lina, node.id)).toMatchObject([{ id: link.id, downloads: 7, state: 'used_up' }]);
    });

    it('ranges of one download are counted once, also at once, also when it was the last', async () => {
      const node = await file('film.txt');
      const { link, token } = await make(node.id, { downloadLimit: 2 });
      const who = visitor();
      const parts = await Promise.all(Array.from({ length: 10 }, () => take(token, who, node.id)));
      expect(parts).toEqual(Array(10).fill('bonjour'));
      expect((await the.links.list(the.lina, node.id))[0]?.downloads).toBe(1);
      await take(token, visitor(), node.id);
      expect(await codeOf(the.links.view(token, who))).toBe('link_gone');
      expect(await codeOf(take(token, visitor(), node.id))).toBe('link_gone');
      expect(await codeOf(the.links.openArchive(token, who, node.id, true))).toBe('link_gone');
      expect(await take(token, who, node.id)).toBe('bonjour');
      the.now += 12 * hour;
      expect(await codeOf(take(token, who, node.id))).toBe('link_gone');
      await the.links.patch(the.lina, link.id, { downloadLimit: 3 });
      expect(await take(token, who, node.id)).toBe('bonjour');
      await the.links.revoke(the.lina, link.id);
      expect(await codeOf(take(token, who, node.id))).toBe('link_gone');
    });

    it('archives and texts count, small pictures and refused reads do not', async () => {
      const top = await folder('Compté');
      const text = await file('t.txt', 'bonjour', top.id);
      const { token, link } = await make(top.id, { downloadLimit: 9 });
      const downloads = async () =>
        (await the.links.list(the.lina, top.id)).find(({ id }) => id === link.id)?.downloads;
      const who = visitor();
      await the.links.openArchive(token, who, top.id, false);
      await the.links.openContent(token, who, text.id);
      expect(await codeOf(the.links.openPicture(token, who, text.id, 256))).toBe('preview_unavailable');
      expect(await downloads()).toBe(0);
      await the.links.openArchive(token, who, top.id, true);
      expect(await downloads()).toBe(1);
      expect((await the.links.readText(token, who, text.id)).text).toBe('bonjour');
      expect(await downloads()).toBe(2);
      // The same content, read otherwise.
      await take(token, who, text.id);
      await bytesOf((await the.links.openContent(token, who, text.id)).read(whole));
      expect(await downloads()).toBe(2);
      const told = await the.room.ibox.social.nodeActivity(the.lina, top.id, { limit: 10 });
      expect(told.entries.map(({ verb, by, name }) => [verb, by, name])).toEqual([
        ['link_downloaded', null, 't.txt'],
        ['link_downloaded', null, 'Compté'],
        ['link_made', 'Lina', 'Compté'],
        ['created', 'Lina', 't.txt'],
        ['created', 'Lina', 'Compté'],
      ]);
    });

    it('a large picture is as good as the file: not where downloads are counted', async () => {
      const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="9" height="9"/></svg>';
      const node = await file('dessin.svg', svg);
      const counted = await make(node.id, { downloadLimit: 1 });
      const free = await make(node.id);
      expect(await codeOf(the.links.openPicture(counted.token, visitor(), node.id, 1600))).toBe('preview_unavailable');
      for (const [token, edge] of [
        [counted.token, 256],
        [free.token, 1600],
      ] as const)
        expect((await (await the.links.openPicture(token, visitor(), node.id, edge)).bytes()).length).toBeGreaterThan(
          20,
        );
    });
  });
});
