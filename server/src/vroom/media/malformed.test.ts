import { HubError } from '@diwan/protocol/errors.ts';
import { type RtpCapabilities, vroomCalls } from '@diwan/protocol/vroom.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, connect, opus, startHub, type TestHub, vp8 } from '../test/meeting.ts';

// Everything here passes the contract's outer shape or is refused by it; in both cases the worker and the room live.

let hub: TestHub;
let attacker: Client;
let a: Client;
let b: Client;
let roomId: string;
let pid: number | undefined;
let transports: string[];
let capabilities: RtpCapabilities;

beforeAll(async () => {
  hub = await startHub();
  const amina = await hub.person('Amina');
  roomId = (await hub.vroom.createRoom(amina, { title: 'Conseil' })).id;
  a = connect(hub.vroom, amina);
  b = connect(hub.vroom, await hub.person('Bilal'));
  attacker = connect(hub.vroom, await hub.person('Zoubir'));
  await a.join(roomId);
  await b.join(roomId);
  const { sendTransport, recvTransport, routerRtpCapabilities } = await attacker.join(roomId);
  transports = [sendTransport.id, recvTransport.id];
  capabilities = routerRtpCapabilities;
  pid = hub.vroom.stats().workers[0]?.pid;
});
afterAll(() => hub.close());

/** The same worker still runs, and two others can meet in the same room. */
async function roomLives() {
  expect(hub.vroom.stats().workers[0]?.pid).toBe(pid);
  const producerId = await a.send('camera');
  const { consumerId } = await b.receive(producerId);
  await b.call('consumer:resume', { consumerId });
  await a.call('producer:close', { producerId });
}

const request = (change: object) => ({ kind: 'video', source: 'screen', rtpParameters: { ...vp8(), ...change } });
const codec = { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 };

for (const [what, change] of [
  ['no codec', { codecs: [] }],
  ['a codec nobody knows', { codecs: [{ ...codec, mimeType: 'video/none' }] }],
  ['a clock that stands', { codecs: [{ ...codec, clockRate: 0 }] }],
  ['a wrong clock', { codecs: [{ ...codec, clockRate: 1 }] }],
  ['only retransmission', { codecs: [{ ...codec, mimeType: 'video/rtx', parameters: { apt: 96 } }] }],
  [
    'retransmission of nothing',
    { codecs: [codec, { ...codec, mimeType: 'video/rtx', payloadType: 97, parameters: { apt: 5 } }] },
  ],
  ['two streams of one SSRC', { encodings: [{ ssrc: 7 }, { ssrc: 7 }] }],
  ['an SSRC beyond 32 bits', { encodings: [{ ssrc: 2 ** 40 }] }],
  ['neither SSRC nor name', { encodings: [{}, {}] }],
  ['a retransmission SSRC that is text', { encodings: [{ ssrc: 8, rtx: { ssrc: 'x' } }] }],
  // BigInt() of it throws inside an open FlatBuffers table: the builder all requests share has to be emptied (refusal.ts).
  ['half a bit a second', { encodings: [{ ssrc: 10, maxBitrate: 0.5 }] }],
  ['a layer mode of nonsense', { encodings: [{ ssrc: 9, scalabilityMode: 'L99T99' }] }],
  [
    'header extensions with one id',
    {
      headerExtensions: [
        { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 },
        { uri: 'x', id: 1 },
      ],
    },
  ],
  [
    'nested extension parameters',
    { headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1, parameters: { a: { b: [] } } }] },
  ],
] as const)
  it(`R-32 a stream with ${what} is answered, and the room lives`, async () => {
    const answer = await attacker
      .call('producer:create', request(change) as never)
      .then(({ producerId }) => attacker.call('producer:close', { producerId }))
      .catch((error) => error);
    if (answer instanceof Error && answer.name !== 'ZodError') expect(answer).toBeInstanceOf(HubError);
    await roomLives();
  });

for (const [what, dtlsParameters] of [
  ['no fingerprint', { fingerprints: [] }],
  ['a fingerprint that is none', { fingerprints: [{ algorithm: 'sha-256', value: 'zz' }] }],
  ['an unknown digest', { fingerprints: [{ algorithm: 'crc32', value: 'AA:BB' }] }],
  ['an empty digest', { fingerprints: [{ algorithm: '', value: '' }] }],
] as const)
  it(`R-32 a transport with ${what} is refused, and the room lives`, async () => {
    for (const transportId of transports) {
      const call = attacker.call('transport:connect', { transportId, dtlsParameters: dtlsParameters as never });
      const error = await call.then(
        () => undefined,
        (e) => e,
      );
      expect(error?.name === 'ZodError' || error?.code === 'media_refused').toBe(true);
    }
    await roomLives();
  });

