import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPassword } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { type Machine, startMachine } from './machine.ts';
import { media, mediaFlows, watchMedia } from './media.ts';
import { newPage, phone, screenshot, signIn } from './person.ts';

/** A person at a browser of their own. */
interface Person {
  name: string;
  context: BrowserContext;
  page: Page;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(!available('chromium'))(
  'the whole way through: sign in, accept the CGU, meet, share a file, sync a folder',
  () => {
    let hub: Hub;
    const browsers: Browser[] = [];
    const machines: Machine[] = [];

    beforeAll(async () => {
      hub = await startHub();
      // Two browsers, not two windows of one: each person has a machine of their own.
      for (let i = 0; i < 2; i++)
        browsers.push(await startChromium(['--auto-select-desktop-capture-source=Entire screen']));
    });
    afterAll(async () => {
      for (const machine of machines) await machine.stop();
      for (const browser of browsers) await browser.close();
      await hub?.stop();
    });

    async function person(browser: Browser, name: string): Promise<Person> {
      const page = await newPage(browser, hub);
      await watchMedia(page.context());
      return { name, context: page.context(), page };
    }

    async function acceptTerms(page: Page) {
      await page.getByRole('button', { name: 'Accepter et valider' }).click();
      await page.getByRole('navigation', { name: 'Navigation principale' }).waitFor();
    }

    async function invite(admin: Page, name: string, email: string): Promise<string> {
      await admin.getByRole('button', { name: 'Créer un compte' }).click();
      const dialog = admin.getByRole('dialog');
      await dialog.getByLabel('Nom', { exact: true }).fill(name);
      await dialog.getByLabel('Adresse e-mail').fill(email);
      await dialog.getByRole('button', { name: 'Créer un compte' }).click();
      const link = await dialog.getByLabel('Lien d’invitation').inputValue();
      await dialog.getByRole('button', { name: 'Terminé' }).click();
      return link;
    }

    async function upload(page: Page, name: string, bytes: Buffer) {
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Envoyer des fichiers' }).first().click();
      await (await chooser).setFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
    }

    async function download(row: Locator, page: Page): Promise<Buffer> {
      await row.getByRole('button', { name: /^Actions sur/ }).click();
      const started = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: 'Télécharger' }).click();
      return readFileSync(await (await started).path());
    }

    async function publishNotice(page: Page, text: string) {
      await page.goto('/admin/notices');
      await page.getByRole('button', { name: 'Publier une annonce' }).first().click();
      const dialog = page.getByRole('dialog');
      for (const [language, words] of [
        ['français', text],
        ['arabe', 'صيانة التخزين هذه الليلة'],
        ['anglais', 'Storage maintenance tonight'],
      ] as const)
        await dialog.getByLabel(`Texte en ${language}`).fill(words);
      await dialog.getByRole('button', { name: 'Publier maintenant' }).click();
    }

    async function screenshotsElsewhere(who: Person, files: Page) {
      await files.setViewportSize(phone);
      await screenshot(files, '11-files-phone');
      await who.page.setViewportSize(phone);
      await screenshot(who.page, '12-meeting-phone');
    }

    async function join(page: Page, link: string) {
      await page.goto(link);
      await page.getByRole('button', { name: 'Rejoindre la réunion' }).click();
      await page.getByRole('button', { name: 'Quitter' }).waitFor();
    }

