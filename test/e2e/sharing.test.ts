import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { type MailSink, startMailSink } from '../services/mail-sink.ts';
import { isFineOnBoth, newPage, pageOf } from './person.ts';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(!available('chromium'))('sharing, as two people and a visitor live it', { timeout: 180_000 }, () => {
  let hub: Hub;
  let mail: MailSink;
  let browser: Browser;
  let amina: { client: Client; page: Page };
  let bilal: { client: Client; page: Page };
  let visitor: Page;
  let folder: string;
  const plan = 'Le plan, mot pour mot.\n'.repeat(5000);
  const addresses = { amina: 'amina@example.dz', bilal: 'bilal@example.dz' };
  /** Of a visitor without an account, in a browser of their own. */
  const links = { read: '', drop: '' };

  beforeAll(async () => {
    mail = await startMailSink();
    hub = await startHub({ SMTP_URL: mail.url, MAIL_FROM: 'Diwan <diwan@example.dz>' });
    browser = await startChromium();
    const admin = await signedInAdmin(hub);
    const signedIn = async (email: string, name: string) => {
      const client = await signedInPerson(hub, admin, email, name);
      return { client, page: await pageOf(client, browser, hub) };
    };
    amina = await signedIn(addresses.amina, 'Amina Haddad');
    bilal = await signedIn(addresses.bilal, 'Bilal Meziane');
    visitor = await newPage(browser, hub);
    const root = (await amina.client.get('/api/ibox/spaces')).body[0].rootId;
    folder = (await amina.client.post('/api/ibox/folders', { parentId: root, name: 'Projet Atlas' })).body.id;
    const photo = sharp({ create: { width: 640, height: 420, channels: 3, background: 'teal' } });
    await put(folder, 'plan.txt', plan);
    await put(folder, 'façade.png', await photo.png().toBuffer());
    const inner = (await amina.client.post('/api/ibox/folders', { parentId: folder, name: 'Annexes' })).body.id;
    await put(inner, 'notes.md', '# Notes\n\nTout est **là**.');
    await put(root, 'contrat.txt', 'Le contrat');
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
    await mail?.stop();
  });

  const put = (parent: string, name: string, bytes: Uint8Array | string) =>
    amina.client.request('PUT', `/api/ibox/nodes/${parent}/files/${encodeURIComponent(name)}`, Buffer.from(bytes));
  const row = (page: Page, name: string) => page.getByRole('row', { name, exact: true });
  const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });

  async function choose(page: Page, name: string, action: string): Promise<void> {
    await page.getByRole('button', { name: `Actions sur ${name}`, exact: true }).click();
    await page.getByRole('menuitem', { name: action, exact: true }).click();
  }

  const isFine = (page: Page, name: string) => isFineOnBoth(page, `sharing-${name}`);

  it('R-43 a folder is shared by mail address; who is invited sees it at once, accepts, and has it among their files', async () => {
    await bilal.page.goto('/files');
    await bilal.page.getByText('Ce dossier est vide').waitFor();
    await amina.page.goto('/files');
    await choose(amina.page, 'Projet Atlas', 'Partager');
    const sharing = dialog(amina.page, 'Partager « Projet Atlas »');
    const field = sharing.getByRole('combobox', { name: 'Inviter par e-mail' });
    await field.fill('bilal@');
    await field.press('Enter');
    await sharing.getByText('Adresse incomplète : bilal@').waitFor();
    await field.press('Backspace');
    await field.fill(`${addresses.bilal}, nadia@example.dz`);
    await field.press('Enter');
    await sharing.getByRole('combobox', { name: 'Droits' }).click();
    await isFine(amina.page, 'invite');
    await amina.page.getByRole('option', { name: /^Modification/ }).click();
    await sharing.getByRole('textbox', { name: 'Message (facultatif)' }).fill('Les plans du chantier, à compléter.');
    await sharing.getByRole('button', { name: 'Inviter', exact: true }).click();
    const people = sharing.getByRole('list', { name: 'Qui a accès' });
    await people.getByText('nadia@example.dz').waitFor();
    await people.getByText('Propriétaire').waitFor();
    await isFine(amina.page, 'people');
    await mail.mailWhere(({ subject }) => subject === 'Amina Haddad partage « Projet Atlas » avec vous');

    // Nobody reloads anything.
    await bilal.page.getByText('1 invitation en attente').first().waitFor({ state: 'attached' });
    await bilal.page.getByRole('link', { name: /^Partagés avec moi/ }).click();
    await bilal.page.getByText('Amina Haddad vous invite').waitFor();
    await bilal.page.getByText('Les plans du chantier, à compléter.').waitFor();
    await isFine(bilal.page, 'invitation');
    await bilal.page.getByRole('button', { name: 'Accepter « Projet Atlas »' }).click();
    await bilal.page.getByRole('region', { name: 'Dossiers partagés avec moi' }).getByText('Projet Atlas').waitFor();
    await isFine(bilal.page, 'with-me');
    await people.getByText('Bilal Meziane').waitFor();
    await sharing.getByRole('button', { name: 'Fermer' }).click();
    await row(amina.page, 'Projet Atlas').getByText('Dossier partagé').waitFor({ state: 'attached' });
    await isFine(amina.page, 'mark');

    await bilal.page.getByRole('link', { name: 'Mes fichiers' }).first().click();
    await row(bilal.page, 'Projet Atlas').getByText('Partagé par Amina Haddad').waitFor({ state: 'attached' });
    await bilal.page.getByRole('link', { name: 'Projet Atlas', exact: true }).click();
    await row(bilal.page, 'plan.txt').waitFor();
  });

  it('R-43 a writer’s upload appears at the owner’s; a reader has no writing action; who is removed has the folder no more', async () => {
    await amina.page.getByRole('link', { name: 'Projet Atlas', exact: true }).click();
    await row(amina.page, 'plan.txt').waitFor();
    const chooser = bilal.page.waitForEvent('filechooser');
    await bilal.page.getByRole('button', { name: 'Envoyer des fichiers', exact: true }).click();
    await (await chooser).setFiles({ name: 'devis.txt', mimeType: 'text/plain', buffer: Buffer.from('Devis') });
    await row(amina.page, 'devis.txt').waitFor();
    await isFine(bilal.page, 'writer');

    await amina.page.getByRole('button', { name: 'Gérer le partage' }).click();
    const sharing = dialog(amina.page, 'Partager « Projet Atlas »');
    await sharing.getByRole('combobox', { name: 'Droits de Bilal Meziane' }).click();
    await amina.page.getByRole('option', { name: /^Lecture/ }).click();
    await bilal.page.getByText('Partagé par Amina Haddad · Lecture').waitFor();
    const upload = bilal.page.getByRole('button', { name: 'Envoyer des fichiers', exact: true });
    await upload.waitFor({ state: 'detached' });
    expect(await bilal.page.getByRole('button', { name: 'Nouveau dossier' }).count()).toBe(0);
    await row(bilal.page, 'plan.txt').click({ button: 'right', position: { x: 420, y: 20 } });
    const offered = await bilal.page.getByRole('menuitem').allTextContents();
    for (const action of ['Renommer', 'Déplacer', 'Supprimer', 'Verrouiller', 'Partager'])
      expect(offered.filter((one) => one.startsWith(action))).toEqual([]);
    await bilal.page.keyboard.press('Escape');
    await bilal.page.keyboard.press('Delete');
    await isFine(bilal.page, 'reader');
    expect((await amina.client.get(`/api/ibox/nodes/${folder}/children`)).body.nodes.length).toBe(4);

    await sharing.getByRole('button', { name: 'Retirer Bilal Meziane' }).click();
    const asked = dialog(amina.page, 'Retirer Bilal Meziane ?');
    await isFine(amina.page, 'remove');
    await asked.getByRole('button', { name: 'Retirer', exact: true }).click();
    await bilal.page.getByText('Introuvable, ou vous n’y avez pas accès.').waitFor();
    await bilal.page.getByRole('link', { name: 'Mes fichiers' }).first().click();
    await bilal.page.getByText('Ce dossier est vide').waitFor();
    await sharing.getByRole('button', { name: 'Fermer' }).click();
  });

  it('R-43 a member leaves by the folder itself, which says what that means; an owner ends it and keeps all', async () => {
    const again = { people: [{ email: addresses.bilal, role: 'manager' }] };
    expect((await amina.client.post(`/api/ibox/nodes/${folder}/share`, again)).status).toBe(200);
    await bilal.page.goto('/files/shared');
    await bilal.page.getByRole('button', { name: 'Accepter « Projet Atlas »' }).click();
    await bilal.page.getByRole('button', { name: 'Gérer le partage : Projet Atlas' }).waitFor();
    await bilal.page.goto('/files');
    await row(bilal.page, 'Projet Atlas').click({ position: { x: 420, y: 20 } });
    await bilal.page.keyboard.press('Delete');
    const leaving = dialog(bilal.page, 'Quitter « Projet Atlas » ?');
    await leaving.getByText('Rien n’est supprimé chez les autres.').waitFor();
    await isFine(bilal.page, 'leave');
    await leaving.getByRole('button', { name: 'Quitter', exact: true }).click();
    await row(bilal.page, 'Projet Atlas').waitFor({ state: 'detached' });

    await amina.page.goto('/files');
    await choose(amina.page, 'Projet Atlas', 'Arrêter le partage');
    const stopping = dialog(amina.page, 'Arrêter de partager « Projet Atlas » ?');
    await isFine(amina.page, 'stop');
    await stopping.getByRole('button', { name: 'Arrêter le partage' }).click();
    await row(amina.page, 'Projet Atlas').getByText('Dossier partagé').waitFor({ state: 'detached' });
    await amina.page.getByRole('link', { name: 'Projet Atlas', exact: true }).click();
    await row(amina.page, 'devis.txt').waitFor();
  });

  it('R-43 links are made to read and to drop, listed in the details and on their page, and a file’s is mailed', async () => {
    await amina.page.getByRole('button', { name: 'Partager', exact: true }).click();
    const sharing = dialog(amina.page, 'Partager « Projet Atlas »');
    await sharing.getByRole('tab', { name: 'Liens' }).click();
    await sharing.getByText('Aucun lien').waitFor();
    await sharing.getByRole('button', { name: 'Nouveau lien' }).click();
    await sharing.getByRole('textbox', { name: 'Nom du lien (facultatif)' }).fill('Client');
    await sharing.getByRole('switch', { name: 'Protéger par un mot de passe' }).click();
    await sharing.getByLabel('Mot de passe du lien').fill('court');
    expect(await sharing.getByRole('button', { name: 'Créer le lien' }).isDisabled()).toBe(true);
    await sharing.getByLabel('Mot de passe du lien').fill('casbah d’Alger');
    await sharing.getByLabel('Expire le (facultatif)').fill('2099-12-31');
    await isFine(amina.page, 'link-form');
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
    await isFine(amina.page, 'links');
    await sharing.getByRole('button', { name: 'Fermer' }).click();

    await amina.page.getByRole('button', { name: 'Afficher les détails' }).click();
    const panel = amina.page.getByRole('complementary', { name: 'Détails' });
    await panel.getByRole('tab', { name: 'Partages' }).click();
    await panel.getByText('Client').waitFor();
    await panel.getByText('Vous seul y avez accès.').waitFor();
    await isFine(amina.page, 'panel');
    await amina.page.getByRole('button', { name: 'Masquer les détails' }).click();

    await amina.page.goto('/files');
    await choose(amina.page, 'contrat.txt', 'Partager');
    const file = dialog(amina.page, 'Partager « contrat.txt »');
    await file.getByRole('combobox', { name: 'Destinataires' }).fill('client@example.com');
    await isFine(amina.page, 'file');
    await file.getByRole('button', { name: 'Envoyer', exact: true }).click();
    const { text } = await mail.mailWhere(({ subject }) => subject?.includes('« contrat.txt »') ?? false);
    expect(text).toContain(`${hub.url}/l/`);
    await file.getByRole('button', { name: 'Fermer' }).click();
    await amina.page.getByRole('link', { name: 'Mes liens' }).click();
    await amina.page.getByRole('list', { name: 'Mes liens' }).getByText('contrat.txt').waitFor();
    await isFine(amina.page, 'my-links');
  });

  it('R-43 a visitor opens a link with its password, sees the folder, and what they download is the same', async () => {
    await visitor.goto(links.read);
    const password = visitor.getByLabel('Mot de passe', { exact: true });
    await password.fill('casbah d’Oran');
    await visitor.getByRole('button', { name: 'Ouvrir' }).click();
    await visitor.getByText('Ce mot de passe n’est pas le bon.').waitFor();
    await isFine(visitor, 'visitor-password');
    await password.fill('casbah d’Alger');
    await visitor.getByRole('button', { name: 'Ouvrir' }).click();
    await visitor.getByRole('heading', { name: 'Projet Atlas' }).waitFor();
    expect(new URL(visitor.url()).pathname).toBe(new URL(links.read).pathname);
    await visitor.getByText('Partagé par Amina Haddad').waitFor();
    await isFine(visitor, 'visitor-folder');

    const coming = visitor.waitForEvent('download');
    await visitor.getByRole('button', { name: 'Télécharger plan.txt' }).click();
    expect(sha256(await readFile(await (await coming).path()))).toBe(sha256(plan));
    const zip = visitor.waitForEvent('download');
    await visitor.getByRole('button', { name: 'Tout télécharger (ZIP)' }).click();
    expect((await readFile(await (await zip).path())).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');

    await visitor.getByRole('button', { name: 'façade.png', exact: true }).click();
    const viewer = dialog(visitor, 'façade.png');
    await expect
      .poll(() => viewer.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth), { timeout: 20_000 })
      .toBe(640);
    await isFine(visitor, 'visitor-viewer');
    await visitor.keyboard.press('Escape');
    await visitor.getByRole('link', { name: 'Annexes' }).click();
    await visitor.getByRole('button', { name: 'notes.md', exact: true }).click();
    await dialog(visitor, 'notes.md').getByRole('heading', { name: 'Notes', exact: true }).waitFor();
    await visitor.keyboard.press('Escape');
    await visitor.getByRole('link', { name: 'Projet Atlas' }).click();
    await visitor.getByRole('button', { name: 'plan.txt', exact: true }).waitFor();
  });

  it('R-43 files dropped by a visitor, one of them refused, arrive at the owner’s and show nothing of others', async () => {
    await amina.page.goto(`/files/${folder}`);
    await row(amina.page, 'plan.txt').waitFor();
    await visitor.goto(links.drop);
    await visitor.getByRole('heading', { name: 'Déposer des fichiers' }).waitFor();
    expect(await visitor.getByText('plan.txt').count()).toBe(0);
    const chooser = visitor.waitForEvent('filechooser');
    await visitor.getByRole('button', { name: 'Choisir des fichiers' }).click();
    const text = (name: string, words: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(words) });
    await (await chooser).setFiles([
      text('offre.txt', 'Mon offre'),
      text('mau\tvais.txt', 'x'),
      text('plan.txt', 'Mien'),
    ]);
    await visitor.getByText('2 fichiers bien reçus. Merci !').waitFor();
    await visitor.getByText('Ce nom n’est pas accepté').waitFor();
    await isFine(visitor, 'visitor-drop');
    await row(amina.page, 'offre.txt').waitFor();
    await row(amina.page, 'plan (2).txt').waitFor();
    const own = await amina.client.get(`/api/ibox/nodes/${folder}/children`);
    const found = own.body.nodes.find(({ name }: { name: string }) => name === 'offre.txt');
    expect(found.sha256).toBe(sha256('Mon offre'));
  });

  it('R-43 a visitor is spoken to in the language of their browser; a file alone shows itself', async () => {
    const { body: link } = await amina.client.post(`/api/ibox/nodes/${await idOf('façade.png')}/links`, {
      downloadLimit: 2,
      expiresAt: Date.now() + 7 * 86_400_000,
    });
    const arabic = await newPage(browser, hub, { locale: 'ar-DZ' });
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
    await bilal.page.goto(link.url);
    await bilal.page.getByRole('button', { name: 'Télécharger', exact: true }).waitFor();
    await bilal.page.goto('/files');
    await bilal.page.getByRole('heading', { name: 'Fichiers' }).waitFor();

    await amina.page.getByRole('button', { name: 'Langue' }).click();
    await amina.page.getByRole('menuitem', { name: 'العربية' }).click();
    await amina.page.getByRole('button', { name: 'مشاركة', exact: true }).click();
    await isFine(amina.page, 'ar-people');
    await amina.page.getByRole('tab', { name: 'الروابط' }).click();
    await amina.page.getByText('Client').waitFor();
    await isFine(amina.page, 'ar-links');
    await amina.page.keyboard.press('Escape');
    await amina.page.goto('/files/links');
    await amina.page.getByText('contrat.txt').first().waitFor();
    await isFine(amina.page, 'ar-my-links');
    await amina.page.goto('/files/shared');
    await amina.page.getByText('لا شيء مشترك حتى الآن').waitFor();
    await isFine(amina.page, 'ar-shared-empty');
    await amina.page.getByRole('button', { name: 'اللغة' }).click();
    await amina.page.getByRole('menuitem', { name: 'Français' }).click();
  });

  it('R-43 a revoked link says so kindly, and so does one that never was', async () => {
    await amina.page.goto('/files/links');
    const actions = amina.page.getByRole('button', { name: 'Actions sur le lien Client — Projet Atlas' });
    await visitor.goto(links.read);
    await visitor.getByRole('heading', { name: 'Projet Atlas' }).waitFor();
    await actions.click();
    await amina.page.getByRole('menuitem', { name: 'Supprimer le lien' }).click();
    await dialog(amina.page, 'Supprimer ce lien ?').getByRole('button', { name: 'Supprimer le lien' }).click();
    await actions.waitFor({ state: 'detached' });
    await visitor.getByRole('link', { name: 'Annexes' }).click();
    await visitor.getByText('Ce lien n’est plus disponible').waitFor();
    await visitor.reload();
    await visitor.getByText('Ce lien n’est plus disponible').waitFor();
    await isFine(visitor, 'visitor-gone');
    await visitor.goto('/l/rien-de-tel');
    await visitor.getByText('Ce lien n’existe pas').waitFor();
    await isFine(visitor, 'visitor-missing');
  });

  async function idOf(name: string): Promise<string> {
    const { body } = await amina.client.get(`/api/ibox/nodes/${folder}/children`);
    return body.nodes.find((node: { name: string }) => node.name === name).id;
  }
});
