import { setTimeout as wait } from 'node:timers/promises';
import type { RtpParameters, VroomAnswer } from '@diwan/protocol/vroom.ts';
import { observer, type types } from 'mediasoup';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, connect, opus, settled, startHub, type TestHub, vp8 } from './test/meeting.ts';
import { openReceiver, payloadOf, rtp, sendTracks } from './test/peer.ts';

/** Kept by mediasoup's own observer: what nobody else is told. */
const consumers = new Map<string, types.Consumer>();
observer.on('newworker', (worker) =>
  worker.observer.on('newrouter', (router) =>
    router.observer.on('newtransport', (transport) =>
      transport.observer.on('newconsumer', (consumer) => consumers.set(consumer.id, consumer)),
    ),
  ),
);

interface Seated extends Client {
  joined: VroomAnswer<'room:join'>;
}

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

async function meet(names: string[]): Promise<Seated[]> {
  const host = await hub.person('Amina');
  const { id } = await hub.vroom.createRoom(host, { title: 'Conseil' });
  const people: Seated[] = [];
  for (const name of names) {
    const client = connect(hub.vroom, people.length === 0 ? host : await hub.person(name));
    people.push(Object.assign(client, { joined: await client.join(id) }));
  }
  return people;
}

/** A camera whose pictures can all be begun with; the last byte of each packet is the layer it belongs to. */
async function sendCamera(client: Seated, layers: number) {
  const stream = vp8(layers);
  for (const codec of stream.codecs) codec.rtcpFeedback = [{ type: 'nack', parameter: 'pli' }];
  const producerId = await client.send('camera', stream);
  const streams = (stream.encodings ?? []).map((encoding): RtpParameters => ({ ...stream, encodings: [encoding] }));
  const transport = client.joined.sendTransport;
  const { tracks, close } = await sendTracks(
    (dtlsParameters) => client.call('transport:connect', { transportId: transport.id, dtlsParameters }),
    transport,
    streams,
  );
  let keyFramesAsked = 0;
  for (const track of tracks) track.onMessage((packet) => (keyFramesAsked += pictureLosses(packet)));
  let sequence = 0;
  const sending = setInterval(() => {
    tracks.forEach((track, layer) => {
      const payload = Buffer.alloc(40, layer);
      payload.set([0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00], 0);
      const ssrc = streams[layer]?.encodings?.[0]?.ssrc ?? 0;
      track.sendMessageBinary(rtp({ payloadType: 0x80 | 96, ssrc, sequence, time: sequence * 3000 }, payload));
    });
    sequence++;
  }, 10);
  return {
    producerId,
    keyFramesAsked: () => keyFramesAsked,
    stop() {
      clearInterval(sending);
      close();
    },
  };
}

/** Picture loss indications (RFC 4585, 6.3.1) in an RTCP packet, which may be several in one. */
function pictureLosses(packet: Buffer): number {
  let found = 0;
  for (let at = 0; at + 4 <= packet.length; at += 4 * (packet.readUInt16BE(at + 2) + 1))
    if (packet[at + 1] === 206 && ((packet[at] as number) & 0x1f) === 1) found++;
  return found;
}

async function receive(client: Seated, producerId: string, spatialLayer?: number) {
  const { consumerId, rtpParameters, type } = await client.receive(producerId);
  if (spatialLayer !== undefined) await client.call('consumer:layers', { consumerId, spatialLayer });
  const layersSeen = new Set<number>();
  let packets = 0;
  const { close } = await openReceiver(client, client.joined.recvTransport, rtpParameters, (packet) => {
    const payload = payloadOf(packet);
    if (payload.length !== 40) return;
    packets++;
    layersSeen.add(payload[39] as number);
  });
  return { consumerId, type, layersSeen, packets: () => packets, close };
}

it('R-35 each tile receives the layer that its size asks for, and a hidden one nothing at all', async () => {
  const [amina, bilal, chadi] = (await meet(['Amina', 'Bilal', 'Chadi'])) as [Seated, Seated, Seated];
  const camera = await sendCamera(amina, 3);
  const [small, large] = [await receive(bilal, camera.producerId, 0), await receive(chadi, camera.producerId, 2)];
  expect([small.type, large.type]).toEqual(['simulcast', 'simulcast']);
  await bilal.call('consumer:resume', { consumerId: small.consumerId });
  await chadi.call('consumer:resume', { consumerId: large.consumerId });
  await expect.poll(() => Math.min(small.packets(), large.packets())).toBeGreaterThan(50);
  expect([...small.layersSeen]).toEqual([0]);
  expect([...large.layersSeen].at(-1)).toBe(2);

  await bilal.call('consumer:pause', { consumerId: small.consumerId });
  await wait(100);
  const [hidden, shown] = [small.packets(), large.packets()];
  await expect.poll(large.packets).toBeGreaterThan(shown + 20);
  expect(small.packets()).toBe(hidden);
  for (const one of [small, large]) one.close();
  camera.stop();
});

it('R-35 twenty who come one after the other cost the sender one key frame a second at most', async () => {
  const [amina, ...others] = (await meet(Array.from({ length: 21 }, (_, n) => `P${n}`))) as [Seated, ...Seated[]];
  const camera = await sendCamera(amina, 1);
  const receivers: Awaited<ReturnType<typeof receive>>[] = [];
  for (const person of others) receivers.push(await receive(person, camera.producerId));
  await wait(1100);
  const before = camera.keyFramesAsked();
  const begin = performance.now();
  for (const [n, person] of others.entries()) {
    await person.call('consumer:resume', { consumerId: receivers[n]?.consumerId ?? '' });
    // The key frame that the one before asked for has come.
    await wait(30);
  }
  await expect.poll(() => Math.min(...receivers.map(({ packets }) => packets()))).toBeGreaterThan(5);
  await wait(1100);
  const seconds = (performance.now() - begin) / 1000;
  const asked = camera.keyFramesAsked() - before;
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThanOrEqual(1 + Math.ceil(seconds));
  for (const { close } of receivers) close();
  camera.stop();
});

it('R-35 on a weak line a shared screen goes first, then whoever has the attention, then the larger tiles', async () => {
  const [amina, bilal, chadi] = (await meet(['Amina', 'Bilal', 'Chadi'])) as [Seated, Seated, Seated];
  const sent = [await bilal.send('screen'), await bilal.send('camera'), await chadi.send('camera')];
  const ids: string[] = [];
  for (const producerId of sent) ids.push((await amina.receive(producerId)).consumerId);
  const priorities = () => ids.map((id) => consumers.get(id)?.priority);
  const [, fromBilal] = ids as [string, string, string];
  await expect.poll(priorities).toEqual([250, 30, 30]);
  await amina.call('consumer:layers', { consumerId: fromBilal, spatialLayer: 0 });
  await expect.poll(priorities).toEqual([250, 10, 30]);
  await amina.call('host:spotlight', { participantId: bilal.joined.self.id });
  await expect.poll(priorities).toEqual([250, 200, 30]);
  await amina.call('host:spotlight', { participantId: null });
  await expect.poll(priorities).toEqual([250, 10, 30]);
  await amina.call('consumer:close', { consumerId: fromBilal });
  const voice = await amina.receive(await bilal.send('microphone', opus()));
  await settled();
  expect(consumers.get(voice.consumerId)?.priority).toBe(1);
});
