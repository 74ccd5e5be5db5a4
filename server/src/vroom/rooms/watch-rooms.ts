import type { LiveMeetings } from '@diwan/protocol/vroom-live.ts';
import type { types } from 'mediasoup';
import type { Live, LiveRoom, Participant } from './live-room.ts';
import { roleOf } from './meeting-now.ts';
import { everybodyOf } from './places.ts';

/** What goes on here now, for the operator. A transport that closes meanwhile counts as silent. */
export async function watchRooms(live: Live): Promise<LiveMeetings> {
  const rooms = await Promise.all([...live.rooms.values()].map(watchRoom));
  const workers = await Promise.all(
    live.workers.load().map(async ({ index, routers, producers, consumers, cpuMs }) => ({
      ...{ index, rooms: routers, producers, consumers },
      cpuMs: await cpuMs(),
    })),
  );
  return { rooms, workers, at: Date.now() };
}

async function watchRoom(room: LiveRoom): Promise<LiveMeetings['rooms'][number]> {
  const { id: roomId, title, ownerName } = room.record;
  const people = await Promise.all(everybodyOf(room).map((one) => watchPerson(room, one)));
  return { roomId, title, ownerName, people, waiting: room.lobby.size };
}

async function watchPerson(
  room: LiveRoom,
  { id, name, personId, joinedAt, connection, media }: Participant,
): Promise<LiveMeetings['rooms'][number]['people'][number]> {
  const [up, down] = media ? await Promise.all([statsOf(media.send), statsOf(media.recv)]) : [undefined, undefined];
  return {
    ...{ id, name, role: roleOf(personId, room.meeting), joinedAt, away: connection === undefined },
    protocol: up?.iceSelectedTuple?.protocol ?? down?.iceSelectedTuple?.protocol ?? null,
    ...{ up: Math.round(up?.recvBitrate ?? 0), down: Math.round(down?.sendBitrate ?? 0) },
  };
}

const statsOf = async (transport: types.WebRtcTransport) => {
  const [stats] = await transport.getStats().catch(() => []);
  return stats;
};
