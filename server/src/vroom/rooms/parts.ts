import { HubError } from '@diwan/protocol/errors.ts';
import type { types } from 'mediasoup';
import { openPipe, type Pipe } from '../media/pipe.ts';
import type { MediaRouter } from '../media/router.ts';
import { closeMedia, type Live, type LiveRoom, startGrace, tell, tellOthers } from './live-room.ts';
import { hearRoom } from './speaking.ts';

// A room has a part on each worker that it needs: a router there, and the streams that its people receive from the other parts, piped.

/**
 * Opens somebody's media on a part that has room, else on a new one; if all workers are full, where least is. Those who come at the
 * same moment count already.
 */
export async function settle<T>(live: Live, room: LiveRoom, open: (home: MediaRouter) => Promise<T>): Promise<T> {
  for (;;) {
    const parts = [...room.routers.values()];
    const [emptiest] = parts.toSorted((a, b) => a.load() - b.load());
    if (emptiest && (!live.workers.isFull(emptiest) || !live.workers.hasSpare(parts))) return emptiest.settle(open);
    room.opening ??= openPart(live, room).finally(() => {
      room.opening = undefined;
    });
    await room.opening;
  }
}

async function openPart(live: Live, room: LiveRoom): Promise<void> {
  const part = await live.workers.open((routerId) => loseMedia(live, room, routerId), [...room.routers.values()]);
  if (room.closed) {
    part.close();
    throw new HubError('room_not_found', 'ended');
  }
  if (part.router.closed) throw new HubError('media_unavailable', 'worker closed', 1);
  room.routers.set(part.router.id, part);
  part.speaker.onChange(() => room.closed || hearRoom(live, room));
}

/**
 * A worker died: those who had their media there are asked to join again with their seat, and get time to do so. To the others they
 * send nothing meanwhile.
 */
function loseMedia(live: Live, room: LiveRoom, routerId: string): void {
  room.routers.delete(routerId);
  const lost = [...room.participants.values()].filter(({ media }) => media?.home.router.id === routerId);
  const gone = lost.map((participant) => ({
    participant,
    producers: [...(participant.media?.producers.keys() ?? [])],
  }));
  for (const participant of lost) {
    participant.media = undefined;
    tell(live, participant.connection, 'room:media-lost', { roomId: room.record.id });
    startGrace(live, participant);
  }
  for (const { participant, producers } of gone)
    for (const producerId of producers)
      tellOthers(live, participant, 'producer:removed', { participantId: participant.id, producerId });
  hearRoom(live, room);
}

/** Ends all media of a room: everybody is asked to join again with their seat, under what holds now. */
export function renewMedia(live: Live, room: LiveRoom): void {
  for (const participant of room.participants.values()) {
    closeMedia(participant.media);
    participant.media = undefined;
    tell(live, participant.connection, 'room:media-lost', { roomId: room.record.id });
    startGrace(live, participant);
  }
  hearRoom(live, room);
}

/** A stream of another part, brought to where its receiver is for as long as anybody there receives it. */
export interface Lent {
  users: number;
  readonly pipe: Promise<Pipe>;
}

/**
 * Brings a producer to this part, unless it is there already; each is piped once, however many ask.
 * @returns gives it back: the last one who does so ends the pipe
 */
export async function lend(
  room: LiveRoom,
  producer: types.Producer,
  from: MediaRouter,
  to: MediaRouter,
): Promise<() => void> {
  if (from === to) return () => {};
  const key = `${producer.id} ${to.router.id}`;
  const lent = room.pipes.get(key) ?? begin(room, key, () => openPipe(producer, from, to));
  lent.users++;
  try {
    await lent.pipe;
  } catch (error) {
    giveBack(room, key, lent);
    throw error;
  }
  return () => giveBack(room, key, lent);
}

function begin(room: LiveRoom, key: string, open: () => Promise<Pipe>): Lent {
  const lent: Lent = { users: 0, pipe: open() };
  room.pipes.set(key, lent);
  lent.pipe.then(
    (pipe) => pipe.onClose(() => forget(room, key, lent)),
    () => forget(room, key, lent),
  );
  return lent;
}

function giveBack(room: LiveRoom, key: string, lent: Lent): void {
  if (--lent.users > 0) return;
  forget(room, key, lent);
  lent.pipe.then(
    (pipe) => pipe.close(),
    () => {},
  );
}

/** It ended; others may have begun anew. */
function forget(room: LiveRoom, key: string, lent: Lent): void {
  if (room.pipes.get(key) === lent) room.pipes.delete(key);
}
