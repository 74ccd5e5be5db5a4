import { HubError } from '@diwan/protocol/errors.ts';
import type { FileMeeting } from '@diwan/protocol/ibox-meetings.ts';
import type { Room, RoomCreate, RtpCapabilities, VroomAnswer, VroomCall, vroomCalls } from '@diwan/protocol/vroom.ts';
import type { GuestDoor } from '@diwan/protocol/vroom-guests.ts';
import type { LiveMeetings } from '@diwan/protocol/vroom-live.ts';
import type { VideoCodec } from '@diwan/protocol/vroom-media.ts';
import type { RoomSettingsChange } from '@diwan/protocol/vroom-roles.ts';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Bus } from '../bus/bus.ts';
import type { Db } from '../db/database.ts';
import type { Actor } from '../identity/actor.ts';
import type { Caller } from './caller.ts';
import { documentCalls } from './document/document-calls.ts';
import { keepDocuments, type PutFile } from './document/documents.ts';
import { iceServers } from './ice-servers.ts';
import { asked } from './media/refusal.ts';
import { connectTransport } from './media/transports.ts';
import { type MediaSettings, startWorkers, type WorkerLoad } from './media/workers.ts';
import { type MeetingFact, recordAttendance } from './meetings/attendance.ts';
import { breakoutCalls } from './rooms/breakout-calls.ts';
import { applySettings, mustBeChangeable, type Passwords, storeSettings } from './rooms/configure.ts';
import { createRoom } from './rooms/create-room.ts';
import { e2eeCalls } from './rooms/e2ee-calls.ts';
import { endRoom } from './rooms/end-room.ts';
import { join } from './rooms/join.ts';
import { listRooms } from './rooms/list-rooms.ts';
import {
  type Connection,
  closeRoom,
  type Live,
  type Participant,
  type ParticipantMedia,
  remove,
  roomView,
  startGrace,
  tellOthers,
} from './rooms/live-room.ts';
import { giveUp, leaveLobby } from './rooms/lobby.ts';
import { newMeeting, personOf, roleOf } from './rooms/meeting-now.ts';
import { type OperatedRoom, operatedRoom, operatedRooms } from './rooms/operate.ts';
import { personalRoom } from './rooms/personal-room.ts';
import { everybodyOf } from './rooms/places.ts';
import { passwordGiven, roleCalls } from './rooms/role-calls.ts';
import { findRoom } from './rooms/room-record.ts';
import {
  chooseLayers,
  closeProducer,
  createConsumer,
  createFirstConsumers,
  createProducer,
  ownConsumer,
  ownTransport,
  pauseProducer,
} from './rooms/streams.ts';
import { viewRoom } from './rooms/view-room.ts';
import { watchRooms } from './rooms/watch-rooms.ts';
import { refuseFingerprints } from './rules/media.ts';
import { refuseDeed } from './rules/roles.ts';
import { type FilesToShow, fileOfMessage, meetingsWithFile, withdrawFile } from './together/files.ts';
import { togetherCalls } from './together/together-calls.ts';

export type { Caller } from './caller.ts';

export interface VroomSettings extends MediaSettings {
  turnUrl?: string | undefined;
  turnSecret?: string | undefined;
  /** What pictures shall be sent in; VP8 unless set. */
  videoCodec?: VideoCodec | undefined;
  /** How long a seat is kept after its connection dropped, in ms; a minute unless set. */
  graceMs?: number | undefined;
  /** How long it is kept when the page closed its connection itself: long enough for a reload, in ms; 8 s unless set. */
  reloadMs?: number | undefined;
}

/** A call's request as its contract hands it over. */
export type VroomParsed<E extends VroomCall> = z.output<(typeof vroomCalls)[E]['request']>;

