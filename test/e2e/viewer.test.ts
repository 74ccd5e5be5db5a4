import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { desktop, pageOf, phone, screenshot } from './person.ts';

/** One page, all of it blue (ISO 32000-1, with its table of offsets: browsers do not read a document without). */
function bluePdf(): string {
  const drawn = '0 0 1 rg 0 0 200 200 re f';
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<<>>>>',
    `<</Length ${drawn.length}>>\nstream\n${drawn}\nendstream`,
  ];
  let pdf = '%PDF-1.4\n';
  let offsets = '';
  for (const [at, object] of objects.entries()) {
    offsets += `${String(pdf.length).padStart(10, '0')} 00000 n \n`;
    pdf += `${at + 1} 0 obj\n${object}\nendobj\n`;
  }
  const table = `xref\n0 5\n0000000000 65535 f \n${offsets}trailer\n<</Root 1 0 R/Size 5>>`;
  return `${pdf}${table}\nstartxref\n${pdf.length}\n%%EOF\n`;
}

describe.skipIf(!available('chromium'))('files in a browser', () => {
  let hub: Hub;
  let browser: Browser;
  let admin: Client;
  let root: string;

  beforeAll(async () => {
    hub = await startHub();
    browser = await startChromium();
    admin = await signedInAdmin(hub);
    root = (await admin.get('/api/ibox/spaces')).body[0].rootId;
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  const put = async (parent: string, name: string, bytes: Buffer | string): Promise<string> =>
    (await admin.request('PUT', `/api/ibox/nodes/${parent}/files/${encodeURIComponent(name)}`, Buffer.from(bytes))).body
      .id;

  it('R-44 nothing that was uploaded runs as a script of the hub, at whatever address it is opened', async () => {
    const script = `document.title='ran';document.cookie='ran=1;path=/';fetch('/api/me?ran=1')`;
    const html = `<!doctype html><title>a page</title><script>${script}</script><img src=x onerror="${script}">`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="${script}"><script>${script}</script><rect width="9" height="9"/></svg>`;
    const xhtml = `<html xmlns="http://www.w3.org/1999/xhtml"><head><script>${script}</script></head></html>`;
    const page = await pageOf(admin, browser, hub);
    const context = page.context();
    const fetched: string[] = [];
    context.on('request', (request) => request.url().includes('ran=1') && fetched.push(request.url()));
    const ran = async () => ({
      title: await page.title(),
      cookie: (await context.cookies()).some(({ name }) => name === 'ran'),
      fetched: fetched.length,
    });

    // It would be seen if it ran.
    await context.route('**/control', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto('/control');
    await page.waitForFunction(() => document.title === 'ran');
    await expect.poll(ran).toMatchObject({ title: 'ran', cookie: true });
    expect(fetched.length).toBeGreaterThan(0);
    await context.clearCookies({ name: 'ran' });
    fetched.length = 0;

    const { id: folder } = (await admin.post('/api/ibox/folders', { parentId: root, name: 'évil' })).body;
    const files: [string, string][] = [
      ['a.svg', svg],
      ['b.html', html],
      ['c.xhtml', xhtml],
      ['d.xml', xhtml],
      ['e.png', html],
      ['f.pdf', html],
      ['g.txt', html],
      ['h', html],
      ['i.md', html],
    ];
    let opened = 0;
    for (const [name, body] of files) {
      const id = await put(folder, name, body);
      for (const path of [
        'content',
        'content?download=1',
        'content?version=1',
        'preview',
        'preview?size=256',
        'text',
        'archive',
      ]) {
        await page.goto('about:blank');
        const answer = await page.goto(`/api/ibox/nodes/${id}/${path}`).catch((error: Error) => {
          // What is saved instead of shown.
          if (!error.message.includes('Download is starting') && !error.message.includes('ERR_ABORTED')) throw error;
          return null;
        });
        await page.waitForLoadState('load');
        opened += answer ? 1 : 0;
        expect([name, path, (await page.title()) === 'ran']).toEqual([name, path, false]);
      }
    }
    expect(opened).toBeGreaterThan(files.length);
    expect(await ran()).toMatchObject({ cookie: false, fetched: 0 });

    // And in the viewer, one after the other.
    await page.goto(`/files/${folder}`);
    await page.getByRole('button', { name: 'a.svg', exact: true }).click();
    for (const [name] of files) {
      await page.getByRole('dialog', { name }).waitFor();
      await page
        .getByRole('dialog')
        .getByText('Pas d’aperçu')
        .or(page.locator('[role=document]'))
        .or(page.getByRole('dialog').locator('img, iframe'))
        .first()
        .waitFor();
      await page.keyboard.press('ArrowRight');
    }
    expect(await ran()).toMatchObject({ cookie: false, fetched: 0 });
    await context.close();
  });

  it('R-44 R-40 pictures, texts, sounds and documents are shown, with the keyboard alone; a folder is saved as a ZIP', async () => {
    const { id: folder } = (await admin.post('/api/ibox/folders', { parentId: root, name: 'Vue' })).body;
    const photo = await sharp({ create: { width: 640, height: 480, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    await put(folder, 'a photo.jpg', photo);
    await put(
      folder,
      'b notes.md',
      '# Réunion\n\n- أولا\n\n[lien](javascript:alert(1))\n\n<script>document.title="ran"</script>',
    );
    const samples = Buffer.alloc(44 + 8000);
    samples.write(
      'RIFF\x24\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x40\x1f\0\0',
      'latin1',
    );
    await put(folder, 'c son.wav', samples);
    await put(folder, 'd archive.zip', 'PK');
    const page = await pageOf(admin, browser, hub);
    await page.goto(`/files/${folder}`);
    await page.getByRole('button', { name: 'a photo.jpg', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await expect.poll(() => dialog.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(640);
    await screenshot(page, '20-viewer');
    await page.keyboard.press('ArrowRight');
    await dialog.getByRole('heading', { name: 'Réunion' }).waitFor();
    expect(await dialog.getByText('lien').getAttribute('href')).not.toContain('javascript');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => dialog.locator('audio').evaluate((audio: HTMLAudioElement) => audio.duration)).toBe(1);
    await page.keyboard.press('ArrowRight');
    await dialog.getByText('Pas d’aperçu de ce fichier').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.setViewportSize(phone);
    await dialog.getByRole('heading', { name: 'Réunion' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await screenshot(page, '21-viewer-phone');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await page.setViewportSize(desktop);
    await page.goto('/files');
    await savesZip(page, 'Vue', 'Vue.zip');
    await page.context().close();
  });

  it('R-44 a PDF is shown in the viewer, page and all', async () => {
    const { id: folder } = (await admin.post('/api/ibox/folders', { parentId: root, name: 'Actes' })).body;
    await put(folder, 'acte.pdf', bluePdf());
    const page = await pageOf(admin, browser, hub);
    await page.goto(`/files/${folder}`);
    await page.getByRole('button', { name: 'acte.pdf', exact: true }).click();
    const frame = page.getByRole('dialog').locator('iframe');
    await frame.waitFor();
    /** How much of what is seen is the page's blue. */
    const blueness = async () => {
      const { data } = await sharp(await frame.screenshot())
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      let found = 0;
      for (let at = 0; at < data.length; at += 3)
        if ((data[at] as number) < 60 && (data[at + 1] as number) < 60 && (data[at + 2] as number) > 200) found++;
      return found / (data.length / 3);
    };
    await expect.poll(blueness, { timeout: 20_000 }).toBeGreaterThan(0.05);
    await screenshot(page, '22-viewer-pdf');
    await page.context().close();
  });

  async function savesZip(page: Page, name: string, file: string) {
    await page.getByRole('button', { name: `Actions sur ${name}` }).click();
    const started = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Télécharger' }).click();
    const download = await started;
    expect(download.suggestedFilename()).toBe(file);
    const bytes = readFileSync(await download.path());
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
    expect(bytes.includes('Vue/a photo.jpg')).toBe(true);
  }
});
