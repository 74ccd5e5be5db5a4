import type { Participant, VroomEvent, VroomEventData } from '@diwan/protocol/vroom.ts';

/** Somebody else in the room. */
export interface Person extends Participant {
  /** Their connection dropped; the seat is kept for a while. */
  away: boolean;
}

/** The others, in the order of their coming. */
export type Roster = readonly Person[];

export const rosterEvents = [
  'participant:joined',
  'participant:left',
  'participant:away',
  'participant:role',
  'producer:added',
  'producer:removed',
  'producer:paused',
] as const satisfies readonly VroomEvent[];
export type RosterEvent = {
  [E in (typeof rosterEvents)[number]]: { event: E; data: VroomEventData<E> };
}[(typeof rosterEvents)[number]];

export function rosterOf(participants: readonly Participant[]): Roster {
  return participants.map((participant) => ({ ...participant, away: false })).sort((a, b) => a.joinedAt - b.joinedAt);
}

/** The roster after an event. Hearing an event twice, or of somebody unknown, changes nothing. */
export function afterEvent(roster: Roster, { event, data }: RosterEvent): Roster {
  switch (event) {
    case 'participant:joined':
      return rosterOf([...roster.filter(({ id }) => id !== data.id), data]).map((person) => ({
        ...person,
        away: person.id !== data.id && (roster.find(({ id }) => id === person.id)?.away ?? false),
      }));
    case 'participant:left':
      return roster.filter(({ id }) => id !== data.participantId);
    case 'participant:away':
      return changed(roster, data.participantId, () => ({
        away: data.away,
        ...(data.publicKey === undefined ? {} : { publicKey: data.publicKey }),
      }));
    case 'participant:role':
      return changed(roster, data.participantId, () => ({ role: data.role }));
    case 'producer:added':
      return changed(roster, data.participantId, ({ producers }) => ({
        producers: [...producers.filter(({ id }) => id !== data.producer.id), data.producer],
      }));
    case 'producer:removed':
      return changed(roster, data.participantId, ({ producers }) => ({
        producers: producers.filter(({ id }) => id !== data.producerId),
      }));
    case 'producer:paused':
      return changed(roster, data.participantId, ({ producers }) => ({
        producers: producers.map((producer) =>
          producer.id === data.producerId ? { ...producer, paused: data.paused } : producer,
        ),
      }));
  }
}

function changed(roster: Roster, id: string, change: (person: Person) => Partial<Person>): Roster {
  return roster.map((person) => (person.id === id ? { ...person, ...change(person) } : person));
}
