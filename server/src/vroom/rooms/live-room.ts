import type {
  Participant as ParticipantView,
  Room,
  Source,
  VroomEvent,
  VroomEventData,
} from '@diwan/protocol/vroom.ts';
import type { RaisedHand } from '@diwan/protocol/vroom-hands.ts';
import type { AtTheDoor } from '@diwan/protocol/vroom-roles.ts';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { Caller } from '../caller.ts';
import type { Documents } from '../document/documents.ts';
import type { MediaRouter } from '../media/router.ts';
import type { MediaWorkers } from '../media/workers.ts';
import type { Attendance } from '../meetings/attendance.ts';
import { inCharge } from '../rules/roles.ts';
import type { Breakouts } from './breakouts.ts';
import { breakoutsView } from './breakouts-view.ts';
import { isGuest, type MeetingNow, newMeeting, partOf, roleOf, settingsOf } from './meeting-now.ts';
import type { Lent } from './parts.ts';
import { everybodyOf, mainOf, placesOf } from './places.ts';
import type { RoomRecord } from './room-record.ts';
import type { Speaking } from './speaking.ts';

/** One live connection; its calls are done one after another. */
export interface Connection {
  caller: Caller;
  participant: Participant | undefined;
  /** At the door of a room. */
  waiting: Waiting | undefined;
  /** Closed: what it still has in hand must leave nothing behind. */
  gone: boolean;
  /** Settles when the calls in hand are done. */
  tail: Promise<unknown>;
}

/** The media of one participant. Replaced as a whole when they take their seat again. */
export interface ParticipantMedia {
  readonly home: MediaRouter;
  readonly send: types.WebRtcTransport;
  readonly recv: types.WebRtcTransport;
  readonly producers: Map<string, { producer: types.Producer; source: Source }>;
  readonly consumers: Map<string, Received>;
}

/** A stream of somebody else. */
export interface Received {
  readonly consumer: types.Consumer;
  readonly source: Source;
  /** The participant who sends it. */
  readonly from: string;
}

export interface Participant {
  /** Where they are: who is in another room of the same meeting is not heard, seen or read. */
  room: LiveRoom;
  readonly id: string;
  /** The account, or what the guest's token says. */
  readonly personId: string;
  readonly name: string;
  readonly joinedAt: number;
  /** Who holds it may take this place again; only the participant is told. */
  readonly seat: string;
  /** The sign-in that sits here now: when it is withdrawn, so is the place. A guest has none. */
  sessionId: string | undefined;
  /** May turn the microphone on though the room forbids it: asked to, or speaking when it was forbidden; until it is off again. */
  mayUnmute: boolean;
  /** Of the page that sits here, if it can encrypt. */
  publicKey: string | undefined;
  /** undefined: away. */
  connection: Connection | undefined;
  /** undefined: lost with its worker, until they take their seat again. */
  media: ParticipantMedia | undefined;
  /** Brought to another room of the meeting: until they take their seat again, nothing that they still send is for that room. */
  moving: boolean;
  /** Running while away or without media; at its end the participant has left. */
  grace: NodeJS.Timeout | undefined;
}

/** Somebody who waits to be let in, perhaps on several connections: they get nothing of the meeting. */
export interface Waiting {
  readonly room: LiveRoom;
  readonly personId: string;
  readonly entry: AtTheDoor;
  readonly connections: Set<Connection>;
  /** Running while no connection is left; at its end the place is given up. */
  grace: NodeJS.Timeout | undefined;
}

export interface LiveRoom {
  /** A breakout room has all that a room has of its own, but is no meeting by itself; see breakouts.ts. */
  readonly main: LiveRoom | undefined;
  /** Of a main room that is divided now. */
  breakouts: Breakouts | undefined;
  /** As it was last stored here. */
  record: RoomRecord;
  meeting: MeetingNow;
  readonly participants: Map<string, Participant>;
  /** By person, in the order of their coming. */
  readonly lobby: Map<string, Waiting>;
  /** What those who wait were last told. */
  attended: boolean;
  /** By router id; see parts.ts. */
  readonly routers: Map<string, MediaRouter>;
  /** By producer and the router it is piped to. */
  readonly pipes: Map<string, Lent>;
  speaking: Speaking;
  opening: Promise<void> | undefined;
  /** Calls on their way in: the room stays open for them. */
  joining: number;
  closed: boolean;
}

/** All that is live on this hub. */
export interface Live {
  readonly rooms: Map<string, LiveRoom>;
  readonly workers: MediaWorkers;
  readonly log: Logger;
  readonly attendance: Attendance;
  readonly documents: Documents;
  /** How long a seat is kept after its connection dropped, in ms. */
  readonly graceMs: number;
  readonly reloadMs: number;
}

