import { z } from 'zod';
import { Instant } from './identity.ts';
import { Breakouts, breakoutCalls, breakoutEvents } from './vroom-breakouts.ts';
import { chatCalls, chatEvents } from './vroom-chat.ts';
import { documentCalls, documentEvents, ShownBoard } from './vroom-document.ts';
import { e2eeCalls, e2eeEvents, PublicKey } from './vroom-e2ee.ts';
import { handsCalls, handsEvents, RaisedHand } from './vroom-hands.ts';
import { mediaEvents, VideoCodec } from './vroom-media.ts';
import { pollCalls, pollEvents } from './vroom-polls.ts';
import { MeetingRole, RoomSettings, rolesCalls, rolesEvents } from './vroom-roles.ts';

// ---- HTTP -------------------------------------------------------------------------------------------------------

const Id = z.string().min(1).max(64);

/** `instant`: open until it is ended. The link of the others outlives each meeting: of a `scheduled` one until it is cancelled, of a `personal` one for good. */
export const RoomKind = z.enum(['instant', 'scheduled', 'personal']);
export type RoomKind = z.infer<typeof RoomKind>;

/** A room is joined by its link /meet/:id ; the id is unguessable (96 bits). */
export const Room = z.object({
  id: z.string(),
  kind: RoomKind,
  title: z.string(),
  ownerId: z.string(),
  ownerName: z.string(),
  createdAt: Instant,
  /** People in the room now. */
  present: z.int(),
  settings: RoomSettings,
});
export type Room = z.infer<typeof Room>;
/** GET /api/rooms -> Room[] (mine, the instant ones), GET /api/rooms/:id -> Room, DELETE /api/rooms/:id ends it for all (owner or admin). */
/** POST /api/rooms -> Room */
export const RoomCreate = z.strictObject({
  title: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\0]*$/),
  /** End to end, from the first meeting on. */
  encrypted: z.boolean().optional(),
});
export type RoomCreate = z.infer<typeof RoomCreate>;

// ---- Media, as mediasoup describes it -----------------------------------------------------------------------------
// Outer shapes are checked here, sizes bounded; mediasoup's own ORTC validation checks the inner rules.

export const Source = z.enum(['microphone', 'camera', 'screen', 'screen-audio']);
export type Source = z.infer<typeof Source>;
export const Kind = z.enum(['audio', 'video']);
export type Kind = z.infer<typeof Kind>;

const Parameters = z.record(z.string().max(100), z.union([z.string().max(1000), z.number(), z.null(), z.undefined()]));
const RtcpFeedback = z.looseObject({ type: z.string().max(40), parameter: z.string().max(40).optional() });

export const RtpCapabilities = z.looseObject({
  codecs: z
    .array(
      z.looseObject({
        kind: Kind,
        mimeType: z.string().max(60),
        preferredPayloadType: z.int().min(0).max(127).optional(),
        clockRate: z.int().positive(),
        channels: z.int().min(1).max(8).optional(),
        parameters: Parameters.optional(),
        rtcpFeedback: z.array(RtcpFeedback).max(20).optional(),
      }),
    )
    .max(100)
    .optional(),
  headerExtensions: z
    .array(z.looseObject({ kind: Kind, uri: z.string().max(200), preferredId: z.int().min(1).max(255) }))
    .max(100)
    .optional(),
});
export type RtpCapabilities = z.infer<typeof RtpCapabilities>;

export const RtpParameters = z.looseObject({
  mid: z.string().max(64).optional(),
  codecs: z
    .array(
      z.looseObject({
        mimeType: z.string().max(60),
        payloadType: z.int().min(0).max(127),
        clockRate: z.int().positive(),
        channels: z.int().min(1).max(8).optional(),
        parameters: Parameters.optional(),
        rtcpFeedback: z.array(RtcpFeedback).max(20).optional(),
      }),
    )
    .min(1)
    .max(20),
  headerExtensions: z
    .array(z.looseObject({ uri: z.string().max(200), id: z.int().min(1).max(255) }))
    .max(40)
    .optional(),
  encodings: z
    .array(
      z.looseObject({
        ssrc: z.int().nonnegative().optional(),
        rid: z.string().max(40).optional(),
        scalabilityMode: z.string().max(20).optional(),
        maxBitrate: z.number().optional(),
      }),
    )
    .max(8)
    .optional(),
  rtcp: z.looseObject({ cname: z.string().max(256).optional(), reducedSize: z.boolean().optional() }).optional(),
});
export type RtpParameters = z.infer<typeof RtpParameters>;

