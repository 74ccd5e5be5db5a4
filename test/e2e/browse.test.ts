import type { Browser, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { isFine, pageOf, screenshot } from './person.ts';

describe.skipIf(!available('chromium'))('a folder, as file managers show it', () => {
  let hub: Hub;
  let browser: Browser;
  let admin: Client;
  let page: Page;
  let root: string;

  beforeAll(async () => {
    hub = await startHub();
    browser = await startChromium();
    admin = await signedInAdmin(hub);
    root = (await admin.get('/api/ibox/spaces')).body[0].rootId;
    for (const name of ['Contrats', 'Photos']) await folder(root, name);
    await put('page 10.txt', 'x'.repeat(10));
    await put('page 2.txt', 'x'.repeat(5000));
    await put('bilan.csv', 'x'.repeat(300));
    await put(
      'vue.png',
      await sharp({ create: { width: 320, height: 200, channels: 3, background: 'teal' } })
        .png()
        .toBuffer(),
    );
    page = await pageOf(admin, browser, hub);
    await page.goto('/files');
    await row('vue.png').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  const put = (name: string, bytes: Uint8Array | string, parent = root) =>
    admin.request('PUT', `/api/ibox/nodes/${parent}/files/${encodeURIComponent(name)}`, Buffer.from(bytes));
  const folder = async (parentId: string, name: string): Promise<string> =>
    (await admin.post('/api/ibox/folders', { parentId, name })).body.id;
  const row = (name: string) => page.getByRole('row', { name, exact: true });
  const tile = (name: string) => page.getByRole('gridcell', { name, exact: true });
  const names = () => page.locator('tbody [data-id]').evaluateAll((all) => all.map((one) => one.ariaLabel));
  const chosen = () => page.locator('tbody [aria-selected=true]').evaluateAll((all) => all.map((one) => one.ariaLabel));
  const focused = () => page.evaluate(() => document.activeElement?.ariaLabel);
  const press = (...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  /** As long as a busy machine may take. */
  const soon = { timeout: 15_000 };
  const beside = { position: { x: 420, y: 20 } };

  /** By real mouse movements: the browser makes the drag. */
  async function drag(from: Locator, to: Locator, held?: () => Promise<unknown>): Promise<void> {
    const [a, b] = [await from.boundingBox(), await to.boundingBox()];
    if (!a || !b) throw new Error('not in sight');
    await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
    await page.mouse.down();
    await page.mouse.move(a.x + a.width / 2 + 8, a.y + a.height / 2 + 8, { steps: 3 });
    await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 6 });
    await held?.();
    await page.mouse.up();
  }

  it('R-40 is sorted by any column, folders first, and remembers it', async () => {
    expect(await names()).toEqual(['Contrats', 'Photos', 'bilan.csv', 'page 2.txt', 'page 10.txt', 'vue.png']);
    await page.getByRole('button', { name: 'Taille' }).click();
    await expect.poll(names, soon).toEqual(['Contrats', 'Photos', 'page 2.txt', 'vue.png', 'bilan.csv', 'page 10.txt']);
    await page.reload();
    await expect.poll(names, soon).toEqual(['Contrats', 'Photos', 'page 2.txt', 'vue.png', 'bilan.csv', 'page 10.txt']);
    expect(await page.getByRole('columnheader', { name: 'Taille' }).getAttribute('aria-sort')).toBe('descending');
    await page.getByRole('button', { name: 'Nom', exact: true }).click();
    await page.getByRole('button', { name: 'Nom', exact: true }).click();
    await expect.poll(async () => (await names()).at(2), soon).toBe('vue.png');
    await page.getByRole('button', { name: 'Nom', exact: true }).click();
  });

  it('R-40 several are selected by keyboard and by mouse, renamed, previewed and let go', async () => {
    await row('bilan.csv').click(beside);
    await press('Shift+ArrowDown', 'Shift+ArrowDown');
    expect(await chosen()).toEqual(['bilan.csv', 'page 2.txt', 'page 10.txt']);
    await row('Photos').click({ ...beside, modifiers: ['Control'] });
    expect(await chosen()).toEqual(['Photos', 'bilan.csv', 'page 2.txt', 'page 10.txt']);
    await isFine(page, 'browse-selection');
    await press('Control+a');
    await page.getByText('6 éléments sélectionnés').waitFor();
    await press('Escape');
    expect(await chosen()).toEqual([]);
    await press('v');
    expect([await focused(), await chosen()]).toEqual(['vue.png', ['vue.png']]);
    // Soon after a letter, a space belongs to the name that is being typed.
    await page.waitForTimeout(1000);
    await press('Space');
    const viewer = page.getByRole('dialog', { name: 'vue.png' });
    await expect
      .poll(() => viewer.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth), soon)
      .toBe(320);
    await press('Escape');
    await viewer.waitFor({ state: 'detached' });
    await row('bilan.csv').click(beside);
    await press('F2');
    await page.getByRole('textbox', { name: 'Nouveau nom' }).fill('bilan 2026.csv');
    await press('Enter');
    await row('bilan 2026.csv').waitFor();
  });

  it('R-40 the right button and the menu key offer the same; what is deleted comes back', async () => {
    await row('page 2.txt').click({ ...beside, button: 'right' });
    const offered = () => page.getByRole('menuitem').allTextContents();
    await page.getByRole('menuitem', { name: 'Renommer' }).waitFor();
    const byMouse = await offered();
    expect(byMouse.length).toBeGreaterThan(7);
    await isFine(page, 'browse-menu');
    await press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await row('page 2.txt').focus();
    await press('Shift+F10');
    await expect.poll(offered, soon).toEqual(byMouse);
    await page.getByRole('menuitem', { name: 'Supprimer' }).click();
    await row('page 2.txt').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Annuler', exact: true }).click();
    await row('page 2.txt').waitFor();
  });

  it('R-40 files are dragged into a folder together, dropped on the path above, and the way back is one click', async () => {
    await row('page 2.txt').click(beside);
    await row('page 10.txt').click({ ...beside, modifiers: ['Shift'] });
    await drag(row('page 10.txt'), row('Contrats'), () => screenshot(page, 'browse-drag'));
    await page.getByText('2 éléments déplacés').waitFor();
    await expect.poll(names, soon).toEqual(['Contrats', 'Photos', 'bilan 2026.csv', 'vue.png']);
    await page.getByRole('button', { name: 'Annuler', exact: true }).click();
    await expect.poll(names, soon).toContain('page 10.txt');
    await page.getByText('Annulé', { exact: true }).first().waitFor();

    // Esc gives up; a folder does not go into itself.
    await drag(row('vue.png'), row('Photos'), () => press('Escape'));
    await drag(row('Photos'), row('Photos'));
    expect(await names()).toContain('vue.png');

    await drag(row('vue.png'), row('Photos'));
    await row('vue.png').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Photos', exact: true }).click();
    await drag(
      row('vue.png'),
      page.getByRole('navigation', { name: 'Chemin du dossier' }).getByRole('link', { name: 'Mes fichiers' }),
    );
    await page.getByText('Ce dossier est vide').waitFor();
    await isFine(page, 'browse-empty');
    await page.goBack();
    await row('vue.png').waitFor();
  });

  it('R-40 the grid has pictures, goes by the arrows and is remembered', async () => {
    await page.getByText('Grille').click({ force: true });
    await expect
      .poll(() =>
        tile('vue.png')
          .locator('img')
          .evaluate((img: HTMLImageElement) => img.naturalWidth),
      )
      .toBe(256);
    await tile('Contrats').click({ position: { x: 80, y: 60 } });
    await press('ArrowRight', 'ArrowRight', 'ArrowRight');
    expect(await chosen()).toEqual(['page 2.txt']);
    await isFine(page, 'browse-grid');
    await page.reload();
    await tile('Photos').waitFor();
    await tile('Photos').focus();
    await press('Home', 'Enter');
    await page.getByRole('heading', { name: 'Contrats' }).waitFor();
    await page.goBack();
    await page.getByText('Liste').click({ force: true });
  });

  it('R-40 details follow the selection: comments, activity, favourites and locks, live', async () => {
    await row('bilan 2026.csv').click(beside);
    await page.getByRole('button', { name: 'Afficher les détails' }).click();
    const panel = page.getByRole('complementary', { name: 'Détails' });
    await panel.getByRole('heading', { name: 'bilan 2026.csv' }).waitFor();
    await panel.getByRole('tab', { name: 'Commentaires' }).click();
    await panel.getByRole('textbox', { name: 'Votre commentaire' }).fill('À relire\n<b>vite</b>');
    await panel.getByRole('button', { name: 'Publier' }).click();
    await panel.getByText('<b>vite</b>').waitFor();
    await isFine(page, 'browse-comments');
    await panel.getByRole('button', { name: 'Modifier le commentaire' }).click();
    await panel.getByRole('textbox', { name: 'Modifier le commentaire' }).fill('Relu');
    await panel.getByRole('button', { name: 'Enregistrer' }).click();
    await panel.getByText('modifié').waitFor();
    await panel.getByRole('button', { name: 'Supprimer le commentaire' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Supprimer' }).click();
    await panel.getByText('Aucun commentaire').waitFor();
    await panel.getByRole('tab', { name: 'Activité' }).click();
    await panel.getByText(/a renommé « .bilan\.csv. » en « .bilan 2026\.csv. »/).waitFor();

    // Another machine changes the folder: what is selected and what is shown stay.
    await put('arrivé.txt', 'x');
    await row('arrivé.txt').waitFor();
    expect(await chosen()).toEqual(['bilan 2026.csv']);

    await choose('bilan 2026.csv', 'Ajouter aux favoris');
    await row('bilan 2026.csv').getByText('Favori').waitFor();
    await choose('bilan 2026.csv', 'Verrouiller');
    await panel.getByRole('tab', { name: 'Infos' }).click();
    await panel.getByText('Vous avez verrouillé cet élément').waitFor();
    await isFine(page, 'browse-about');
    await panel.getByRole('button', { name: 'Déverrouiller' }).click();
    await panel.getByText('Vous avez verrouillé cet élément').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Favoris' }).click();
    await page.getByRole('button', { name: 'bilan 2026.csv', exact: true }).waitFor();
    await isFine(page, 'browse-favourites');
    await page.getByRole('button', { name: 'Retirer des favoris : bilan 2026.csv' }).click();
    await page.getByText('Aucun favori').waitFor();
  });

  it('R-40 ten thousand files: only those in sight are in the page, and the last is a key away', async () => {
    const many = await folder(root, 'Dix mille');
    const space = (await admin.get('/api/ibox/spaces')).body[0].id;
    for (let batch = 0; batch < 10; batch++) {
      const operations = Array.from({ length: 1000 }, (_, index) => ({
        op: 'folder',
        parentId: many,
        name: `Dossier ${String(batch * 1000 + index).padStart(5, '0')}`,
      }));
      const path = `/api/ibox/spaces/${space}/commits/browse-test-${batch}`;
      expect((await admin.request('PUT', path, { operations })).status).toBe(200);
    }
    await page.goto(`/files/${many}`);
    await page.getByText(/^10.?000 éléments$/).waitFor({ timeout: 60_000 });
    expect((await names()).length).toBeLessThan(60);
    await row('Dossier 00000').click(beside);
    await press('End');
    expect(await focused()).toBe('Dossier 09999');
    await row('Dossier 09999').waitFor();
    expect(await row('Dossier 09999').evaluate((one) => one.getBoundingClientRect().bottom <= innerHeight)).toBe(true);
    expect((await names()).length).toBeLessThan(60);
  }, 120_000);

  it('a folder that can’t be read says so, and comes when asked again', async () => {
    await page.route('**/children?*', (route) => route.fulfill({ status: 500, body: '{}' }));
    await page.goto('/files');
    await page.getByRole('button', { name: 'Réessayer' }).waitFor({ timeout: 30_000 });
    await isFine(page, 'browse-error');
    await page.unroute('**/children?*');
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await row('vue.png').waitFor();
  }, 60_000);

  async function choose(name: string, action: string): Promise<void> {
    await page.getByRole('button', { name: `Actions sur ${name}`, exact: true }).click();
    await page.getByRole('menuitem', { name: action, exact: true }).click();
  }
});
