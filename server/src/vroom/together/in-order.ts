import type { LiveRoom } from '../rooms/live-room.ts';

const tails = new WeakMap<LiveRoom, Promise<unknown>>();

/** What is kept of a room is written, and told, one after another. */
export function inOrder<T>(room: LiveRoom, work: () => Promise<T>): Promise<T> {
  const turn = (tails.get(room) ?? Promise.resolve()).then(work);
  tails.set(
    room,
    turn.catch(() => {}),
  );
  return turn;
}
