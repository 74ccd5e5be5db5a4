import { HubError } from '@diwan/protocol/errors.ts';
import type { Room } from '@diwan/protocol/vroom.ts';
import type { MeetingRole } from '@diwan/protocol/vroom-roles.ts';
import type { Db } from '../../db/database.ts';
import { type Live, roomView } from './live-room.ts';
import { isGuest, roleOf } from './meeting-now.ts';
import { everybodyOf } from './places.ts';
import { findRoom, type RoomRecord, readRooms } from './room-record.ts';

/** A room as the operator's systems see it. */
export interface OperatedRoom extends Room {
  /** null: nobody is there. */
  meeting: {
    id: string;
    startedAt: number;
    people: { id: string; accountId: string | null; name: string; role: MeetingRole; since: number; away: boolean }[];
    waiting: number;
  } | null;
}

function view(live: Live, record: RoomRecord): OperatedRoom {
  const room = live.rooms.get(record.id);
  const sitting = live.attendance.goingOn(record.id);
  return {
    ...roomView(record, room),
    meeting:
      room && sitting
        ? {
            ...sitting,
            people: everybodyOf(room).map(({ id, personId, name, joinedAt, connection }) => ({
              ...{ id, name, since: joinedAt, away: connection === undefined },
              accountId: isGuest(personId) ? null : personId,
              role: roleOf(personId, room.meeting),
            })),
            waiting: room.lobby.size,
          }
        : null,
  };
}

/** @throws HubError room_not_found, also for one that has ended */
export async function operatedRoom(db: Db, live: Live, id: string): Promise<OperatedRoom> {
  const record = await findRoom(db, id);
  if (record.endedAt !== null) throw new HubError('room_not_found', 'ended');
  return view(live, record);
}

/** Rooms that have not ended, the newest first. @param which `live`: only those in which people are */
export async function operatedRooms(
  db: Db,
  live: Live,
  which: { ownerId?: string | undefined; live: boolean; before?: string | undefined; limit: number },
): Promise<{ rooms: OperatedRoom[]; next: string | null }> {
  const { ownerId, before, limit } = which;
  const goingOn = [...live.rooms.keys()].filter((id) => live.attendance.goingOn(id));
  if (which.live && goingOn.length === 0) return { rooms: [], next: null };
  const records = await readRooms(db, (query) =>
    query
      .where('rooms.endedAt', 'is', null)
      .$if(which.live, (q) => q.where('rooms.id', 'in', goingOn))
      .$if(ownerId !== undefined, (q) => q.where('rooms.ownerId', '=', ownerId as string))
      .$if(before !== undefined, (q) => {
        const { createdAt, id } = cursorOf(before as string);
        const earlier = q.where((e) =>
          e.or([
            e('rooms.createdAt', '<', createdAt),
            e.and([e('rooms.createdAt', '=', createdAt), e('rooms.id', '<', id)]),
          ]),
        );
        return earlier;
      })
      .orderBy('rooms.createdAt', 'desc')
      .orderBy('rooms.id', 'desc')
      .limit(limit + 1),
  );
  const page = records.slice(0, limit);
  const last = records.length > limit ? page.at(-1) : undefined;
  return {
    rooms: page.map((record) => view(live, record)),
    next: last === undefined ? null : `${last.createdAt}.${last.id}`,
  };
}

function cursorOf(before: string): { createdAt: number; id: string } {
  const [, createdAt, id] = /^(\d{1,15})\.([\w-]{1,64})$/.exec(before) ?? [];
  if (createdAt === undefined || id === undefined) throw new HubError('bad_request', 'before');
  return { createdAt: Number(createdAt), id };
}
