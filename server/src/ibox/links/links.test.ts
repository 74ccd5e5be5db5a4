import { randomBytes } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import { hashPassword, passwordMatches } from '../../identity/password.ts';
import { loadSecrets } from '../../identity/secrets.ts';
import { linkSeal } from '../../identity/tokens.ts';
import type { Mail } from '../../mail/mailer.ts';
import { defaultLimits } from '../rules/limits.ts';
import { bytesOf, inPieces, openTestRoom, testPerson } from '../test-room.ts';
import type { Links } from './links.ts';

const day = 24 * 3600_000;
const hour = 3600_000;
const password = 'figue de barbarie';
const open = { attempt: async () => {}, succeeded: async () => {} };
const visitor = (key?: { id: string; generation: number }) => ({
  key,
  visit: randomBytes(16).toString('base64url'),
});
const refusal = async (asked: Promise<unknown>): Promise<string> => {
  const error = await asked.then(
    () => 'answered',
    (thrown) => thrown,
  );
  return error instanceof HubError ? error.code : String(error);
};
const allRefused = async (asked: Promise<unknown>[], code: string) =>
  expect(await Promise.all(asked.map(refusal))).toEqual(asked.map(() => code));
const tokenOf = (url: string) => new URL(url).pathname.slice('/l/'.length);