it('R-32 connecting a transport twice is refused, and the room lives', async () => {
  const late = connect(hub.vroom, await hub.person('Late'));
  const { sendTransport } = await late.join(roomId);
  const value = Array.from({ length: 32 }, () => 'AB').join(':');
  const dtlsParameters = { role: 'client' as const, fingerprints: [{ algorithm: 'sha-256', value }] };
  await late.call('transport:connect', { transportId: sendTransport.id, dtlsParameters });
  const again = late.call('transport:connect', { transportId: sendTransport.id, dtlsParameters });
  await expect(again).rejects.toMatchObject({ code: 'media_refused' });
  await late.call('room:leave', {});
  await roomLives();
});

it('R-32 capabilities without a common codec are refused', async () => {
  const producerId = await a.send('screen');
  const opusOnly = { codecs: capabilities.codecs?.filter((c) => c.kind === 'audio') ?? [] };
  for (const rtpCapabilities of [{}, { codecs: [] }, opusOnly])
    await expect(attacker.call('consumer:create', { producerId, rtpCapabilities })).rejects.toMatchObject({
      code: 'media_refused',
    });
  await a.call('producer:close', { producerId });
  await roomLives();
});

/** Any value that JSON can carry. */
const anything = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue(),
);
/** A copy with one place, anywhere inside, holding something else or gone. */
function spoilt(value: object): fc.Arbitrary<object> {
  const places: (string | number)[][] = [];
  (function walk(at: unknown, path: (string | number)[]) {
    if (path.length > 0) places.push(path);
    if (at && typeof at === 'object')
      for (const key of Object.keys(at)) walk((at as Record<string, unknown>)[key], [...path, key]);
  })(value, []);
  const place = fc.oneof(
    fc.constantFrom(...places),
    fc
      .tuple(
        fc.constantFrom(...places),
        fc.constantFrom('rtx', 'dtx', 'parameters', 'parameter', 'msid', 'encrypt', 'rid', 'mid', 'codecPayloadType'),
      )
      .map(([path, extra]) => [...path, extra]),
  );
  const edit = fc.record({ place, gone: fc.boolean(), put: anything });
  return fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) => {
    const copy = structuredClone(value);
    for (const { place, gone, put } of edits) {
      let at: unknown = copy;
      for (const key of place.slice(0, -1)) at = (at as Record<string, unknown> | null)?.[key as string];
      if (!at || typeof at !== 'object') continue;
      const last = place.at(-1) as string;
      if (gone) delete (at as Record<string, unknown>)[last];
      else (at as Record<string, unknown>)[last] = put;
    }
    return copy;
  });
}

const rich = {
  ...vp8(2),
  mid: '0',
  codecs: [
    { ...codec, rtcpFeedback: [{ type: 'nack', parameter: 'pli' }], parameters: { 'x-google-start-bitrate': 1000 } },
    { ...codec, mimeType: 'video/rtx', payloadType: 97, parameters: { apt: 96 } },
  ],
  headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1, encrypt: false, parameters: {} }],
  encodings: [
    { rid: 'l', ssrc: 11, rtx: { ssrc: 12 }, scalabilityMode: 'L1T3', maxBitrate: 100_000, dtx: false },
    { rid: 'h', ssrc: 13, rtx: { ssrc: 14 }, scalabilityMode: 'L1T3' },
  ],
  rtcp: { cname: 'c', reducedSize: true },
};

/** A HubError or nothing: never an error without a name, which would be a fault of the hub. */
async function attempt<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof HubError) return undefined;
    throw error;
  }
}

it('R-32 streams spoilt in any place never harm the worker', async () => {
  const { request: contract } = vroomCalls['producer:create'];
  let asked = 0;
  for (const [kind, source, stream] of [
    ['video', 'screen', rich],
    ['audio', 'microphone', opus()],
  ] as const)
    await fc.assert(
      fc.asyncProperty(spoilt(stream), async (rtpParameters) => {
        const input = { kind, source, rtpParameters };
        if (!contract.safeParse(input).success) return;
        asked++;
        const made = await attempt(attacker.call('producer:create', input as never));
        if (!made) return;
        const consumer = await attempt(b.receive(made.producerId));
        if (consumer)
          await attempt(
            b.call('consumer:layers', { consumerId: consumer.consumerId, spatialLayer: 3, temporalLayer: 3 }),
          );
        await attacker.call('producer:close', made);
      }),
      { numRuns: 300 },
    );
  expect(asked).toBeGreaterThan(50);
  await roomLives();
});

it('R-32 capabilities spoilt in any place never harm the worker', async () => {
  const producerId = await a.send('microphone');
  const { request: contract } = vroomCalls['consumer:create'];
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(spoilt(capabilities), async (rtpCapabilities) => {
      const input = { producerId, rtpCapabilities };
      if (!contract.safeParse(input).success) return;
      asked++;
      await attempt(attacker.call('consumer:create', input as never));
    }),
    { numRuns: 300 },
  );
  expect(asked).toBeGreaterThan(50);
  await a.call('producer:close', { producerId });
  await roomLives();
});
