import { prioritise } from '../media/consume.ts';
import { videoPriority } from '../rules/media.ts';
import { loudness, whoSpeaks } from '../rules/speaking.ts';
import { type Connection, type Live, type LiveRoom, type Received, tell, tellAll } from './live-room.ts';

/** Who speaks and who is heard, as everybody in the room was last told. */
export interface Speaking {
  producerId: string | null;
  participantId: string | null;
  levels: Record<string, number>;
}

/** Looks at all parts of the room again, and tells what has changed. */
export function hearRoom(live: Live, room: LiveRoom): void {
  const parts = [...room.routers.values()].map(({ speaker }) => speaker);
  const producerId = whoSpeaks(parts, room.speaking.producerId);
  const senders = new Map<string, string>();
  for (const { id, media } of room.participants.values())
    for (const producer of media?.producers.keys() ?? []) senders.set(producer, id);
  const levels: Record<string, number> = {};
  for (const part of parts)
    for (const [producer, level] of part.levels) {
      const participantId = senders.get(producer);
      if (participantId) levels[participantId] = loudness(level);
    }
  const before = room.speaking;
  const participantId = (producerId && senders.get(producerId)) ?? null;
  room.speaking = { producerId, participantId, levels };
  if (participantId !== before.participantId) {
    tellAll(live, room, 'speaker:active', { participantId });
    for (const id of [before.participantId, participantId]) if (id) favour(room, id);
  }
  if (!sameLevels(levels, before.levels)) tellAll(live, room, 'audio:levels', { levels });
}

const sameLevels = (one: Record<string, number>, other: Record<string, number>): boolean =>
  Object.keys(one).length === Object.keys(other).length && Object.entries(one).every(([id, n]) => other[id] === n);

/** For who has just come. */
export function tellSpeaking(live: Live, room: LiveRoom, to: Connection): void {
  const { participantId, levels } = room.speaking;
  if (participantId) tell(live, to, 'speaker:active', { participantId });
  if (Object.keys(levels).length > 0) tell(live, to, 'audio:levels', { levels });
}

/** Looks again at what the pictures of this person are worth to those who receive them. */
export function favour(room: LiveRoom, participantId: string): void {
  for (const { media } of room.participants.values())
    for (const received of media?.consumers.values() ?? []) if (received.from === participantId) weigh(room, received);
}

/** How much of its receiver's bandwidth this picture gets before others; sound is never cut down. */
export function weigh(room: LiveRoom, { consumer, source, from }: Received): void {
  if (consumer.kind === 'audio') return;
  const attention = from === room.speaking.participantId || from === room.meeting.spotlight;
  const layer = consumer.preferredLayers?.spatialLayer ?? 0;
  prioritise(consumer, videoPriority({ source, attention, layer }));
}
