import { type Browser, chromium } from 'playwright-core';
import { program } from './available.ts';

/**
 * Starts a real Chromium, without a window, whose camera and microphone are Chromium's own test signals.
 * @param executablePath a program that starts it in some other way
 */
export async function startChromium(args: string[] = [], executablePath = program('chromium')): Promise<Browser> {
  if (executablePath === undefined) throw new Error('Chromium is not installed');
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      ...args,
    ],
  });
}
