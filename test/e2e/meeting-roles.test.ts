import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { isFine, isFineOnBoth, newPage, pageOf, phone, screenshot } from './person.ts';

describe.skipIf(!available('chromium'))('who comes into a meeting, and who may do what there', () => {
  let hub: Hub;
  let browser: Browser;
  let host: Client;
  let member: Client;
  let roomId: string;

  beforeAll(async () => {
    [hub, browser] = await Promise.all([startHub(), startChromium()]);
    const admin = await signedInAdmin(hub);
    host = await signedInPerson(hub, admin, 'amina@example.test', 'Amina Haddad');
    member = await signedInPerson(hub, admin, 'bilal@example.test', 'Bilal Mansouri');
    roomId = (await host.post('/api/rooms', { title: 'Conseil du lundi' })).body.id;
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  /** With the microphone alone: pictures cost much and decide nothing here. */
  async function withoutCamera(page: Page): Promise<Page> {
    await page.addInitScript(() => localStorage.setItem('diwan.devices', '{"cameraOn":false}'));
    return page;
  }
  const person = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });
  async function act(page: Page, name: string, deed: string) {
    await page.getByRole('button', { name: `Actions sur ${name}` }).click();
    await page.getByRole('menuitem', { name: deed }).click();
  }

  it('R-31 R-33 a host, a participant and a guest through the lobby: mute, ask, remove, end', async () => {
    const a = await withoutCamera(await pageOf(host, browser, hub));
    await a.goto(`/meet/${roomId}`);
    await a.getByRole('button', { name: 'Rejoindre la réunion' }).click();
    await a.getByRole('button', { name: 'Participants' }).click();
    await a.getByRole('button', { name: 'Gérer la réunion' }).click();
    await a.getByLabel('Salle d’attente').check({ force: true });
    await a.getByLabel('Invités sans compte').check({ force: true });
    await isFineOnBoth(a, 'meeting-manage');
    await a.getByRole('dialog', { name: 'Gérer la réunion' }).getByRole('button', { name: 'Fermer' }).click();

    // The participant waits, and is let in from the banner.
    await a.getByRole('button', { name: 'Participants' }).click();
    const b = await withoutCamera(await pageOf(member, browser, hub));
    await b.goto(`/meet/${roomId}`);
    await b.getByRole('button', { name: 'Rejoindre la réunion' }).click();
    await b.getByText('Vous êtes dans la salle d’attente').waitFor();
    await b.getByText('L’organisateur est prévenu').waitFor();
    await isFine(b, 'meeting-waiting');
    await a.getByText('Bilal Mansouri attend à l’entrée').waitFor();
    await isFine(a, 'meeting-knock');
    await a.getByRole('button', { name: 'Faire entrer' }).click();
    await b.getByRole('toolbar', { name: 'Commandes de la réunion' }).waitFor();

    // The guest has no account: a name, the terms, then the lobby.
    const g = await withoutCamera(await newPage(browser, hub));
    await g.goto(`/meet/${roomId}`);
    await g.getByText('Rejoindre sans compte').waitFor();
    const join = g.getByRole('button', { name: 'Rejoindre la réunion' });
    await g.getByLabel('Nom affiché').fill('Yasmine');
    expect(await join.isDisabled()).toBe(true);
    await g.getByRole('checkbox', { name: /J’ai lu et j’accepte/ }).check();
    await isFineOnBoth(g, 'meeting-guest');
    await join.click();
    await g.getByText('Vous êtes dans la salle d’attente').waitFor();
    // A page loaded again keeps the pass; who waited asks again and has their place.
    await a.getByRole('button', { name: 'Participants' }).click();
    await person(a, 'Yasmine').waitFor();
    await isFine(a, 'meeting-people');
    await a.getByRole('button', { name: 'Faire entrer Yasmine' }).click();
    await g.getByRole('toolbar', { name: 'Commandes de la réunion' }).waitFor();
    await g.reload();
    await g.getByRole('toolbar', { name: 'Commandes de la réunion' }).waitFor();

    // Muted by the host, asked to speak again, and doing so by their own hand.
    await b.getByRole('button', { name: 'Couper le micro' }).waitFor();
    await act(a, 'Bilal Mansouri', 'Couper le micro');
    await b.getByText('Amina Haddad a coupé votre micro').waitFor();
    await b.getByRole('button', { name: 'Activer le micro' }).waitFor();
    await act(a, 'Bilal Mansouri', 'Demander d’activer le micro');
    const asked = b.getByRole('dialog', { name: 'Amina Haddad vous demande d’activer votre micro' });
    await asked.waitFor();
    await screenshot(b, 'meeting-asked');
    await asked.getByRole('button', { name: 'Activer mon micro' }).click();
    await b.getByRole('button', { name: 'Couper le micro' }).waitFor();
    await a.getByText('Bilal Mansouri active son micro').waitFor();

    await act(a, 'Bilal Mansouri', 'Nommer co-organisateur');
    await b.getByText('Vous êtes co-organisateur de cette réunion').waitFor();
    await act(a, 'Bilal Mansouri', 'Mettre en avant pour tous');
    await screenshot(a, 'meeting-spotlight');

    await act(a, 'Yasmine', 'Retirer de la réunion');
    await a.getByRole('dialog').getByRole('button', { name: 'Retirer de la réunion' }).click();
    await g.getByText('Vous avez été retiré de la réunion').waitFor();
    await isFine(g, 'meeting-removed');
    await g.reload();
    await g.getByLabel('Nom affiché').fill('Yasmine');
    await g.getByRole('checkbox', { name: /J’ai lu et j’accepte/ }).check();
    await g.getByRole('button', { name: 'Rejoindre la réunion' }).click();
    await g.getByText('Vous ne pouvez pas entrer').waitFor();
    await a.getByRole('button', { name: 'Laisser revenir Yasmine' }).waitFor();
    await a.setViewportSize(phone);
    await screenshot(a, 'meeting-kept-out-390');

    await a.getByRole('button', { name: 'Gérer la réunion' }).click();
    await a.getByRole('button', { name: 'Terminer pour tous' }).click();
    await a
      .getByRole('dialog', { name: 'Terminer la réunion pour tous ?' })
      .getByRole('button', { name: 'Terminer pour tous' })
      .click();
    for (const page of [a, b]) await page.getByText('La réunion est terminée').waitFor();
  }, 180_000);
});