onEachDatabase((openDb) => {
  let db: Db;
  let room: Awaited<ReturnType<typeof openTestRoom>>;
  let links: Links;
  let lina: Actor;
  let karim: Actor;
  let rootId: string;
  let now = Date.now();
  const mails: Mail[] = [];
  let mailWorks = true;

  beforeAll(async () => {
    db = await openDb();
    room = await openTestRoom(db, undefined, { ...defaultLimits, quotaBytes: 1_000_000 });
    const secrets = loadSecrets(room.folder);
    links = room.ibox.openLinks({
      seal: (id) => linkSeal(secrets, id),
      hashPassword,
      passwordMatches,
      mail: async (mail) => {
        if (!mailWorks) throw new Error('no mail server');
        mails.push(mail);
      },
      publicUrl: 'https://hub.example',
      now: () => now,
    });
    lina = await testPerson(db, 'Lina');
    karim = await testPerson(db, 'Karim');
    const [space] = await room.ibox.listSpaces(lina);
    rootId = space?.rootId as string;
  });
  afterAll(() => room.close());

  const folder = (name: string, parentId = rootId) => room.ibox.createFolder(lina, { parentId, name });
  const file = (name: string, bytes = 'bonjour', parentId = rootId) =>
    room.ibox.putFile(lina, { parentId, name, onConflict: 'refuse' }, inPieces(Buffer.from(bytes)), {});
  const make = async (nodeId: string, input: Partial<Parameters<Links['create']>[2]> = {}) => {
    const link = await links.create(lina, nodeId, { kind: 'read', label: '', ...input });
    return { link, token: tokenOf(link.url) };
  };
  const whole = { offset: 0, length: 7 };
  /** As it is sent over HTTP. */
  const take = async (token: string, who: ReturnType<typeof visitor>, id: string) => {
    const content = await links.openContent(token, who, id);
    let taken = '';
    await content.send(whole, async (bytes) => {
      taken += Buffer.from(bytes).toString();
    });
    return taken;
  };

  describe('R-43 making links', () => {
    it('only who may share the node makes, sees, changes, mails and revokes its links', async () => {
      const node = await file('contrat.txt');
      const { link } = await make(node.id, { label: 'Notaire' });
      expect(link).toMatchObject({ nodeName: 'contrat.txt', label: 'Notaire', state: 'open', createdBy: 'Lina' });
      expect(link.url).toMatch(/^https:\/\/hub\.example\/l\/[\w-]{54}$/);
      await allRefused(
        [
          links.create(karim, node.id, { kind: 'read', label: '' }),
          links.list(karim, node.id),
          links.patch(karim, link.id, { label: 'x' }),
          links.revoke(karim, link.id),
          links.mail(karim, link.id, { to: ['k@example.dz'], message: '' }),
        ],
        'not_found',
      );
      expect(await links.listOwn(karim)).toEqual([]);
      expect(await links.list(lina, node.id)).toEqual([link]);
      expect(await links.listOwn(lina)).toContainEqual(link);
    });

    it('refuses what can’t be meant', async () => {
      const node = await file('a.txt');
      const inside = await folder('A');
      expect(await refusal(make(node.id, { kind: 'drop' }))).toBe('bad_request');
      expect(await refusal(make(inside.id, { kind: 'drop', downloadLimit: 3 }))).toBe('bad_request');
      expect(await refusal(make(node.id, { expiresAt: now }))).toBe('bad_request');
      const { link } = await make(node.id);
      expect(await refusal(links.patch(lina, link.id, { expiresAt: now - 1 }))).toBe('bad_request');
      expect(await refusal(links.patch(lina, 'no such', {}))).toBe('not_found');
      expect(await links.patch(lina, link.id, {})).toEqual(link);
    });

    it('keeps neither the address nor the password', async () => {
      const node = await file('secret.txt');
      const { link, token } = await make(node.id, { password });
      const stored = JSON.stringify(await db.selectFrom('links').selectAll().where('id', '=', link.id).execute());
      expect(stored).toContain('$argon2id$');
      expect(stored).not.toContain(password);
      expect(stored).not.toContain(token.slice(22));
    });
  });

  describe('R-43 visiting', () => {
    it('a folder: what is in it at whatever depth, nothing beside and nothing above', async () => {
      const top = await folder('Dossier');
      const inner = await folder('Annexes', top.id);
      const deep = await file('plan.txt', 'le plan', inner.id);
      const beside = await file('beside.txt');
      const { token } = await make(top.id);
      const who = visitor();
      expect(await links.view(token, who)).toMatchObject({
        needsPassword: false,
        kind: 'read',
        name: 'Dossier',
        ownerName: 'Lina',
        node: { id: top.id },
      });
      const { nodes } = await links.listChildren(token, who, top.id, { limit: 10 });
      expect(nodes.map(({ id }) => id)).toEqual([inner.id]);
      expect((await links.viewNode(token, who, deep.id)).path.map(({ name }) => name)).toEqual([
        'Dossier',
        'Annexes',
        'plan.txt',
      ]);
      expect(await take(token, who, deep.id)).toBe('le plan');
      const archive = await links.openArchive(token, who, top.id, true);
      expect([archive.name, (await bytesOf(archive.read())).length]).toEqual(['Dossier.zip', archive.size]);
      for (const id of [beside.id, rootId, 'no such', `${deep.id}\0`])
        await allRefused(
          [
            links.viewNode(token, who, id),
            links.listChildren(token, who, id, { limit: 10 }),
            links.openContent(token, who, id),
            links.openArchive(token, who, id, true),
            links.openPicture(token, who, id, 256),
            links.readText(token, who, id),
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
      await room.ibox.patchNode(lina, node.id, { parentId: elsewhere.id });
      expect(await refusal(take(token, who, node.id))).toBe('not_found');
      await room.ibox.patchNode(lina, node.id, { parentId: top.id });
      expect(await take(token, who, node.id)).toBe('bonjour');
      await room.ibox.deleteNode(lina, node.id, {});
      expect(await refusal(take(token, who, node.id))).toBe('not_found');
    });

    it('ends with the right, the account and the node, and comes back with them', async () => {
      const top = await folder('Fragile');
      const node = await file('f.txt', 'bonjour', top.id);
      const { token } = await make(top.id);
      const who = visitor();
      const state = (status: 'suspended' | 'active') =>
        db.updateTable('accounts').set({ status }).where('id', '=', lina.accountId).execute();
      await state('suspended');
      expect(await refusal(links.view(token, who))).toBe('link_gone');
      expect(await refusal(take(token, who, node.id))).toBe('link_gone');
      await state('active');
      expect(await take(token, who, node.id)).toBe('bonjour');
      await room.ibox.deleteNode(lina, top.id, {});
      expect(await refusal(links.view(token, who))).toBe('link_gone');
      expect(await refusal(take(token, who, node.id))).toBe('link_gone');
      await room.ibox.history.restoreFromTrash(lina, top.id);
      expect(await take(token, who, node.id)).toBe('bonjour');
    });

    it('expires, is revoked, and is unknown with a letter changed', async () => {
      const node = await file('e.txt');
      const timed = await make(node.id, { expiresAt: now + day });
      const revoked = await make(node.id);
      const who = visitor();
      expect(await take(timed.token, who, node.id)).toBe('bonjour');
      now += day;
      expect(await refusal(links.view(timed.token, who))).toBe('link_gone');
      expect(await refusal(take(timed.token, who, node.id))).toBe('link_gone');
      expect((await links.list(lina, node.id)).map(({ state }) => state).sort()).toEqual(['expired', 'open']);
      await links.patch(lina, timed.link.id, { expiresAt: null });
      expect(await take(timed.token, who, node.id)).toBe('bonjour');
      await links.revoke(lina, revoked.link.id);
      expect(await refusal(take(revoked.token, who, node.id))).toBe('link_gone');
      expect(await refusal(links.patch(lina, revoked.link.id, { label: 'again' }))).toBe('not_found');
      const other = timed.token.slice(0, -1) + (timed.token.endsWith('A') ? 'B' : 'A');
      expect(await refusal(links.view(other, who))).toBe('not_found');
    });

    it('tells nothing before the password; another password shuts out who knew the one before', async () => {
      const node = await file('p.txt');
      const { link, token } = await make(node.id, { password });
      expect(await links.view(token, visitor())).toEqual({ needsPassword: true });
      expect(await refusal(take(token, visitor(), node.id))).toBe('link_password');
      expect(await refusal(links.unlock(token, 'wrong', open, '::1'))).toBe('link_password');
      const { key, page } = await links.unlock(token, password, open, '::1');
      expect(page).toMatchObject({ needsPassword: false, name: 'p.txt' });
      expect(await take(token, visitor(key), node.id)).toBe('bonjour');
      const other = await make(node.id, { password });
      expect(await refusal(take(other.token, visitor(key), node.id))).toBe('link_password');
      await links.patch(lina, link.id, { password: 'grenade et menthe' });
      expect(await refusal(take(token, visitor(key), node.id))).toBe('link_password');
      expect(await refusal(links.unlock(token, password, open, '::1'))).toBe('link_password');
      const again = await links.unlock(token, 'grenade et menthe', open, '::1');
      expect(await take(token, visitor(again.key), node.id)).toBe('bonjour');
      expect((await links.patch(lina, link.id, { password: null })).hasPassword).toBe(false);
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
      expect(await links.list(lina, node.id)).toMatchObject([{ id: link.id, downloads: 7, state: 'used_up' }]);
    });

    it('ranges of one download are counted once, also at once, also when it was the last', async () => {
      const node = await file('film.txt');
      const { link, token } = await make(node.id, { downloadLimit: 2 });
      const who = visitor();
      const parts = await Promise.all(Array.from({ length: 10 }, () => take(token, who, node.id)));
      expect(parts).toEqual(Array(10).fill('bonjour'));
      expect((await links.list(lina, node.id))[0]?.downloads).toBe(1);
      await take(token, visitor(), node.id);
      expect(await refusal(links.view(token, who))).toBe('link_gone');
      expect(await refusal(take(token, visitor(), node.id))).toBe('link_gone');
      expect(await refusal(links.openArchive(token, who, node.id, true))).toBe('link_gone');
      expect(await take(token, who, node.id)).toBe('bonjour');
      now += 12 * hour;
      expect(await refusal(take(token, who, node.id))).toBe('link_gone');
      await links.patch(lina, link.id, { downloadLimit: 3 });
      expect(await take(token, who, node.id)).toBe('bonjour');
      await links.revoke(lina, link.id);
      expect(await refusal(take(token, who, node.id))).toBe('link_gone');
    });

    it('archives and texts count, small pictures and refused reads do not', async () => {
      const top = await folder('Compté');
      const text = await file('t.txt', 'bonjour', top.id);
      const { token, link } = await make(top.id, { downloadLimit: 9 });
      const downloads = async () => (await links.list(lina, top.id)).find(({ id }) => id === link.id)?.downloads;
      const who = visitor();
      await links.openArchive(token, who, top.id, false);
      await links.openContent(token, who, text.id);
      expect(await refusal(links.openPicture(token, who, text.id, 256))).toBe('preview_unavailable');
      expect(await downloads()).toBe(0);
      await links.openArchive(token, who, top.id, true);
      expect(await downloads()).toBe(1);
      expect((await links.readText(token, who, text.id)).text).toBe('bonjour');
      expect(await downloads()).toBe(2);
      // The same content, read otherwise.
      await take(token, who, text.id);
      await bytesOf((await links.openContent(token, who, text.id)).read(whole));
      expect(await downloads()).toBe(2);
      const told = await room.ibox.social.nodeActivity(lina, top.id, { limit: 10 });
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
      expect(await refusal(links.openPicture(counted.token, visitor(), node.id, 1600))).toBe('preview_unavailable');
      for (const [token, edge] of [
        [counted.token, 256],
        [free.token, 1600],
      ] as const)
        expect((await (await links.openPicture(token, visitor(), node.id, edge)).bytes()).length).toBeGreaterThan(20);
    });
  });

  describe('R-43 dropping files', () => {
    const drop = async (token: string, name: string, bytes: string, key?: { id: string; generation: number }) => {
      const upload = await links.drop(token, visitor(key), bytes.length);
      try {
        await upload.add(name, inPieces(Buffer.from(bytes)), {});
        return await upload.commit();
      } finally {
        await upload.close();
      }
    };

    it('files arrive under the link’s name, beside what is there, and nothing is seen or told', async () => {
      const box = await folder('Boîte');
      const mine = await file('devis.txt', 'le mien', box.id);
      const { link, token } = await make(box.id, { kind: 'drop', label: 'Fournisseurs' });
      expect(await links.view(token, visitor())).toMatchObject({ kind: 'drop', name: 'Boîte', node: null });
      expect(await drop(token, 'devis.txt', 'le leur')).toEqual({ files: [{ name: 'devis.txt', size: 7 }] });
      const { nodes } = await room.ibox.listChildren(lina, box.id, { limit: 10 });
      expect(nodes.map(({ name, changedBy, viaLink }) => [name, changedBy, viaLink])).toEqual([
        ['devis (2).txt', 'Fournisseurs', true],
        ['devis.txt', 'Lina', undefined],
      ]);
      const { versions } = await room.ibox.history.listVersions(lina, nodes[0]?.id as string, { limit: 10 });
      expect(versions).toMatchObject([{ createdBy: 'Fournisseurs', viaLink: true }]);
      expect((await links.list(lina, box.id))[0]).toMatchObject({ id: link.id, uploads: 1 });
      const who = visitor();
      await allRefused(
        [
          links.viewNode(token, who, mine.id),
          links.viewNode(token, who, box.id),
          links.listChildren(token, who, box.id, { limit: 10 }),
          links.openContent(token, who, mine.id),
          links.openArchive(token, who, box.id, true),
          links.openPicture(token, who, mine.id, 256),
          links.readText(token, who, mine.id),
        ],
        'forbidden',
      );
      const reading = await make(box.id);
      expect(await refusal(drop(reading.token, 'x.txt', 'x'))).toBe('forbidden');
    });

    it('names that lead elsewhere are refused', async () => {
      const box = await folder('Noms');
      const { token } = await make(box.id, { kind: 'drop' });
      for (const name of ['../x', 'a/b', '..', 'a\0b', '\\\\x'])
        expect(await refusal(drop(token, name, 'x'))).toBe('name_invalid');
    });

    it('the owner’s quota holds, told without its figures', async () => {
      const box = await folder('Pleine');
      const { token } = await make(box.id, { kind: 'drop' });
      expect(await refusal(links.drop(token, visitor(), 20_000_000))).toBe('quota_exceeded');
      const upload = await links.drop(token, visitor(), 0);
      const error = await upload.add('gros.bin', inPieces(Buffer.alloc(1_100_000)), {}).catch((thrown) => thrown);
      await upload.close();
      expect([error.code, error.detail]).toEqual(['quota_exceeded', undefined]);
      // Two that would fit one by one.
      const both = await Promise.allSettled([
        drop(token, 'a', 'a'.repeat(600_000)),
        drop(token, 'b', 'b'.repeat(600_000)),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const { reason } = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
      expect([reason.code, reason.detail]).toEqual(['quota_exceeded', undefined]);
    });

    it('what is taken away while an upload lasts counts', async () => {
      const ended = {
        link_gone: (id: string) => links.revoke(lina, id),
        link_password: (id: string) => links.patch(lina, id, { password }),
      };
      for (const [code, end] of Object.entries(ended)) {
        const box = await folder(`Pendant ${code}`);
        const { link, token } = await make(box.id, { kind: 'drop' });
        const upload = await links.drop(token, visitor(), 1);
        await upload.add('x.txt', inPieces(Buffer.from('x')), {});
        await end(link.id);
        expect(await refusal(upload.commit())).toBe(code);
        await upload.close();
        expect((await room.ibox.listChildren(lina, box.id, { limit: 10 })).nodes).toEqual([]);
      }
      const box = await folder('Pendant la corbeille');
      const { token } = await make(box.id, { kind: 'drop' });
      const upload = await links.drop(token, visitor(), 1);
      await upload.add('x.txt', inPieces(Buffer.from('x')), {});
      await room.ibox.deleteNode(lina, box.id, {});
      expect(await refusal(upload.commit())).toBe('link_gone');
      await upload.close();
    });
  });

  describe('R-43 mailing', () => {
    it('one mail to each, in the language asked for, with the configured address and nothing that runs', async () => {
      const node = await file('<b>&"été".txt');
      const { link } = await make(node.id, { password, expiresAt: now + day });
      mails.length = 0;
      const message = 'Voici <script>alert(1)</script>\nBonne lecture';
      const to = ['a@example.dz', 'b@example.dz', 'a@example.dz'];
      expect(await links.mail(lina, link.id, { to, message, language: 'ar' })).toEqual({
        sent: ['a@example.dz', 'b@example.dz'],
        failed: [],
      });
      expect(mails.map((mail) => mail.to)).toEqual(['a@example.dz', 'b@example.dz']);
      const [mail] = mails as [Mail];
      expect(mail.subject).toContain('يشارك');
      expect(mail.text).toContain(link.url);
      expect(mail.text).toContain(message);
      expect(mail.html).toContain('dir="rtl"');
      expect(mail.html).toContain(`href="${link.url}"`);
      expect(mail.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;<br>Bonne');
      expect(mail.html).not.toMatch(/<script|<b>/);
      expect(mail.text + mail.html).not.toContain(password);
      await links.mail(lina, link.id, { to: ['c@example.dz'], message: '' });
      expect(mails.at(-1)?.subject).toContain('partage');
      mailWorks = false;
      expect(await links.mail(lina, link.id, { to: ['d@example.dz'], message: '' })).toEqual({
        sent: [],
        failed: ['d@example.dz'],
      });
      mailWorks = true;
    });
  });
});
