import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { available } from '../services/available.ts';
import { choose, dialog, isFine, plan, projectAtlas, row } from './atlas.ts';
import { newPage } from './person.ts';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(!available('chromium'))('links, from who makes them to who opens them', { timeout: 180_000 }, () => {
  const all = projectAtlas();
  /** Of a visitor without an account, in a browser of their own. */
  const links = { read: '', drop: '' };

  it('R-43 links are made to read and to drop, listed in the details and on their page, and a file’s is mailed', async () => {
    await all.amina.page.goto(`/files/${all.folder}`);
    await all.amina.page.getByRole('button', { name: 'Partager', exact: true }).click();
    const sharing = dialog(all.amina.page, 'Partager « Projet Atlas »');
    await sharing.getByRole('tab', { name: 'Liens' }).click();
    await sharing.getByText('Aucun lien').waitFor();
    await sharing.getByRole('button', { name: 'Nouveau lien' }).click();
    await sharing.getByRole('textbox', { name: 'Nom du lien (facultatif)' }).fill('Client');
    await sharing.getByRole('switch', { name: 'Protéger par un mot de passe' }).click();
    await sharing.getByLabel('Mot de passe du lien').fill('court');
    expect(await sharing.getByRole('button', { name: 'Créer le lien' }).isDisabled()).toBe(true);
    await sharing.getByLabel('Mot de passe du lien').fill('casbah d’Alger');
    await sharing.getByLabel('Expire le (facultatif)').fill('2099-12-31');
    await isFine(all.amina.page, 'link-form');
    await sharing.getByRole('button', { name: 'Créer le lien' }).click();
    const made = sharing.getByRole('list', { name: 'Liens vers « Projet Atlas »' });
    links.read = await made.getByRole('textbox', { name: 'Adresse du lien' }).inputValue();
    await sharing.getByRole('button', { name: 'Nouveau lien' }).click();
    await sharing.getByText('Déposer', { exact: true }).click();
    await sharing.getByRole('button', { name: 'Créer le lien' }).click();
    const drop = made.getByRole('listitem').filter({ hasText: 'Lien de dépôt' });
    links.drop = await drop.getByRole('textbox', { name: 'Adresse du lien' }).inputValue();
    await drop.getByRole('button', { name: 'Copier le lien' }).click();
    await drop.getByText('Lien copié').waitFor();
    await isFine(all.amina.page, 'links');
    await sharing.getByRole('button', { name: 'Fermer' }).click();

    await all.amina.page.getByRole('button', { name: 'Afficher les détails' }).click();
    const panel = all.amina.page.getByRole('complementary', { name: 'Détails' });
    await panel.getByRole('tab', { name: 'Partages' }).click();
    await panel.getByText('Client').waitFor();
    await panel.getByText('Vous seul y avez accès.').waitFor();
    await isFine(all.amina.page, 'panel');
    await all.amina.page.getByRole('button', { name: 'Masquer les détails' }).click();

    await all.amina.page.goto('/files');
    await choose(all.amina.page, 'contrat.txt', 'Partager');
    const file = dialog(all.amina.page, 'Partager « contrat.txt »');
    await file.getByRole('combobox', { name: 'Destinataires' }).fill('client@example.com');
    await isFine(all.amina.page, 'file');
    await file.getByRole('button', { name: 'Envoyer', exact: true }).click();
    const { text } = await all.mail.mailWhere(({ subject }) => subject?.includes('« contrat.txt »') ?? false);
    expect(text).toContain(`${all.hub.url}/l/`);
    await file.getByRole('button', { name: 'Fermer' }).click();
    await all.amina.page.getByRole('link', { name: 'Mes liens' }).click();
    await all.amina.page.getByRole('list', { name: 'Mes liens' }).getByText('contrat.txt').waitFor();
    await isFine(all.amina.page, 'my-links');
  });

  it('R-43 a visitor opens a link with its password, sees the folder, and what they download is the same', async () => {
    await all.visitor.goto(links.read);
    const password = all.visitor.getByLabel('Mot de passe', { exact: true });
    await password.fill('casbah d’Oran');
    await all.visitor.getByRole('button', { name: 'Ouvrir' }).click();
    await all.visitor.getByText('Ce mot de passe n’est pas le bon.').waitFor();
    await isFine(all.visitor, 'visitor-password');
    await password.fill('casbah d’Alger');
    await all.visitor.getByRole('button', { name: 'Ouvrir' }).click();
    await all.visitor.getByRole('heading', { name: 'Projet Atlas' }).waitFor();
    expect(new URL(all.visitor.url()).pathname).toBe(new URL(links.read).pathname);
    await all.visitor.getByText('Partagé par Amina Haddad').waitFor();
    await isFine(all.visitor, 'visitor-folder');

    const coming = all.visitor.waitForEvent('download');
    await all.visitor.getByRole('button', { name: 'Télécharger plan.txt' }).click();
    expect(sha256(await readFile(await (await coming).path()))).toBe(sha256(plan));
    const zip = all.visitor.waitForEvent('download');
    await all.visitor.getByRole('button', { name: 'Tout télécharger (ZIP)' }).click();
    expect((await readFile(await (await zip).path())).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');

    await all.visitor.getByRole('button', { name: 'façade.png', exact: true }).click();
    const viewer = dialog(all.visitor, 'façade.png');
    await expect
      .poll(() => viewer.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth), { timeout: 20_000 })
      .toBe(640);
    await isFine(all.visitor, 'visitor-viewer');
    await all.visitor.keyboard.press('Escape');
    await all.visitor.getByRole('link', { name: 'Annexes' }).click();
    await all.visitor.getByRole('button', { name: 'notes.md', exact: true }).click();
    await dialog(all.visitor, 'notes.md').getByRole('heading', { name: 'Notes', exact: true }).waitFor();
    await all.visitor.keyboard.press('Escape');
    await all.visitor.getByRole('link', { name: 'Projet Atlas' }).click();
    await all.visitor.getByRole('button', { name: 'plan.txt', exact: true }).waitFor();
  });

  it('R-43 who tries one password after the other is told to wait, and until when', async () => {
    const guarded = { password: 'casbah d’Alger' };
    const { body: link } = await all.amina.client.post(`/api/ibox/nodes/${all.folder}/links`, guarded);
    for (const [locale, field, open, told] of [
      ['fr-FR', 'Mot de passe', 'Ouvrir', /^Trop d’essais. Vous pourrez réessayer à \d\d:\d\d/],
      ['ar-DZ', 'كلمة المرور', 'فتح', /^محاولات كثيرة/],
      ['en-GB', 'Password', 'Open', /^Too many tries. You can try again at \d\d:\d\d/],
    ] as const) {
      const page = await newPage(all.browser, all.hub, { locale });
      await page.goto(link.url);
      await page.getByLabel(field, { exact: true }).fill('casbah d’Oran');
      const refused = page.getByRole('alert');
      for (let tries = 0; tries < 11 && !(await refused.getByText(told).isVisible()); tries++) {
        await page.getByRole('button', { name: open, exact: true }).click();
        await refused.waitFor();
      }
      await refused.getByText(told).waitFor();
      await isFine(page, `throttled-${locale.slice(0, 2)}`);
      await page.context().close();
    }
  });

  it('R-43 files dropped by a visitor, one of them refused, arrive at the owner’s and show nothing of others', async () => {
    await all.amina.page.goto(`/files/${all.folder}`);
    await row(all.amina.page, 'plan.txt').waitFor();
    await all.visitor.goto(links.drop);
    await all.visitor.getByRole('heading', { name: 'Déposer des fichiers' }).waitFor();
    expect(await all.visitor.getByText('plan.txt').count()).toBe(0);
    const chooser = all.visitor.waitForEvent('filechooser');
    await all.visitor.getByRole('button', { name: 'Choisir des fichiers' }).click();
    const text = (name: string, words: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(words) });
    await (await chooser).setFiles([
      text('offre.txt', 'Mon offre'),
      text('mau\tvais.txt', 'x'),
      text('plan.txt', 'Mien'),
    ]);
    await all.visitor.getByText('2 fichiers bien reçus. Merci !').waitFor();
    await all.visitor.getByText('Ce nom n’est pas accepté').waitFor();
    await isFine(all.visitor, 'visitor-drop');
    await row(all.amina.page, 'offre.txt').waitFor();
    await row(all.amina.page, 'plan (2).txt').waitFor();
    const own = await all.amina.client.children(all.folder);
    expect(own.find(({ name }) => name === 'offre.txt')?.sha256).toBe(sha256('Mon offre'));
  });

  it('R-43 a visitor is spoken to in the language of their browser; a file alone shows itself', async () => {
    const { body: link } = await all.amina.client.post(`/api/ibox/nodes/${await idOf('façade.png')}/links`, {
      downloadLimit: 2,
      expiresAt: Date.now() + 7 * 86_400_000,
    });
    const arabic = await newPage(all.browser, all.hub, { locale: 'ar-DZ' });
    await arabic.goto(link.url);
    await arabic.getByText('بقي تنزيلان').waitFor();
    expect(await arabic.evaluate(() => document.documentElement.dir)).toBe('rtl');
    await isFine(arabic, 'ar-visitor-counted');
    await arabic.goto(links.read);
    await isFine(arabic, 'ar-visitor-password');
    await arabic.getByLabel('كلمة المرور', { exact: true }).fill('casbah d’Alger');
    await arabic.getByRole('button', { name: 'فتح' }).click();
    await arabic.getByRole('button', { name: 'plan.txt', exact: true }).waitFor();
    await isFine(arabic, 'ar-visitor-folder');
    await arabic.goto(links.drop);
    await arabic.getByRole('heading', { name: 'إيداع ملفات' }).waitFor();
    await isFine(arabic, 'ar-visitor-drop');
    // Who is signed in sees the same, and stays signed in.
    await all.bilal.page.goto(link.url);
    await all.bilal.page.getByRole('button', { name: 'Télécharger', exact: true }).waitFor();
    await all.bilal.page.goto('/files');
    await all.bilal.page.getByRole('heading', { name: 'Fichiers' }).waitFor();

    await all.amina.page.getByRole('button', { name: 'Langue' }).click();
    await all.amina.page.getByRole('menuitem', { name: 'العربية' }).click();
    await all.amina.page.getByRole('button', { name: 'مشاركة', exact: true }).click();
    await isFine(all.amina.page, 'ar-people');
    await all.amina.page.getByRole('tab', { name: 'الروابط' }).click();
    await all.amina.page.getByText('Client').waitFor();
    await isFine(all.amina.page, 'ar-links');
    await all.amina.page.keyboard.press('Escape');
    await all.amina.page.goto('/files/links');
    await all.amina.page.getByText('contrat.txt').first().waitFor();
    await isFine(all.amina.page, 'ar-my-links');
    await all.amina.page.goto('/files/shared');
    await all.amina.page.getByText('لا شيء مشترك حتى الآن').waitFor();
    await isFine(all.amina.page, 'ar-shared-empty');
    await all.amina.page.getByRole('button', { name: 'اللغة' }).click();
    await all.amina.page.getByRole('menuitem', { name: 'Français' }).click();
  });

  it('R-43 a revoked link says so kindly, and so does one that never was', async () => {
    await all.amina.page.goto('/files/links');
    const actions = all.amina.page.getByRole('button', { name: 'Actions sur le lien Client — Projet Atlas' });
    await all.visitor.goto(links.read);
    await all.visitor.getByRole('heading', { name: 'Projet Atlas' }).waitFor();
    await actions.click();
    await all.amina.page.getByRole('menuitem', { name: 'Supprimer le lien' }).click();
    await dialog(all.amina.page, 'Supprimer ce lien ?').getByRole('button', { name: 'Supprimer le lien' }).click();
    await actions.waitFor({ state: 'detached' });
    await all.visitor.getByRole('link', { name: 'Annexes' }).click();
    await all.visitor.getByText('Ce lien n’est plus disponible').waitFor();
    await all.visitor.reload();
    await all.visitor.getByText('Ce lien n’est plus disponible').waitFor();
    await isFine(all.visitor, 'visitor-gone');
    await all.visitor.goto('/l/rien-de-tel');
    await all.visitor.getByText('Ce lien n’existe pas').waitFor();
    await isFine(all.visitor, 'visitor-missing');
  });

  async function idOf(name: string): Promise<string> {
    const found = (await all.amina.client.children(all.folder)).find((node) => node.name === name);
    return found?.id as string;
  }
});
