import { readFile } from 'node:fs/promises';
import type { BoardElement } from '@diwan/protocol/vroom-document.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { pageOf, screenshot } from './person.ts';

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
  const board = (page: Page) => page.getByRole('figure', { name: 'Tableau blanc' });
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
  const kinds = async (page: Page) => (await drawn(page)).map(({ type }) => type).sort();
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

  it('R-34 what one draws the others see, and no page asks another host for anything', {
    timeout: 300_000,
  }, async () => {
    const { id } = (await lina.post('/api/rooms', { title: 'Plan du réseau' })).body;
    const [l, k] = [await inMeeting(lina, id), await inMeeting(karim, id)];
    const before = new Set(l.fetched.keys());
    await openBoard(l);
    // It comes to everybody's stage.
    await canvas(k.page).waitFor();
    await screenshot(k.page, 'board-empty');
    expect(await painted(k.page)).toBe(0);
    await draw(l.page, 'r', [0.3, 0.3], [0.6, 0.5]);
    await expect.poll(() => painted(k.page), soon).toBeGreaterThan(200);
    await l.page.keyboard.press('Escape');
    await draw(l.page, 't', [0.3, 0.6], [0.3, 0.6]);
    await l.page.keyboard.type('Algiers');
    await l.page.keyboard.press('Escape');
    await expect.poll(() => kinds(k.page), soon).toEqual(['rectangle', 'text']);
    await screenshot(k.page, 'board-fr');
    await screenshot(l.page, 'board-fr-l');
    expect([...before].filter((path) => /excalidraw|board-panel/.test(path))).toEqual([]);
    expect([...l.elsewhere, ...k.elsewhere]).toEqual([]);
  });
});
