import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, call, connected, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { isFineOnBoth, newPage, pageOf } from './person.ts';

async function portOfNobody(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

describe.skipIf(!available('chromium'))('administration, as the operator has it', () => {
  let hub: Hub;
  let browser: Browser;
  let admin: Client;
  let lina: Client;
  beforeAll(async () => {
    hub = await startHub();
    browser = await startChromium();
    admin = await signedInAdmin(hub);
    lina = await signedInPerson(hub, admin, 'lina@example.dz', 'Lina Haddad');
    const [space] = (await lina.get('/api/ibox/spaces')).body;
    await lina.request('PUT', `/api/ibox/nodes/${space.rootId}/files/notes.txt`, Buffer.alloc(2_500_000));
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  /** The dialog of Lina's storage, in this language. */
  async function asksForStorage(page: Page, language: string, words: { menu: string; of: string }): Promise<void> {
    await page.goto('/admin/accounts');
    await page.getByRole('button', { name: words.menu }).click();
    await page.getByRole('menuitem', { name: words.of }).click();
    await page.getByRole('dialog').waitFor();
    await isFineOnBoth(page, `admin-quota-${language}`);
  }

  it('R-57 R-42 an account gets a limit of its own, which its owner sees', async () => {
    const page = await pageOf(admin, browser, hub);
    await asksForStorage(page, 'fr', { menu: 'Actions sur le compte de Lina Haddad', of: 'Limite de stockage' });
    const dialog = page.getByRole('dialog', { name: 'Stockage de Lina Haddad' });
    await dialog.getByText('2,5 Mo utilisés').waitFor();
    await dialog.getByRole('radio', { name: 'Sa propre limite' }).click();
    await dialog.getByLabel('Limite en Go').fill('0,5');
    await dialog.getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByText('Limite enregistrée').waitFor();
    await page.getByText('2,5 Mo sur 500 Mo').waitFor();
    const own = await pageOf(lina, browser, hub);
    await own.goto('/files');
    await own.getByText('2,5 Mo sur 500 Mo').waitFor();
    expect((await lina.get('/api/ibox/usage')).body).toMatchObject({ quotaBytes: 500_000_000 });
    await own.context().close();
    await page.context().close();
  });

  it('R-57 meetings in progress are seen and ended; another system is told of them', { timeout: 180_000 }, async () => {
    const { id: roomId } = (await lina.post('/api/rooms', { title: 'مجلس « été »' })).body;
    const [one, two] = [lina.socket(), admin.socket()];
    await Promise.all([one, two].map(connected));
    for (const socket of [one, two]) expect(await call(socket, 'room:join', { roomId })).toMatchObject({ ok: true });
    const page = await pageOf(admin, browser, hub);
    await page.goto('/admin/meetings');
    const room = page.getByRole('list', { name: 'Réunions' });
    await room.getByText('Lina Haddad', { exact: true }).waitFor();
    await isFineOnBoth(page, 'admin-meetings-fr');
    await page.goto('/admin/webhooks');
    await page.getByRole('button', { name: 'Ajouter un webhook' }).click();
    const dialog = page.getByRole('dialog', { name: 'Nouveau webhook' });
    await dialog.getByLabel('Adresse').fill(`http://127.0.0.1:${await portOfNobody()}/diwan`);
    await isFineOnBoth(page, 'admin-webhook-fr');
    await dialog.getByRole('button', { name: 'Ajouter un webhook' }).click();
    await page.getByText(/^whsec_/).waitFor();
    await isFineOnBoth(page, 'admin-webhook-secret-fr');
    await page.getByRole('button', { name: 'Terminé' }).click();
    await page.goto('/admin/meetings');
    await page.getByRole('button', { name: 'Terminer la réunion : مجلس « été »' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Terminer' }).click();
    await page.getByText('Aucune réunion en cours').waitFor();
    expect((await lina.get(`/api/rooms/${roomId}`)).status).toBe(404);
    await page.goto('/admin/webhooks');
    await page.getByText(/Non pris \(ECONNREFUSED\)/).waitFor();
    await isFineOnBoth(page, 'admin-webhooks-fr');
    await admin.request('PATCH', '/api/me', { language: 'ar' });
    await page.reload();
    await page.getByRole('heading', { name: 'الإدارة' }).waitFor();
    await isFineOnBoth(page, 'admin-webhooks-ar');
    for (const socket of [one, two]) socket.disconnect();
    await admin.request('PATCH', '/api/me', { language: 'fr' });
    await page.context().close();
  });

  it('R-57 R-31 an admin makes a key; who another system sends with it comes in by a link, as host', {
    timeout: 180_000,
  }, async () => {
    const page = await pageOf(admin, browser, hub);
    await page.goto('/admin/keys');
    await page.getByText('Aucune clé').waitFor();
    await page.getByRole('button', { name: 'Créer une clé' }).click();
    const dialog = page.getByRole('dialog', { name: 'Nouvelle clé d’API' });
    await dialog.getByLabel('Nom').fill('Plateforme de cours');
    await dialog.getByLabel('Créer et terminer des réunions').check();
    await isFineOnBoth(page, 'admin-key-new-fr');
    await dialog.getByRole('button', { name: 'Créer une clé' }).click();
    const token = (await page.getByText(/^dwn_/).textContent()) ?? '';
    await page.getByRole('button', { name: 'Terminé' }).click();
    const api = async (path: string, body: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      return (await fetch(hub.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
    };
    const { id } = await api('/api/v1/rooms', { title: 'Cours d’histoire', owner: 'lina@example.dz' });
    const { url } = await api(`/api/v1/rooms/${id}/join-links`, { name: 'سلمى بوزيد', role: 'host' });
    await page.reload();
    await page.getByText('Dernier usage', { exact: false }).waitFor();
    await isFineOnBoth(page, 'admin-keys-fr');
    await admin.request('PATCH', '/api/me', { language: 'ar' });
    await page.reload();
    await page.getByText('آخر استعمال', { exact: false }).waitFor();
    await isFineOnBoth(page, 'admin-keys-ar');
    await admin.request('PATCH', '/api/me', { language: 'fr' });
    await page.reload();

    const visitor = await newPage(browser, hub);
    await visitor.goto(url);
    await visitor.getByText('Rejoindre en tant qu’organisateur').waitFor();
    expect(await visitor.getByLabel('Nom affiché').inputValue()).toBe('سلمى بوزيد');
    await isFineOnBoth(visitor, 'join-link-fr');
    await visitor.getByRole('checkbox', { name: /J’ai lu et j’accepte/ }).check();
    await visitor.getByRole('button', { name: 'Rejoindre la réunion' }).click();
    await visitor.getByRole('button', { name: 'Participants' }).click();
    await visitor
      .getByText(/vous.*organisateur/i)
      .first()
      .waitFor();

    await page.getByRole('button', { name: 'Révoquer la clé Plateforme de cours' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Révoquer' }).click();
    await page.getByText('Aucune clé').waitFor();
    const late = await newPage(browser, hub, { locale: 'ar' });
    await late.goto(url);
    await late.getByText('لم يعد هذا الرابط صالحًا', { exact: false }).waitFor();
    await isFineOnBoth(late, 'join-link-gone-ar');
    for (const one of [page, visitor, late]) await one.context().close();
  });
});
