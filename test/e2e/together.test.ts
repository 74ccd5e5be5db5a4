import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, call, connected, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { desktop, isFine, pageOf, phone, screenshot } from './person.ts';

describe.skipIf(!available('chromium'))('together in a meeting, as two people see it', () => {
  let hub: Hub;
  let browser: Browser;
  let lina: Client;
  let karim: Client;
  beforeAll(async () => {
    hub = await startHub();
    browser = await startChromium();
    const admin = await signedInAdmin(hub);
    lina = await signedInPerson(hub, admin, 'lina@example.dz', 'Lina Haddad');
    karim = await signedInPerson(hub, admin, 'karim@example.dz', 'كريم بن علي');
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  async function inRoom(client: Client, roomId: string): Promise<Page> {
    const page = await pageOf(client, browser, hub);
    await page.goto(`/meet/${roomId}`);
    await page.getByRole('button', { name: 'Rejoindre la réunion' }).click();
    await page.getByRole('button', { name: 'Quitter' }).waitFor();
    return page;
  }
  const write = async (page: Page, text: string) => {
    await page.getByRole('textbox').fill(text);
    await page.keyboard.press('Enter');
  };
  const fine = async (page: Page, name: string) => {
    await isFine(page, name);
    await page.setViewportSize(phone);
    await isFine(page, `${name}-390`);
    await page.setViewportSize(desktop);
  };

  it('R-34 they write, raise a hand, react and vote; who reloads finds all of it again', {
    timeout: 240_000,
  }, async () => {
    const { id } = (await lina.post('/api/rooms', { title: 'Conseil du lundi' })).body;
    const [l, k] = [await inRoom(lina, id), await inRoom(karim, id)];
    const log = (page: Page) => page.getByRole('region', { name: 'Messages' });

    // Chat: told while closed, counted, read; a link is a link and HTML is text.
    await l.getByRole('button', { name: 'Discussion' }).click();
    await write(l, 'Bonjour <b>à tous</b>, voir https://example.dz/ordre-du-jour.');
    await k.getByTitle('Ouvrir la discussion').waitFor();
    await k.getByRole('button', { name: 'Discussion : 1 message non lu' }).click();
    const link = log(k).getByRole('link');
    expect(await link.getAttribute('href')).toBe('https://example.dz/ordre-du-jour');
    expect(await link.getAttribute('rel')).toContain('noopener');
    expect(await log(k).locator('b').count()).toBe(0);
    await log(k).getByRole('listitem').first().hover();
    await k.getByRole('button', { name: 'Actions sur le message de Lina Haddad' }).click();
    await k.getByRole('menuitem', { name: 'Répondre' }).click();
    await write(k, 'شكرًا، سأقرأ جدول الأعمال قبل الاجتماع');
    await log(l).getByText('شكرًا، سأقرأ').waitFor();
    await k.getByLabel('Destinataire').selectOption({ label: 'Lina Haddad' });
    await write(k, 'Entre nous : je pars à 11 h');
    await log(l).getByText('Entre nous').waitFor();
    await log(l).getByText('en privé').waitFor();
    await fine(l, 'together-chat');

    // A hand, with its place, and a reaction over the tile.
    await k.getByRole('button', { name: 'Lever la main' }).click();
    await l.getByRole('group', { name: 'كريم بن علي' }).getByLabel('Main levée, n° 1').waitFor();
    await l.getByRole('tab', { name: 'Participants' }).click();
    await l.getByRole('region', { name: 'Mains levées' }).waitFor();
    await screenshot(l, 'together-hands');
    await l.getByRole('button', { name: 'Réagir' }).click();
    await l.getByRole('button', { name: 'Applaudir' }).click();
    await k.getByRole('group', { name: 'Lina Haddad' }).getByRole('img', { name: 'Applaudir' }).waitFor();

    // A poll: asked by the host, voted by both, counted at once.
    await l.getByRole('tab', { name: 'Sondages' }).click();
    await l.getByRole('button', { name: 'Poser une question' }).click();
    await l.getByLabel('Question').fill('Quand nous revoyons-nous ?');
    await l.getByLabel('Réponse 1').fill('Lundi');
    await l.getByLabel('Réponse 2').fill('Mardi');
    await screenshot(l, 'together-poll-form');
    await l.getByRole('button', { name: 'Lancer le sondage' }).click();
    await k.getByRole('tab', { name: 'Sondages' }).click();
    await k.getByRole('radio', { name: /Mardi/ }).check();
    await l.getByRole('radio', { name: /Mardi/ }).check();
    await k.getByText('2 voix').waitFor();
    await l.getByText('2 votants').waitFor();
    await fine(l, 'together-poll');

    // A reload takes the same seat: hand, messages and vote are there.
    await k.reload();
    await k.getByRole('button', { name: 'Baisser la main' }).waitFor();
    await k.getByRole('button', { name: 'Discussion' }).click();
    await log(k).getByText('Entre nous').waitFor();
    await k.getByRole('tab', { name: 'Sondages' }).click();
    expect(await k.getByRole('radio', { name: /Mardi/ }).isChecked()).toBe(true);

    await k.getByRole('button', { name: 'Baisser la main' }).click();
    await l
      .getByRole('group', { name: 'كريم بن علي' })
      .getByLabel(/Main levée/)
      .waitFor({ state: 'detached' });
    for (const page of [l, k]) await page.context().close();
  });

  it('R-34 R-43 a file of Ibox is sent, seen and taken back; another comes straight from the computer', {
    timeout: 240_000,
  }, async () => {
    const [{ rootId }] = (await lina.get('/api/ibox/spaces')).body;
    const picture = await sharp({ create: { width: 640, height: 400, channels: 3, background: '#c96a2b' } })
      .png()
      .toBuffer();
    const name = 'Plan de la salle.png';
    const path = `/api/ibox/nodes/${rootId}/files/${encodeURIComponent(name)}`;
    await lina.request('PUT', path, new Uint8Array(picture), { 'content-type': 'image/png' });
    await lina.post('/api/ibox/folders', { parentId: rootId, name: 'Conseils' });
    const { id } = (await lina.post('/api/rooms', { title: 'Conseil du mardi' })).body;
    const [l, k] = [await inRoom(lina, id), await inRoom(karim, id)];
    for (const page of [l, k]) await page.getByRole('button', { name: 'Discussion' }).click();

    await l.getByRole('button', { name: 'Joindre un fichier d’Ibox' }).click();
    const picker = l.getByRole('dialog', { name: 'Choisir un fichier' });
    await picker.getByRole('button', { name }).waitFor();
    await fine(l, 'chat-file-picker');
    await picker.getByLabel('Chercher un fichier').fill('salle');
    await picker.getByRole('button', { name }).click();
    await screenshot(l, 'chat-file-chosen');
    await write(l, 'Voici la salle');
    const log = (page: Page) => page.getByRole('region', { name: 'Messages' });
    await log(k).locator('img').waitFor();
    await fine(k, 'chat-file');
    await log(k)
      .getByRole('button', { name: `Ouvrir ${name}` })
      .click();
    await k.getByRole('dialog').getByRole('img', { name }).waitFor();
    const drawn = () =>
      k
        .getByRole('dialog')
        .locator('img')
        .evaluate((img: HTMLImageElement) => img.naturalWidth);
    await expect.poll(drawn).toBe(640);
    await k.getByRole('button', { name: 'Fermer l’aperçu' }).click();
    const saved = k.waitForEvent('download');
    await log(k)
      .getByRole('button', { name: `Télécharger ${name}` })
      .click();
    expect(await readFile(await (await saved).path())).toEqual(picture);

    await l.getByRole('button', { name: 'Joindre un fichier d’Ibox' }).click();
    await l
      .getByRole('dialog')
      .locator('input[type=file]')
      .setInputFiles({
        ...{ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('Ordre du jour') },
      });
    await l.getByRole('button', { name: 'Ne pas joindre note.txt' }).waitFor();
    await l.getByRole('textbox').press('Enter');
    await log(k).getByRole('button', { name: 'Ouvrir note.txt' }).click();
    await k.getByText('Ordre du jour').waitFor();
    await k.getByRole('button', { name: 'Fermer l’aperçu' }).click();

    const own = await pageOf(lina, browser, hub);
    await own.goto('/files');
    await own.getByRole('button', { name: `Actions sur ${name}` }).click();
    await own.getByRole('menuitem', { name: 'Détails' }).click();
    await own.getByRole('tab', { name: 'Partages' }).click();
    await own.getByText('Conseil du mardi').waitFor();
    await fine(own, 'file-meetings');
    await own.getByRole('button', { name: 'Retirer de Conseil du mardi' }).click();
    await log(k).getByText('Fichier retiré').waitFor();
    await fine(k, 'chat-file-withdrawn');
    for (const page of [l, k, own]) await page.context().close();
  });

  it('R-34 what was said stays with the past meeting', { timeout: 180_000 }, async () => {
    const { id: roomId } = (await lina.post('/api/rooms', { title: 'Conseil du jeudi' })).body;
    const [{ rootId }] = (await lina.get('/api/ibox/spaces')).body;
    const bytes = { 'content-type': 'application/octet-stream' };
    const file = await lina.request('PUT', `/api/ibox/nodes/${rootId}/files/budget.txt`, 'Le budget', bytes);
    const [l, k] = [lina.socket(), karim.socket()];
    await Promise.all([l, k].map(connected));
    for (const socket of [l, k]) expect(await call(socket, 'room:join', { roomId })).toMatchObject({ ok: true });
    const clientId = () => crypto.randomUUID();
    await call(l, 'chat:send', { clientId: clientId(), text: 'Voici le budget', fileId: file.body.id });
    await call(k, 'chat:send', { clientId: clientId(), text: 'شكرًا، سأقرؤه هذا المساء' });
    const poll = {
      id: clientId(),
      question: 'On adopte ?',
      options: ['Oui', 'Non'],
      multiple: false,
      anonymous: false,
    };
    await call(l, 'poll:create', poll);
    await call(k, 'poll:vote', { id: poll.id, choices: [0] });
    for (const socket of [k, l]) {
      await call(socket, 'room:leave', {});
      socket.disconnect();
    }
    const page = await pageOf(karim, browser, hub);
    await page.goto('/meetings');
    await page.getByRole('button', { name: 'Afficher les réunions passées' }).click();
    await page.getByRole('button', { name: 'Ce qui a été dit : Conseil du jeudi' }).click();
    const dialog = page.getByRole('dialog', { name: 'Conseil du jeudi' });
    await dialog.getByText('Voici le budget').waitFor();
    await dialog.getByText('1 votant').waitFor();
    await fine(page, 'past-words');
    await dialog.getByRole('button', { name: 'Ouvrir budget.txt' }).click();
    await page.getByText('Le budget', { exact: true }).waitFor();
    await page.context().close();
  });
});
