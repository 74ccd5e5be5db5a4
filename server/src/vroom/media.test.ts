import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { available } from '../../../test/services/available.ts';
import { startCoturn } from '../../../test/services/coturn.ts';
import { connect, opus, startHub, type TestHub, vp8 } from './test/meeting.ts';
import { isRelayed, openReceiver, openSender, payloadOf, rtp } from './test/peer.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

async function two() {
  const [amina, bilal] = [await hub.person('Amina'), await hub.person('Bilal')];
  const room = await hub.vroom.createRoom(amina, { title: 'Conseil' });
  const [a, b] = [connect(hub.vroom, amina), connect(hub.vroom, bilal)];
  return { a, b, inA: await a.join(room.id), inB: await b.join(room.id) };
}

it('R-32 carries video from one person to another over real ICE, DTLS and SRTP, unchanged, after resume only', async () => {
  const { a, b, inA, inB } = await two();
  const stream = vp8();
  const ssrc = stream.encodings?.[0]?.ssrc ?? 0;
  const producerId = await a.send('screen', stream);
  const sender = await openSender(a, inA.sendTransport, stream);
  const consumer = await b.receive(producerId);
  const received: number[] = [];
  const receiver = await openReceiver(b, inB.recvTransport, consumer.rtpParameters, (packet) => {
    // RTCP reports come the same way (RFC 5761).
    if (packet[1] !== undefined && packet[1] >= 192 && packet[1] <= 223) return;
    const payload = payloadOf(packet);
    if (payload.length === 44) received.push(payload.readUInt32BE(40));
  });
  let sent = 0;
  async function sendSome(count: number) {
    for (let i = 0; i < count; i++) {
      const payload = Buffer.alloc(44);
      // A VP8 payload descriptor and the start of a key frame (RFC 7741).
      payload[0] = 0x10;
      payload.set([0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00], 1);
      payload.writeUInt32BE(sent, 40);
      sender.track.sendMessageBinary(rtp({ payloadType: 0x80 | 96, ssrc, sequence: sent, time: sent * 3000 }, payload));
      sent++;
      await wait(10);
    }
  }
  await sendSome(20);
  expect(received).toEqual([]);
  await b.call('consumer:resume', { consumerId: consumer.consumerId });
  while (received.length < 30) await sendSome(10);
  const seen = await hub.vroom.watchRooms();
  const [from, to] = seen.rooms.find(({ roomId }) => roomId === inA.room.id)?.people ?? [];
  expect(from).toMatchObject({ name: 'Amina', role: 'host', away: false, protocol: 'udp' });
  expect(to).toMatchObject({ name: 'Bilal', role: 'participant', protocol: 'udp' });
  expect([from?.up, to?.down].every((bits) => (bits ?? 0) > 0)).toBe(true);
  expect(seen.workers.reduce((sum, { consumers }) => sum + consumers, 0)).toBeGreaterThan(0);
  expect(received[0]).toBeGreaterThanOrEqual(20);
  expect(received).toEqual(received.toSorted((x, y) => x - y));
  await b.call('consumer:pause', { consumerId: consumer.consumerId });
  await sendSome(5);
  const soFar = received.length;
  await sendSome(20);
  expect(received.length).toBe(soFar);
  sender.close();
  receiver.close();
});

it('R-34 names the person who speaks, and nobody when it is quiet', async () => {
  const { a, b, inA } = await two();
  const stream = opus();
  await a.send('microphone', stream);
  const sender = await openSender(a, inA.sendTransport, stream);
  const ssrc = stream.encodings?.[0]?.ssrc ?? 0;
  let sequence = 0;
  let level = 15;
  const voice = setInterval(() => {
    // The hub hangs up when its person leaves.
    if (!sender.track.isOpen()) return;
    const time = sequence * 960;
    sender.track.sendMessageBinary(rtp({ payloadType: 111, ssrc, sequence, time }, Buffer.alloc(40, 1), level));
    sequence++;
  }, 20);
  try {
    expect(await b.next('speaker:active')).toEqual({ participantId: inA.self.id });
    const late = connect(hub.vroom, await hub.person('Chadi'));
    await late.join(inA.room.id);
    expect(await late.next('speaker:active')).toEqual({ participantId: inA.self.id });
    level = 127;
    expect(await b.next('speaker:active')).toEqual({ participantId: null });
    level = 15;
    expect(await b.next('speaker:active')).toEqual({ participantId: inA.self.id });
    await a.call('room:leave', {});
    expect(await b.next('speaker:active')).toEqual({ participantId: null });
  } finally {
    clearInterval(voice);
    sender.close();
  }
});

it.skipIf(!available('coturn'))(
  'R-35 the TURN server relays with what joining hands out, and only with that',
  async () => {
    const coturn = await startCoturn();
    const relayed = await startHub({ turnUrl: coturn.url, turnSecret: coturn.secret });
    try {
      const amina = await relayed.person('Amina');
      const room = await relayed.vroom.createRoom(amina, { title: 'Derrière un pare-feu' });
      const [server] = (await connect(relayed.vroom, amina).join(room.id)).iceServers;
      expect(server?.urls).toEqual([coturn.url]);
      const turn = { hostname: '127.0.0.1', port: coturn.port, relayType: 'TurnUdp' as const };
      const { username = '', credential = '' } = server ?? {};
      expect(await isRelayed({ ...turn, username, password: credential })).toBe(true);
      expect(await isRelayed({ ...turn, username: `9${username}`, password: credential })).toBe(false);
    } finally {
      await relayed.close();
      await coturn.stop();
    }
  },
);