// ---- telling -----------------------------------------------------------------------------------------------------

/**
 * Sends an event once the calls that finish in this turn have been answered: who has just joined gets the list of the others first,
 * then what changes in it.
 */
export function tell<E extends VroomEvent>(
  live: Live,
  to: Connection | undefined,
  event: E,
  data: VroomEventData<E>,
): void {
  if (!to) return;
  setImmediate(() => {
    try {
      to.caller.send(event, data);
    } catch (error) {
      live.log.error({ err: error, event }, 'event not sent');
    }
  });
}

/** To everyone who is in, but one. Those without media are about to join again and will get the whole picture then. */
export function tellOthers<E extends VroomEvent>(
  live: Live,
  but: Participant,
  event: E,
  data: VroomEventData<E>,
): void {
  for (const other of but.room.participants.values())
    if (other !== but && other.media) tell(live, other.connection, event, data);
}

export function tellAll<E extends VroomEvent>(live: Live, room: LiveRoom, event: E, data: VroomEventData<E>): void {
  for (const participant of room.participants.values())
    if (participant.media) tell(live, participant.connection, event, data);
}

/** Those in charge hear who waits and who is kept out. */
export function tellDoor(live: Live, room: LiveRoom): void {
  const door = {
    waiting: [...room.lobby.values()].map(({ entry }) => ({ ...entry })),
    keptOut: [...room.meeting.keptOut.values()],
  };
  for (const { personId, connection } of everybodyOf(room))
    if (inCharge(roleOf(personId, room.meeting))) tell(live, connection, 'room:door', door);
}

/** Of those who are in this room: who is in a breakout room for a while keeps theirs here. */
export const handsOf = ({ meeting, participants }: LiveRoom): RaisedHand[] =>
  [...meeting.hands].flatMap(([participantId, since]) =>
    participants.has(participantId) ? [{ participantId, since }] : [],
  );

export const tellHands = (live: Live, room: LiveRoom): void =>
  tellAll(live, room, 'room:hands', { hands: handsOf(room) });

/** Whether anybody is in who can let people in. */
export const isAttended = (room: LiveRoom): boolean =>
  everybodyOf(room).some(({ personId }) => inCharge(roleOf(personId, room.meeting)));

/** Those who wait hear when this changes. */
export function tellAttended(live: Live, of: LiveRoom): void {
  const room = mainOf(of);
  const attended = isAttended(room);
  if (attended === room.attended) return;
  room.attended = attended;
  for (const { connections } of room.lobby.values())
    for (const connection of connections)
      tell(live, connection, 'lobby:attended', { roomId: room.record.id, attended });
}

/** To everybody, in whichever room: which are open, and who is where. Nobody hears of it where there are none. */
export function tellBreakouts(live: Live, of: LiveRoom): void {
  const view = breakoutsView(of);
  if (!view) return;
  for (const each of everybodyOf(of))
    if (each.media) tell(live, each.connection, 'breakout:changed', { breakouts: view(each) });
}

// ---- showing -----------------------------------------------------------------------------------------------------

/** @param room where it is live */
export const roomView = (record: RoomRecord, room: LiveRoom | undefined): Room => ({
  id: record.id,
  kind: record.kind,
  title: record.title,
  ownerId: record.ownerId,
  ownerName: record.ownerName,
  createdAt: record.createdAt,
  present: room ? everybodyOf(room).length : 0,
  settings: settingsOf(record, room?.meeting),
});

export const participantView = (participant: Participant): ParticipantView => ({
  id: participant.id,
  accountId: isGuest(participant.personId) ? null : participant.personId,
  name: participant.name,
  role: roleOf(participant.personId, participant.room.meeting),
  joinedAt: participant.joinedAt,
  producers: [...(participant.media?.producers.values() ?? [])].map(({ producer, source }) => ({
    id: producer.id,
    kind: producer.kind,
    source,
    paused: producer.paused,
  })),
  ...(participant.publicKey === undefined ? {} : { publicKey: participant.publicKey }),
});

// ---- opening and closing -------------------------------------------------------------------------------------------

export function openLiveRoom(live: Live, record: RoomRecord): LiveRoom {
  const open = live.rooms.get(record.id);
  if (open) return open;
  const room: LiveRoom = {
    ...emptyRoom(),
    main: undefined,
    record,
    meeting: newMeeting(record),
    lobby: new Map(),
    attended: false,
  };
  live.rooms.set(record.id, room);
  return room;
}

