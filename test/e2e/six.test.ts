import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { readFigures, shareFigures, someFigures } from './digits.ts';
import { watchMedia } from './media.ts';
import { pageOf, phone, screenshot } from './person.ts';
import { writeCamera } from './y4m.ts';

const names = [
  'Amina Haddad',
  'Bilal Saïdi',
  'Chafia Meziane',
  'Djamel Benali',
  'Élise Durand',
  'فريد بن يوسف',
] as const;

interface Picture {
  width: number;
  frames: number;
  bytes: number;
}

/** What each person's tile on this page shows, by name. Tiles without a picture are left out. */
async function tiles(page: Page): Promise<Record<string, Picture>> {
  return page.evaluate(async () => {
    const received = new Map<string, Picture>();
    const { testConnections } = window as unknown as { testConnections: RTCPeerConnection[] };
    for (const connection of testConnections)
      for (const report of (await connection.getStats()).values())
        if (report.type === 'inbound-rtp' && report.kind === 'video')
          received.set(report.trackIdentifier, {
            width: report.frameWidth ?? 0,
            frames: report.framesDecoded ?? 0,
            bytes: report.bytesReceived ?? 0,
          });
    const shown: Record<string, Picture> = {};
    for (const tile of document.querySelectorAll('[data-part][data-participant-id]')) {
      const stream = tile.querySelector('video')?.srcObject as MediaStream | null;
      const picture = received.get(stream?.getVideoTracks()[0]?.id ?? '');
      if (picture !== undefined) shown[tile.getAttribute('aria-label') ?? ''] = picture;
    }
    return shown;
  });
}

/** Bytes of each received picture, by its SSRC, whether a tile shows it or not. */
async function bytes(page: Page): Promise<Record<string, number>> {
  return page.evaluate(async () => {
    const counts: Record<string, number> = {};
    const { testConnections } = window as unknown as { testConnections: RTCPeerConnection[] };
    // 1234 is no picture: mediasoup probes the bandwidth with it.
    for (const connection of testConnections)
      for (const report of (await connection.getStats()).values())
        if (report.type === 'inbound-rtp' && report.kind === 'video' && report.ssrc !== 1234)
          counts[report.ssrc] = report.bytesReceived ?? 0;
    return counts;
  });
}

/** How many received pictures got bytes within the last second. */
async function flowing(page: Page): Promise<number> {
  const before = await bytes(page);
  await page.waitForTimeout(1000);
  const after = await bytes(page);
  return Object.entries(after).filter(([ssrc, count]) => count > (before[ssrc] ?? 0)).length;
}

describe.skipIf(!available('chromium'))('R-32 six people in one meeting', { timeout: 120_000 }, () => {
  const figures = someFigures();
  let folder: string;
  let hub: Hub;
  let browser: Browser;
  const pages: Page[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'diwan-six-'));
    const camera = path.join(folder, 'camera.y4m');
    // Small pictures, so that two cores can code and decode thirty-six of them.
    writeCamera(camera, { width: 480, height: 270, framesPerSecond: 10 });
    hub = await startHub();
    browser = await startChromium([`--use-file-for-fake-video-capture=${camera}`]);
    const admin = await signedInAdmin(hub);
    const people: Client[] = [];
    for (const [n, name] of names.entries())
      people.push(await signedInPerson(hub, admin, `person${n}@example.dz`, name));
    const { body: room } = await (people[0] as Client).post('/api/rooms', { title: 'Comité de six' });
    for (const person of people) {
      const page = await pageOf(person, browser, hub);
      await watchMedia(page.context());
      if (person === people[1]) await shareFigures(page.context(), figures);
      await page.goto(`/meet/${room.id}`);
      await page.getByRole('button', { name: 'Rejoindre la réunion' }).click();
      await page.getByRole('button', { name: 'Quitter' }).waitFor();
      pages.push(page);
    }
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('each decodes the other five', async () => {
    for (const [n, page] of pages.entries()) {
      const others = names.filter((_, at) => at !== n).sort();
      await expect.poll(async () => Object.keys(await tiles(page)).sort(), { timeout: 60_000 }).toEqual(others);
      const before = await tiles(page);
      const stuck = async () => {
        const now = await tiles(page);
        return others.filter((name) => (now[name]?.frames ?? 0) <= (before[name]?.frames ?? 0));
      };
      await expect.poll(stuck, { timeout: 60_000 }).toEqual([]);
    }
    await screenshot(pages[0] as Page, 'six-grid');
  });

  it('R-35 a tile that grows gets the large layer, the others the small one', async () => {
    const page = pages[0] as Page;
    await page.getByRole('button', { name: 'Épingler Chafia Meziane' }).press('Enter');
    const width = async (name: string) => (await tiles(page))[name]?.width;
    await expect.poll(() => width('Chafia Meziane'), { timeout: 60_000 }).toBe(480);
    for (const name of ['Bilal Saïdi', 'Djamel Benali', 'Élise Durand', 'فريد بن يوسف'])
      await expect.poll(() => width(name), { timeout: 60_000 }).toBe(240);
    await screenshot(page, 'six-pinned');
    await page.getByRole('button', { name: 'Ne plus épingler Chafia Meziane' }).press('Enter');
  });

  it('R-35 what is out of sight is not sent: its bytes stop, and come again', async () => {
    const page = pages[0] as Page;
    await page.setViewportSize(phone);
    await page.getByRole('button', { name: 'Épingler Chafia Meziane' }).press('Enter');
    await page.getByRole('button', { name: 'Page suivante' }).waitFor();
    const inSight = async () => Object.keys(await tiles(page)).length;
    await expect.poll(inSight).toBeLessThan(5);
    await expect.poll(async () => (await flowing(page)) - (await inSight()), { timeout: 30_000 }).toBe(0);
    await screenshot(page, 'six-390');
    await page.getByRole('button', { name: 'Ne plus épingler Chafia Meziane' }).press('Enter');
    await expect.poll(() => flowing(page), { timeout: 30_000 }).toBe(5);
  });

  it('R-32 the small print of a shared screen is read by all the others', async () => {
    await (pages[1] as Page).getByRole('button', { name: 'Partager l’écran' }).click();
    for (const page of [pages[2], pages[5]] as [Page, Page]) {
      const shared = '[data-part="large"] video';
      await page.locator(shared).waitFor();
      const wrong = async () => {
        const { width, figures: read } = await readFigures(page, shared);
        return { width, wrong: [...read].filter((figure, at) => figure !== figures[at]).length };
      };
      await expect.poll(wrong, { timeout: 60_000 }).toEqual({ width: 1280, wrong: 0 });
    }
    await screenshot(pages[5] as Page, 'six-screen');
  });
});
