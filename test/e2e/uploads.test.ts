import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { isFine, pageOf, phone, screenshot } from './person.ts';

const mib = 1024 * 1024;
const inFrench = {
  files: 'Envoyer des fichiers',
  folder: 'Envoyer un dossier',
  finished: 'Envois terminés',
};

describe.skipIf(!available('chromium'))('files on their way to the hub', { timeout: 180_000 }, () => {
  let hub: Hub;
  let browser: Browser;
  let page: Page;
  let lina: Client;
  let place: string;
  let rootId: string;

  beforeAll(async () => {
    place = await mkdtemp(path.join(tmpdir(), 'diwan-uploads-'));
    hub = await startHub();
    lina = await signedInPerson(hub, await signedInAdmin(hub), 'lina@example.dz', 'Lina');
    rootId = (await lina.get('/api/ibox/spaces')).body[0].rootId;
    browser = await startChromium();
    page = await pageOf(lina, browser, hub);
    await page.goto('/files');
    await page.getByRole('heading', { name: 'Fichiers' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
    if (place) await rm(place, { recursive: true, force: true });
  });

  const tray = () => page.getByRole('region', { name: 'Envois' });
  const finished = (timeout = 120_000) =>
    tray().getByText(inFrench.finished, { exact: true }).first().waitFor({ timeout });
  const close = async () => {
    await tray().getByRole('button', { name: 'Fermer la liste des envois' }).click();
    await tray().waitFor({ state: 'detached' });
  };
  const line = (name: string) => tray().getByRole('listitem').filter({ hasText: name });

  async function choose(button: string, what: string | string[]): Promise<void> {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: button, exact: true }).first().click();
    await (await chooser).setFiles(what);
  }
  /** Lets go of files or folders of this machine over the page, as a person would. */
  async function drop(...files: string[]): Promise<void> {
    const cdp = await page.context().newCDPSession(page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await cdp.send('Input.dispatchDragEvent', {
        type,
        x: 600,
        y: 500,
        data: { items: [], files, dragOperationsMask: 1 },
      });
    await cdp.detach();
  }
  /** Bytes without pattern, of the given length. */
  async function largeFile(name: string, length: number): Promise<{ file: string; sha256: string }> {
    const file = path.join(place, name);
    const out = createHash('sha256');
    await writeFile(
      file,
      (function* () {
        for (let left = length; left > 0; left -= mib) {
          const bytes = randomBytes(Math.min(mib, left));
          out.update(bytes);
          yield bytes;
        }
      })(),
    );
    return { file, sha256: out.digest('hex') };
  }
  const nodeNamed = async (name: string) => (await lina.children(rootId)).find((node) => node.name === name);
  const idOf = async (name: string) => (await nodeNamed(name))?.id as string;

  it('R-40 a file of 200 MiB goes on by itself when the hub is killed in the middle, and arrives whole', async () => {
    const { file, sha256 } = await largeFile('film.bin', 200 * mib);
    // As over a line that is not this machine's own: the hub is killed while bytes are on their way.
    const cdp = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput: 30 * mib };
    await cdp.send('Network.emulateNetworkConditions', slow);
    await choose(inFrench.files, file);
    await line('film.bin')
      .getByText(/^(?:[89]\d|1\d\d)[,\d]*\sMo sur/)
      .waitFor();
    await hub.kill();
    await tray().getByText('Connexion perdue').first().waitFor();
    await screenshot(page, 'uploads-cut');
    await hub.restart();
    await cdp.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
    await cdp.detach();
    await finished();
    expect(await nodeNamed('film.bin')).toMatchObject({ size: 200 * mib, sha256, version: 1 });
    const read = await lina.get(`/api/ibox/nodes/${await idOf('film.bin')}/content`);
    expect(createHash('sha256').update(Buffer.from(read.body)).digest('hex')).toBe(sha256);
    await close();
  });

  it('R-40 a dropped tree arrives as it is, with its empty folders', async () => {
    const tree = path.join(place, 'Projet');
    const contents = new Map<string, string>();
    for (const [folder, count] of [
      ['', 3],
      ['plans', 150],
      ['plans/été', 120],
      ['textes/a/b', 27],
    ] as const) {
      await mkdir(path.join(tree, folder), { recursive: true });
      for (let i = 0; i < count; i++) {
        const name = path.join(folder, `pièce ${i}.txt`);
        contents.set(name, i === 1 ? '' : `${folder} ${i} `.repeat(i * 40));
        await writeFile(path.join(tree, name), contents.get(name) as string);
      }
    }
    for (const empty of ['vide', 'textes/vide', 'textes/vide/aussi'])
      await mkdir(path.join(tree, empty), { recursive: true });
    await drop(tree);
    await finished();
    const there = new Map<string, string>();
    const folders: string[] = [];
    const walk = async (id: string, at: string): Promise<void> => {
      for (const node of await lina.children(id)) {
        const name = path.join(at, node.name);
        if (node.kind === 'file') there.set(name, node.sha256 as string);
        else {
          folders.push(name);
          await walk(node.id, name);
        }
      }
    };
    await walk(await idOf('Projet'), '');
    expect(there).toEqual(
      new Map([...contents].map(([name, text]) => [name, createHash('sha256').update(text).digest('hex')])),
    );
    expect(folders.sort()).toEqual(
      ['plans', 'plans/été', 'textes', 'textes/a', 'textes/a/b', 'textes/vide', 'textes/vide/aussi', 'vide'].sort(),
    );
    expect(contents.size).toBe(300);
    await close();
  });

  it('R-40 paused, continued and cancelled; what is chosen again after a reload is not sent again', async () => {
    const { file, sha256 } = await largeFile('archive.bin', 60 * mib);
    const cdp = await page.context().newCDPSession(page);
    const line30 = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 12 * mib };
    await cdp.send('Network.emulateNetworkConditions', line30);
    await choose(inFrench.files, file);
    const sending = line('archive.bin').getByText(/^[2-5]\d[,\d]*\sMo sur/);
    await sending.waitFor();
    await tray().getByRole('button', { name: 'Mettre en pause l’envoi de archive.bin' }).click();
    await line('archive.bin').getByText('En pause').waitFor();
    // The page goes on elsewhere.
    await page.getByRole('link', { name: 'Corbeille' }).click();
    await tray().getByRole('button', { name: 'Continuer l’envoi de archive.bin' }).click();
    await sending.waitFor();
    await tray().getByRole('button', { name: 'Annuler l’envoi de archive.bin' }).click();
    await line('archive.bin').getByText('Annulé').waitFor();
    expect(await nodeNamed('archive.bin')).toBeUndefined();

    await page.goto('/files');
    await page.getByRole('heading', { name: 'Fichiers' }).waitFor();
    await cdp.send('Network.emulateNetworkConditions', { ...line30, uploadThroughput: 4 * mib });
    await choose(inFrench.files, file);
    await line('archive.bin').getByText('déjà sur le serveur').waitFor();
    await screenshot(page, 'uploads-resumed');
    await cdp.send('Network.emulateNetworkConditions', { ...line30, uploadThroughput: -1 });
    await cdp.detach();
    await finished();
    expect(await nodeNamed('archive.bin')).toMatchObject({ sha256, version: 1 });
    await close();
  });

  it('R-42 asks once what becomes of names that are taken: kept both, skipped, or a new version', async () => {
    const folder = path.join(place, 'Notes');
    await mkdir(path.join(folder, 'suite'), { recursive: true });
    const write = async (text: string) => {
      await writeFile(path.join(folder, 'un.txt'), `un ${text}`);
      await writeFile(path.join(folder, 'suite', 'deux.txt'), `deux ${text}`);
    };
    const inNotes = async () => {
      const notes = await lina.children(await idOf('Notes'));
      const suite = notes.find((node) => node.name === 'suite');
      return [...notes, ...(await lina.children(suite?.id as string))]
        .filter((node) => node.kind === 'file')
        .map((node) => `${node.name} ${node.version}`)
        .sort();
    };
    await write('premier');
    await choose(inFrench.folder, folder);
    await finished();
    await close();
    const question = page.getByRole('dialog', { name: '2 fichiers existent déjà' });
    await write('second');
    for (const [answer, expected] of [
      ['Ignorer', ['deux.txt 1', 'un.txt 1']],
      ['Remplacer', ['deux.txt 2', 'un.txt 2']],
      ['Garder les deux', ['deux (2).txt 1', 'deux.txt 2', 'un (2).txt 1', 'un.txt 2']],
    ] as const) {
      await drop(folder);
      await question.waitFor();
      await isFine(page, 'uploads-clash');
      await question.getByRole('button', { name: answer }).click();
      await question.waitFor({ state: 'detached' });
      if (answer !== 'Ignorer') {
        await finished();
        await close();
      }
      await expect.poll(inNotes, { timeout: 20_000 }).toEqual(expected);
    }
  });

  it('R-40 what the hub refuses is said for each file; in Arabic, on a phone, for everybody', async () => {
    const good = path.join(place, 'bon.txt');
    // A tab in a name is fine on this machine, and nowhere on the hub.
    const bad = path.join(place, 'mau\tvais.txt');
    await writeFile(good, 'bon');
    await writeFile(bad, 'mauvais '.repeat(1000));
    await page.setViewportSize(phone);
    await choose(inFrench.files, [good, bad]);
    await tray().getByText('1 envoi a échoué', { exact: true }).first().waitFor();
    await tray().getByText('Ce nom').waitFor();
    expect(await nodeNamed('bon.txt')).toMatchObject({ size: 3 });
    await isFine(page, 'uploads-phone');
    await close();
    await page.getByRole('button', { name: 'Langue' }).click();
    await page.getByRole('menuitem', { name: 'العربية' }).click();
    const { file } = await largeFile('فيلم.bin', 30 * mib);
    const cdp = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 2 * mib };
    await cdp.send('Network.emulateNetworkConditions', slow);
    await choose('إرسال ملفات', [file, good]);
    await page.getByRole('dialog').getByRole('button', { name: 'الاحتفاظ بالاثنين' }).click();
    await page.getByRole('region', { name: 'عمليات الإرسال' }).getByText(/\/ث/).first().waitFor();
    await isFine(page, 'uploads-ar');
    await cdp.detach();
  });
});
