import { setTimeout as wait } from 'node:timers/promises';
import type { VroomAnswer } from '@diwan/protocol/vroom.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Client, connect, opus, settled, startHub, type TestHub, vp8 } from '../test/meeting.ts';
import { openReceiver, openSender, payloadOf, rtp } from '../test/peer.ts';

interface Seated extends Client {
  joined: VroomAnswer<'room:join'>;
}

/** One person fills a worker for two. */
const workerConsumers = 8;
let hub: TestHub;
let roomId: string;
let people: Seated[];
const closing: (() => void)[] = [];

/** Four people in one room: two on each of two workers. */
beforeEach(async () => {
  hub = await startHub({ workers: 2, workerConsumers });
  const owner = await hub.person('Amina');
  roomId = (await hub.vroom.createRoom(owner, { title: 'Grande salle' })).id;
  people = [];
  for (const name of ['Amina', 'Bilal', 'Chadi', 'Dalila']) {
    const client = connect(hub.vroom, name === 'Amina' ? owner : await hub.person(name));
    people.push(Object.assign(client, { joined: await client.join(roomId) }));
  }
});
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await hub.close();
});

const onWorkers = () => hub.vroom.stats().workers.map((w) => w.transports);
const piped = () => hub.vroom.stats().workers.reduce((sum, w) => sum + w.piped, 0);

/** Sends frames that can be begun with, until told to stop. */
async function sendPicture(client: Seated, mark: number): Promise<string> {
  const stream = vp8();
  const ssrc = stream.encodings?.[0]?.ssrc ?? 0;
  const producerId = await client.send('camera', stream);
  const { track, close } = await openSender(client, client.joined.sendTransport, stream);
  let sequence = 0;
  const sending = setInterval(() => {
    const payload = Buffer.alloc(40, mark);
    payload.set([0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00], 0);
    track.sendMessageBinary(rtp({ payloadType: 0x80 | 96, ssrc, sequence, time: sequence * 3000 }, payload));
    sequence++;
  }, 10);
  closing.push(() => {
    clearInterval(sending);
    close();
  });
  return producerId;
}

/** Receives one picture for real. @returns the packets that came so far, and the mark they carry */
async function seePicture(client: Seated, producerId: string) {
  const { consumerId, rtpParameters } = await client.receive(producerId);
  const seen = { packets: 0, mark: -1, consumerId };
  const { close } = await openReceiver(client, client.joined.recvTransport, rtpParameters, (packet) => {
    const payload = payloadOf(packet);
    if (payload.length !== 40) return;
    seen.packets++;
    seen.mark = payload[39] as number;
  });
  closing.push(close);
  await client.call('consumer:resume', { consumerId });
  return seen;
}

it('R-37 a room past one worker: everybody receives everybody, each stream crosses once, and pipes end with their last receiver', async () => {
  const [amina, bilal, chadi, dalila] = people as [Seated, Seated, Seated, Seated];
  expect(onWorkers()).toEqual([4, 4]);
  const [fromAmina, fromChadi] = [await sendPicture(amina, 1), await sendPicture(chadi, 2)];
  // Nobody over there has asked yet.
  expect(piped()).toBe(0);
  const seen = await Promise.all([
    seePicture(bilal, fromAmina),
    seePicture(chadi, fromAmina),
    seePicture(dalila, fromAmina),
    seePicture(amina, fromChadi),
  ]);
  await expect.poll(() => seen.map(({ packets, mark }) => packets > 20 && mark)).toEqual([1, 1, 1, 2]);
  expect(piped()).toBe(2);

  await amina.call('producer:pause', { producerId: fromAmina });
  await wait(100);
  const paused = seen[1].packets;
  await wait(200);
  expect(seen[1].packets).toBe(paused);
  await amina.call('producer:resume', { producerId: fromAmina });
  await expect.poll(() => seen[1].packets).toBeGreaterThan(paused);

  await chadi.call('consumer:close', { consumerId: seen[1].consumerId });
  await settled();
  expect(piped()).toBe(2);
  await dalila.call('room:leave', {});
  await settled();
  expect(piped()).toBe(1);
  // Asked for again, it is piped again.
  await chadi.receive(fromAmina);
  expect(piped()).toBe(2);
  await amina.call('producer:close', { producerId: fromAmina });
  expect((await chadi.next('consumer:closed')).consumerId).toBeTruthy();
  await settled();
  expect(piped()).toBe(1);
});

it('R-37 a dead worker takes only its own people’s media with it; they come back and the room is whole again', async () => {
  const [amina, , chadi] = people as [Seated, Seated, Seated, Seated];
  const [fromAmina, fromChadi] = [await amina.send('camera'), await chadi.send('camera')];
  await amina.receive(fromChadi);
  await chadi.receive(fromAmina);
  for (const person of people) person.events.length = 0;
  process.kill(hub.vroom.stats().workers[1]?.pid ?? 0, 'SIGKILL');
  expect(await chadi.next('room:media-lost')).toEqual({ roomId });
  expect(await amina.next('producer:removed')).toEqual({
    participantId: chadi.joined.self.id,
    producerId: fromChadi,
  });
  await settled();
  expect(amina.events.map(({ event }) => event)).not.toContain('room:media-lost');
  expect(piped()).toBe(0);

  const again = await chadi.join(roomId, chadi.joined.seat);
  expect(again.self.id).toBe(chadi.joined.self.id);
  expect(again.others.flatMap(({ producers }) => producers.map(({ id }) => id))).toEqual([fromAmina]);
  await chadi.receive(fromAmina);
  expect(await amina.receive(await chadi.send('camera'))).toMatchObject({ kind: 'video' });
});

it('R-34 who speaks on one worker is named to those on the other', async () => {
  const [amina, bilal, chadi] = people as [Seated, Seated, Seated, Seated];
  const stream = opus();
  await chadi.send('microphone', stream);
  const { track, close } = await openSender(chadi, chadi.joined.sendTransport, stream);
  const ssrc = stream.encodings?.[0]?.ssrc ?? 0;
  let sequence = 0;
  const voice = setInterval(() => {
    track.sendMessageBinary(rtp({ payloadType: 111, ssrc, sequence, time: sequence * 960 }, Buffer.alloc(40, 1), 12));
    sequence++;
  }, 20);
  closing.push(() => {
    clearInterval(voice);
    close();
  });
  const speaker = { participantId: chadi.joined.self.id };
  for (const listener of [amina, bilal]) {
    expect(await listener.next('speaker:active')).toEqual(speaker);
    expect(await listener.next('audio:levels')).toEqual({ levels: { [speaker.participantId]: 8 } });
  }
});
