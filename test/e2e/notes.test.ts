import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { desktop, isFine, pageOf, phone } from './person.ts';

describe.skipIf(!available('chromium'))('notes that people write together, as they see them', () => {
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

  /** In the meeting, with the notes open; what it asked for elsewhere than at the hub. */
  async function inNotes(client: Client, roomId: string): Promise<{ page: Page; elsewhere: string[] }> {
    const page = await pageOf(client, browser, hub);
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(hub.url) && !/^(blob|data):/.test(request.url())) elsewhere.push(request.url());
    });
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) elsewhere.push(message.text());
    });
    await page.goto(`/meet/${roomId}`);
    // No pictures: the machine has them for what is looked at here.
    await page.getByRole('button', { name: 'Couper la caméra' }).click();
    await page.getByRole('button', { name: 'Rejoindre la réunion' }).click();
    await page.getByRole('button', { name: 'Quitter' }).waitFor();
    await page.getByRole('button', { name: 'Plus d’options' }).click();
    await page.getByRole('menuitem', { name: 'Notes partagées' }).click();
    await editor(page).waitFor();
    return { page, elsewhere };
  }
  const soon = { timeout: 60_000 };
  const editor = (page: Page) => page.getByRole('textbox', { name: 'Notes partagées' });
  /** At the beginning or the end of the text, as a person does. */
  async function write(page: Page, text: string, where: 'Home' | 'End' = 'End'): Promise<void> {
    await editor(page).focus();
    await page.keyboard.press(`Control+${where}`);
    await page.keyboard.type(text);
  }
  const textOf = (page: Page) =>
    editor(page).evaluate((content) =>
      [...content.querySelectorAll('.cm-line')]
        .map((line) => {
          const own = line.cloneNode(true) as Element;
          for (const caret of own.querySelectorAll('.cm-ySelectionCaret, .cm-placeholder')) caret.remove();
          return own.textContent;
        })
        .join('\n'),
    );
  async function files(client: Client): Promise<string[]> {
    const [own] = (await client.get('/api/ibox/spaces')).body;
    const folder = (await client.children(own.rootId)).find(({ name }) => name === 'V-room');
    return folder ? (await client.children(folder.id)).map(({ name }) => name) : [];
  }
  const fine = async (page: Page, name: string) => {
    await isFine(page, name);
    await page.setViewportSize(phone);
    await isFine(page, `${name}-390`);
    await page.setViewportSize(desktop);
  };

  it('R-34 two write at once, the hub is killed in the middle, and nothing that either typed is lost', {
    timeout: 300_000,
  }, async () => {
    const { id } = (await lina.post('/api/rooms', { title: 'Conseil du lundi' })).body;
    const [l, k] = [await inNotes(lina, id), await inNotes(karim, id)];

    // Enter goes on with a list.
    await write(l.page, '# Ordre du jour\n- budget\nلغة\n');
    await expect.poll(() => textOf(k.page), soon).toContain('budget');
    await k.page.getByText('Lina Haddad', { exact: true }).last().waitFor();
    await Promise.all([write(l.page, 'Lina écrit ceci. '), write(k.page, 'كريم يكتب هذا.\n', 'Home')]);
    await expect.poll(async () => (await textOf(l.page)) === (await textOf(k.page)), soon).toBe(true);
    // Each line in its own direction.
    const directions = await editor(l.page).evaluate((content) =>
      [...content.querySelectorAll('.cm-line')].slice(0, 4).map((line) => getComputedStyle(line).direction),
    );
    expect(directions).toEqual(['rtl', 'ltr', 'ltr', 'rtl']);
    await fine(l.page, 'notes-write');

    await hub.kill();
    await write(l.page, 'hors ligne de Lina ');
    await write(k.page, 'hors ligne de Karim\n', 'Home');
    await hub.restart();
    const whole =
      'hors ligne de Karim\nكريم يكتب هذا.\n# Ordre du jour\n- budget\n- لغة\n- Lina écrit ceci. hors ligne de Lina ';
    for (const { page } of [l, k]) await expect.poll(() => textOf(page), soon).toBe(whole);

    // As it reads; taken along as a file, and put among one's own.
    await k.page.getByText('Lire', { exact: true }).click();
    await k.page.getByRole('heading', { name: 'Ordre du jour' }).waitFor();
    await fine(k.page, 'notes-read');
    await k.page.getByRole('button', { name: 'Enregistrer ou télécharger' }).click();
    const downloading = k.page.waitForEvent('download');
    await k.page.getByRole('menuitem', { name: 'Télécharger (Markdown)' }).click();
    const taken = await downloading;
    expect(taken.suggestedFilename()).toMatch(/^Conseil du lundi – \d{4}-\d\d-\d\d\.md$/);
    expect(await readFile(await taken.path(), 'utf8')).toContain('# Ordre du jour\n- budget\n');
    await k.page.getByRole('button', { name: 'Enregistrer ou télécharger' }).click();
    await k.page.getByRole('menuitem', { name: 'Enregistrer dans mes fichiers' }).click();
    await k.page.getByText(/Enregistré dans vos fichiers : V-room/).waitFor();
    expect(await files(karim)).toEqual([expect.stringMatching(/^Conseil du lundi – .*\.md$/)]);

    // The host keeps the notes for reading; at the end they are among the host's files.
    await k.page.getByText('Écrire', { exact: true }).click();
    await l.page.getByRole('tab', { name: 'Participants' }).click();
    await l.page.getByRole('button', { name: 'Gérer la réunion' }).click();
    await l.page.getByRole('switch', { name: 'Écrire dans les notes et dessiner au tableau' }).click();
    await k.page.getByText('L’organisateur a réservé les notes à la lecture.').waitFor();
    const before = await textOf(k.page);
    await write(k.page, 'en vain');
    expect(await textOf(k.page)).toBe(before);
    await l.page.getByRole('button', { name: 'Terminer pour tous' }).click();
    await l.page.getByRole('dialog').last().getByRole('button', { name: 'Terminer pour tous' }).click();
    await expect.poll(() => files(lina), soon).toEqual([expect.stringMatching(/\.md$/)]);
    await k.page.goto('/meetings');
    await k.page.getByRole('button', { name: 'Afficher les réunions passées' }).click();
    await k.page.getByRole('button', { name: 'Notes partagées' }).click();
    await k.page.getByRole('dialog').getByRole('heading', { name: 'Ordre du jour' }).waitFor();
    expect([...l.elsewhere, ...k.elsewhere]).toEqual([]);
    for (const { page } of [l, k]) await page.context().close();
  });
});
