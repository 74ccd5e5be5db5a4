import { randomBytes, randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { RtpCapabilities, VroomAnswer } from '@diwan/protocol/vroom.ts';
import type { MediaRouter } from '../media/router.ts';
import { openTransport, transportOptions } from '../media/transports.ts';
import { refuseWithoutKey } from '../rules/encryption.ts';
import { inCharge } from '../rules/roles.ts';
import { whereIs } from './breakouts.ts';
import { breakoutsView } from './breakouts-view.ts';
import {
  type Connection,
  closeIfEmpty,
  closeMedia,
  handsOf,
  type Live,
  type LiveRoom,
  openLiveRoom,
  type Participant,
  type ParticipantMedia,
  participantView,
  remove,
  roomView,
  tell,
  tellAttended,
  tellBreakouts,
  tellDoor,
  tellOthers,
  unseat,
} from './live-room.ts';
import { leaveLobby, whyNotIn } from './lobby.ts';
import { personOf, powerOf, roleOf } from './meeting-now.ts';
import { settle } from './parts.ts';
import { everybodyOf, mainOf } from './places.ts';
import type { RoomRecord } from './room-record.ts';
import { tellSpeaking } from './speaking.ts';

interface Wish {
  name?: string | undefined;
  seat?: string | undefined;
  password: boolean;
  publicKey?: string | undefined;
}
type Welcome = Omit<VroomAnswer<'room:join'>, 'received' | 'iceServers' | 'videoCodec'>;

/**
 * Enters a meeting, or takes one's seat in it again: in the main room, or the breakout room where they are or belong. Nobody names a
 * breakout room to enter it.
 */
export async function join(live: Live, connection: Connection, record: RoomRecord, wish: Wish): Promise<Welcome> {
  for (;;) {
    const welcomed = await enter(live, connection, record, wish);
    if (welcomed) return welcomed;
  }
}

/**
 * All waiting comes first; then, in one go, either everything is in place or nothing is left behind.
 * @returns nothing when they were brought to another room of the meeting meanwhile
 */
async function enter(live: Live, connection: Connection, record: RoomRecord, wish: Wish): Promise<Welcome | undefined> {
  const closed = whyNotNow(live, record, connection, wish);
  if (closed) throw closed;
  const main = openLiveRoom(live, record);
  if (connection.participant && mainOf(connection.participant.room) !== main) remove(live, connection.participant);
  const room = placeFor(main, connection, wish.seat);
  const isElsewhere = () => !main.closed && placeFor(main, connection, wish.seat) !== room;
  room.joining++;
  try {
    const media = await settle(live, room, openMedia).catch((error) => {
      if (!isElsewhere()) throw error;
    });
    if (!media || isElsewhere()) {
      closeMedia(media ?? undefined);
      return undefined;
    }
    const { home } = media;
    const no = whyTooLate(room, home, connection) ?? whyNotNow(live, record, connection, wish);
    if (no) {
      closeMedia(media);
      throw no;
    }
    const known = seated(main, connection, wish.seat);
    const self = known ? takeSeat(live, known, connection, media, wish) : welcome(live, room, connection, media, wish);
    leaveLobby(live, connection);
    tellAttended(live, room);
    if (inCharge(roleOf(self.personId, room.meeting))) tellDoor(live, room);
    const others = [...room.participants.values()].filter((other) => other !== self);
    tellSpeaking(live, room, connection);
    return {
      room: roomView(room.record, room),
      self: participantView(self),
      seat: self.seat,
      others: others.map(participantView),
      spotlight: room.meeting.spotlight,
      board: room.meeting.board,
      hands: handsOf(room),
      breakouts: breakoutsView(room)?.(self) ?? null,
      breakoutId: whereIs(self)?.id ?? null,
      routerRtpCapabilities: home.router.rtpCapabilities as RtpCapabilities,
      sendTransport: transportOptions(media.send),
      recvTransport: transportOptions(media.recv),
    };
  } finally {
    room.joining--;
    closeIfEmpty(live, room);
  }
}

/** What the room asks of who enters, and of their page. */
function whyNotNow(
  live: Live,
  record: RoomRecord,
  connection: Connection,
  wish: { password: boolean; publicKey?: string | undefined },
): HubError | undefined {
  const { settings } = live.rooms.get(record.id)?.record ?? record;
  return whyNotIn(live, record, connection, wish.password) ?? refuseWithoutKey(settings, wish);
}

async function openMedia(home: MediaRouter): Promise<ParticipantMedia> {
  const [send, recv] = await Promise.allSettled([openTransport(home, 'send'), openTransport(home, 'recv')]);
  if (send.status === 'fulfilled' && recv.status === 'fulfilled')
    return { home, send: send.value, recv: recv.value, producers: new Map(), consumers: new Map() };
  for (const opened of [send, recv]) if (opened.status === 'fulfilled') opened.value.close();
  throw send.status === 'rejected' ? send.reason : recv.status === 'rejected' && recv.reason;
}

/** What may have happened while the worker was preparing. */
function whyTooLate(room: LiveRoom, home: MediaRouter, connection: Connection): HubError | undefined {
  if (room.closed) return new HubError('room_not_found', 'ended');
  if (home.router.closed) return new HubError('media_unavailable', 'worker closed', 1);
  if (connection.gone) return new HubError('not_in_room', 'the connection is closed');
  return undefined;
}

/** The room of the meeting in which they are or belong. */
function placeFor(main: LiveRoom, connection: Connection, seat: string | undefined): LiveRoom {
  const known = seated(main, connection, seat);
  if (known) return known.room;
  const { breakouts } = main;
  const assigned = breakouts?.assigned.get(personOf(connection.caller.actor));
  return (assigned !== undefined && breakouts?.rooms.get(assigned)?.room) || main;
}

/** The place that this connection has already: by its seat, or because it is sitting there. A seat is of use to its person only. */
function seated(main: LiveRoom, connection: Connection, seat: string | undefined): Participant | undefined {
  const bySeat = everybodyOf(main).find((p) => p.seat === seat && p.personId === personOf(connection.caller.actor));
  return bySeat ?? connection.participant;
}

function takeSeat(
  live: Live,
  self: Participant,
  connection: Connection,
  media: ParticipantMedia,
  { publicKey }: { publicKey?: string | undefined },
): Participant {
  if (connection.participant && connection.participant !== self) remove(live, connection.participant);
  if (self.connection && self.connection !== connection)
    tell(live, self.connection, 'room:closed', { roomId: self.room.record.id, reason: 'replaced' });
  unseat(self);
  for (const producerId of self.media?.producers.keys() ?? [])
    tellOthers(live, self, 'producer:removed', { participantId: self.id, producerId });
  closeMedia(self.media);
  clearTimeout(self.grace);
  self.grace = undefined;
  self.moving = false;
  self.media = media;
  self.connection = connection;
  self.publicKey = publicKey;
  self.sessionId = sessionOf(connection);
  connection.participant = self;
  tellOthers(live, self, 'participant:away', {
    participantId: self.id,
    away: false,
    ...(publicKey !== undefined && { publicKey }),
  });
  return self;
}

function welcome(
  live: Live,
  room: LiveRoom,
  connection: Connection,
  media: ParticipantMedia,
  { name, publicKey }: { name?: string | undefined; publicKey?: string | undefined },
): Participant {
  const { actor } = connection.caller;
  const self: Participant = {
    room,
    id: randomUUID(),
    personId: personOf(actor),
    // Who is sent has the name under which they were.
    name: powerOf(actor) ? actor.name : (name ?? actor.name),
    joinedAt: Date.now(),
    seat: randomBytes(24).toString('base64url'),
    sessionId: sessionOf(connection),
    mayUnmute: false,
    publicKey,
    connection,
    media,
    moving: false,
    grace: undefined,
  };
  if (powerOf(actor) === 'host') takeCharge(room, self.personId);
  room.participants.set(self.id, self);
  live.attendance.came(
    { ...room.record, meetingId: mainOf(room).meeting.id },
    {
      id: self.id,
      accountId: actor.audience === 'guest' ? null : actor.accountId,
      name: self.name,
    },
  );
  connection.participant = self;
  tellOthers(live, self, 'participant:joined', participantView(self));
  tellBreakouts(live, room);
  return self;
}

/** Whom the operator's systems sent as host is the host while the host is not there, else a co-host. */
function takeCharge(room: LiveRoom, personId: string): void {
  const { meeting } = mainOf(room);
  if (meeting.hostId === personId || meeting.cohosts.has(personId)) return;
  if (everybodyOf(room).some((each) => each.personId === meeting.hostId)) {
    meeting.cohosts.add(personId);
    return;
  }
  meeting.cohosts.add(meeting.hostId);
  meeting.hostId = personId;
}

function sessionOf({ caller: { actor } }: Connection): string | undefined {
  return actor.audience === 'guest' ? undefined : actor.sessionId;
}
