import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { mediaFlows, watchMedia } from './media.ts';
import { desktop, pageOf } from './person.ts';

/** What the page's camera is sent in, and what the picture that it receives is. */
async function pictures(page: Page): Promise<{ sent: string[]; received: string[]; width: number }> {
  return page.evaluate(async () => {
    const found = { sent: new Set<string>(), received: new Set<string>(), width: 0 };
    const { testConnections } = window as unknown as { testConnections: RTCPeerConnection[] };
    for (const connection of testConnections) {
      const reports = await connection.getStats();
      for (const report of reports.values()) {
        if (report.kind !== 'video' || report.ssrc === 1234) continue;
        const codec = reports.get(report.codecId)?.mimeType;
        if (report.type === 'outbound-rtp' && report.framesEncoded > 0) found.sent.add(codec);
        if (report.type !== 'inbound-rtp' || !report.framesDecoded) continue;
        found.received.add(codec);
        found.width = report.frameWidth;
      }
    }
    return { sent: [...found.sent], received: [...found.received], width: found.width };
  });
}

describe.skipIf(!available('chromium'))(
  'R-35 the layers of pictures, in each codec that an operator may choose',
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await startChromium();
    });
    afterAll(() => browser?.close());

    async function enter(hub: Hub, client: Client, roomId: string): Promise<Page> {
      const page = await pageOf(client, browser, hub);
      await watchMedia(page.context());
      await page.goto(`/meet/${roomId}`);
      await page.getByRole('button', { name: 'Rejoindre la réunion' }).click();
      await page.getByRole('button', { name: 'Quitter' }).waitFor();
      return page;
    }

    for (const codec of ['vp8', 'vp9', 'h264'] as const)
      it(`${codec}: the other is seen in it, and a smaller tile receives a smaller picture`, {
        timeout: 180_000,
      }, async () => {
        const hub = await startHub({ HUB_VIDEO_CODEC: codec, HUB_WORKERS: '1' });
        try {
          const admin = await signedInAdmin(hub);
          const other = await signedInPerson(hub, admin, 'b@example.dz', 'Bilal Haddad');
          const { body: room } = await admin.post('/api/rooms', { title: 'Codecs' });
          const pages = [await enter(hub, admin, room.id), await enter(hub, other, room.id)] as const;
          for (const page of pages) await mediaFlows(page, 60_000);
          const mimeType = `video/${codec.toUpperCase()}`;
          for (const page of pages)
            expect(await pictures(page)).toMatchObject({ sent: [mimeType], received: [mimeType] });

          const [page] = pages;
          const width = async () => (await pictures(page)).width;
          await expect.poll(width, { timeout: 40_000 }).toBeGreaterThan(320);
          await page.setViewportSize({ width: 360, height: 380 });
          await expect.poll(width, { timeout: 40_000 }).toBeLessThanOrEqual(320);
          await page.setViewportSize(desktop);
          await expect.poll(width, { timeout: 40_000 }).toBeGreaterThan(320);
          for (const one of pages) await one.context().close();
        } finally {
          await hub.stop();
        }
      });
  },
);
