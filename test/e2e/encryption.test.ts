import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import type { Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSsrc, opus, vp8 } from '../../server/src/vroom/test/meeting.ts';
import { payloadOf, receiveTracks, rtp, sendTracks } from '../../server/src/vroom/test/peer.ts';
import { newPair, openKey } from '../../web/src/vroom/model/e2ee/agreement.ts';
import { createOpening, keyIdOf, type SenderKey } from '../../web/src/vroom/model/e2ee/frames.ts';
import { type Bytes, decodeHeader, newBaseKey } from '../../web/src/vroom/model/e2ee/sframe.ts';
import { childrenOf } from '../bench/processes.ts';
import { type Client, call, connected, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { startChromium } from '../services/chromium.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { media, mediaFlows, watchMedia } from './media.ts';
import { desktop, isFineOnBoth, pageOf } from './person.ts';

describe.skipIf(!available('chromium'))('R-32 a meeting that the hub can neither see nor hear', () => {
  let hub: Hub;
  let browser: Browser;
  const people: Client[] = [];
  let pages: [Page, Page];
  let roomId: string;

  beforeAll(async () => {
    [hub, browser] = await Promise.all([startHub({ HUB_WORKERS: '1' }), startChromium()]);
    const admin = await signedInAdmin(hub);
    for (const name of ['Amina Haddad', 'Bilal Mansouri', 'Chérif Saïdi'])
      people.push(await signedInPerson(hub, admin, `${name[0]}@example.dz`, name));
    roomId = (await people[0]?.post('/api/rooms', { title: 'Conseil restreint', encrypted: true }))?.body.id;
    pages = [await enter(0, roomId), await enter(1, roomId)];
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  async function enter(who: number, room: string): Promise<Page> {
    const page = await pageOf(people[who] as Client, browser, hub);
    page.setDefaultTimeout(60_000);
    await watchMedia(page.context());
    await page.goto(`/meet/${room}`);
    await page.getByRole('button', { name: 'Rejoindre la réunion' }).click();
    await page.getByRole('button', { name: 'Quitter' }).waitFor();
    return page;
  }
  const sign = (page: Page) => page.getByRole('button', { name: 'Chiffrée de bout en bout' });
  const shownCode = (page: Page) => page.locator('[data-code]').getAttribute('data-code', { timeout: 20_000 });

  /** Both show the same code, other than before. */
  async function sameCode(before = ''): Promise<string> {
    await expect.poll(() => shownCode(pages[0])).not.toBe(before);
    await expect.poll(async () => new Set(await Promise.all(pages.map(shownCode))).size, { timeout: 20_000 }).toBe(1);
    return (await shownCode(pages[0])) as string;
  }

  it('two people are seen and heard, under a lock, with the same code, in smaller pictures for smaller tiles', async () => {
    for (const page of pages) {
      await mediaFlows(page);
      await sign(page).click();
    }
    await isFineOnBoth(pages[0], 'meeting-encrypted');
    await pages[0].setViewportSize(desktop);
    expect(await sameCode()).toMatch(/^(\d{5} ){5}\d{5}$/);

    const [page] = pages;
    const widest = async () => (await media(page)).widest;
    await sign(page).click();
    await expect.poll(widest, { timeout: 40_000 }).toBeGreaterThan(320);
    await page.setViewportSize({ width: 360, height: 380 });
    await expect.poll(widest, { timeout: 40_000 }).toBeLessThanOrEqual(320);
    await page.setViewportSize(desktop);
    await sign(page).click();
  }, 180_000);

  it('what passes through the hub opens with the key alone; who has just come gets it, who sends in clear is not heard or seen', async () => {
    const before = await sameCode();
    const own = await newPair();
    const socket: Socket = (people[2] as Client).socket();
    await connected(socket);
    const given: { from: string; sealed: string }[] = [];
    socket.on('e2ee:key', (message) => given.push(message));
    const ask = async (event: string, request: object) => {
      const answer = await call(socket, event, request);
      if (!answer.ok) throw new Error(`${event}: ${answer.error.code}`);
      return answer.data;
    };
    expect(await call(socket, 'room:join', { roomId })).toMatchObject({ error: { code: 'encryption_needed' } });
    const joined = await ask('room:join', { roomId, publicKey: own.publicKey });
    const after = await sameCode(before);

    // Their keys arrive, sealed for this client.
    await expect.poll(() => new Set(given.map(({ from }) => from)).size).toBe(2);
    const amina = joined.others.find(({ name }: { name: string }) => name === 'Amina Haddad');
    const keyOfAmina = await openKey(
      own,
      { roomId, from: amina.publicKey, to: own.publicKey },
      given.findLast(({ from }) => from === amina.id)?.sealed as string,
    );
    expect(keyOfAmina?.step).toBeGreaterThan(0);

    // Her sound, a frame a packet, as the hub hands it over.
    const microphone = amina.producers.find(({ source }: { source: string }) => source === 'microphone');
    const consumer = await ask('consumer:create', {
      ...{ producerId: microphone.id, rtpCapabilities: joined.routerRtpCapabilities },
    });
    const { ssrc } = consumer.rtpParameters.encodings[0];
    const frames: Bytes[] = [];
    const take = (packet: Buffer) => {
      if (packet.readUInt32BE(8) === ssrc) frames.push(Uint8Array.from(payloadOf(packet)));
    };
    const connect = (transportId: string) => (dtlsParameters: object) =>
      ask('transport:connect', { transportId, dtlsParameters });
    const receiving = await receiveTracks(connect(joined.recvTransport.id), joined.recvTransport, [
      { rtpParameters: consumer.rtpParameters, take },
    ]);
    await ask('consumer:resume', { consumerId: consumer.consumerId });
    await expect.poll(() => frames.length, { timeout: 20_000 }).toBeGreaterThan(50);
    const heard = [...frames];
    const opens = async (key: SenderKey, some: readonly Bytes[]) => {
      const opening = createOpening(() => 0);
      opening.learn(key);
      const opened = await Promise.all(some.map((frame) => opening.open(frame, 'microphone')));
      return opened.filter((one) => 'frame' in one).length;
    };
    // What she sealed before this client came may still have been on its way: not for them.
    const key = keyOfAmina as SenderKey;
    const isOurs = (frame: Bytes) => (decodeHeader(frame)?.keyId ?? 0) >= keyIdOf(key);
    const [ours, earlier] = [heard.filter(isOurs), heard.filter((frame) => !isOurs(frame))];
    expect(ours.length).toBeGreaterThan(0);
    expect(await opens(key, ours)).toBe(ours.length);
    expect(await opens(key, earlier)).toBe(0);
    expect(await opens({ ...key, secret: newBaseKey() }, heard)).toBe(0);

    // Sound and pictures in clear: they come, and are counted and dropped.
    const [voice, picture] = [opus(newSsrc(), '0'), { ...vp8(1), mid: '1' }];
    const sending = await sendTracks(connect(joined.sendTransport.id), joined.sendTransport, [voice, picture]);
    await ask('producer:create', { kind: 'audio', source: 'microphone', rtpParameters: voice });
    await ask('producer:create', { kind: 'video', source: 'camera', rtpParameters: picture });
    const keyFrame = Buffer.from('10500000009d012a40012001'.padEnd(300, '7'), 'hex');
    let sequence = 0;
    const clear = setInterval(() => {
      sequence++;
      const head = (payloadType: number, { encodings }: typeof voice, marker: number) => ({
        ...{ payloadType: payloadType | marker, ssrc: encodings?.[0]?.ssrc as number, sequence, time: sequence * 3000 },
      });
      sending.tracks[0]?.sendMessageBinary(rtp(head(111, voice, 0), Buffer.alloc(80, 7), 20));
      sending.tracks[1]?.sendMessageBinary(rtp(head(96, picture, 0x80), keyFrame));
    }, 40);
    const [page] = pages;
    const tile = page.getByRole('group', { name: 'Chérif Saïdi' });
    await tile.locator('[data-fault]').waitFor({ timeout: 40_000 });
    await page.getByText(/Chérif Saïdi : micro, \d+ éléments reçus et écartés/).waitFor();
    await isFineOnBoth(page, 'meeting-encrypted-fault');
    const { framesDecoded } = await mediaFlows(page);
    expect(Object.values(framesDecoded).filter((count) => count > 0)).toHaveLength(1);
    clearInterval(clear);
    for (const line of [sending, receiving]) line.close();

    // They leave: new keys for those who stay, under which nothing opens that they have.
    socket.disconnect();
    await expect.poll(() => tile.count(), { timeout: 90_000 }).toBe(0);
    await sameCode(after);
    for (const one of pages) await mediaFlows(one);
  }, 240_000);

  it('a page loaded again and a media worker that dies: keys are agreed again, the picture is back', async () => {
    const before = await sameCode();
    await pages[1].reload();
    await sign(pages[1]).click();
    for (const page of pages) await mediaFlows(page, 40_000);
    await sameCode(before);

    const worker = childrenOf(hub.pid).find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('mediasoup'));
    process.kill(worker as number, 'SIGKILL');
    for (const page of pages) await mediaFlows(page, 40_000);
    await sameCode();
    for (const page of pages) await page.locator('[data-fault]').waitFor({ state: 'detached' });
  }, 180_000);

  it('turned on in a meeting, all go on under it and it stays; who can’t is told before they join', async () => {
    const plain = (await (people[0] as Client).post('/api/rooms', { title: 'Point du jour' })).body.id;
    for (const page of pages) await page.context().close();
    pages = [await enter(0, plain), await enter(1, plain)];
    const [page] = pages;
    await mediaFlows(page);
    await page.getByRole('button', { name: 'Participants' }).click();
    await page.getByRole('button', { name: 'Gérer la réunion' }).click();
    await page.getByLabel('Chiffrer de bout en bout').click({ force: true });
    await page.getByRole('button', { name: 'Chiffrer', exact: true }).click();
    await page.getByText('La réunion est maintenant chiffrée de bout en bout').first().waitFor();
    await page.getByRole('dialog', { name: 'Gérer la réunion' }).getByRole('button', { name: 'Fermer' }).click();
    for (const one of pages) {
      await sign(one).click();
      await mediaFlows(one, 40_000);
    }
    await sameCode();
    const off = await people[0]?.request('PATCH', `/api/rooms/${plain}/settings`, { encrypted: false });
    expect(off?.body.code).toBe('encryption_stays');

    const old = await pageOf(people[2] as Client, browser, hub);
    await old.addInitScript(() => Reflect.deleteProperty(globalThis, 'RTCRtpScriptTransform'));
    await old.goto(`/meet/${plain}`);
    await old.getByText('Ce navigateur ne permet pas le chiffrement de bout en bout').waitFor();
    expect(await old.getByRole('button', { name: 'Rejoindre la réunion' }).isDisabled()).toBe(true);
    await isFineOnBoth(old, 'meeting-encrypted-cannot');
  }, 240_000);
});
