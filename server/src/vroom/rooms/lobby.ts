import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { VroomAnswer } from '@diwan/protocol/vroom.ts';
import { refuseToEnter, type Standing } from '../rules/room.ts';
import {
  type Connection,
  closeIfEmpty,
  isAttended,
  type Live,
  type LiveRoom,
  openLiveRoom,
  remove,
  tell,
  tellDoor,
  type Waiting,
} from './live-room.ts';
import { isGuest, newMeeting, personOf, powerOf, roleOf, settingsOf } from './meeting-now.ts';
import { everybodyOf } from './places.ts';
import type { RoomRecord } from './room-record.ts';

/** More than any host can look through; whoever comes then tries again. */
const mostWaiting = 500;

/** How the one on this connection stands to the meeting, if it runs, else to the next one. */
function standing(room: LiveRoom | undefined, record: RoomRecord, connection: Connection, password: boolean): Standing {
  const { actor } = connection.caller;
  const personId = personOf(actor);
  const meeting = room?.meeting ?? newMeeting(record);
  const power = powerOf(actor);
  return {
    // They are in charge once they are in.
    role: power === 'host' ? 'cohost' : roleOf(personId, meeting),
    sent: power !== undefined,
    owner: personId === record.ownerId,
    present: room !== undefined && everybodyOf(room).some((p) => p.personId === personId),
    admitted: meeting.admitted.has(personId),
    keptOut: meeting.keptOut.has(personId),
    password,
  };
}

/** Why the one on this connection may not enter now, if they may not. @param password that they gave the right one */
export function whyNotIn(
  live: Live,
  record: RoomRecord,
  connection: Connection,
  password: boolean,
): HubError | undefined {
  const room = live.rooms.get(record.id);
  const now = room?.record ?? record;
  return refuseToEnter(standing(room, now, connection, password), { settings: settingsOf(now, room?.meeting) });
}

/** Waits at the door of a room; who waits there already, on this connection or a lost one, keeps their place. */
export function knock(
  live: Live,
  connection: Connection,
  record: RoomRecord,
  wish: { name?: string | undefined; password: boolean },
): VroomAnswer<'lobby:knock'> {
  const no = whyNotIn(live, record, connection, wish.password);
  const { title, ownerName } = record;
  if (!no) return { admitted: true, title, ownerName, attended: true };
  if (no.code !== 'room_lobby') throw no;
  const room = openLiveRoom(live, record);
  if (connection.participant) remove(live, connection.participant);
  if (connection.waiting && connection.waiting.room !== room) leaveLobby(live, connection);
  const waiting = placeOf(room, connection, wish.name);
  clearTimeout(waiting.grace);
  waiting.grace = undefined;
  waiting.connections.add(connection);
  connection.waiting = waiting;
  tellDoor(live, room);
  return { admitted: false, title, ownerName, attended: isAttended(room) };
}

function placeOf(room: LiveRoom, { caller }: Connection, name: string | undefined): Waiting {
  const personId = personOf(caller.actor);
  const known = room.lobby.get(personId);
  if (known) {
    if (name !== undefined) known.entry.name = name;
    return known;
  }
  if (room.lobby.size >= mostWaiting) throw new HubError('unavailable', 'too many people wait', 10);
  const entry = {
    id: randomUUID(),
    name: name ?? caller.actor.name,
    guest: isGuest(personId),
    since: Date.now(),
  };
  const place: Waiting = { room, personId, entry, connections: new Set(), grace: undefined };
  room.lobby.set(personId, place);
  return place;
}

/** @param keepMs how long the place is kept if nobody else waits on it, in ms; given up at once unless told */
export function leaveLobby(live: Live, connection: Connection, keepMs = 0): void {
  const { waiting } = connection;
  if (!waiting) return;
  connection.waiting = undefined;
  waiting.connections.delete(connection);
  if (waiting.connections.size > 0) return;
  if (keepMs > 0) waiting.grace ??= setTimeout(() => giveUp(live, waiting), keepMs).unref();
  else giveUp(live, waiting);
}

export function giveUp(live: Live, waiting: Waiting): void {
  takeOut(waiting);
  tellDoor(live, waiting.room);
  closeIfEmpty(live, waiting.room);
}

function takeOut(waiting: Waiting): void {
  clearTimeout(waiting.grace);
  if (waiting.room.lobby.get(waiting.personId) === waiting) waiting.room.lobby.delete(waiting.personId);
  for (const connection of waiting.connections) connection.waiting = undefined;
}

/** Lets in those of these who still wait. @param ids of their entries; all who wait unless given */
export function admit(live: Live, room: LiveRoom, ids?: readonly string[]): void {
  for (const waiting of [...room.lobby.values()]) {
    if (ids && !ids.includes(waiting.entry.id)) continue;
    room.meeting.admitted.add(waiting.personId);
    takeOut(waiting);
    for (const connection of waiting.connections) tell(live, connection, 'lobby:admitted', { roomId: room.record.id });
  }
  tellDoor(live, room);
}

/** Sends away those of these who still wait, until the meeting is over. */
export function refuse(live: Live, room: LiveRoom, ids: readonly string[]): void {
  for (const waiting of [...room.lobby.values()]) {
    if (!ids.includes(waiting.entry.id)) continue;
    keepOut(room, waiting.personId, waiting.entry);
    takeOut(waiting);
    for (const connection of waiting.connections) tell(live, connection, 'lobby:refused', { roomId: room.record.id });
  }
  tellDoor(live, room);
}

/** More than this are forgotten, the first first. */
const mostKeptOut = 1000;

export function keepOut(room: LiveRoom, personId: string, entry: { id: string; name: string; guest: boolean }): void {
  const { keptOut, admitted } = room.meeting;
  admitted.delete(personId);
  if (keptOut.size >= mostKeptOut) keptOut.delete(keptOut.keys().next().value as string);
  keptOut.set(personId, { ...entry, since: Date.now() });
}

/** @throws HubError not_found when this is nobody who is kept out */
export function readmit(live: Live, room: LiveRoom, id: string): void {
  for (const [personId, entry] of room.meeting.keptOut)
    if (entry.id === id) {
      room.meeting.keptOut.delete(personId);
      tellDoor(live, room);
      return;
    }
  throw new HubError('not_found', 'nobody kept out');
}
