import type {
  Participant,
  VroomAnswer,
  VroomCall,
  VroomEvent,
  VroomEventData,
  VroomRequest,
} from '@diwan/protocol/vroom.ts';
import type { RoomSettings } from '@diwan/protocol/vroom-roles.ts';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { Device } from 'mediasoup-client';
import * as fakeParameters from 'mediasoup-client/fakeParameters';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';
import { localProblem } from '../../wire/problem.ts';
import type { Capture } from './devices.ts';
import { readyDevice } from './ready-device.ts';
import type { Signal } from './signal.ts';

// For unit tests: a hub that answers from a script. mediasoup-client is the real one on its own fake of the browser.

type Answers = { [E in VroomCall]?: (request: VroomRequest<E>) => VroomAnswer<E> | Promise<VroomAnswer<E>> };

export interface ScriptedHub {
  signal: Signal;
  calls: { event: VroomCall; request: Record<string, unknown> }[];
  count: (event: VroomCall) => number;
  /** Others in the room as the next join tells them. */
  others: Participant[];
  /** Answers in place of the usual ones. */
  answers: Answers;
  tell: <E extends VroomEvent>(event: E, data: VroomEventData<E>) => void;
  setLine: (open: boolean) => void;
}

export const openSettings: RoomSettings = {
  ...{ lobby: false, password: false, guests: false, locked: false, encrypted: false },
  ...{ share: true, chat: true, unmute: true, notes: true },
};

export function scriptedHub(): ScriptedHub {
  const listeners = new Map<string, Set<(data: never) => void>>();
  const lineListeners = new Set<(open: boolean) => void>();
  let open = true;
  let made = 0;
  const transport = () => {
    const { id, iceParameters, iceCandidates, dtlsParameters } = fakeParameters.generateTransportRemoteParameters();
    return { id, iceParameters, iceCandidates, dtlsParameters };
  };
  const usual: Answers = {
    'media:capabilities': () =>
      ({ routerRtpCapabilities: fakeParameters.generateRouterRtpCapabilities() }) as VroomAnswer<'media:capabilities'>,
    'room:join': () =>
      ({
        room: {
          id: 'room',
          title: 'Conseil',
          ownerId: 'me',
          ownerName: 'Amina',
          createdAt: 1,
          present: 1,
          settings: openSettings,
        },
        self: { id: 'self', accountId: 'me', name: 'Amina', role: 'host', joinedAt: 5, producers: [] },
        seat: 'seat-1',
        others: hub.others,
        spotlight: null,
        board: null,
        hands: [],
        breakouts: null,
        breakoutId: null,
        routerRtpCapabilities: fakeParameters.generateRouterRtpCapabilities(),
        sendTransport: transport(),
        recvTransport: transport(),
        received: [],
        iceServers: [],
        videoCodec: 'vp8',
      }) as unknown as VroomAnswer<'room:join'>,
    'chat:read': () => ({ messages: [], more: false, upTo: 0 }),
    'poll:list': () => ({ polls: [] }),
    'producer:create': () => ({ producerId: `producer-${++made}` }),
    'consumer:create': ({ producerId }) => {
      const kind = producerId.includes('mic') ? 'audio' : 'video';
      const { id, rtpParameters } = fakeParameters.generateConsumerRemoteParameters({
        id: `consumer-${++made}`,
        codecMimeType: kind === 'audio' ? 'audio/opus' : 'video/VP8',
      });
      const [encoding] = rtpParameters.encodings ?? [];
      const encodings = [{ ...encoding, scalabilityMode: 'L3T3' }];
      return {
        consumerId: id,
        producerId,
        kind,
        type: 'simulcast',
        rtpParameters: { ...rtpParameters, encodings },
        producerPaused: false,
      } as unknown as VroomAnswer<'consumer:create'>;
    },
  };
  const hub: ScriptedHub = {
    calls: [],
    count: (event) => hub.calls.filter((call) => call.event === event).length,
    others: [],
    answers: {},
    signal: {
      async call(event, request) {
        if (!open) throw localProblem('unavailable');
        hub.calls.push({ event, request: request as Record<string, unknown> });
        await new Promise((done) => setTimeout(done));
        const answer = hub.answers[event] ?? usual[event] ?? (() => ({}));
        return (await (answer as (request: unknown) => unknown)(request)) as never;
      },
      on(event, listener) {
        const all = listeners.get(event) ?? new Set();
        listeners.set(event, all.add(listener as (data: never) => void));
        return () => all.delete(listener as (data: never) => void);
      },
      isOpen: () => open,
      onLine(listener) {
        lineListeners.add(listener);
        return () => lineListeners.delete(listener);
      },
    },
    tell(event, data) {
      for (const listener of listeners.get(event) ?? []) listener(data as never);
    },
    setLine(next) {
      open = next;
      for (const listener of lineListeners) listener(next);
    },
  };
  return hub;
}

export const fakeDevice = (signal: Signal) =>
  readyDevice(signal, () => Device.factory({ handlerFactory: FakeHandler.createFactory(fakeParameters) }));

const track = (kind: 'audio' | 'video') => new FakeMediaStreamTrack({ kind }) as unknown as MediaStreamTrack;

export const fakeCapture: Capture = {
  microphone: async () => track('audio'),
  camera: async () => track('video'),
  both: async () => ({ microphone: track('audio'), camera: track('video') }),
  screen: async () => ({ video: track('video'), audio: track('audio') }),
};
