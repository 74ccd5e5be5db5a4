import type { VroomAnswer, VroomEvent, VroomEventData, VroomRequest } from '@diwan/protocol/vroom.ts';
import { type Breakout, type Breakouts, fewestBreakouts, mostBreakouts } from '@diwan/protocol/vroom-breakouts.ts';

export interface BreakoutsState {
  /** The rooms into which the meeting is divided; null: it is not. */
  breakouts: Omit<Breakouts, 'msLeft'> | null;
  /** Where one is; null: in the main room. */
  breakoutId: string | null;
  /** When all return, by the clock of this machine. */
  breakoutsEnd: number | null;
  /** On the way to a room; `to` is null for the main room. */
  moving: { to: Breakout | null } | null;
  /** What those in charge said to all rooms and is not put away yet, the first first. */
  told: readonly { key: number; by: string; text: string }[];
  /** Those in charge only: who asked for help last, and where. */
  helpAsked: { key: number; by: string; breakout: Breakout } | null;
}

export const noBreakouts: BreakoutsState = {
  ...{ breakouts: null, breakoutId: null, breakoutsEnd: null, moving: null },
  ...{ told: [], helpAsked: null },
};

/** More than these nobody reads: the first goes. */
const mostTold = 3;
let lastKey = 0;

/** A call for help is over once somebody in charge has come, or it was taken back. */
function seen(breakouts: Breakouts | null, { helpAsked }: BreakoutsState, now: number): Partial<BreakoutsState> {
  const asking = breakouts?.rooms.some(({ id, asksForHelp }) => asksForHelp && id === helpAsked?.breakout.id);
  return {
    breakouts,
    breakoutsEnd: breakouts?.msLeft == null ? null : now + breakouts.msLeft,
    helpAsked: asking ? helpAsked : null,
  };
}

/** After a join. */
export const afterJoin = (
  { breakouts, breakoutId }: Pick<VroomAnswer<'room:join'>, 'breakouts' | 'breakoutId'>,
  before: BreakoutsState,
  now: number,
): Partial<BreakoutsState> => ({ ...seen(breakouts, before, now), breakoutId, moving: null });

interface Hearing {
  hear: <E extends VroomEvent>(event: E, listener: (data: VroomEventData<E>) => void) => () => void;
  get: () => BreakoutsState;
  set: (patch: Partial<BreakoutsState>) => void;
}

/** Follows the rooms; answers the functions that stop it. To be moved concerns the meeting itself. */
export function hearBreakouts({ hear, get, set }: Hearing): (() => void)[] {
  return [
    hear('breakout:changed', ({ breakouts }) => set(seen(breakouts, get(), Date.now()))),
    hear('breakout:told', ({ by, text }) =>
      set({ told: [...get().told, { key: ++lastKey, by, text }].slice(-mostTold) }),
    ),
    hear('breakout:asks-help', (asked) => set({ helpAsked: { key: ++lastKey, ...asked } })),
  ];
}

/** "9:05", "1:00:00": what is left until then; a started second counts. */
export function clockOf(msLeft: number): string {
  const all = Math.max(0, Math.ceil(msLeft / 1000));
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (part: number) => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

// ---- Before they are open -----------------------------------------------------------------------------------------------

/** How a meeting shall be divided, as it stands in the form. */
export interface Division {
  names: readonly string[];
  /** By participant: the place of their room among the names. Who is not in it stays in the main room. */
  places: ReadonlyMap<string, number>;
  choose: boolean;
  timed: boolean;
  minutes: number;
}

/** @param nameOf what the room of a place is called, until it is called otherwise */
export const newDivision = (nameOf: (place: number) => string): Division =>
  withRooms({ names: [], places: new Map(), choose: false, timed: false, minutes: 10 }, fewestBreakouts, nameOf);

/** With so many rooms; who was in one that is no more is in the main room. */
export function withRooms(division: Division, wished: number, nameOf: (place: number) => string): Division {
  const count = Math.min(mostBreakouts, Math.max(fewestBreakouts, Math.round(wished) || 0));
  const names = Array.from({ length: count }, (_, place) => division.names[place] ?? nameOf(place));
  return { ...division, names, places: new Map([...division.places].filter(([, place]) => place < count)) };
}

/** @param place null: the main room */
export function withPerson(division: Division, participantId: string, place: number | null): Division {
  const places = new Map(division.places);
  if (place === null) places.delete(participantId);
  else places.set(participantId, place);
  return { ...division, places };
}

/** As the hub dealt people out. */
export const asDealt = (division: Division, rooms: readonly (readonly string[])[]): Division => ({
  ...division,
  places: new Map(rooms.flatMap((people, place) => people.map((id) => [id, place] as const))),
});

/** @param present whoever has left is nowhere */
export const requestOf = (
  { names, places, choose, timed, minutes }: Division,
  present: ReadonlySet<string>,
): VroomRequest<'breakout:open'> => ({
  rooms: names.map((name, place) => ({
    name,
    people: [...places].flatMap(([id, at]) => (at === place && present.has(id) ? [id] : [])),
  })),
  choose,
  minutes: timed ? minutes : null,
});

/** Whether it can be opened: each room has a name, and somebody will be in one. */
export const isReady = ({ names, places, choose, timed, minutes }: Division, present: ReadonlySet<string>): boolean =>
  names.every((name) => name.trim() !== '') &&
  (choose || [...places.keys()].some((id) => present.has(id))) &&
  (!timed || minutes >= 1);
