import { HubError } from '@diwan/protocol/errors.ts';
import type { rolesCalls } from '@diwan/protocol/vroom-roles.ts';
import type { Db } from '../../db/database.ts';
import type { Caller } from '../caller.ts';
import { inOrder } from '../together/in-order.ts';
import { strikeOut } from '../together/readers.ts';
import type { Vroom } from '../vroom.ts';
import { applySettings, checkPassword, mustBeChangeable, type Passwords, storeSettings } from './configure.ts';
import {
  answerUnmute,
  appoint,
  askToUnmute,
  mustBeAllowed,
  muteAll,
  removePerson,
  spotlight,
  stopSource,
  subject,
} from './host.ts';
import { type Connection, closeRoom, type Live, type Participant } from './live-room.ts';
import { admit, knock, leaveLobby, readmit, refuse, whyNotIn } from './lobby.ts';
import { personOf } from './meeting-now.ts';
import { mainOf, placesOf } from './places.ts';
import type { RoomRecord } from './room-record.ts';
import { viewRoom } from './view-room.ts';

/**
 * Whether the password that was given opens the room; it is looked at only where nothing else lets the caller in.
 * @throws HubError too_many_attempts, room_password
 */
export async function passwordGiven(
  live: Live,
  passwords: Passwords,
  record: RoomRecord,
  connection: Connection,
  password: string | undefined,
): Promise<boolean> {
  const asked = whyNotIn(live, record, connection, false)?.code === 'room_password';
  if (!asked || password === undefined) return false;
  await checkPassword(
    passwords,
    live.rooms.get(record.id)?.record ?? record,
    personOf(connection.caller.actor),
    password,
  );
  return true;
}

interface Deps {
  db: Db;
  live: Live;
  passwords: Passwords;
  inTurn: <T>(caller: Caller, work: (connection: Connection) => Promise<T> | T) => Promise<T>;
}

/** The calls of protocol/vroom-roles.ts: who comes in, and what those in charge do. */
export function roleCalls({ db, live, passwords, inTurn }: Deps): Pick<Vroom['calls'], keyof typeof rolesCalls> {
  /** Work of somebody who is in, with or without media. */
  const inside = (caller: Caller, work: (self: Participant) => Promise<void> | void) =>
    inTurn(caller, async ({ participant }) => {
      if (!participant) throw new HubError('not_in_room');
      await work(participant);
      return {};
    });

  return {
    'lobby:knock': (caller, { roomId, name, password }) =>
      inTurn(caller, async (connection) => {
        const record = await viewRoom(db, caller.actor, roomId);
        const given = await passwordGiven(live, passwords, record, connection, password);
        if (connection.gone) throw new HubError('not_in_room', 'the connection is closed');
        return knock(live, connection, record, { name, password: given });
      }),
    'lobby:leave': (caller) =>
      inTurn(caller, (connection) => {
        leaveLobby(live, connection);
        return {};
      }),
    'lobby:admit': (caller, { ids }) =>
      inside(caller, (self) => {
        mustBeAllowed('admit', self);
        admit(live, self.room, ids);
      }),
    'lobby:refuse': (caller, { ids }) =>
      inside(caller, (self) => {
        mustBeAllowed('refuse', self);
        refuse(live, self.room, ids);
      }),
    'host:configure': (caller, change) =>
      inside(caller, async (self) => {
        mustBeAllowed('configure', self);
        const { room } = self;
        mustBeChangeable(room, room.record, change);
        const next = await storeSettings(db, passwords, room.record.id, change);
        if (!mainOf(room).closed) await applySettings(live, room, next, change, self);
      }),
    'host:stop': (caller, { participantId, source }) =>
      inside(caller, (self) => stopSource(live, self, subject('stop', self, participantId), source)),
    'host:mute-all': (caller) => inside(caller, (self) => muteAll(live, self)),
    'host:ask-unmute': (caller, { participantId }) => inside(caller, (self) => askToUnmute(live, self, participantId)),
    'host:remove': (caller, { participantId }) =>
      inside(caller, async (self) => {
        const over = subject('remove', self, participantId);
        const { room, personId } = over;
        const places = placesOf(room);
        removePerson(live, over);
        for (const place of places)
          await inOrder(place, async () => {
            const { id: meetingId, readers } = place.meeting;
            readers.delete(personId);
            await strikeOut(db, { roomId: room.record.id, meetingId, personId });
          });
      }),
    'host:readmit': (caller, { id }) =>
      inside(caller, (self) => {
        mustBeAllowed('readmit', self);
        readmit(live, self.room, id);
      }),
    'host:spotlight': (caller, { participantId }) => inside(caller, (self) => spotlight(live, self, participantId)),
    'host:appoint': (caller, { participantId, role }) =>
      inside(caller, (self) => appoint(live, self, participantId, role)),
    'host:end': (caller) =>
      inside(caller, (self) => {
        mustBeAllowed('end', self);
        closeRoom(live, mainOf(self.room), 'ended');
      }),
    'unmute:answer': (caller, { accepted }) => inside(caller, (self) => answerUnmute(live, self, accepted)),
  };
}
