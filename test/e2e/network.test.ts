import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childrenOf } from '../bench/processes.ts';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { type BadNetwork, canMakeNetworks, makeNetwork } from '../net/network.ts';
import { available, program } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Coturn, startCoturn } from '../services/coturn.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { freePort } from '../services/service.ts';
import { media, mediaFlows, watchMedia } from './media.ts';
import { pageOf } from './person.ts';

/** What a page hears: samples played, and those of them that were made up because the real ones were missing. */
interface Sound {
  played: number;
  concealed: number;
}

async function sound(page: Page): Promise<Sound> {
  return page.evaluate(async () => {
    const heard = { played: 0, concealed: 0 };
    const { testConnections } = window as unknown as { testConnections: RTCPeerConnection[] };
    for (const connection of testConnections)
      for (const report of (await connection.getStats()).values())
        if (report.type === 'inbound-rtp' && report.kind === 'audio') {
          heard.played += report.totalSamplesReceived ?? 0;
          // Silence that was not sent (DTX) is not missing.
          heard.concealed += (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0);
        }
    return heard;
  });
}

/** How the page's media reach the hub: by `udp`, by `tcp`, or relayed by a TURN server (`relay`). */
async function way(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const ways = new Set<string>();
    const { testConnections } = window as unknown as { testConnections: RTCPeerConnection[] };
    for (const connection of testConnections) {
      if (connection.connectionState !== 'connected') continue;
      const reports = await connection.getStats();
      for (const report of reports.values()) {
        const pair = report.type === 'transport' && reports.get(report.selectedCandidatePairId);
        const local = pair && reports.get(pair.localCandidateId);
        if (local) ways.add(local.relayProtocol ? `relay ${local.relayProtocol}` : local.protocol);
      }
    }
    return [...ways];
  });
}

const frames = async (page: Page) =>
  Object.values((await media(page)).framesDecoded).reduce((sum, count) => sum + count, 0);

/** How long until a new picture is decoded, in ms. @param fresh of a stream that was not received before */
async function nextPicture(page: Page, fresh = false, patience = 60_000): Promise<number> {
  const begin = performance.now();
  const before = await media(page);
  for (;;) {
    const now = await media(page);
    const isNew = Object.entries(now.framesDecoded).some(([ssrc, count]) =>
      fresh ? count > 0 && before.framesDecoded[ssrc] === undefined : count > (before.framesDecoded[ssrc] ?? 0),
    );
    const elapsed = performance.now() - begin;
    if (isNew) return elapsed;
    if (elapsed > patience) throw new Error(`no picture: ${JSON.stringify({ before, now })}`);
    await page.waitForTimeout(50);
  }
}

const canRun = available('chromium', 'coturn', 'iproute2') && canMakeNetworks();