export const DtlsParameters = z.strictObject({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(z.strictObject({ algorithm: z.string().max(20), value: z.string().max(200) }))
    .min(1)
    .max(10),
});
export const IceParameters = z.looseObject({
  usernameFragment: z.string(),
  password: z.string(),
  iceLite: z.boolean().optional(),
});
export const IceCandidate = z.looseObject({
  foundation: z.string(),
  priority: z.number(),
  ip: z.string(),
  address: z.string(),
  protocol: z.enum(['udp', 'tcp']),
  port: z.int(),
  type: z.enum(['host', 'srflx', 'prflx', 'relay']),
});
export const TransportOptions = z.object({
  id: z.string(),
  iceParameters: IceParameters,
  iceCandidates: z.array(IceCandidate),
  dtlsParameters: z.looseObject({
    role: z.enum(['auto', 'client', 'server']).optional(),
    fingerprints: z.array(z.looseObject({ algorithm: z.string(), value: z.string() })),
  }),
});
export type TransportOptions = z.infer<typeof TransportOptions>;
/** RTCIceServer as the browser takes it. */
export const IceServer = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
});
export type IceServer = z.infer<typeof IceServer>;

// ---- People in a room -----------------------------------------------------------------------------------------------

export const ProducerInfo = z.object({ id: z.string(), kind: Kind, source: Source, paused: z.boolean() });
export type ProducerInfo = z.infer<typeof ProducerInfo>;

export const Participant = z.object({
  id: z.string(),
  /** null: a guest. */
  accountId: z.string().nullable(),
  name: z.string(),
  role: MeetingRole,
  joinedAt: Instant,
  producers: z.array(ProducerInfo),
  /** Of the page they are in with, if it can encrypt. */
  publicKey: PublicKey.optional(),
});
export type Participant = z.infer<typeof Participant>;

/** What somebody else sends, as it is given out: paused. */
export const Received = z.object({
  consumerId: z.string(),
  producerId: z.string(),
  kind: Kind,
  type: z.enum(['simple', 'simulcast', 'svc', 'pipe']),
  rtpParameters: RtpParameters,
  producerPaused: z.boolean(),
});
export type Received = z.infer<typeof Received>;

// ---- Socket, client to server: each is acknowledged with Ack<answer> ---------------------------------------------------

