import type { LiveRoom, Participant } from './live-room.ts';

// A meeting is one main room and, while it is divided, its breakout rooms (ADR 0017).

/** The room by whose link one came, and which `live.rooms` knows. */
export const mainOf = (room: LiveRoom): LiveRoom => room.main ?? room;

/** The main room, and the breakout rooms if there are any. */
export function placesOf(room: LiveRoom): LiveRoom[] {
  const main = mainOf(room);
  return [main, ...[...(main.breakouts?.rooms.values() ?? [])].map((each) => each.room)];
}

/** All who are in the meeting, in whichever of its rooms. */
export const everybodyOf = (room: LiveRoom): Participant[] =>
  placesOf(room).flatMap(({ participants }) => [...participants.values()]);
