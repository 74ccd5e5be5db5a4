import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Ack } from '@diwan/protocol/errors.ts';
import type {
  ProducerInfo,
  RtpCapabilities,
  RtpParameters,
  Source,
  TransportOptions,
  VroomAnswer,
  VroomCall,
  VroomRequest,
} from '@diwan/protocol/vroom.ts';
import { createWorker, type types } from 'mediasoup';
import type { Socket } from 'socket.io-client';
import { mediaCodecs } from '../../server/src/vroom/media/codecs.ts';
import type { OwnDtls } from '../../server/src/vroom/test/peer.ts';
import { type Client, connected, signedInAdmin, signedInPerson } from '../contract/client.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { childrenOf } from './processes.ts';

type Side = 'send' | 'recv';

/** A place in a room, whoever serves it. */
export interface Seat {
  readonly transports: Readonly<Record<Side, TransportOptions>>;
  /** What the others sent when this one came. */
  readonly present: ProducerInfo[];
  connect(side: Side, dtlsParameters: OwnDtls): Promise<unknown>;
  /** @returns the producer's id */
  produce(source: Source, rtpParameters: RtpParameters): Promise<string>;
  /** A consumer of all that the router can give; paused. */
  consume(producerId: string): Promise<{ consumerId: string; rtpParameters: RtpParameters }>;
  resume(consumerId: string): Promise<unknown>;
}

/** One media worker with rooms on it. */
export interface Sfu {
  workerPid: number;
  /** The process that tells the worker what to do, where that is not this one. */
  hub?: Hub;
  /** Numbers are as good as names: a room is opened by its first seat. */
  sit(room: number): Promise<Seat>;
  stop(): Promise<void>;
}

/** So many people share the connections: each signs in once, and may sit in many places. */
const accounts = 10;

/** Our hub with one worker, reached as browsers reach it: signed in, over Socket.IO. */
export async function startOurs(): Promise<Sfu & { hub: Hub; knock(room: number): Promise<() => Promise<Seat>> }> {
  const hub = await startHub({ HUB_WORKERS: '1', HUB_LOG_LEVEL: 'warn' });
  const admin = await signedInAdmin(hub);
  const people: Client[] = [];
  for (let n = 0; n < accounts; n++)
    people.push(await signedInPerson(hub, admin, `p${n}@example.test`, `Personne ${n}`));
  const rooms = new Map<number, Promise<string>>();
  const sockets: Socket[] = [];
  const workerPid = childrenOf(hub.pid).find((pid) =>
    readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('mediasoup'),
  );
  if (!workerPid) throw new Error('the hub has no worker');

  async function open(title: string): Promise<string> {
    const { status, body } = await admin.post('/api/rooms', { title });
    if (status !== 201) throw new Error(`the room was answered with ${status}`);
    return body.id;
  }
  /** Connects, and goes in when told to. */
  async function knock(room: number): Promise<() => Promise<Seat>> {
    if (!rooms.has(room)) rooms.set(room, open(`Salle ${room}`));
    const roomId = (await rooms.get(room)) as string;
    const socket = (people[sockets.length % accounts] as Client).socket();
    sockets.push(socket);
    await connected(socket);
    return () => seatIn(socket, roomId);
  }
  return {
    hub,
    workerPid,
    knock,
    sit: async (room) => (await knock(room))(),
    async stop() {
      for (const socket of sockets) socket.disconnect();
      await hub.stop();
    },
  };
}

async function seatIn(socket: Socket, roomId: string): Promise<Seat> {
  const call = async <E extends VroomCall>(event: E, request: VroomRequest<E>): Promise<VroomAnswer<E>> => {
    const answer: Ack<VroomAnswer<E>> = await socket.timeout(60_000).emitWithAck(event, request);
    if (!answer.ok) throw new Error(`${event}: ${answer.error.code} ${answer.error.detail ?? ''}`);
    return answer.data;
  };
  const joined = await call('room:join', { roomId });
  const transports = { send: joined.sendTransport, recv: joined.recvTransport };
  return {
    transports,
    present: joined.others.flatMap(({ producers }) => producers),
    connect: (side, dtlsParameters) => call('transport:connect', { transportId: transports[side].id, dtlsParameters }),
    produce: async (source, rtpParameters) =>
      (await call('producer:create', { kind: kindOf(source), source, rtpParameters })).producerId,
    consume: (producerId) =>
      call('consumer:create', { producerId, rtpCapabilities: joined.routerRtpCapabilities as RtpCapabilities }),
    resume: (consumerId) => call('consumer:resume', { consumerId }),
  };
}

/** mediasoup's own worker, asked directly: no hub, no signalling, no observers. */
export async function startBare(): Promise<Sfu> {
  const workerBin = process.env.MEDIASOUP_WORKER_BIN;
  const worker = await createWorker({ logLevel: 'error', ...(workerBin && { workerBin }) });
  const webRtcServer = await worker.createWebRtcServer({
    listenInfos: (['udp', 'tcp'] as const).map((protocol) => ({ protocol, ip: '127.0.0.1' })),
  });
  const rooms = new Map<number, Promise<types.Router>>();
  return {
    workerPid: worker.pid,
    async sit(room) {
      if (!rooms.has(room)) rooms.set(room, worker.createRouter({ mediaCodecs }));
      return bareSeat(await (rooms.get(room) as Promise<types.Router>), webRtcServer);
    },
    async stop() {
      worker.close();
    },
  };
}

async function bareSeat(router: types.Router, webRtcServer: types.WebRtcServer): Promise<Seat> {
  const open = () => router.createWebRtcTransport({ webRtcServer, preferUdp: true });
  const own = { send: await open(), recv: await open() };
  const consumers = new Map<string, types.Consumer>();
  const options = ({ id, iceParameters, iceCandidates, dtlsParameters }: types.WebRtcTransport) =>
    ({ id, iceParameters, iceCandidates, dtlsParameters }) as TransportOptions;
  return {
    transports: { send: options(own.send), recv: options(own.recv) },
    present: [],
    connect: (side, dtlsParameters) => own[side].connect({ dtlsParameters: dtlsParameters as types.DtlsParameters }),
    produce: async (source, rtpParameters) =>
      (await own.send.produce({ kind: kindOf(source), rtpParameters: rtpParameters as types.RtpParameters })).id,
    async consume(producerId) {
      const consumer = await own.recv.consume({ producerId, rtpCapabilities: router.rtpCapabilities, paused: true });
      consumers.set(consumer.id, consumer);
      return { consumerId: consumer.id, rtpParameters: consumer.rtpParameters as RtpParameters };
    },
    resume: async (consumerId) => consumers.get(consumerId)?.resume(),
  };
}

const kindOf = (source: Source) => (source === 'camera' || source === 'screen' ? 'video' : 'audio');

/** A fingerprint as a browser tells it; nobody will ever call with it. */
export const someFingerprint = (): OwnDtls => ({
  role: 'client',
  fingerprints: [
    { algorithm: 'sha-256', value: [...randomBytes(32)].map((b) => b.toString(16).padStart(2, '0')).join(':') },
  ],
});
