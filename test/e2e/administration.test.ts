import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { isFineOnBoth, pageOf } from './person.ts';

describe.skipIf(!available('chromium'))('administration, as the operator has it', () => {
  let hub: Hub;
  let browser: Browser;
  let admin: Client;
  let lina: Client;
  beforeAll(async () => {
    hub = await startHub();
    browser = await startChromium();
    admin = await signedInAdmin(hub);
    lina = await signedInPerson(hub, admin, 'lina@example.dz', 'Lina Haddad');
    const [space] = (await lina.get('/api/ibox/spaces')).body;
    await lina.request('PUT', `/api/ibox/nodes/${space.rootId}/files/notes.txt`, Buffer.alloc(2_500_000));
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  /** The dialog of Lina's storage, in this language. */
  async function asksForStorage(page: Page, language: string, words: { menu: string; of: string }): Promise<void> {
    await page.goto('/admin/accounts');
    await page.getByRole('button', { name: words.menu }).click();
    await page.getByRole('menuitem', { name: words.of }).click();
    await page.getByRole('dialog').waitFor();
    await isFineOnBoth(page, `admin-quota-${language}`);
  }

  it('R-57 R-42 an account gets a limit of its own, which its owner sees', async () => {
    const page = await pageOf(admin, browser, hub);
    await asksForStorage(page, 'fr', { menu: 'Actions sur le compte de Lina Haddad', of: 'Limite de stockage' });
    const dialog = page.getByRole('dialog', { name: 'Stockage de Lina Haddad' });
    await dialog.getByText('2,5 Mo utilisés').waitFor();
    await dialog.getByRole('radio', { name: 'Sa propre limite' }).click();
    await dialog.getByLabel('Limite en Go').fill('0,5');
    await dialog.getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByText('Limite enregistrée').waitFor();
    await page.getByText('2,5 Mo sur 500 Mo').waitFor();
    const own = await pageOf(lina, browser, hub);
    await own.goto('/files');
    await own.getByText('2,5 Mo sur 500 Mo').waitFor();
    expect((await lina.get('/api/ibox/usage')).body).toMatchObject({ quotaBytes: 500_000_000 });
    await own.context().close();
    await page.context().close();
  });
});