export const vroomCalls = {
  /** What every room takes and gives, the same for all: a page makes itself ready with it before it enters one. */
  'media:capabilities': { request: z.strictObject({}), answer: z.object({ routerRtpCapabilities: RtpCapabilities }) },
  /**
   * Enter a room. `seat` (from an earlier answer) takes the same place again after a lost connection or a rebuilt worker: same
   * participant id, old media replaced. Both transports come with the answer: no further round trip before media.
   */
  'room:join': {
    request: z.strictObject({
      roomId: Id,
      name: z.string().trim().min(1).max(120).optional(),
      seat: z.string().max(200).optional(),
      /** Of the room, where one is asked for. */
      password: z.string().max(200).optional(),
      /** Of a page that can encrypt. An encrypted meeting lets no other in: encryption_needed. */
      publicKey: PublicKey.optional(),
      /** Of a page that has made itself ready: it is given all sound and the first so many pictures with the answer. */
      receive: z.strictObject({ rtpCapabilities: RtpCapabilities, pictures: z.int().min(0).max(25) }).optional(),
    }),
    answer: z.object({
      room: Room,
      self: Participant,
      seat: z.string(),
      others: z.array(Participant),
      /** The participant to whom everybody's attention is called. */
      spotlight: z.string().nullable(),
      board: ShownBoard.nullable(),
      /** Who wishes to speak, first come first. */
      hands: z.array(RaisedHand),
      /** The breakout rooms, if some are open, and in which one this place is; null: the main room. */
      breakouts: Breakouts.nullable(),
      breakoutId: z.string().nullable(),
      routerRtpCapabilities: RtpCapabilities,
      sendTransport: TransportOptions,
      recvTransport: TransportOptions,
      /** As `consumer:create` answers; without those that could not be given at this moment. */
      received: z.array(Received),
      iceServers: z.array(IceServer),
      /** What the operator wishes pictures to be sent in. */
      videoCodec: VideoCodec,
    }),
  },
  'room:leave': { request: z.strictObject({}), answer: z.object({}) },
  'transport:connect': {
    request: z.strictObject({ transportId: Id, dtlsParameters: DtlsParameters }),
    answer: z.object({}),
  },
  'transport:restart-ice': {
    request: z.strictObject({ transportId: Id }),
    answer: z.object({ iceParameters: IceParameters }),
  },
  'producer:create': {
    request: z.strictObject({
      kind: Kind,
      source: Source,
      rtpParameters: RtpParameters,
      paused: z.boolean().default(false),
    }),
    answer: z.object({ producerId: z.string() }),
  },
  'producer:pause': { request: z.strictObject({ producerId: Id }), answer: z.object({}) },
  'producer:resume': { request: z.strictObject({ producerId: Id }), answer: z.object({}) },
  'producer:close': { request: z.strictObject({ producerId: Id }), answer: z.object({}) },
  /** Consumers are created paused; resume once the browser has its track (one key frame, no early RTP). */
  'consumer:create': {
    request: z.strictObject({ producerId: Id, rtpCapabilities: RtpCapabilities }),
    answer: Received,
  },
  'consumer:resume': { request: z.strictObject({ consumerId: Id }), answer: z.object({}) },
  'consumer:pause': { request: z.strictObject({ consumerId: Id }), answer: z.object({}) },
  'consumer:close': { request: z.strictObject({ consumerId: Id }), answer: z.object({}) },
  /** What the tile can use: 0 is the smallest spatial layer. */
  'consumer:layers': {
    request: z.strictObject({
      consumerId: Id,
      spatialLayer: z.int().min(0).max(3),
      temporalLayer: z.int().min(0).max(3).optional(),
    }),
    answer: z.object({}),
  },
  ...rolesCalls,
  ...chatCalls,
  ...handsCalls,
  ...pollCalls,
  ...breakoutCalls,
  ...documentCalls,
  ...e2eeCalls,
} as const;
export type VroomCall = keyof typeof vroomCalls;
export type VroomRequest<E extends VroomCall> = z.input<(typeof vroomCalls)[E]['request']>;
export type VroomAnswer<E extends VroomCall> = z.output<(typeof vroomCalls)[E]['answer']>;

// ---- Socket, server to client ------------------------------------------------------------------------------------------

const ofParticipant = z.object({ participantId: z.string() });
export const vroomEvents = {
  'participant:joined': Participant,
  'participant:left': ofParticipant,
  /** The connection of this person dropped; the seat is kept for a while. With their key, once they are back: it may be another page. */
  'participant:away': ofParticipant.extend({ away: z.boolean(), publicKey: PublicKey.optional() }),
  'producer:added': ofParticipant.extend({ producer: ProducerInfo }),
  'producer:removed': ofParticipant.extend({ producerId: z.string() }),
  'producer:paused': ofParticipant.extend({ producerId: z.string(), paused: z.boolean() }),
  'consumer:closed': z.object({ consumerId: z.string() }),
  'consumer:layers': z.object({
    consumerId: z.string(),
    spatialLayer: z.int().nullable(),
    temporalLayer: z.int().nullable(),
  }),
  /** null: nobody speaks. */
  'speaker:active': z.object({ participantId: z.string().nullable() }),
  /** The media side of this room was lost (worker died): join again with the seat. */
  'room:media-lost': z.object({ roomId: z.string() }),
  /** `replaced`: the same seat was taken from another tab or device. */
  'room:closed': z.object({ roomId: z.string(), reason: z.enum(['ended', 'removed', 'replaced', 'shutdown']) }),
  ...rolesEvents,
  ...mediaEvents,
  ...chatEvents,
  ...handsEvents,
  ...pollEvents,
  ...breakoutEvents,
  ...documentEvents,
  ...e2eeEvents,
} as const;
export type VroomEvent = keyof typeof vroomEvents;
export type VroomEventData<E extends VroomEvent> = z.output<(typeof vroomEvents)[E]>;