/** What every room has for itself. */
const emptyRoom = () => ({
  breakouts: undefined,
  participants: new Map(),
  routers: new Map(),
  pipes: new Map(),
  speaking: { producerId: null, participantId: null, levels: {} },
  opening: undefined,
  joining: 0,
  closed: false,
});

/** A part of a meeting: people, media, hands and what is written are its own, all else is the meeting's. */
export function openPart(main: LiveRoom): LiveRoom {
  return {
    ...emptyRoom(),
    main,
    meeting: partOf(main.meeting),
    lobby: main.lobby,
    attended: false,
    get record() {
      return main.record;
    },
    set record(record) {
      main.record = record;
    },
  };
}

export function closeMedia(media: ParticipantMedia | undefined): void {
  media?.send.close();
  media?.recv.close();
}

export function startGrace(live: Live, participant: Participant, ms = live.graceMs): void {
  participant.grace ??= setTimeout(() => remove(live, participant, 'removed'), ms).unref();
}

/** Takes a participant out for good. @param reason told to them, when it was not their own wish */
export function remove(live: Live, participant: Participant, reason?: 'removed'): void {
  const { room } = participant;
  if (!room.participants.has(participant.id)) return;
  live.attendance.went(room.record.id, participant.id);
  clearTimeout(participant.grace);
  if (reason) tell(live, participant.connection, 'room:closed', { roomId: room.record.id, reason });
  unseat(participant);
  takeOut(live, participant);
  mainOf(room).meeting.hands.delete(participant.id);
  tellBreakouts(live, room);
  tellAttended(live, room);
  closeIfEmpty(live, room);
}

/** Out of the room in which they are, with their media; to those who stay, they have left. */
export function takeOut(live: Live, participant: Participant): void {
  const { room, id } = participant;
  room.participants.delete(id);
  closeMedia(participant.media);
  participant.media = undefined;
  tellAll(live, room, 'participant:left', { participantId: id });
  if (room.meeting.hands.has(id)) tellHands(live, room);
  // In the main room it is still up when they come back.
  if (room.main) room.meeting.hands.delete(id);
  if (room.meeting.spotlight === id) {
    room.meeting.spotlight = null;
    tellAll(live, room, 'room:spotlight', { participantId: null });
  }
}

export function unseat(participant: Participant): void {
  if (participant.connection) participant.connection.participant = undefined;
  participant.connection = undefined;
}

export function closeIfEmpty(live: Live, of: LiveRoom): void {
  if (of.participants.size === 0 && of.joining === 0) closeRouters(of);
  const room = mainOf(of);
  if (placesOf(room).some(({ participants, joining }) => participants.size > 0 || joining > 0)) return;
  if (room.lobby.size === 0) {
    closeRoom(live, room, 'ended');
    return;
  }
  // The meeting is over; who waits, waits for the next one.
  endBreakouts(live, room, 'ended');
  live.documents.ended(room, 'ended');
  room.meeting = newMeeting(room.record);
}

function closeRouters(room: LiveRoom): void {
  for (const router of room.routers.values()) router.close();
  room.routers.clear();
}

/** Ends a live room, with its breakout rooms: everyone is told, all media is closed. */
export function closeRoom(live: Live, room: LiveRoom, reason: 'ended' | 'shutdown'): void {
  if (live.rooms.get(room.record.id) === room) live.rooms.delete(room.record.id);
  live.attendance.ended(room.record.id);
  live.documents.ended(room, reason);
  for (const participant of everybodyOf(room)) {
    clearTimeout(participant.grace);
    tell(live, participant.connection, 'room:closed', { roomId: room.record.id, reason });
    unseat(participant);
    participant.media = undefined;
  }
  for (const waiting of room.lobby.values()) {
    clearTimeout(waiting.grace);
    for (const connection of waiting.connections) {
      connection.waiting = undefined;
      tell(live, connection, 'room:closed', { roomId: room.record.id, reason });
    }
  }
  room.lobby.clear();
  endBreakouts(live, room, reason);
  shut(room);
}

/** Nobody comes in any more, and nothing passes. */
function shut(room: LiveRoom): void {
  room.closed = true;
  room.participants.clear();
  closeRouters(room);
}

/** The room is one again. Whoever was in another one must have been brought back before. */
export function endBreakouts(live: Live, main: LiveRoom, reason: 'ended' | 'shutdown'): void {
  if (!main.breakouts) return;
  clearTimeout(main.breakouts.end);
  for (const { room } of main.breakouts.rooms.values()) {
    live.documents.ended(room, reason);
    shut(room);
  }
  main.breakouts = undefined;
}
