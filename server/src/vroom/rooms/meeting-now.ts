import { randomUUID } from 'node:crypto';
import type { ShownBoard } from '@diwan/protocol/vroom-document.ts';
import type { AtTheDoor, MeetingRole, RoomSettings } from '@diwan/protocol/vroom-roles.ts';
import type { GuestPower } from '../../identity/actor.ts';
import type { Caller } from '../caller.ts';
import type { RoomRecord } from './room-record.ts';

/**
 * What holds while a meeting lasts and is forgotten with it. People are named by `personId`: their account, or what their guest's
 * token says they are.
 */
export interface MeetingNow {
  /** What is written and asked in it is kept under this. */
  readonly id: string;
  /** Who is written down already as one who may read that later. Nobody, as long as nothing was written. */
  readonly readers: Set<string>;
  hostId: string;
  readonly cohosts: Set<string>;
  /** Let in by somebody in charge. */
  readonly admitted: Set<string>;
  /** Removed or refused. */
  readonly keptOut: Map<string, AtTheDoor>;
  locked: boolean;
  /** A participant's id. */
  spotlight: string | null;
  /** On everybody's stage. */
  board: ShownBoard | null;
  /** Raised, by participant, first come first: when. */
  readonly hands: Map<string, number>;
}

export const newMeeting = (record: { ownerId: string }): MeetingNow => ({
  id: randomUUID(),
  readers: new Set(),
  hostId: record.ownerId,
  cohosts: new Set(),
  admitted: new Set(),
  keptOut: new Map(),
  locked: false,
  spotlight: null,
  board: null,
  hands: new Map(),
});

/** A breakout room's: what is written, shown and raised in it is its own; who may do what, and who comes in, is decided for the meeting. */
export const partOf = (meeting: MeetingNow): MeetingNow => ({
  id: randomUUID(),
  readers: new Set(),
  spotlight: null,
  board: null,
  hands: new Map(),
  cohosts: meeting.cohosts,
  admitted: meeting.admitted,
  keptOut: meeting.keptOut,
  get hostId() {
    return meeting.hostId;
  },
  set hostId(hostId) {
    meeting.hostId = hostId;
  },
  get locked() {
    return meeting.locked;
  },
  set locked(locked) {
    meeting.locked = locked;
  },
});

export const personOf = (actor: Caller['actor']): string =>
  actor.audience === 'guest' ? `guest:${actor.guestId}` : actor.accountId;

/** What the operator's systems made of them. */
export const powerOf = (actor: Caller['actor']): GuestPower | undefined =>
  actor.audience === 'guest' ? actor.power : undefined;

export const isGuest = (personId: string): boolean => personId.startsWith('guest:');

export function roleOf(personId: string, meeting: Pick<MeetingNow, 'hostId' | 'cohosts'>): MeetingRole {
  if (personId === meeting.hostId) return 'host';
  if (meeting.cohosts.has(personId)) return 'cohost';
  return isGuest(personId) ? 'guest' : 'participant';
}

export const settingsOf = (record: RoomRecord, meeting: Pick<MeetingNow, 'locked'> | undefined): RoomSettings => ({
  ...record.settings,
  password: record.passwordHash !== null,
  locked: meeting?.locked ?? false,
});
