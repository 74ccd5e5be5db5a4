import type { Fault } from './e2ee/frames.ts';
import { streamName } from './e2ee/privacy.ts';
import type { LocalState } from './local-media.ts';
import type { MeetingState } from './meeting.ts';
import type { Person } from './roster.ts';

/** One picture on the stage: a person, or a screen that a person shares. */
export interface Tile {
  key: string;
  participantId: string;
  name: string;
  self: boolean;
  /** A shared screen, not a person. */
  screen: boolean;
  /** Whose size and visibility the hub should know; null for one's own. */
  producerId: string | null;
  track: MediaStreamTrack | null;
  muted: boolean;
  away: boolean;
  speaking: boolean;
  /** Why what is sent does not open, in an encrypted meeting. */
  fault: Fault | null;
}

export interface Tiles {
  people: Tile[];
  screens: Tile[];
}

/**
 * What there is to see: everybody in the order of their coming, oneself last, and the screens that others share. One's own
 * screen is not shown back: its owner would see a hall of mirrors.
 */
export function tilesOf({ others, tracks, self, speakerId, levels, privacy }: MeetingState, local: LocalState): Tiles {
  // Several may be heard at once; the speaker stays marked through the pauses between two words.
  const isHeard = (id: string) => id === speakerId || levels[id] !== undefined;
  const people = others.map((person) => tileOf(person, 'camera', tracks, privacy, isHeard(person.id)));
  const screens = others
    .filter(({ away, producers }) => !away && producers.some(({ source }) => source === 'screen'))
    .map((person) => tileOf(person, 'screen', tracks, privacy, false));
  if (self !== null) {
    people.push({
      key: `${self.id} camera`,
      participantId: self.id,
      name: self.name,
      self: true,
      screen: false,
      producerId: null,
      track: local.camera.track,
      muted: !local.microphone.on,
      away: false,
      speaking: isHeard(self.id),
      fault: null,
    });
  }
  return { people, screens };
}

function tileOf(
  person: Person,
  source: 'camera' | 'screen',
  tracks: MeetingState['tracks'],
  privacy: MeetingState['privacy'],
  speaking: boolean,
): Tile {
  const picture = person.producers.find((producer) => producer.source === source && !producer.paused);
  const microphone = person.producers.find((producer) => producer.source === 'microphone');
  return {
    key: `${person.id} ${source}`,
    participantId: person.id,
    name: person.name,
    self: false,
    screen: source === 'screen',
    producerId: picture?.id ?? null,
    track: (picture && tracks.get(picture.id)) ?? null,
    muted: microphone?.paused ?? true,
    away: person.away,
    speaking,
    fault: (picture && privacy?.faults.get(streamName(person.id, source))?.fault) ?? null,
  };
}

/** The first letters of a name, for where there is no picture. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  // Two Arabic letters side by side would join into something that is nobody's initials.
  return letters
    .filter(Boolean)
    .join(/\p{Script=Arabic}/u.test(name) ? '\u200c' : '')
    .toLocaleUpperCase();
}