describe.skipIf(!canRun)('R-35 a meeting over networks as they are', () => {
  let network: BadNetwork;
  let hub: Hub;
  let coturn: Coturn;
  let mediaPort: number;
  const browsers: Browser[] = [];
  /** The first is where the network is bad. */
  let pages: [Page, Page];
  let seat: string | null;

  const ownSeat = (page: Page) =>
    page.evaluate(() =>
      sessionStorage.getItem(Object.keys(sessionStorage).find((key) => key.startsWith('diwan.seat')) ?? ''),
    );

  beforeAll(async () => {
    network = makeNetwork();
    coturn = await startCoturn([], network.behind);
    mediaPort = await freePort();
    const urlAt = (port: number) => `http://${network.address}:${port}`;
    hub = await startHub((port) => ({
      HUB_HOST: '0.0.0.0',
      HUB_PUBLIC_URL: urlAt(port),
      HUB_MEDIA_IP: network.address,
      HUB_MEDIA_PORT: String(mediaPort),
      HUB_WORKERS: '1',
      TURN_URL: `turn:${network.address}:${coturn.port}?transport=tcp`,
      TURN_SECRET: coturn.secret,
    }));
    hub.url = urlAt(hub.port);
    await network.open({ tcp: [hub.port, mediaPort, coturn.port], udp: [mediaPort] });
    const trust = `--unsafely-treat-insecure-origin-as-secure=${hub.url}`;
    browsers.push(
      await startChromium([trust], network.wrapper(program('chromium') as string)),
      await startChromium([trust]),
    );
    const admin = await signedInAdmin(hub);
    const amina = await signedInPerson(hub, admin, 'amina@example.dz', 'Amina Saïdi');
    const bilal = await signedInPerson(hub, admin, 'bilal@example.dz', 'Bilal Haddad');
    const { body: room } = await amina.post('/api/rooms', { title: 'Sur le terrain' });
    const enter = async (client: Client, browser: Browser) => {
      const page = await pageOf(client, browser, hub);
      await watchMedia(page.context());
      await page.goto(`/meet/${room.id}`);
      await page.getByRole('button', { name: 'Rejoindre la réunion' }).click();
      await page.getByRole('button', { name: 'Quitter' }).waitFor();
      return page;
    };
    pages = [await enter(amina, browsers[0] as Browser), await enter(bilal, browsers[1] as Browser)];
    for (const page of pages) await mediaFlows(page, 60_000);
    seat = await ownSeat(pages[0]);
  }, 180_000);
  afterAll(async () => {
    for (const browser of browsers) await browser.close();
    await hub?.stop();
    await coturn?.stop();
    network?.close();
  });

  it('begins over UDP', async () => {
    expect(seat).toBeTruthy();
    expect(await way(pages[0])).toEqual(['udp']);
  });

  it('5 % loss and 100 ms each way: less than a tenth of the sound is made up, either way', async () => {
    await network.weather({ loss: 0.05, delayMs: 100 });
    await pages[0].waitForTimeout(2000);
    const before = await Promise.all(pages.map(sound));
    await pages[0].waitForTimeout(8000);
    const after = await Promise.all(pages.map(sound));
    const shares = after.map(({ played, concealed }, n) => {
      const from = before[n] as Sound;
      return (concealed - from.concealed) / (played - from.played);
    });
    console.error(`made up: ${shares.map((share) => `${(share * 100).toFixed(2)} %`).join(' and ')}`);
    for (const share of shares) expect(share).toBeLessThan(0.1);
    await network.weather();
  });

  it('a link that is cut for ten seconds: the picture is back soon after, in the same seat', async () => {
    network.link(false);
    await pages[0].waitForTimeout(10_000);
    const still = await frames(pages[0]);
    await pages[0].waitForTimeout(300);
    expect(await frames(pages[0])).toBe(still);
    network.link(true);
    const took = await Promise.all(pages.map((page) => nextPicture(page)));
    console.error(`after the cut: ${took.map((ms) => `${Math.round(ms)} ms`).join(' and ')}`);
    expect(await ownSeat(pages[0])).toBe(seat);
    for (const page of pages) await mediaFlows(page);
  });

  it('a media worker that dies: the picture is back without a reload', async () => {
    const [worker] = childrenOf(hub.pid);
    const back = pages.map((page) => nextPicture(page, true));
    process.kill(worker as number, 'SIGKILL');
    const took = await Promise.all(back);
    console.error(`after the worker's death: ${took.map((ms) => `${Math.round(ms)} ms`).join(' and ')}`);
    for (const page of pages) await mediaFlows(page);
  });

  const patient = { timeout: 120_000 };
  it('UDP blocked in the middle of a meeting: media go over TCP', patient, async () => {
    // With a TURN server in reach the browser may as well go through it: its relayed address counts as peer reflexive, above TCP.
    await network.weather({ udp: false, tcp: [hub.port, mediaPort] });
    await expect.poll(() => way(pages[0]), { timeout: 60_000 }).toEqual(['tcp']);
    for (const page of pages) await mediaFlows(page, 60_000);
  });

  it('only the web and the TURN server left: media go through it, over TCP', patient, async () => {
    await network.weather({ udp: false, tcp: [hub.port, coturn.port] });
    await expect.poll(() => way(pages[0]), { timeout: 60_000 }).toEqual(['relay tcp']);
    for (const page of pages) await mediaFlows(page, 60_000);
  });
});
