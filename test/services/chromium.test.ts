import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { available } from './available.ts';
import { startChromium } from './chromium.ts';
import { freePort } from './service.ts';

it.skipIf(!available('chromium'))('Chromium shows a page and films its test signal', async () => {
  const port = await freePort();
  const server = createServer((_request, response) => response.end('<!doctype html><video autoplay muted></video>'));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const browser = await startChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}`);
    const size = await page.evaluate(async () => {
      const video = document.querySelector('video') as HTMLVideoElement;
      video.srcObject = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
      return [video.videoWidth, video.videoHeight];
    });
    expect(size).toEqual([640, 480]);
  } finally {
    await browser.close();
    server.close();
  }
});
