import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Source } from '@diwan/protocol/vroom.ts';
import type { StoppableSource } from '@diwan/protocol/vroom-roles.ts';
import { asked } from '../media/refusal.ts';
import { type Deed, inCharge, refuseDeed } from '../rules/roles.ts';
import {
  type Live,
  type Participant,
  remove,
  tell,
  tellAll,
  tellAttended,
  tellBreakouts,
  tellDoor,
  tellOthers,
} from './live-room.ts';
import { keepOut } from './lobby.ts';
import { roleOf } from './meeting-now.ts';
import { everybodyOf } from './places.ts';
import { favour } from './speaking.ts';
import { closeProducer } from './streams.ts';

// What those in charge do to others. Each is decided by rules/roles.ts at the moment it is done.

const role = ({ room, personId }: Participant) => roleOf(personId, room.meeting);

const refusal = (deed: Deed, self: Participant, over?: Participant): HubError | undefined =>
  refuseDeed(
    deed,
    { role: role(self) },
    over && { role: role(over), owner: over.personId === over.room.record.ownerId },
  );

/** @throws HubError forbidden */
export function mustBeAllowed(deed: Deed, self: Participant, over?: Participant): void {
  const no = refusal(deed, self, over);
  if (no) throw no;
}

/** Somebody in the caller's room over whom they may do this. @throws HubError not_found, forbidden */
export function subject(deed: Deed, self: Participant, participantId: string): Participant {
  const over = self.room.participants.get(participantId);
  if (!over) throw new HubError('not_found', 'participant');
  mustBeAllowed(deed, self, over);
  return over;
}

const stopped: Record<StoppableSource, readonly Source[]> = {
  microphone: ['microphone'],
  camera: ['camera'],
  screen: ['screen', 'screen-audio'],
};

/** Silences a source of somebody's: the hub passes nothing of it on, whatever their browser does. Their screen is closed. */
export async function stopSource(
  live: Live,
  by: Participant | undefined,
  over: Participant,
  source: StoppableSource,
): Promise<void> {
  if (source === 'microphone') over.mayUnmute = false;
  const { media } = over;
  const streams = [...(media?.producers.values() ?? [])].filter((p) => stopped[source].includes(p.source));
  if (!media || streams.length === 0) return;
  for (const { producer } of streams) {
    if (source === 'screen') closeProducer(live, over, media, producer.id);
    else {
      await asked(producer.pause());
      tellOthers(live, over, 'producer:paused', { participantId: over.id, producerId: producer.id, paused: true });
    }
  }
  tell(live, over.connection, 'host:stopped', { source, by: by?.name ?? null });
}

export async function muteAll(live: Live, self: Participant): Promise<void> {
  mustBeAllowed('mute-all', self);
  const others = [...self.room.participants.values()].filter((p) => p !== self && !refusal('stop', self, p));
  await Promise.all(others.map((over) => stopSource(live, self, over, 'microphone')));
}

/** Removes a person, on all their devices, until the meeting is over. */
export function removePerson(live: Live, over: Participant): void {
  const { room, personId, name } = over;
  keepOut(room, personId, { id: randomUUID(), name, guest: role(over) === 'guest' });
  for (const each of everybodyOf(room)) if (each.personId === personId) remove(live, each, 'removed');
  tellDoor(live, room);
}

export function spotlight(live: Live, self: Participant, participantId: string | null): void {
  if (participantId === null) mustBeAllowed('spotlight', self);
  else subject('spotlight', self, participantId);
  const before = self.room.meeting.spotlight;
  self.room.meeting.spotlight = participantId;
  for (const id of [before, participantId]) if (id) favour(self.room, id);
  tellAll(live, self.room, 'room:spotlight', { participantId });
}

/** Makes somebody co-host, or a participant again, or passes the meeting on to them: the caller is a co-host then. */
export function appoint(
  live: Live,
  self: Participant,
  participantId: string,
  next: 'host' | 'cohost' | 'participant',
): void {
  const over = subject(next === 'host' ? 'pass-on' : 'appoint', self, participantId);
  const { meeting } = self.room;
  const before = new Map(everybodyOf(self.room).map((each) => [each, role(each)]));
  if (next === 'host') {
    meeting.cohosts.add(meeting.hostId);
    meeting.hostId = over.personId;
  }
  if (next === 'cohost') meeting.cohosts.add(over.personId);
  else meeting.cohosts.delete(over.personId);
  for (const [each, earlier] of before)
    if (role(each) !== earlier)
      tellAll(live, each.room, 'participant:role', { participantId: each.id, role: role(each) });
  tellAttended(live, self.room);
  tellDoor(live, self.room);
  tellBreakouts(live, self.room);
}

/** Asks a person to turn their microphone on; from now on they may. */
export function askToUnmute(live: Live, self: Participant, participantId: string): void {
  const over = subject('ask-unmute', self, participantId);
  over.mayUnmute = true;
  tell(live, over.connection, 'host:asks-unmute', { by: self.name });
}

export function answerUnmute(live: Live, self: Participant, accepted: boolean): void {
  if (!accepted) self.mayUnmute = false;
  for (const other of self.room.participants.values())
    if (other !== self && inCharge(role(other)))
      tell(live, other.connection, 'unmute:answered', { participantId: self.id, accepted });
}