/** The door of the meeting room: what HTTP and sockets may ask of it. */
export interface Vroom {
  createRoom(actor: Actor, input: RoomCreate): Promise<Room>;
  /** One's own rooms that have not ended, without the personal one and those of planned meetings. */
  listRooms(actor: Actor): Promise<Room[]>;
  viewRoom(actor: Actor, id: string): Promise<Room>;
  /**
   * What the link tells somebody without an account.
   * @param sent by the operator's systems: whether guests are let in is not asked
   * @throws HubError room_not_found where no guests are let in
   */
  guestDoor(id: string, sent?: boolean): Promise<Omit<GuestDoor, 'known' | 'sent'>>;
  /** Changes who comes in and what they may do there: the owner, and those in charge of the meeting. */
  configureRoom(actor: Actor, id: string, change: RoomSettingsChange): Promise<Room>;
  /** One's own, with a link for good. */
  personalRoom(actor: Actor): Promise<Room>;
  /** Rooms with who is in them now, for the operator's systems. @throws HubError room_not_found, bad_request */
  operated(id: string): Promise<OperatedRoom>;
  operatedAll(which: Parameters<typeof operatedRooms>[2]): ReturnType<typeof operatedRooms>;
  /** Ends it for everyone. */
  endRoom(actor: Actor, id: string): Promise<void>;
  /** The file that a message carries, for who may open it. @throws HubError not_found */
  fileOfMessage(actor: Caller['actor'], roomId: string, number: number): ReturnType<typeof fileOfMessage>;
  /** The meetings to which a file was sent and where it opens still. Whether that is the asker's business is decided before, as below. */
  meetingsWithFile(fileId: string): Promise<FileMeeting[]>;
  /** @throws HubError not_found */
  withdrawFile(by: Actor, what: { fileId: string; roomId: string; number: number }): Promise<void>;
  /** Calls of one connection are done one after another, in the order in which they came. */
  readonly calls: { [E in VroomCall]: (caller: Caller, request: VroomParsed<E>) => Promise<VroomAnswer<E>> };
  /** The connection is closed; whoever sat there is away and their seat is kept for a while. */
  disconnected(connectionId: string, by?: { page: boolean }): void;
  /** Access was withdrawn: out of every room at once, no seat kept. */
  remove(who: { accountId: string } | { sessionId: string }): void;
  /** Everyone leaves; whoever has the link may join again, if the room is open. */
  emptyRoom(roomId: string): void;
  /** People in the room now. */
  present(roomId: string): number;
  /** What goes on here, for the operator's eyes. */
  watchRooms(): Promise<LiveMeetings>;
  stats(): { rooms: number; participants: number; workers: WorkerLoad[] };
  /** From now on no new meeting starts; those that run go on. */
  drain(): void;
  /** Ends all meetings here (they can be joined again on another hub) and stops the workers. */
  close(): Promise<void>;
}

