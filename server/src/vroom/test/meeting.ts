import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type RtpCapabilities,
  type RtpParameters,
  type Source,
  type VroomAnswer,
  type VroomCall,
  type VroomEvent,
  type VroomEventData,
  type VroomRequest,
  vroomCalls,
  vroomEvents,
} from '@diwan/protocol/vroom.ts';
import argon2 from 'argon2';
import { pino } from 'pino';
import type { z } from 'zod';
import { inProcessBus } from '../../bus/in-process.ts';
import { type Db, openDatabase } from '../../db/database.ts';
import type { Actor, Guest } from '../../identity/actor.ts';
import { createVroom, type Vroom, type VroomSettings } from '../vroom.ts';

/** A meeting server with real workers on free ports and a database in memory. */
export interface TestHub {
  vroom: Vroom;
  db: Db;
  /** What was put among people's files, the last one last. */
  files: { accountId: string; name: string; text: string }[];
  person(name: string, role?: 'admin'): Promise<Actor>;
  close(): Promise<void>;
}

export async function startHub(settings: Partial<VroomSettings> = {}): Promise<TestHub> {
  return startHubOn(await openDatabase(':memory:'), settings);
}

/** On a database that others may have used before. */
export async function startHubOn(db: Db, settings: Partial<VroomSettings> = {}): Promise<TestHub> {
  const files: TestHub['files'] = [];
  const log = pino({ level: 'silent' });
  const workerBin = process.env.MEDIASOUP_WORKER_BIN;
  const vroom = await createVroom({
    db,
    bus: inProcessBus(),
    log,
    settings: { workers: 1, mediaIp: '127.0.0.1', mediaPort: 0, workerBin, ...settings },
    passwords: {
      hash: (password) => argon2.hash(password, { memoryCost: 1024, timeCost: 2 }),
      matches: (hash, password) => argon2.verify(hash, password),
      guesses: { attempt: async () => {}, succeeded: async () => {} },
    },
    async putFile(accountId, { name, bytes }) {
      files.push({ accountId, name, text: new TextDecoder().decode(bytes) });
      return { folder: 'V-room', name };
    },
  });
  return {
    vroom,
    db,
    files,
    async person(name, role) {
      const id = randomUUID();
      const account = { id, email: `${id}@example.test`, name, language: 'fr', role: role ?? 'client' } as const;
      await db
        .insertInto('accounts')
        .values({ ...account, status: 'active', passwordHash: null, createdAt: 1, lastLoginAt: null })
        .execute();
      return { ...account, accountId: id, sessionId: randomUUID(), audience: 'web' };
    },
    async close() {
      await vroom.close();
      await db.destroy();
    },
  };
}

type Told = { [E in VroomEvent]: { event: E; data: VroomEventData<E> } }[VroomEvent];

/** A connection as the edge makes it: requests, answers and events go through their contracts. */
export interface Client {
  readonly connectionId: string;
  readonly events: Told[];
  call<E extends VroomCall>(event: E, request: VroomRequest<E>): Promise<VroomAnswer<E>>;
  join(roomId: string, seat?: string): Promise<VroomAnswer<'room:join'>>;
  send(source: Source, rtpParameters?: RtpParameters): Promise<string>;
  receive(producerId: string): Promise<VroomAnswer<'consumer:create'>>;
  /** The next event of this name, or one that came already and was not asked for yet. */
  next<E extends VroomEvent>(event: E): Promise<VroomEventData<E>>;
  drop(by?: { page: boolean }): void;
}

export function connect(vroom: Vroom, actor: Actor | Guest): Client {
  const connectionId = randomUUID();
  const events: Told[] = [];
  const unread: Told[] = [];
  const arrivals = new EventEmitter().setMaxListeners(0);
  let capabilities: RtpCapabilities = {};
  const caller = {
    connectionId,
    actor,
    send<E extends VroomEvent>(event: E, data: VroomEventData<E>) {
      const told = { event, data: (vroomEvents[event] as z.ZodType).parse(data) } as Told;
      events.push(told);
      unread.push(told);
      arrivals.emit('event');
    },
  };
  const client: Client = {
    connectionId,
    events,
    async call(event, request) {
      const { request: In, answer: Out } = vroomCalls[event] as { request: z.ZodType; answer: z.ZodType };
      // biome-ignore lint/suspicious/noExplicitAny: the contract of `event` is not known to the compiler here
      const answer = await (vroom.calls[event] as any)(caller, In.parse(request));
      // biome-ignore lint/suspicious/noExplicitAny: as above
      return Out.parse(answer) as any;
    },
    async join(roomId, seat) {
      const answer = await client.call('room:join', seat ? { roomId, seat } : { roomId });
      capabilities = answer.routerRtpCapabilities;
      return answer;
    },
    async send(source, rtpParameters = streams[source]()) {
      const kind = source === 'camera' || source === 'screen' ? 'video' : 'audio';
      return (await client.call('producer:create', { kind, source, rtpParameters })).producerId;
    },
    receive: (producerId) => client.call('consumer:create', { producerId, rtpCapabilities: capabilities }),
    async next(event) {
      for (;;) {
        const at = unread.findIndex((told) => told.event === event);
        // biome-ignore lint/suspicious/noExplicitAny: found by its name
        if (at >= 0) return unread.splice(at, 1)[0]?.data as any;
        await once(arrivals, 'event');
      }
    },
    drop: (by) => vroom.disconnected(connectionId, by),
  };
  return client;
}

/** Until all that was to be told has been told. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTurn();
}

let lastSsrc = 100_000;
export const newSsrc = () => ++lastSsrc;

/** RFC 6464 in the numbering that the router gives. */
export const audioLevelExtension = { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 10 };

/** @param mid of the m-line that carries it; streams without one are told apart by their SSRC alone */
export const opus = (ssrc = newSsrc(), mid?: string): RtpParameters => ({
  ...(mid && { mid }),
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  headerExtensions: [audioLevelExtension],
  encodings: [{ ssrc }],
});

export const vp8 = (layers = 1, ssrc = newSsrc()): RtpParameters => ({
  codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
  encodings: Array.from({ length: layers }, (_, layer) => ({ ssrc: layer === 0 ? ssrc : newSsrc() })),
});

const streams: Record<Source, () => RtpParameters> = {
  microphone: opus,
  'screen-audio': opus,
  camera: () => vp8(3),
  screen: vp8,
};