    it('goes from the first login to a file that came back changed', { timeout: 300_000 }, async () => {
      const [first, second] = browsers as [Browser, Browser];
      const admin = await person(first, 'Administrateur');
      const lina = await person(first, 'Lina Haddad');
      const karim = await person(second, 'Karim Benali');

      // R-03 nothing before the terms: signed in, the text is all there is.
      await signIn(admin.page, hub.admin.email, hub.admin.password);
      await admin.page.getByRole('button', { name: 'Accepter et valider' }).waitFor();
      await screenshot(admin.page, '01-cgu');
      await acceptTerms(admin.page);

      // R-06 two people are invited, choose a password and accept.
      await admin.page.goto('/admin/accounts');
      for (const [who, email] of [
        [lina, 'lina@example.dz'],
        [karim, 'karim@example.dz'],
      ] as const) {
        const link = await invite(admin.page, who.name, email);
        await who.page.goto(link);
        await who.page.getByLabel('Mot de passe', { exact: true }).fill(testPassword);
        await who.page.getByLabel('Confirmer le mot de passe').fill(testPassword);
        await who.page.getByRole('button', { name: 'Activer mon compte' }).click();
        await who.page.getByText('Votre compte est activé.').waitFor();
        await signIn(who.page, email, testPassword);
        await acceptTerms(who.page);
      }
      await screenshot(admin.page, '02-accounts');
      // R-08 whose hub this is, and its terms, at the foot of every page.
      const foot = lina.page.getByRole('contentinfo');
      await foot.getByText(/Tous droits réservés/).waitFor();
      await foot.getByRole('link', { name: 'Conditions générales d’utilisation' }).waitFor();
      await screenshot(lina.page, '03-home');

      // a meeting, joined by its link.
      await lina.page.goto('/meetings');
      await lina.page.getByLabel('Titre de la réunion').fill('Conseil du lundi');
      await lina.page.getByRole('button', { name: 'Créer la réunion' }).click();
      await lina.page
        .getByRole('link', { name: /Rejoindre/ })
        .first()
        .click();
      await lina.page.waitForURL(/\/meet\//);
      const link = lina.page.url();
      await screenshot(lina.page, '04-preview');
      await join(lina.page, link);
      await join(karim.page, link);

      // R-32 both see and hear each other, through the SFU, in simulcast layers.
      for (const who of [lina, karim]) {
        const flowing = await mediaFlows(who.page);
        expect(Object.keys(flowing.framesDecoded)).toHaveLength(1);
        expect(flowing.widest).toBeGreaterThan(300);
      }
      await screenshot(lina.page, '05-meeting');
      // What a sender gives the SFU is layers; a small camera has fewer.
      expect(
        Object.values((await media(lina.page)).layersSent).filter((frames) => frames > 0).length,
      ).toBeGreaterThanOrEqual(2);

      await karim.page.getByRole('button', { name: 'Couper le micro' }).click();
      await lina.page
        .getByRole('group', { name: /Karim Benali/ })
        .getByLabel(/micro coupé/i)
        .waitFor();
      await karim.page.getByRole('button', { name: 'Activer le micro' }).click();

      // A second window of Lina's, at her files; her picture stays in the meeting.
      const files = await lina.context.newPage();
      await files.goto('/files');
      const original = randomBytes(3_000_000);
      await upload(files, 'compte rendu.bin', original);
      const row = files.getByRole('row', { name: /compte rendu\.bin/ });
      await row.waitFor();

      // R-45 a third machine: its agent is approved in the browser, and receives the file.
      const machine = await startMachine(hub.url);
      machines.push(machine);
      const { verificationUrl } = await machine.askToSignIn();
      const approval = await lina.context.newPage();
      await approval.goto(verificationUrl);
      await approval.getByRole('button', { name: 'Vérifier le code' }).click();
      await approval.getByText(machine.name).first().waitFor();
      await screenshot(approval, '06-device');
      await approval.getByRole('button', { name: 'Autoriser cet appareil' }).click();
      await approval.getByText('Appareil associé').waitFor();
      await approval.close();
      await machine.signedIn();
      await machine.run();
      const copy = path.join(machine.folder, 'compte rendu.bin');
      await expect.poll(() => existsSync(copy), { timeout: 30_000 }).toBe(true);
      expect(sha256(readFileSync(copy))).toBe(sha256(original));

      // R-54 while all this runs, an admin announces a maintenance: every screen shows it, without a reload.
      const text = 'Maintenance du stockage cette nuit';
      await publishNotice(admin.page, text);
      for (const page of [admin.page, lina.page, karim.page, files])
        await page.getByText(text).first().waitFor({ timeout: 5000 });
      await expect.poll(() => machine.output(), { timeout: 5000 }).toContain(text);
      await screenshot(files, '07-files-with-notice');
      await screenshot(karim.page, '08-meeting-with-notice');

      // The agent's machine edits; the page in the browser sees the new version and gives back its bytes.
      const edited = Buffer.concat([original, Buffer.from('relu par Lina')]);
      writeFileSync(copy, edited);
      await expect
        .poll(() => download(row, files).then(sha256), { timeout: 30_000, interval: 1000 })
        .toBe(sha256(edited));

      // faults.md: the hub dies in the middle, and comes back. Nobody reloads a page.
      const frames = await mediaFlows(karim.page);
      await hub.kill();
      await files.getByText('Connexion interrompue').waitFor();
      await hub.restart();
      const later = randomBytes(200_000);
      writeFileSync(path.join(machine.folder, 'après la panne.bin'), later);
      for (const who of [lina, karim]) {
        const flowing = await mediaFlows(who.page, 60_000);
        expect(Object.keys(flowing.framesDecoded).length).toBe(Object.keys(frames.framesDecoded).length);
      }
      const second2 = files.getByRole('row', { name: /après la panne\.bin/ });
      await second2.waitFor({ timeout: 60_000 });
      expect(sha256(await download(second2, files))).toBe(sha256(later));
      expect(sha256(await download(row, files))).toBe(sha256(edited));
      await screenshot(lina.page, '09-meeting-after-restart');

      // R-32 the screen, shared to the other.
      await lina.page.getByRole('button', { name: 'Partager l’écran' }).click();
      await lina.page.getByRole('button', { name: 'Arrêter le partage' }).waitFor();
      await expect
        .poll(async () => Object.keys((await media(karim.page)).framesDecoded).length, { timeout: 30_000 })
        .toBe(2);
      await screenshot(karim.page, '10-screen-share');

      // In Arabic, and on a phone.
      await karim.page.getByRole('button', { name: 'Quitter' }).click();
      await screenshotsElsewhere(lina, files);
      await lina.page.getByRole('button', { name: 'Quitter' }).click();
    });
  },
);
