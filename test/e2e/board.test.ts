import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { BoardElement } from '@diwan/protocol/vroom-document.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { desktop, pageOf, phone, screenshot } from './person.ts';

describe.skipIf(!available('chromium'))('a whiteboard that people draw on together, as they see it', () => {
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
  const soon = { timeout: 60_000 };

  interface Person {
    page: Page;
    /** What the page asked for elsewhere than at the hub, or was refused by the hub's policy. */
    elsewhere: string[];
    /** Of the hub's files, in bytes. */
    fetched: Map<string, number>;
  }
  async function inMeeting(client: Client, roomId: string): Promise<Person> {
    const page = await pageOf(client, browser, hub);
    const person: Person = { page, elsewhere: [], fetched: new Map() };
    page.on('request', (request) => {
      if (!request.url().startsWith(hub.url) && !/^(blob|data):/.test(request.url()))
        person.elsewhere.push(request.url());
    });
    page.on('requestfinished', async (request) => {
      const { pathname } = new URL(request.url());
      if (!pathname.startsWith('/assets/')) return;
      const sizes = await request.sizes().catch(() => undefined);
      person.fetched.set(pathname, sizes?.responseBodySize ?? 0);
    });
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) person.elsewhere.push(message.text());
    });
    page.on('pageerror', (error) => person.elsewhere.push(error.stack ?? error.message));
    await page.goto(`/meet/${roomId}`);
    // No pictures: the machine has them for what is looked at here.
    await page.getByRole('button', { name: 'Couper la caméra' }).click();
    await page.getByRole('button', { name: 'Rejoindre la réunion' }).click();
    await page.getByRole('button', { name: 'Quitter' }).waitFor();
    return person;
  }
  const board = (page: Page) => page.getByRole('figure', { name: /Tableau blanc|السبورة البيضاء/ });
  const canvas = (page: Page) => board(page).locator('canvas.interactive');
  async function openBoard({ page }: Person): Promise<void> {
    await page.getByRole('button', { name: 'Plus d’options' }).click();
    await page.getByRole('menuitem', { name: 'Tableau blanc' }).click();
    await canvas(page).waitFor();
  }
  /** With the tool of this key, from one place to another, as parts of the canvas. */
  async function draw(page: Page, key: string, from: [number, number], to: [number, number]): Promise<void> {
    const { x, y, width, height } = (await canvas(page).boundingBox()) as Exclude<
      Awaited<ReturnType<ReturnType<typeof canvas>['boundingBox']>>,
      null
    >;
    const at = ([across, down]: [number, number]) => [x + width * across, y + height * down] as const;
    await page.mouse.move(...at(from));
    await board(page).locator('.excalidraw').focus();
    await page.keyboard.press(key);
    await page.mouse.down();
    await page.mouse.move(...at(to), { steps: 8 });
    await page.mouse.up();
  }
  /** The page's own copy of the document, as it gives it to who downloads it. */
  async function drawn(page: Page): Promise<BoardElement[]> {
    await page.getByRole('button', { name: 'Enregistrer ou télécharger le tableau' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Télécharger (.excalidraw)' }).click();
    return JSON.parse(await readFile(await (await downloading).path(), 'utf8')).elements;
  }
  const kinds = async (page: Page) => [...new Set((await drawn(page)).map(({ type }) => type))].sort();
  /** How many points of what is painted are no background. */
  const painted = (page: Page) =>
    board(page)
      .locator('canvas.static')
      .evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const { data } = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height) ?? {
          data: new Uint8ClampedArray(),
        };
        let marks = 0;
        for (let at = 0; at < data.length; at += 4)
          if ((data[at] ?? 255) + (data[at + 1] ?? 255) + (data[at + 2] ?? 255) < 600 && (data[at + 3] ?? 0) > 0)
            marks++;
        return marks;
      });

  /** What Excalidraw itself does not do well for who hears its page; inside it, and nothing else. */
  const upstream = new Set<string>([]);
  async function isFine(page: Page, name: string): Promise<void> {
    await screenshot(page, name);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
    const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
    const inside = (target: unknown) =>
      page
        .locator(`.excalidraw ${target}, .excalidraw${target}`)
        .count()
        .catch(() => 0);
    const ours = [];
    for (const { id, nodes } of violations)
      for (const { html, target } of nodes)
        if (!upstream.has(id) || (await inside(target[0])) === 0) ours.push([name, id, html, target]);
    expect.soft(ours).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), name).toBe(false);
  }
  async function files(client: Client): Promise<string[]> {
    const [own] = (await client.get('/api/ibox/spaces')).body;
    const folder = (await client.children(own.rootId)).find(({ name }) => name === 'V-room');
    return folder ? (await client.children(folder.id)).map(({ name }) => name) : [];
  }

  it('R-34 two draw at once, the hub is killed in the middle, nothing that either drew is lost; a reader only looks; it is found again afterwards', {
    timeout: 300_000,
  }, async () => {
    const { id } = (await lina.post('/api/rooms', { title: 'Plan du réseau' })).body;
    const [l, k] = [await inMeeting(lina, id), await inMeeting(karim, id)];
    const all = [l, k];
    const before = [...l.fetched.keys()];
    await openBoard(l);
    // It comes to everybody's stage, and nothing of it before.
    await canvas(k.page).waitFor();
    expect(before.filter((path) => /excalidraw|board-panel|Assistant/.test(path))).toEqual([]);
    expect(await painted(k.page)).toBe(0);
    await draw(l.page, 'r', [0.3, 0.3], [0.6, 0.5]);
    await expect.poll(() => painted(k.page), soon).toBeGreaterThan(200);
    await draw(l.page, 't', [0.3, 0.6], [0.3, 0.6]);
    await l.page.keyboard.type('Alger');
    await l.page.keyboard.press('Escape');
    await expect.poll(() => kinds(k.page), soon).toEqual(['rectangle', 'text']);
    await isFine(k.page, 'board');

    // A picture is refused with a sentence, and nobody else hears of it.
    await k.page.mouse.move(600, 500);
    await k.page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([new Uint8Array([137, 80, 78, 71])], 'photo.png', { type: 'image/png' }));
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    });
    await k.page.getByText('Le tableau ne prend ni images ni fichiers. Partagez-les dans la discussion.').waitFor();
    expect(await kinds(l.page)).toEqual(['rectangle', 'text']);

    await hub.kill();
    await draw(l.page, 'o', [0.65, 0.3], [0.8, 0.5]);
    await draw(k.page, 'd', [0.65, 0.6], [0.8, 0.8]);
    await hub.restart();
    const whole = ['diamond', 'ellipse', 'rectangle', 'text'];
    for (const { page } of all) await expect.poll(() => kinds(page), soon).toEqual(whole);
    // Undo is for what one drew oneself.
    await board(k.page).locator('.excalidraw').focus();
    await k.page.keyboard.press('Control+z');
    await expect.poll(() => kinds(l.page), soon).toEqual(['ellipse', 'rectangle', 'text']);
    await board(k.page).locator('.excalidraw').focus();
    await k.page.keyboard.press('Control+Shift+z');
    await expect.poll(() => kinds(l.page), soon).toEqual(whole);

    // Hidden for oneself, one hears that somebody draws.
    await k.page.getByRole('button', { name: 'Masquer pour moi' }).click();
    await canvas(k.page).waitFor({ state: 'detached' });
    const told = k.page.getByText('Lina Haddad dessine au tableau blanc.');
    // It is told now and then.
    await expect
      .poll(async () => {
        await draw(l.page, 'p', [0.35, 0.2], [0.6, 0.25]);
        return told.isVisible();
      }, soon)
      .toBe(true);
    await screenshot(k.page, 'board-hidden');
    await k.page.getByRole('button', { name: 'Voir le tableau' }).click();
    await canvas(k.page).waitFor();
    const more = ['diamond', 'ellipse', 'freedraw', 'rectangle', 'text'];
    await expect.poll(() => kinds(k.page), soon).toEqual(more);

    // Come again, in Arabic and in the dark, it is there as it was.
    await k.page.emulateMedia({ colorScheme: 'dark' });
    expect((await karim.request('PATCH', '/api/me', { language: 'ar' })).status).toBe(200);
    await k.page.reload();
    await canvas(k.page).waitFor();
    await expect.poll(() => painted(k.page), soon).toBeGreaterThan(200);
    expect(
      await board(k.page)
        .locator('.excalidraw')
        .evaluate((element) => getComputedStyle(element).direction),
    ).toBe('rtl');
    await isFine(k.page, 'board-ar-dark');
    await k.page.setViewportSize(phone);
    await isFine(k.page, 'board-ar-dark-390');
    await l.page.setViewportSize(phone);
    await isFine(l.page, 'board-390');
    for (const { page } of all) await page.setViewportSize(desktop);

    // The host keeps it for looking at.
    await l.page.getByRole('button', { name: 'Participants' }).click();
    await l.page.getByRole('button', { name: 'Gérer la réunion' }).click();
    await l.page.getByRole('switch', { name: 'Écrire dans les notes et dessiner au tableau' }).click();
    await k.page.getByText('للعرض فقط، باختيار المنظّم').waitFor();
    await draw(k.page, 'r', [0.1, 0.1], [0.9, 0.9]);
    await isFine(k.page, 'board-reader');
    await l.page.getByRole('button', { name: 'Terminer pour tous' }).click();
    await l.page.getByRole('dialog').last().getByRole('button', { name: 'Terminer pour tous' }).click();
    await expect.poll(() => files(lina), soon).toEqual([expect.stringMatching(/\.excalidraw$/)]);

    await l.page.goto('/meetings');
    await l.page.getByRole('button', { name: 'Afficher les réunions passées' }).click();
    await l.page.getByRole('button', { name: 'Tableau blanc' }).first().click();
    const still = l.page.getByRole('dialog');
    await still.locator('canvas.static').waitFor();
    await isFine(l.page, 'board-past');
    const downloading = l.page.waitForEvent('download');
    await still.getByRole('button', { name: 'Télécharger (.excalidraw)' }).click();
    const kept = JSON.parse(await readFile(await (await downloading).path(), 'utf8')).elements as BoardElement[];
    expect([...new Set(kept.map(({ type }) => type))].sort()).toEqual(more);
    const pictured = l.page.waitForEvent('download');
    await still.getByRole('button', { name: 'Télécharger une image (PNG)' }).click();
    expect((await readFile(await (await pictured).path())).subarray(1, 4).toString()).toBe('PNG');
    expect(all.flatMap(({ elsewhere }) => elsewhere)).toEqual([]);
    for (const { page } of all) await page.context().close();
  });
});
