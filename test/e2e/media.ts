import type { BrowserContext, Page } from 'playwright-core';

/** Lets a test read the statistics of every RTCPeerConnection the page opens; changes nothing else. */
export async function watchMedia(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const connections: RTCPeerConnection[] = [];
    Object.defineProperty(window, 'testConnections', { value: connections });
    window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
      construct(target, args) {
        const connection = Reflect.construct(target, args) as RTCPeerConnection;
        connections.push(connection);
        return connection;
      },
    });
  });
}

export interface Media {
  /** Decoded frames of each received picture, by its SSRC. */
  framesDecoded: Record<string, number>;
  /** Width of the widest received picture (pixels). */
  widest: number;
  /** Energy of all received sound (RFC 6464 level, integrated: https://www.w3.org/TR/webrtc-stats/#dom-rtcinboundrtpstreamstats-totalaudioenergy). */
  audioEnergy: number;
  /** Simulcast layers being sent: frames encoded by rid. */
  layersSent: Record<string, number>;
}

/** What the page's live connections carry now. */
export async function media(page: Page): Promise<Media> {
  return page.evaluate(async () => {
    const result: Media = { framesDecoded: {}, widest: 0, audioEnergy: 0, layersSent: {} };
    const { testConnections } = window as unknown as { testConnections: RTCPeerConnection[] };
    for (const connection of testConnections) {
      if (connection.connectionState !== 'connected') continue;
      for (const report of (await connection.getStats()).values()) {
        // 1234 is no picture: mediasoup probes the bandwidth with it.
        if (report.type === 'inbound-rtp' && report.kind === 'video' && report.ssrc !== 1234) {
          result.framesDecoded[report.ssrc] = report.framesDecoded ?? 0;
          result.widest = Math.max(result.widest, report.frameWidth ?? 0);
        }
        if (report.type === 'inbound-rtp' && report.kind === 'audio')
          result.audioEnergy += report.totalAudioEnergy ?? 0;
        if (report.type === 'outbound-rtp' && report.kind === 'video' && report.rid)
          result.layersSent[report.rid] = report.framesEncoded ?? 0;
      }
    }
    return result;
  });
}

const sum = (frames: Record<string, number>) => Object.values(frames).reduce((a, b) => a + b, 0);

/**
 * Waits until picture and sound of another person arrive, and go on arriving.
 * @throws when they don't within the time (ms)
 */
export async function mediaFlows(page: Page, within = 30_000): Promise<Media> {
  const end = Date.now() + within;
  let before = await media(page);
  for (;;) {
    await page.waitForTimeout(1000);
    const now = await media(page);
    if (sum(now.framesDecoded) > sum(before.framesDecoded) && now.audioEnergy > before.audioEnergy) return now;
    if (Date.now() > end) throw new Error(`no media: ${JSON.stringify({ before, now })}`);
    before = now;
  }
}
