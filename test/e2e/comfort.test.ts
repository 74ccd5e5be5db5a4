import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { crowdIn } from './crowd.ts';
import { media, mediaFlows, watchMedia } from './media.ts';
import { desktop, isFine, pageOf, phone } from './person.ts';
import { throughRnnoise } from './rnnoise.ts';

const assets = path.join(import.meta.dirname, '../../web/dist/assets');

describe.skipIf(!available('chromium'))('comfort in a meeting', () => {
  let hub: Hub;
  let browser: Browser;
  let amina: Client;
  let page: Page;
  let karim: Page;
  let roomId: string;
  let crowd: Awaited<ReturnType<typeof crowdIn>>;

  async function enter(who: Page) {
    await watchMedia(who.context());
    await who.goto(`/meet/${roomId}`);
    await who.getByRole('button', { name: 'Rejoindre la réunion' }).click();
    await who.getByRole('button', { name: 'Quitter' }).waitFor();
  }
  const frames = async (who: Page) => Object.values((await media(who)).framesDecoded).reduce((a, b) => a + b, 0);
  const people = (who: Page) => who.locator('[data-part][data-participant-id]');
  async function choose(who: Page, role: 'menuitem' | 'menuitemradio' | 'menuitemcheckbox', name: string) {
    await who.getByRole('button', { name: 'Plus d’options' }).click();
    await who.getByRole(role, { name }).click();
    await who.keyboard.press('Escape');
    await who.getByRole('menu').waitFor({ state: 'hidden' });
  }

  beforeAll(async () => {
    hub = await startHub();
    browser = await startChromium();
    const admin = await signedInAdmin(hub);
    amina = await signedInPerson(hub, admin, 'amina@example.dz', 'Amina Haddad');
    roomId = (await amina.post('/api/rooms', { title: 'Conseil du lundi' })).body.id;
    page = await pageOf(amina, browser, hub);
    karim = await pageOf(await signedInPerson(hub, admin, 'karim@example.dz', 'Karim Benali'), browser, hub);
    await enter(karim);
    await enter(page);
    crowd = await crowdIn(amina, roomId, 28);
  }, 120_000);
  afterAll(async () => {
    await crowd?.close();
    await browser?.close();
    await hub?.stop();
  });

  it('R-34 thirty people: pages of a grid, the speaker large, a pin; the choice is remembered', {
    timeout: 120_000,
  }, async () => {
    await page.getByText('1 / 2', { exact: true }).waitFor();
    const onPage = await people(page).count();
    expect(onPage).toBeGreaterThanOrEqual(15);
    expect(onPage).toBeLessThanOrEqual(25);
    await page.getByRole('button', { name: 'Page suivante' }).click();
    await expect.poll(() => people(page).count()).toBe(30 - onPage);
    await page.getByRole('button', { name: 'Page précédente' }).click();

    await page.keyboard.press('g');
    // Karim is the only one who is heard.
    await expect.poll(() => page.locator('[data-part="large"]').getAttribute('aria-label')).toBe('Karim Benali');
    await choose(page, 'menuitemradio', 'En petit, dans un coin');
    await expect.poll(() => page.locator('[data-part="corner"]').getAttribute('aria-label')).toBe('Amina Haddad');
    await page.setViewportSize(phone);
    await isFine(page, 'comfort-speaker-390');
    await page.setViewportSize(desktop);
    await page.reload();
    await page.locator('[data-part="corner"]').waitFor();

    await page
      .getByRole('button', { name: /^Épingler Lina/ })
      .first()
      .press('Enter');
    await expect.poll(() => page.locator('[data-part="large"]').getAttribute('aria-label')).toMatch(/^Lina/);
    await page.getByRole('button', { name: /^Ne plus épingler Lina/ }).press('Enter');
    await crowd.close();
  });

  it('R-34 keys: a list of them, and the microphone is on while the space bar is held', async () => {
    await page.mouse.click(5, 5);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Raccourcis clavier' }).waitFor();
    // A key that is meant for the dialog does nothing behind it.
    await page.keyboard.press('m');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Couper le micro' }).waitFor();
    await page.keyboard.press('m');
    await page.getByRole('button', { name: 'Activer le micro' }).waitFor();
    await page.keyboard.down(' ');
    await page.getByRole('button', { name: 'Couper le micro' }).waitFor();
    await page.keyboard.up(' ');
    await page.getByRole('button', { name: 'Activer le micro' }).waitFor();
  });

  it('R-35 how everybody is received, in words and in numbers', { timeout: 120_000 }, async () => {
    // How good it is depends on what else this machine does.
    await page.getByRole('img', { name: /connexion .*avec Karim Benali/i }).waitFor();
    await page.keyboard.press('d');
    const panel = page.getByRole('complementary', { name: 'Détails de la connexion' });
    await panel
      .getByText(/VP8 · .* kbit\/s · \d+×\d+/)
      .first()
      .waitFor();
    // Whichever way this machine lets through.
    await panel
      .getByText(/^(UDP|TCP)$/)
      .first()
      .waitFor();
    await isFine(page, 'comfort-connection');
    await page.setViewportSize(phone);
    await isFine(page, 'comfort-connection-390');
    await page.setViewportSize(desktop);
    await panel.getByRole('button', { name: 'Fermer' }).click();
  });

  it('R-35 sound only: pictures stop coming, sound does not; a pin brings one back', async () => {
    await mediaFlows(page);
    await choose(page, 'menuitemcheckbox', 'Économie de débit (son seulement)');
    await page.getByText('Son seulement : les images sont en pause.').waitFor();
    await page.getByRole('button', { name: 'Activer la caméra' }).waitFor();
    await expect
      .poll(async () => {
        const before = await frames(page);
        await page.waitForTimeout(1000);
        return (await frames(page)) - before;
      })
      .toBe(0);
    const { audioEnergy } = await media(page);
    await expect.poll(async () => (await media(page)).audioEnergy).toBeGreaterThan(audioEnergy);
    await page.getByRole('button', { name: 'Épingler Karim Benali' }).press('Enter');
    await mediaFlows(page);
    await page.getByRole('button', { name: 'Revenir aux images' }).click();
  });

  it('R-31 noise suppression under the hub’s own policy: the floor falls by more than 20 dB, a voice stays', async () => {
    const asset = (pattern: RegExp) => `/assets/${readdirSync(assets).find((file) => pattern.test(file))}`;
    const worklet = asset(/^workletProcessor-.*\.js$/);
    const wasm = asset(/^rnnoise-.*\.wasm$/);
    const fan = await throughRnnoise(page, { worklet, wasm, sound: 'hiss' });
    const voice = await throughRnnoise(page, { worklet, wasm, sound: 'voice' });
    expect(fan.after).toBeLessThan(fan.before - 20);
    expect(voice.after).toBeGreaterThan(voice.before - 3);

    // In the meeting: turned on while it runs, and the others hear on.
    await karim.getByRole('button', { name: 'Plus d’options' }).click();
    await karim.getByRole('menuitem', { name: 'Réglages audio et vidéo' }).click();
    await karim.getByLabel('Réduction avancée du bruit').click();
    await isFine(karim, 'comfort-devices');
    await expect
      .poll(() =>
        karim.evaluate(() =>
          performance
            .getEntriesByType('resource')
            .map(({ name }) => name)
            .join(' '),
        ),
      )
      .toMatch(/rnnoise.*\.wasm/);
    await karim.keyboard.press('Escape');
    await karim.getByRole('button', { name: 'Couper le micro' }).waitFor();
    await mediaFlows(page);
  });
});
