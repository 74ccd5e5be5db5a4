import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { isFine, isFineOnBoth, newPage, pageOf, phone, signIn } from './person.ts';

const email = 'amina@example.dz';
const second = 'une phrase que personne ne sait';
const third = 'encore une autre phrase';

describe.skipIf(!available('chromium'))('the door, as the person whose key is lost lives it', () => {
  let hub: Hub;
  let browser: Browser;
  const mails = () => path.join(hub.dataDir, 'mail');

  beforeAll(async () => {
    [hub, browser] = await Promise.all([startHub(), startChromium()]);
    await signedInPerson(hub, await signedInAdmin(hub), email, 'Amina Saïdi');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });
  const mailed = (pattern: RegExp) =>
    readdirSync(mails())
      .map((name) => pattern.exec(readFileSync(path.join(mails(), name), 'utf8').replaceAll(/=\r?\n/g, ''))?.[0])
      .find((found) => found !== undefined);

  it('R-13 R-15 R-14 asks for a link, chooses a password, is told of a stranger and shuts everybody out', async () => {
    const page = await newPage(browser, hub);
    await page.goto('/login');
    await page.getByLabel('Adresse e-mail').fill(email);
    await page.getByRole('link', { name: 'Mot de passe oublié ?' }).click();
    await page.getByRole('heading', { name: 'Mot de passe oublié' }).waitFor();
    expect(await page.getByLabel('Adresse e-mail').inputValue()).toBe(email);
    await isFineOnBoth(page, 'forgotten');
    await page.getByRole('button', { name: 'Recevoir un lien' }).click();
    await page.getByRole('heading', { name: 'Consultez votre messagerie' }).waitFor();
    await isFine(page, 'forgotten-sent');

    const link = /http:\S+\/new-password\/[\w-]{43}/;
    await expect.poll(() => mailed(link), { timeout: 15_000 }).toBeTruthy();
    await page.goto(mailed(link) as string);
    await page.getByLabel('Nouveau mot de passe', { exact: true }).fill(second);
    await page.getByLabel('Confirmer le nouveau mot de passe').fill(second);
    await isFineOnBoth(page, 'new-password');
    await page.getByRole('button', { name: 'Changer le mot de passe' }).click();
    await page.getByText('Votre mot de passe est changé. Connectez-vous.').waitFor();
    await page.goto(mailed(link) as string);
    await page.getByRole('heading', { name: 'Lien non valable' }).waitFor();
    await isFine(page, 'new-password-used');
    await signIn(page, email, second, '/account');
    await page.getByRole('heading', { name: 'Sessions et appareils' }).waitFor();

    const stranger = createClient(hub);
    await stranger.login(email, second);
    await page.getByText(/^Connexion à votre compte depuis un nouvel appareil/).waitFor();
    await page.getByRole('button', { name: 'Fermer toutes les autres' }).waitFor();
    await isFineOnBoth(page, 'account-devices');

    await page.getByRole('button', { name: 'Fermer tous les accès…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Mot de passe actuel').fill(second);
    await dialog.getByLabel('Nouveau mot de passe', { exact: true }).fill(third);
    await dialog.getByLabel('Confirmer le nouveau mot de passe').fill(third);
    await isFineOnBoth(page, 'disclosed');
    await dialog.getByRole('button', { name: 'Changer le mot de passe et tout fermer' }).click();
    await page.getByText(/^Tous les accès sont fermés/).waitFor();
    await page.getByRole('heading', { name: 'Connexion' }).waitFor();
    expect((await stranger.get('/api/me')).body.code).toBe('unauthenticated');
    await signIn(page, email, third, '/login');
    await page.waitForURL('/');
    await page.context().close();
  }, 180_000);

  it('R-13 the same pages in Arabic, on a phone', async () => {
    const page = await newPage(browser, hub, { viewport: phone });
    await page.addInitScript(() => localStorage.setItem('diwan.language', 'ar'));
    await page.goto('/forgotten');
    await page.getByRole('heading', { name: 'نسيت كلمة المرور' }).waitFor();
    await isFine(page, 'forgotten-ar');
    await page.goto('/new-password/unknown');
    await page.getByRole('heading', { name: 'رابط غير صالح' }).waitFor();
    await isFine(page, 'new-password-ar');
    await page.context().close();

    const amina = createClient(hub);
    await amina.login(email, third);
    await amina.request('PATCH', '/api/me', { language: 'ar' });
    const own = await pageOf(amina, browser, hub);
    await own.setViewportSize(phone);
    await own.goto('/account');
    await own.getByRole('button', { name: 'إغلاق كل وسائل الوصول…' }).click();
    await isFine(own, 'disclosed-ar');
    await own.context().close();
  }, 120_000);
});
