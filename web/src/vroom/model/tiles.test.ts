import type { ProducerInfo } from '@diwan/protocol/vroom.ts';
import { describe, expect, it } from 'vitest';
import { noBreakouts } from './breakouts.ts';
import { createLocalMedia } from './local-media.ts';
import type { MeetingState } from './meeting.ts';
import { noRoles } from './roles.ts';
import { fakeCapture } from './scripted-hub.ts';
import { initialsOf, tilesOf } from './tiles.ts';

const camera: ProducerInfo = { id: 'cam', kind: 'video', source: 'camera', paused: false };
const screen: ProducerInfo = { id: 'scr', kind: 'video', source: 'screen', paused: false };
const microphone: ProducerInfo = { id: 'mic', kind: 'audio', source: 'microphone', paused: false };
const local = createLocalMedia(fakeCapture, {
  load: () => ({ microphoneOn: true, cameraOn: true }),
  save: () => undefined,
}).get();

function state(producers: ProducerInfo[], patch: Partial<MeetingState> = {}, away = false): MeetingState {
  return {
    phase: 'in',
    reconnecting: false,
    closedBecause: null,
    refusedBecause: null,
    lobby: null,
    passwordFault: null,
    board: null,
    ...noRoles,
    ...noBreakouts,
    room: null,
    self: { id: 'me', name: 'Amina', role: 'host', guest: false },
    others: [{ id: 'b', accountId: 'b', name: 'Bilal', role: 'participant', joinedAt: 1, producers, away }],
    tracks: new Map(),
    hands: [],
    speakerId: null,
    levels: {},
    privacy: null,
    ...patch,
  };
}

describe('R-34 what is on the stage', () => {
  it('everybody, oneself last, with or without a camera', () => {
    const { people } = tilesOf(state([]), local);
    expect(people.map(({ name, self, muted, producerId }) => ({ name, self, muted, producerId }))).toEqual([
      { name: 'Bilal', self: false, muted: true, producerId: null },
      { name: 'Amina', self: true, muted: true, producerId: null },
    ]);
  });

  it('a person is muted without a microphone that is open', () => {
    const muted = (producers: ProducerInfo[]) => tilesOf(state(producers), local).people[0]?.muted;
    expect(muted([camera])).toBe(true);
    expect(muted([microphone])).toBe(false);
    expect(muted([{ ...microphone, paused: true }])).toBe(true);
  });

  it('a paused camera shows initials, not its last picture', () => {
    expect(tilesOf(state([{ ...camera, paused: true }]), local).people[0]?.producerId).toBeNull();
  });

  it('screens of others, but not of one who is away', () => {
    expect(tilesOf(state([camera, screen]), local).screens).toMatchObject([{ name: 'Bilal', producerId: 'scr' }]);
    expect(tilesOf(state([camera, screen], {}, true), local).screens).toEqual([]);
  });

  it('who speaks', () => {
    const speaking = (speakerId: string | null, levels: Record<string, number> = {}) =>
      tilesOf(state([], { speakerId, levels }), local)
        .people.filter((tile) => tile.speaking)
        .map(({ name }) => name);
    expect(speaking('b')).toEqual(['Bilal']);
    expect(speaking('me')).toEqual(['Amina']);
    expect(speaking(null)).toEqual([]);
    expect(speaking('b', { me: 3 })).toEqual(['Bilal', 'Amina']);
  });
});

describe('initials', () => {
  it('are the first and the last name’s', () => {
    expect(initialsOf('Amina Benali')).toBe('AB');
    expect(initialsOf('  yacine  el haddad ')).toBe('YH');
    expect(initialsOf('Amina')).toBe('A');
    expect(initialsOf('')).toBe('');
    expect(initialsOf('😀 x')).toBe('😀X');
  });

  it('do not join in Arabic', () => {
    expect(initialsOf('ياسين حداد')).toBe('ي\u200cح');
  });
});
