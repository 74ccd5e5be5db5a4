import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { media, mediaFlows, watchMedia } from './media.ts';
import { isFine, isFineOnBoth, pageOf } from './person.ts';

describe.skipIf(!available('chromium'))('a meeting divided into breakout rooms', () => {
  let hub: Hub;
  let browser: Browser;
  let lina: Client;
  let karim: Client;
  let nadia: Client;
  beforeAll(async () => {
    [hub, browser] = await Promise.all([startHub(), startChromium()]);
    const admin = await signedInAdmin(hub);
    lina = await signedInPerson(hub, admin, 'lina@example.dz', 'Lina Haddad');
    karim = await signedInPerson(hub, admin, 'karim@example.dz', 'كريم بن علي');
    nadia = await signedInPerson(hub, admin, 'nadia@example.dz', 'Nadia Ould-Kaci');
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  async function inRoom(client: Client, roomId: string): Promise<Page> {
    const page = await pageOf(client, browser, hub);
    await watchMedia(page.context());
    // Small pictures: three browsers share the machine.
    await page.addInitScript(() => {
      const { mediaDevices } = navigator;
      const capture = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = (wished = {}) =>
        capture({ ...wished, ...(wished.video ? { video: { width: 320, height: 180, frameRate: 10 } } : {}) });
    });
    await page.goto(`/meet/${roomId}`);
    await page.getByRole('button', { name: 'Rejoindre la réunion' }).click();
    await page.getByRole('button', { name: 'Quitter' }).waitFor();
    return page;
  }
  const bar = (page: Page) => page.getByRole('region', { name: 'Groupes', exact: true });
  const tile = (page: Page, name: string) => page.getByRole('group', { name });
  const frames = async (page: Page) => Object.values((await media(page)).framesDecoded).reduce((a, b) => a + b, 0);

  it('R-33 the host divides it, two people see each other and nobody else, ask for help, are visited and come back', {
    timeout: 240_000,
  }, async () => {
    const { id } = (await lina.post('/api/rooms', { title: 'Atelier du lundi' })).body;
    const [l, k, n] = [await inRoom(lina, id), await inRoom(karim, id), await inRoom(nadia, id)];
    await mediaFlows(l);

    await l.getByRole('button', { name: 'Participants' }).click();
    await l.getByRole('button', { name: 'Répartir en groupes' }).click();
    const panel = l.getByRole('complementary', { name: 'Groupes' });
    await panel.getByRole('button', { name: 'Répartir au hasard' }).click();
    await panel.getByText('1 personne').nth(1).waitFor();
    await panel.getByLabel('Nom du groupe 1').fill('Budget');
    for (const name of ['كريم بن علي', 'Nadia Ould-Kaci'])
      await panel.getByLabel(`Groupe de ${name}`).selectOption({ label: 'Budget' });
    await panel.getByLabel('Durée limitée').check({ force: true });
    await panel.getByLabel('Durée en minutes').fill('15');
    await isFineOnBoth(l, 'breakouts-form');
    await panel.getByRole('button', { name: 'Ouvrir les groupes' }).click();

    // Without a reload: the two of them together, the host alone in the main room.
    for (const page of [k, n]) await bar(page).getByText('Budget').waitFor();
    await tile(k, 'Nadia Ould-Kaci').waitFor();
    expect(await tile(k, 'Lina Haddad').count()).toBe(0);
    expect(await tile(l, 'Nadia Ould-Kaci').count()).toBe(0);
    await Promise.all([mediaFlows(k), mediaFlows(n)]);
    const before = await frames(l);
    await mediaFlows(k);
    expect(await frames(l), 'nothing comes to who is outside').toBe(before);
    await isFine(k, 'breakouts-inside');

    // Their own chat.
    await k.getByRole('button', { name: 'Discussion' }).click();
    await k.getByRole('textbox').fill('Entre nous deux');
    await k.keyboard.press('Enter');
    await n.getByTitle('Ouvrir la discussion').waitFor();

    // A word to all, and a call for help that the host answers by coming.
    await panel.getByLabel('Message à tous les groupes').fill('Encore dix minutes, puis nous comparons.');
    await panel.getByRole('button', { name: 'Envoyer à tous les groupes' }).click();
    await n.getByText('Encore dix minutes').waitFor();
    await bar(n).getByRole('button', { name: 'Demander de l’aide' }).click();
    await l.getByText('Nadia Ould-Kaci demande de l’aide').waitFor();
    await isFineOnBoth(l, 'breakouts-open');
    await isFine(n, 'breakouts-words');
    await l.getByRole('button', { name: 'Y aller' }).click();
    await tile(k, 'Lina Haddad').waitFor();
    await bar(n).getByRole('button', { name: 'Demander de l’aide' }).waitFor();
    await mediaFlows(l);

    // A page loaded again is where it was.
    await k.reload();
    await bar(k).getByText('Budget').waitFor();
    await tile(k, 'Nadia Ould-Kaci').waitFor();

    await panel.getByRole('button', { name: 'Fermer les groupes' }).click();
    await l.getByRole('dialog').getByRole('button', { name: 'Fermer les groupes' }).click();
    for (const page of [l, k, n]) await bar(page).waitFor({ state: 'detached' });
    for (const other of ['Lina Haddad', 'Nadia Ould-Kaci']) await tile(k, other).waitFor();
    await Promise.all([l, k, n].map((page) => mediaFlows(page)));
    await k.getByRole('button', { name: 'Discussion' }).click();
    await k.getByText('Aucun message pour l’instant').waitFor();
    for (const page of [l, k, n]) await page.context().close();
  });
});
