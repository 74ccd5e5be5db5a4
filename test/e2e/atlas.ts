import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { type MailSink, startMailSink } from '../services/mail-sink.ts';
import { isFineOnBoth, newPage, pageOf } from './person.ts';

/** Someone with an account, at a browser of their own. */
interface SignedIn {
  client: Client;
  page: Page;
}

export const addresses = { amina: 'amina@example.dz', bilal: 'bilal@example.dz' };
/** What `plan.txt` says. */
export const plan = 'Le plan, mot pour mot.\n'.repeat(5000);

/** Amina and her folder « Projet Atlas », Bilal, who has nothing, and a visitor without an account. */
export function projectAtlas() {
  const all = {} as {
    hub: Hub;
    mail: MailSink;
    browser: Browser;
    amina: SignedIn;
    bilal: SignedIn;
    visitor: Page;
    /** Its id. */
    folder: string;
  };

  beforeAll(async () => {
    all.mail = await startMailSink();
    all.hub = await startHub({ SMTP_URL: all.mail.url, MAIL_FROM: 'Diwan <diwan@example.dz>' });
    all.browser = await startChromium();
    const admin = await signedInAdmin(all.hub);
    const signedIn = async (email: string, name: string) => {
      const client = await signedInPerson(all.hub, admin, email, name);
      return { client, page: await pageOf(client, all.browser, all.hub) };
    };
    all.amina = await signedIn(addresses.amina, 'Amina Haddad');
    all.bilal = await signedIn(addresses.bilal, 'Bilal Meziane');
    all.visitor = await newPage(all.browser, all.hub);
    const { client } = all.amina;
    const put = (parent: string, name: string, bytes: Uint8Array | string) =>
      client.request('PUT', `/api/ibox/nodes/${parent}/files/${encodeURIComponent(name)}`, Buffer.from(bytes));
    const folder = async (parentId: string, name: string): Promise<string> =>
      (await client.post('/api/ibox/folders', { parentId, name })).body.id;
    const root = (await client.get('/api/ibox/spaces')).body[0].rootId;
    all.folder = await folder(root, 'Projet Atlas');
    const photo = sharp({ create: { width: 640, height: 420, channels: 3, background: 'teal' } });
    await put(all.folder, 'plan.txt', plan);
    await put(all.folder, 'façade.png', await photo.png().toBuffer());
    await put(await folder(all.folder, 'Annexes'), 'notes.md', '# Notes\n\nTout est **là**.');
    await put(root, 'contrat.txt', 'Le contrat');
  }, 180_000);
  afterAll(async () => {
    await all.browser?.close();
    await all.hub?.stop();
    await all.mail?.stop();
  });
  return all;
}

export const row = (page: Page, name: string) => page.getByRole('row', { name, exact: true });
export const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });
export const isFine = (page: Page, name: string) => isFineOnBoth(page, `sharing-${name}`);

export async function choose(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions sur ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}
