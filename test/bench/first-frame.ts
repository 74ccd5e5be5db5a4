import type { Page } from 'playwright-core';
import { signedInAdmin, signedInPerson } from '../contract/client.ts';
import { mediaFlows, watchMedia } from '../e2e/media.ts';
import { pageOf } from '../e2e/person.ts';
import { startChromium } from '../services/chromium.ts';
import { startHub } from '../services/hub.ts';
import { againstLimit, type Figure, median } from './figure.ts';

/** What a join is made of, in ms from the click; each goes on from where the one before ended. */
const parts = ['signalling', 'ice', 'dtls', 'keyframe'] as const;
type Moments = Record<(typeof parts)[number], number>;

/**
 * From the click on Join to the other's first picture on the screen, in Chromium. The one who is there already sends from a browser of
 * their own.
 * @param joins how often, one after the other; the first one warms up and does not count
 */
export async function measureFirstFrame(joins: number): Promise<Figure[]> {
  const hub = await startHub({ HUB_WORKERS: '1' });
  const browsers = [await startChromium(), await startChromium()] as const;
  try {
    const admin = await signedInAdmin(hub);
    const other = await signedInPerson(hub, admin, 'b@example.dz', 'Bilal Haddad');
    const { body: room } = await admin.post('/api/rooms', { title: 'First picture' });
    const open = async (page: Page) => {
      await page.goto(`/meet/${room.id}`);
      await page.getByRole('button', { name: 'Rejoindre la réunion' }).waitFor();
    };
    const sender = await pageOf(admin, browsers[0], hub);
    await watchMedia(sender.context());
    await open(sender);
    await sender.getByRole('button', { name: 'Rejoindre la réunion' }).click();
    const joiner = await pageOf(other, browsers[1], hub);
    await joiner.addInitScript(noteMoments);
    const measured: Moments[] = [];
    for (let join = 0; join <= joins; join++) {
      await open(joiner);
      // The preview is on, as it is for a person who had the time to look at it.
      await joiner.locator('video').first().waitFor();
      await joiner.waitForTimeout(1500);
      await joiner.getByRole('button', { name: 'Rejoindre la réunion' }).click();
      const moments = (await joiner
        .waitForFunction(() => (window as unknown as { testMoments: object }).testMoments)
        .then((handle) => handle.jsonValue())) as Moments;
      console.error(parts.map((part) => `${part} ${Math.round(moments[part])} ms`).join(', '));
      if (join === 0) await mediaFlows(sender);
      else measured.push(moments);
      await joiner.getByRole('button', { name: 'Quitter' }).click();
    }
    const lasting = (part: number) => (moments: Moments) =>
      moments[parts[part] as keyof Moments] - (part === 0 ? 0 : moments[parts[part - 1] as keyof Moments]);
    console.error(
      `parts, p50: ${parts.map((name, n) => `${name} ${Math.round(median(measured.map(lasting(n))))} ms`).join(', ')}`,
    );
    const whole = measured.map(({ keyframe }) => keyframe);
    return [againstLimit({ figure: 'sfu.first.frame', unit: 'ms', atMost: 400 }, whole)];
  } finally {
    for (const browser of browsers) await browser.close();
    await hub.stop();
  }
}

/** Runs in the page: the moments of the connection that receives, since the click. */
function noteMoments(): void {
  let clicked = 0;
  const moments: Partial<Moments> = {};
  const note = (what: keyof Moments) => {
    moments[what] ??= performance.now() - clicked;
  };
  addEventListener(
    'click',
    ({ target }) => {
      if ((target as Element).closest('button')?.textContent?.includes('Rejoindre')) clicked = performance.now();
    },
    true,
  );
  const received = new Set<string>();
  window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(target, args) {
      const connection = Reflect.construct(target, args) as RTCPeerConnection;
      const setRemoteDescription = connection.setRemoteDescription.bind(connection);
      let receives = false;
      connection.setRemoteDescription = (description: RTCSessionDescriptionInit) => {
        receives = /a=sendonly/.test(description.sdp ?? '');
        if (receives) note('signalling');
        return setRemoteDescription(description);
      };
      connection.addEventListener('track', ({ track }) => received.add(track.id));
      connection.addEventListener('iceconnectionstatechange', () => {
        if (receives && ['connected', 'completed'].includes(connection.iceConnectionState)) note('ice');
      });
      connection.addEventListener('connectionstatechange', () => {
        if (receives && connection.connectionState === 'connected') note('dtls');
      });
      return connection;
    },
  });
  const seen = new WeakSet<HTMLVideoElement>();
  const look = () => {
    for (const video of document.querySelectorAll<HTMLVideoElement>('[data-part] video')) {
      if (seen.has(video)) continue;
      seen.add(video);
      video.requestVideoFrameCallback(() => {
        const track = (video.srcObject as MediaStream | null)?.getVideoTracks()[0];
        // One's own camera is on such a tile, too.
        if (track === undefined || !received.has(track.id)) return seen.delete(video);
        note('keyframe');
        Object.assign(window, { testMoments: moments });
      });
    }
  };
  addEventListener('DOMContentLoaded', () =>
    new MutationObserver(look).observe(document, { childList: true, subtree: true }),
  );
}
