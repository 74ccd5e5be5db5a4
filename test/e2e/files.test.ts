import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedInAdmin, signedInPerson, testPassword } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { isFine, newPage, phone, signIn } from './person.ts';

describe.skipIf(!available('chromium'))('files that were changed, deleted, copied or lost sight of', () => {
  let hub: Hub;
  let browser: Browser;
  let page: Page;
  const email = 'lina@example.dz';
  beforeAll(async () => {
    hub = await startHub({ HUB_QUOTA_BYTES: '1000000' });
    const lina = await signedInPerson(hub, await signedInAdmin(hub), email, 'Lina');
    const [space] = (await lina.get('/api/ibox/spaces')).body;
    const raw = { 'content-type': 'text/plain' };
    const folder = (await lina.post('/api/ibox/folders', { parentId: space.rootId, name: 'Réunions' })).body;
    const file = await lina.request('PUT', `/api/ibox/nodes/${space.rootId}/files/notes.txt`, 'première', raw);
    await lina.request('PUT', `/api/ibox/nodes/${file.body.id}/content`, 'seconde', raw);
    await lina.request('PUT', `/api/ibox/nodes/${folder.id}/files/Synth%C3%A8se.pdf`, 'x'.repeat(450_000), raw);
    browser = await startChromium();
    page = await newPage(browser, hub);
    await signIn(page, email, testPassword, '/files');
    await page.getByRole('heading', { name: 'Fichiers' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  const row = (name: string) => page.getByRole('row', { name, exact: true });
  const choose = async (name: string, action: string) => {
    await page.getByRole('button', { name: `Actions sur ${name}`, exact: true }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };

  it('R-42 how full the account is, is read out in words, as it is written', async () => {
    const bar = page.getByRole('progressbar', { name: 'Espace utilisé' });
    expect(await bar.getAttribute('aria-valuenow')).toBe('45');
    await page.getByText((await bar.getAttribute('aria-valuetext')) ?? '', { exact: true }).waitFor();
  });

  it('R-42 an old version is downloaded and restored', async () => {
    await choose('notes.txt', 'Versions');
    const panel = page.getByRole('complementary', { name: 'Détails' });
    await panel.getByText('Version 2').waitFor();
    await isFine(page, 'files-versions');
    const download = page.waitForEvent('download');
    await panel.getByRole('button', { name: 'Télécharger la version 1' }).click();
    expect(readFileSync(await (await download).path(), 'utf8')).toBe('première');
    await panel.getByRole('button', { name: 'Restaurer la version 1' }).click();
    await panel.getByText('Version 3').waitFor();
    const current = page.waitForEvent('download');
    await panel.getByRole('button', { name: 'Télécharger la version 3' }).click();
    expect(readFileSync(await (await current).path(), 'utf8')).toBe('première');
    await panel.getByRole('button', { name: 'Fermer' }).click();
    await panel.waitFor({ state: 'hidden' });
  });

  it('R-42 R-40 a copied folder is deleted, restored from the trash, deleted again, and for good', async () => {
    await choose('Réunions', 'Copier');
    await page.getByRole('dialog').getByRole('button', { name: 'Copier ici' }).click();
    await row('Réunions (2)').waitFor();
    await choose('Réunions (2)', 'Supprimer');
    await row('Réunions (2)').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Corbeille' }).click();
    await page.getByText('encore 30 jours').waitFor();
    await isFine(page, 'files-trash');
    await page.getByRole('button', { name: 'Restaurer Réunions (2)' }).click();
    await page.getByText('La corbeille est vide').waitFor();
    await page.getByRole('link', { name: 'Mes fichiers' }).click();
    await choose('Réunions (2)', 'Supprimer');
    await page.getByRole('link', { name: 'Corbeille' }).click();
    await page.getByRole('button', { name: 'Vider la corbeille' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Supprimer définitivement' }).click();
    await page.getByText('La corbeille est vide').waitFor();
  });

  it('R-44 a name is found from its first letters, without accents, and leads to its folder', async () => {
    await page.getByRole('link', { name: 'Mes fichiers' }).click();
    await page.getByRole('searchbox', { name: 'Rechercher par nom' }).fill('SYNTHESE');
    await page.keyboard.press('Enter');
    await page.getByText('1 résultat.').waitFor();
    await isFine(page, 'files-search');
    await page.getByRole('link', { name: 'Dans Mes fichiers / Réunions' }).click();
    await page.getByRole('heading', { name: 'Réunions' }).waitFor();
    await isFine(page, 'files-folder');
  });

  it('the same pages on a phone, in Arabic', async () => {
    await page.setViewportSize(phone);
    await page.goto('/files');
    await page.getByRole('button', { name: 'Langue' }).click();
    await page.getByRole('menuitem', { name: 'العربية' }).click();
    await page.getByRole('heading', { name: 'الملفات' }).waitFor();
    await isFine(page, 'files-folder-ar');
    await page.getByRole('button', { name: 'إجراءات على notes.txt' }).click();
    await page.getByRole('menuitem', { name: 'الإصدارات' }).click();
    await page.getByText('الإصدار 3').waitFor();
    await isFine(page, 'files-versions-ar');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'إجراءات على notes.txt' }).click();
    await page.getByRole('menuitem', { name: 'حذف' }).click();
    await page.getByRole('link', { name: 'سلة المحذوفات' }).click();
    await page.getByRole('button', { name: 'استعادة notes.txt' }).waitFor();
    await isFine(page, 'files-trash-ar');
    await page.goto('/files/search?q=reu');
    await page.getByRole('link', { name: 'Réunions', exact: true }).waitFor();
    await isFine(page, 'files-search-ar');
  });
});