/** Starts the media workers. @throws when a worker can't start (binary missing, port taken) */
export async function createVroom(deps: {
  db: Db;
  bus: Bus;
  log: Logger;
  settings: VroomSettings;
  passwords: Passwords;
  /** Whoever is to hear what happens in meetings; told again when it throws. */
  tell?: (fact: MeetingFact) => Promise<void>;
  /** What people may send to a meeting; nothing unless told. */
  files?: FilesToShow;
  putFile: PutFile;
}): Promise<Vroom> {
  const { db, bus, log, settings, passwords, tell, files, putFile } = deps;
  const attendance = recordAttendance({ db, bus, log, tell });
  const live: Live = {
    rooms: new Map(),
    workers: await startWorkers(settings, log),
    log,
    attendance,
    documents: keepDocuments({ db, log, putFile }),
    graceMs: settings.graceMs ?? 60_000,
    reloadMs: settings.reloadMs ?? 8000,
  };
  const connections = new Map<string, Connection>();
  let draining = false;

  function connectionOf(caller: Caller): Connection {
    const known = connections.get(caller.connectionId);
    if (known) {
      known.caller = caller;
      return known;
    }
    const connection: Connection = {
      caller,
      participant: undefined,
      waiting: undefined,
      gone: false,
      tail: Promise.resolve(),
    };
    connections.set(caller.connectionId, connection);
    return connection;
  }

  /** Two calls of one connection never interleave: joining twice or leaving while producing leaves nothing behind. */
  function inTurn<T>(caller: Caller, work: (connection: Connection) => Promise<T> | T): Promise<T> {
    const connection = connectionOf(caller);
    const turn = connection.tail.then(() => {
      if (connection.gone) throw new HubError('not_in_room', 'the connection is closed');
      return work(connection);
    });
    connection.tail = turn.catch(() => {});
    return turn;
  }

  /** Work on the caller's own place and media. */
  function inRoom<T>(caller: Caller, work: (self: Participant, media: ParticipantMedia) => Promise<T> | T): Promise<T> {
    return inTurn(caller, ({ participant }) => {
      if (!participant) throw new HubError('not_in_room');
      if (!participant.media) throw new HubError('media_unavailable', 'join again with the seat', 1);
      return work(participant, participant.media);
    });
  }

  const calls: Vroom['calls'] = {
    'media:capabilities': async () => ({
      routerRtpCapabilities: (await live.workers.capabilities()) as RtpCapabilities,
    }),
    'room:join': (caller, request) =>
      inTurn(caller, async (connection) => {
        const record = await viewRoom(db, caller.actor, request.roomId);
        if (draining && !live.rooms.has(record.id)) throw new HubError('unavailable', 'the hub is closing', 5);
        const password = await passwordGiven(live, passwords, record, connection, request.password);
        const answer = await join(live, connection, record, { ...request, password });
        const { participant: self } = connection;
        return {
          ...answer,
          received:
            request.receive && self?.media ? await createFirstConsumers(live, self, self.media, request.receive) : [],
          iceServers: iceServers(settings, personOf(caller.actor), Date.now()),
          videoCodec: answer.room.settings.encrypted ? 'vp8' : (settings.videoCodec ?? 'vp8'),
        };
      }),
    'room:leave': (caller) =>
      inTurn(caller, ({ participant }) => {
        if (participant) remove(live, participant);
        return {};
      }),
    'transport:connect': (caller, { transportId, dtlsParameters }) =>
      inRoom(caller, async (_self, media) => {
        const transport = ownTransport(media, transportId);
        const no = refuseFingerprints(dtlsParameters.fingerprints);
        if (no) throw no;
        await connectTransport(transport, dtlsParameters);
        return {};
      }),
    'transport:restart-ice': (caller, { transportId }) =>
      inRoom(caller, async (_self, media) => ({
        iceParameters: await asked(ownTransport(media, transportId).restartIce()),
      })),
    'producer:create': (caller, request) => inRoom(caller, (self, media) => createProducer(live, self, media, request)),
    'producer:pause': (caller, { producerId }) =>
      inRoom(caller, async (self, media) => {
        await pauseProducer(live, self, media, producerId, true);
        return {};
      }),
    'producer:resume': (caller, { producerId }) =>
      inRoom(caller, async (self, media) => {
        await pauseProducer(live, self, media, producerId, false);
        return {};
      }),
    'producer:close': (caller, { producerId }) =>
      inRoom(caller, (self, media) => {
        closeProducer(live, self, media, producerId);
        return {};
      }),
    'consumer:create': (caller, request) => inRoom(caller, (self, media) => createConsumer(live, self, media, request)),
    'consumer:resume': (caller, { consumerId }) =>
      inRoom(caller, async (_self, media) => {
        await asked(ownConsumer(media, consumerId).resume());
        return {};
      }),
    'consumer:pause': (caller, { consumerId }) =>
      inRoom(caller, async (_self, media) => {
        await asked(ownConsumer(media, consumerId).pause());
        return {};
      }),
    'consumer:close': (caller, { consumerId }) =>
      inRoom(caller, (_self, media) => {
        ownConsumer(media, consumerId).close();
        media.consumers.delete(consumerId);
        return {};
      }),
    'consumer:layers': (caller, request) =>
      inRoom(caller, async (self, media) => {
        await chooseLayers(self, media, request);
        return {};
      }),
    ...roleCalls({ db, live, passwords, inTurn }),
    ...togetherCalls({ db, live, files, inTurn }),
    ...breakoutCalls({ live, inTurn }),
    ...documentCalls({ live, inTurn }),
    ...e2eeCalls({ live, inTurn }),
  };

  function present(roomId: string): number {
    const room = live.rooms.get(roomId);
    return room ? everybodyOf(room).length : 0;
  }

  function emptyRoom(roomId: string): void {
    const room = live.rooms.get(roomId);
    if (room) closeRoom(live, room, 'ended');
  }

  return {
    calls,
    present,
    async createRoom(actor, input) {
      if (draining) throw new HubError('unavailable', 'the hub is closing', 5);
      return roomView(await createRoom(db, actor, input), undefined);
    },
    async listRooms(actor) {
      return (await listRooms(db, actor)).map((record) => roomView(record, live.rooms.get(record.id)));
    },
    async viewRoom(actor, id) {
      return roomView(await viewRoom(db, actor, id), live.rooms.get(id));
    },
    async guestDoor(id, sent = false) {
      const { title, ownerName, endedAt, settings: kept, passwordHash } = await findRoom(db, id);
      if (endedAt !== null || !(kept.guests || sent)) throw new HubError('room_not_found', 'not for guests');
      return { title, ownerName, lobby: kept.lobby, password: passwordHash !== null, encrypted: kept.encrypted };
    },
    async configureRoom(actor, id, change) {
      const record = await viewRoom(db, actor, id);
      const room = live.rooms.get(id);
      const no = refuseDeed('configure', { role: roleOf(personOf(actor), room?.meeting ?? newMeeting(record)) });
      if (no) throw no;
      if (change.locked !== undefined && !room) throw new HubError('not_in_room', 'there is no meeting to lock');
      mustBeChangeable(room, record, change);
      const next = await storeSettings(db, passwords, id, change);
      const running = live.rooms.get(id);
      if (running) await applySettings(live, running, next, change, undefined);
      return roomView(running?.record ?? next, running);
    },
    personalRoom: async (actor) => {
      const record = await personalRoom(db, actor);
      return roomView(record, live.rooms.get(record.id));
    },
    operated: (id) => operatedRoom(db, live, id),
    operatedAll: (which) => operatedRooms(db, live, which),
    async endRoom(actor, id) {
      await endRoom(db, actor, id);
      emptyRoom(id);
    },
    emptyRoom,
    fileOfMessage: (actor, roomId, number) => fileOfMessage(db, live, actor, roomId, number),
    meetingsWithFile: (fileId) => meetingsWithFile(db, fileId),
    withdrawFile: (by, what) => withdrawFile(db, live, files, by, what),
    disconnected(connectionId, by) {
      const connection = connections.get(connectionId);
      if (!connection) return;
      connections.delete(connectionId);
      connection.gone = true;
      const { participant } = connection;
      const keepMs = by?.page ? live.reloadMs : live.graceMs;
      leaveLobby(live, connection, keepMs);
      if (!participant) return;
      connection.participant = undefined;
      participant.connection = undefined;
      tellOthers(live, participant, 'participant:away', { participantId: participant.id, away: true });
      startGrace(live, participant, keepMs);
    },
    remove(who) {
      for (const room of [...live.rooms.values()]) {
        for (const waiting of [...room.lobby.values()])
          if ('accountId' in who && waiting.personId === who.accountId) giveUp(live, waiting);
        for (const participant of everybodyOf(room)) {
          const matches =
            'accountId' in who ? participant.personId === who.accountId : participant.sessionId === who.sessionId;
          if (matches) remove(live, participant, 'removed');
        }
      }
    },
    watchRooms: () => watchRooms(live),
    stats: () => ({
      rooms: live.rooms.size,
      participants: [...live.rooms.values()].reduce((sum, room) => sum + everybodyOf(room).length, 0),
      workers: live.workers.load(),
    }),
    drain() {
      draining = true;
    },
    async close() {
      draining = true;
      for (const room of [...live.rooms.values()]) closeRoom(live, room, 'shutdown');
      await Promise.all([...connections.values()].map((c) => c.tail));
      // The last events leave in the next turn of the loop.
      await new Promise((resolve) => setImmediate(resolve));
      live.workers.close();
      await attendance.close();
      await live.documents.close();
    },
  };
}
