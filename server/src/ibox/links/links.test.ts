import { describe, expect, it } from 'vitest';
import { onEachDatabase } from '../../../../test/services/databases.ts';
import type { Mail } from '../../mail/mailer.ts';
import { codeOf } from '../test-room.ts';
import { allRefused, day, linksOfLina, password } from './test-links.ts';

onEachDatabase((open) => {
  const the = linksOfLina(open);
  const { folder, file, make } = the;

  describe('R-43 making links', () => {
    it('only who may share the node makes, sees, changes, the.mails and revokes its links', async () => {
      const node = await file('contrat.txt');
      const { link } = await make(node.id, { label: 'Notaire' });
      expect(link).toMatchObject({ nodeName: 'contrat.txt', label: 'Notaire', state: 'open', createdBy: 'Lina' });
      expect(link.url).toMatch(/^https:\/\/hub\.example\/l\/[\w-]{54}$/);
      await allRefused(
        [
          the.links.create(the.karim, node.id, { kind: 'read', label: '' }),
          the.links.list(the.karim, node.id),
          the.links.patch(the.karim, link.id, { label: 'x' }),
          the.links.revoke(the.karim, link.id),
          the.links.mail(the.karim, link.id, { to: ['k@example.dz'], message: '' }),
        ],
        'not_found',
      );
      expect(await the.links.listOwn(the.karim)).toEqual([]);
      expect(await the.links.list(the.lina, node.id)).toEqual([link]);
      expect(await the.links.listOwn(the.lina)).toContainEqual(link);
    });

    it('refuses what can’t be meant', async () => {
      const node = await file('a.txt');
      const inside = await folder('A');
      expect(await codeOf(make(node.id, { kind: 'drop' }))).toBe('bad_request');
      expect(await codeOf(make(inside.id, { kind: 'drop', downloadLimit: 3 }))).toBe('bad_request');
      expect(await codeOf(make(node.id, { expiresAt: the.now }))).toBe('bad_request');
      const { link } = await make(node.id);
      expect(await codeOf(the.links.patch(the.lina, link.id, { expiresAt: the.now - 1 }))).toBe('bad_request');
      expect(await codeOf(the.links.patch(the.lina, 'no such', {}))).toBe('not_found');
      expect(await the.links.patch(the.lina, link.id, {})).toEqual(link);
    });

    it('keeps neither the address nor the password', async () => {
      const node = await file('secret.txt');
      const { link, token } = await make(node.id, { password });
      const stored = JSON.stringify(
        await the.room.db.selectFrom('links').selectAll().where('id', '=', link.id).execute(),
      );
      expect(stored).toContain('$argon2id$');
      expect(stored).not.toContain(password);
      expect(stored).not.toContain(token.slice(22));
    });
  });

  describe('R-43 mailing', () => {
    it('one mail to each, in the language asked for, with the configured address and nothing that runs', async () => {
      const node = await file('<b>&"été".txt');
      const { link } = await make(node.id, { password, expiresAt: the.now + day });
      the.mails.length = 0;
      const message = 'Voici <script>alert(1)</script>\nBonne lecture';
      const to = ['a@example.dz', 'b@example.dz', 'a@example.dz'];
      expect(await the.links.mail(the.lina, link.id, { to, message, language: 'ar' })).toEqual({
        sent: ['a@example.dz', 'b@example.dz'],
        failed: [],
      });
      expect(the.mails.map((mail) => mail.to)).toEqual(['a@example.dz', 'b@example.dz']);
      const [mail] = the.mails as [Mail];
      expect(mail.subject).toContain('يشارك');
      expect(mail.text).toContain(link.url);
      expect(mail.text).toContain(message);
      expect(mail.html).toContain('dir="rtl"');
      expect(mail.html).toContain(`href="${link.url}"`);
      expect(mail.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;<br>Bonne');
      expect(mail.html).not.toMatch(/<script|<b>/);
      expect(mail.text + mail.html).not.toContain(password);
      await the.links.mail(the.lina, link.id, { to: ['c@example.dz'], message: '' });
      expect(the.mails.at(-1)?.subject).toContain('partage');
      the.mailWorks = false;
      expect(await the.links.mail(the.lina, link.id, { to: ['d@example.dz'], message: '' })).toEqual({
        sent: [],
        failed: ['d@example.dz'],
      });
      the.mailWorks = true;
    });
  });
});
