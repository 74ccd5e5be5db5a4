import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { signedInAdmin, signedInPerson } from '../contract/client.ts';
import { mediaFlows, watchMedia } from '../e2e/media.ts';
import { pageOf } from '../e2e/person.ts';
import { startChromium } from '../services/chromium.ts';
import { startHub } from '../services/hub.ts';
import { sayLoad } from './figure.ts';
import { childrenOf, usedBy } from './processes.ts';

/**
 * npm run bench:codecs [-- --only vp8,vp9,h264,encrypted --seconds N]: one who sends a camera and one who watches it, in Chromium; what each
 * codec costs both and takes of the line, a large tile and a small one. `encrypted` is VP8, sealed end to end.
 */
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'vp8,vp9,h264,encrypted' },
    seconds: { type: 'string', default: '15' },
  },
});
const seconds = Number(options.seconds);

/** Of the connections of a page: what went out and what came in. */
interface Counted {
  sentBytes: number;
  receivedBytes: number;
  decoded: number;
  height: number;
  encodedHeight: number;
  encoder: string;
}

const folder = mkdtempSync(join(tmpdir(), 'diwan-codecs-'));
try {
  const camera = join(folder, 'camera.y4m');
  // Detail that moves, and the noise of a sensor: a picture without them costs no codec anything.
  const picture = 'mandelbrot=size=1280x720:rate=20:end_scale=0.01,noise=alls=4:allf=t,format=yuv420p';
  execFileSync('ffmpeg', ['-f', 'lavfi', '-i', picture, '-t', '4', camera], { stdio: 'ignore' });
  sayLoad('before');
  for (const name of options.only.split(',')) await measure(name, camera);
  sayLoad('after');
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(name: string, camera: string): Promise<void> {
  const encrypted = name === 'encrypted';
  const hub = await startHub({ HUB_WORKERS: '1', HUB_VIDEO_CODEC: encrypted ? 'vp8' : name });
  const args = [`--use-file-for-fake-video-capture=${camera}`];
  const browsers = [await startChromiumWithPid(args), await startChromiumWithPid(args)] as const;
  try {
    const admin = await signedInAdmin(hub);
    const other = await signedInPerson(hub, admin, 'b@example.dz', 'Bilal Haddad');
    const { body: room } = await admin.post('/api/rooms', { title: 'Codecs', encrypted });
    const enter = async (client: typeof admin, at: 0 | 1) => {
      const page = await pageOf(client, browsers[at].browser, hub);
      await watchMedia(page.context());
      await page.goto(`/meet/${room.id}`);
      await page.locator('video').first().waitFor();
      if (at === 1)
        await page
          .getByRole('button', { name: /caméra/i })
          .first()
          .click();
      await page.getByRole('button', { name: 'Rejoindre la réunion' }).click();
      await page.getByRole('button', { name: 'Quitter' }).waitFor();
      return page;
    };
    const sender = await enter(admin, 0);
    const watcher = await enter(other, 1);
    await mediaFlows(watcher, 60_000);
    for (const [tile, size] of [
      ['large', { width: 1920, height: 1080 }],
      ['small', { width: 360, height: 380 }],
    ] as const) {
      await watcher.setViewportSize(size);
      // The bandwidth estimate grows to what the line can do.
      await watcher.waitForTimeout(10_000);
      const cpu = () => browsers.map(({ pid }) => ofTree(pid));
      const [before, from] = [cpu(), [await counted(sender), await counted(watcher)]];
      const begin = performance.now();
      await watcher.waitForTimeout(seconds * 1000);
      const lasted = (performance.now() - begin) / 1000;
      const [after, to] = [cpu(), [await counted(sender), await counted(watcher)]];
      const [out, came] = to as [Counted, Counted];
      const rate = (bytes: number) => Math.round((bytes * 8) / lasted / 1000);
      const cores = (at: number) => (((after[at] as number) - (before[at] as number)) / lasted).toFixed(2);
      console.log(
        `${name.padEnd(9)} ${tile}: sender ${cores(0)} cores (${out.encoder}, ${out.encodedHeight} lines), watcher ${cores(1)} cores; ` +
          `sent ${rate(out.sentBytes - (from[0] as Counted).sentBytes)} kbit/s, received ${rate(came.receivedBytes - (from[1] as Counted).receivedBytes)} kbit/s, ` +
          `${((came.decoded - (from[1] as Counted).decoded) / lasted).toFixed(1)} frames/s of ${came.height} lines`,
      );
    }
  } finally {
    for (const { browser } of browsers) await browser.close();
    await hub.stop();
  }
}

async function startChromiumWithPid(args: string[]) {
  const before = new Set(childrenOf(process.pid));
  const browser = await startChromium(args);
  const pid = childrenOf(process.pid).find((child) => !before.has(child));
  if (pid === undefined) throw new Error('Chromium has no process');
  return { browser, pid };
}

/** Seconds of processor time of a process and all below it. */
function ofTree(pid: number): number {
  return usedBy(pid).seconds + childrenOf(pid).reduce((sum, child) => sum + ofTree(child), 0);
}

function counted(page: Page): Promise<Counted> {
  return page.evaluate(async () => {
    const sum = { sentBytes: 0, receivedBytes: 0, decoded: 0, height: 0, encodedHeight: 0, encoder: '' };
    const { testConnections } = window as unknown as { testConnections: RTCPeerConnection[] };
    for (const connection of testConnections) {
      if (connection.connectionState !== 'connected') continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.kind !== 'video' || report.ssrc === 1234) continue;
        if (report.type === 'outbound-rtp') {
          sum.sentBytes += report.bytesSent;
          sum.encodedHeight = Math.max(sum.encodedHeight, report.frameHeight ?? 0);
          sum.encoder = report.encoderImplementation ?? sum.encoder;
        }
        if (report.type === 'inbound-rtp') {
          sum.receivedBytes += report.bytesReceived;
          sum.decoded += report.framesDecoded;
          sum.height = Math.max(sum.height, report.frameHeight ?? 0);
        }
      }
    }
    return sum;
  });
}
