import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appCode } from '../contract/authenticator-app.ts';
import { type Client, signedInAdmin, signedInPerson, testPassword } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { isFineOnBoth, newPage, pageOf, signIn } from './person.ts';

describe.skipIf(!available('chromium'))('R-18 the second factor, as people have it', () => {
  let hub: Hub;
  let browser: Browser;
  let admin: Client;
  beforeAll(async () => {
    hub = await startHub((port) => ({ HUB_PUBLIC_URL: `http://localhost:${port}` }));
    // Passkeys know names, no addresses.
    hub.url = hub.url.replace('127.0.0.1', 'localhost');
    browser = await startChromium();
    admin = await signedInAdmin(hub);
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  /** Shown in the other two languages too, then in French again. */
  async function isFineInAll(page: Page, client: Client, name: string, open: () => Promise<void>): Promise<void> {
    for (const language of ['ar', 'en', 'fr']) {
      await client.request('PATCH', '/api/me', { language });
      await page.goto('/account');
      await open();
      await isFineOnBoth(page, `${name}-${language}`, 'section:has(h3)');
    }
  }

  it('R-18 an app is set up, asked for at the next sign-in, replaced by a recovery code and turned off', {
    timeout: 240_000,
  }, async () => {
    const lina = await signedInPerson(hub, admin, 'lina@example.dz', 'Lina Haddad');
    const page = await pageOf(lina, browser, hub);
    await page.goto('/account');
    await page.getByRole('button', { name: 'Configurer une application' }).click();
    const setup = page.getByRole('dialog', { name: 'Configurer une application d’authentification' });
    await setup.getByLabel('Mot de passe').fill(testPassword);
    await setup.getByRole('button', { name: 'Continuer' }).click();
    await setup.getByRole('img', { name: 'Code QR à scanner avec l’application' }).waitFor();
    const secret = (await setup.getByLabel('Clé', { exact: true }).textContent()) ?? '';
    await isFineOnBoth(page, 'second-factor-setup-fr', '[role=dialog]');
    await setup.getByLabel('Code à six chiffres').fill('000000');
    await setup.getByRole('button', { name: 'Activer' }).click();
    await setup.getByText('Ce code n’est pas valable, ou il a déjà servi.').waitFor();
    await setup.getByLabel('Code à six chiffres').fill(appCode(secret, -1));
    await page.keyboard.press('Enter');
    const shown = page.getByRole('dialog', { name: 'Vos codes de secours' });
    await shown.getByRole('listitem').first().waitFor();
    const codes = await shown.getByRole('listitem').allTextContents();
    expect(codes).toHaveLength(10);
    await isFineOnBoth(page, 'second-factor-codes-fr', '[role=dialog]');
    await page.keyboard.press('Escape');
    await shown.getByLabel('Je les ai gardés en lieu sûr').check();
    await shown.getByRole('button', { name: 'Terminé' }).click();
    await page.getByText('Il vous reste 10 codes.', { exact: false }).waitFor();
    await isFineInAll(page, lina, 'second-factor-account', async () => {
      await page.getByRole('heading', { level: 3 }).first().scrollIntoViewIfNeeded();
    });

    const other = await newPage(browser, hub);
    await signIn(other, 'lina@example.dz', testPassword, '/files');
    await other.getByRole('heading', { name: 'Vérification' }).waitFor();
    expect((await other.request.get('/api/me')).status()).toBe(401);
    await isFineOnBoth(other, 'second-factor-step-fr');
    // By keyboard alone: the field has the focus.
    await other.keyboard.type(appCode(secret));
    await other.keyboard.press('Enter');
    await other.waitForURL('**/files');

    const third = await newPage(browser, hub);
    await signIn(third, 'lina@example.dz', testPassword);
    await third.getByRole('button', { name: 'Utiliser un code de secours' }).click();
    await third.getByLabel('Code de secours').fill(codes[0] as string);
    await third.getByRole('button', { name: 'Vérifier' }).click();
    await third.waitForURL(`${hub.url}/`);
    await third.goto('/account');
    await third.getByText('Il vous reste 9 codes.', { exact: false }).waitFor();
    await third.getByRole('button', { name: 'Retirer l’application' }).click();
    const off = third.getByRole('dialog', { name: 'Retirer l’application d’authentification' });
    await off.getByLabel('Mot de passe').fill(testPassword);
    await off.getByText('Code de secours', { exact: true }).click();
    await off.getByRole('textbox', { name: 'Code de secours' }).fill(codes[1] as string);
    await isFineOnBoth(third, 'second-factor-off-fr', '[role=dialog]');
    await off.getByRole('button', { name: 'Retirer l’application' }).click();
    await third.getByRole('button', { name: 'Configurer une application' }).waitFor();
    for (const one of [page, other, third]) await one.context().close();
  });
});
