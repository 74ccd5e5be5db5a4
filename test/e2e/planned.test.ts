import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { type MailSink, startMailSink } from '../services/mail-sink.ts';
import { isFine, isFineOnBoth, pageOf, screenshot } from './person.ts';

describe.skipIf(!available('chromium'))('planned meetings, as two people live them', { timeout: 180_000 }, () => {
  let hub: Hub;
  let mail: MailSink;
  let browser: Browser;
  let clients: Client[];
  let amina: Page;
  let bilal: Page;

  beforeAll(async () => {
    mail = await startMailSink();
    hub = await startHub({ SMTP_URL: mail.url });
    browser = await startChromium();
    const admin = await signedInAdmin(hub);
    clients = [
      await signedInPerson(hub, admin, 'amina@example.dz', 'Amina Haddad'),
      await signedInPerson(hub, admin, 'bilal@example.dz', 'Bilal Meziane'),
    ];
    [amina, bilal] = (await Promise.all(clients.map((client) => pageOf(client, browser, hub)))) as [Page, Page];
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
    await mail?.stop();
  });

  const row = (page: Page, title: string) => page.getByRole('listitem').filter({ hasText: title });
  const inLanguage = async (language: string) => {
    await clients[0]?.request('PATCH', '/api/me', { language });
    await amina.evaluate((chosen) => localStorage.setItem('diwan.language', chosen), language);
    await amina.reload();
  };

  it('R-30 a series is planned in the browser; who is invited sees it at once, and each change of it', async () => {
    await bilal.goto('/meetings');
    await bilal.getByText('Aucune réunion pour l’instant').waitFor();
    await amina.goto('/meetings');
    await amina.getByRole('button', { name: 'Planifier une réunion' }).click();
    const dialog = amina.getByRole('dialog', { name: 'Planifier une réunion' });
    await dialog.getByRole('button', { name: 'Planifier', exact: true }).click();
    await dialog.getByText('Donnez un titre à la réunion.').waitFor();
    await dialog.getByLabel('Titre').fill('Conseil d’exploitation');
    await dialog.getByLabel('Heures').fill('10');
    await dialog.getByLabel('Minutes').fill('30');
    await dialog.getByLabel('Répétition').selectOption('weekly');
    for (const [day, short] of [
      ['lundi', 'lun.'],
      ['jeudi', 'jeu.'],
    ] as const)
      if (!(await dialog.getByRole('checkbox', { name: day }).isChecked()))
        await dialog.getByText(short, { exact: true }).click();
    await dialog.getByLabel('Fin', { exact: true }).selectOption('after');
    await dialog.getByLabel('Nombre de fois').fill('6');
    await dialog.getByText(/^Chaque semaine, lundi.* jeudi.*, 6 fois$/).waitFor();
    const people = dialog.getByRole('combobox', { name: 'Inviter par e-mail' });
    await people.fill('bilal@example.dz, nadia@ailleurs.dz');
    await people.press('Enter');
    await isFineOnBoth(amina, 'planned-dialog');
    await dialog.getByRole('button', { name: 'Date' }).click();
    await isFine(amina, 'planned-calendar');
    await amina.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Planifier', exact: true }).click();
    await row(amina, 'Conseil d’exploitation').waitFor();

    // Nobody reloads anything.
    await row(bilal, 'Conseil d’exploitation').getByText('Organisée par Amina Haddad').waitFor();
    const invitation = await mail.mailWhere(({ to }) => [to].flat()[0]?.text === 'nadia@ailleurs.dz');
    expect(invitation.subject).toBe('Invitation : Conseil d’exploitation');
    await bilal.getByRole('button', { name: 'Détails de « Conseil d’exploitation »' }).click();
    const seen = bilal.getByRole('dialog', { name: 'Conseil d’exploitation' });
    await seen.getByText('2 personnes invitées').waitFor();
    expect(await seen.getByText('nadia@ailleurs.dz').count()).toBe(0);
    expect(await seen.getByRole('button', { name: 'Modifier' }).count()).toBe(0);
    const download = bilal.waitForEvent('download');
    await seen.getByRole('link', { name: 'Ajouter à l’agenda (.ics)' }).click();
    expect((await download).suggestedFilename()).toBe('meeting.ics');

    await amina.getByRole('button', { name: 'Détails de « Conseil d’exploitation »' }).click();
    const own = amina.getByRole('dialog', { name: 'Conseil d’exploitation' });
    await own.getByText('nadia@ailleurs.dz').waitFor();
    await isFineOnBoth(amina, 'planned-details');
    const dates = own.getByRole('button', { name: /^Annuler la séance/ });
    // One fewer where the first of today is over already.
    const left = await dates.count();
    expect([5, 6]).toContain(left);
    await dates.nth(1).click();
    await amina
      .getByRole('dialog', { name: 'Annuler cette séance ?' })
      .getByRole('button', { name: 'Annuler la séance' })
      .click();
    await expect.poll(() => dates.count()).toBe(left - 1);
    await own.getByRole('button', { name: 'Modifier' }).click();
    const edit = amina.getByRole('dialog', { name: 'Modifier la réunion' });
    expect(await edit.getByLabel('Heures').inputValue()).toBe('10');
    await edit.getByLabel('Titre').fill('Conseil élargi');
    await edit.getByRole('button', { name: 'Enregistrer' }).click();
    await bilal.getByRole('dialog', { name: 'Conseil élargi' }).waitFor();
    await bilal.keyboard.press('Escape');
    await mail.mailWhere(({ subject }) => subject === 'Réunion modifiée : Conseil élargi');
    await amina.getByRole('dialog', { name: 'Conseil élargi' }).getByRole('button', { name: 'Fermer' }).click();
  });

  it('R-31 the call before a meeting leads to its door, where devices are tried; afterwards it is a past one', async () => {
    await bilal.goto('/files');
    const start = new Date(Date.now() + 5 * 60_000).toISOString().slice(0, 16);
    const draft = { title: 'Point rapide', start, timeZone: 'UTC', minutes: 30, invitees: ['bilal@example.dz'] };
    expect((await clients[0]?.post('/api/meetings', draft))?.status).toBe(201);
    const call = bilal.getByRole('status').filter({ hasText: 'Point rapide' });
    await call.getByText(/^Commence dans/).waitFor();
    await isFineOnBoth(bilal, 'planned-reminder');
    await bilal.goto('/');
    await bilal
      .getByRole('link', { name: /Point rapide/ })
      .first()
      .waitFor();
    await screenshot(bilal, 'planned-home');
    await call.getByRole('link', { name: 'Rejoindre' }).click();
    await bilal.getByRole('button', { name: 'Rejoindre la réunion' }).waitFor();
    await bilal.getByLabel('Niveau du micro').waitFor();
    for (const device of ['Micro', 'Caméra'])
      expect(await bilal.getByLabel(device, { exact: true }).inputValue()).not.toBe('');
    const sound = bilal.getByRole('button', { name: 'Tester le son' });
    await sound.click();
    await bilal.getByRole('button', { name: 'Lecture…' }).waitFor();
    await sound.waitFor();
    await screenshot(bilal, 'planned-door');
    await bilal.getByRole('button', { name: 'Rejoindre la réunion' }).click();
    await row(amina, 'Point rapide').getByText('1 personne présente').waitFor();
    await isFineOnBoth(amina, 'planned-list');
    await bilal.getByRole('button', { name: 'Quitter', exact: true }).click();
    await bilal.getByText('Vous avez quitté la réunion').waitFor();
    await amina.getByRole('button', { name: 'Afficher les réunions passées' }).click();
    await amina.getByText(/^1 personne : Bilal Meziane/).waitFor();

    await inLanguage('ar');
    await amina.getByText('Point rapide').first().waitFor();
    await isFineOnBoth(amina, 'planned-list-ar');
    await amina.emulateMedia({ colorScheme: 'dark' });
    await amina.getByRole('button', { name: 'جدولة اجتماع' }).click();
    await amina.getByLabel('التكرار').selectOption('weekly');
    await isFineOnBoth(amina, 'planned-dialog-ar-dark');
    await amina.getByRole('button', { name: 'التاريخ' }).click();
    await screenshot(amina, 'planned-calendar-ar-dark');
    await amina.emulateMedia({ colorScheme: 'light' });
    await inLanguage('fr');
  });

  it('R-30 what is cancelled is gone at once, and its link with it', async () => {
    await bilal.goto('/meetings');
    await row(bilal, 'Conseil élargi').waitFor();
    await amina.getByRole('button', { name: 'Détails de « Conseil élargi »' }).click();
    await amina.getByRole('button', { name: 'Annuler la réunion' }).click();
    const sure = amina.getByRole('dialog', { name: 'Annuler « Conseil élargi » ?' });
    await screenshot(amina, 'planned-cancel');
    await sure.getByRole('button', { name: 'Annuler la réunion' }).click();
    await row(bilal, 'Conseil élargi').waitFor({ state: 'detached' });
    await mail.mailWhere(({ subject }) => subject === 'Réunion annulée : Conseil élargi');
    const room = bilal.getByRole('region', { name: 'Ma salle personnelle' });
    await room.getByRole('link', { name: 'Entrer dans ma salle' }).click();
    await bilal.getByRole('heading', { name: 'Salle de Bilal Meziane' }).waitFor();
  });
});
