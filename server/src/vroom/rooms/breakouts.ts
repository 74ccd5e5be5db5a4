import { randomInt, randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { VroomRequest } from '@diwan/protocol/vroom.ts';
import { deal, refuseMove } from '../rules/breakouts.ts';
import { inCharge } from '../rules/roles.ts';
import { mustBeAllowed } from './host.ts';
import {
  closeIfEmpty,
  endBreakouts,
  type Live,
  type LiveRoom,
  openPart,
  type Participant,
  participantView,
  startGrace,
  takeOut,
  tell,
  tellAll,
  tellBreakouts,
  tellHands,
} from './live-room.ts';
import { roleOf } from './meeting-now.ts';
import { everybodyOf, mainOf } from './places.ts';

/** One of the rooms into which a meeting is divided. */
export interface Breakout {
  readonly id: string;
  name: string;
  readonly room: LiveRoom;
  asksForHelp: boolean;
}

export interface Breakouts {
  readonly rooms: Map<string, Breakout>;
  /** By person: where they belong, also when they come back after having been lost. */
  readonly assigned: Map<string, string>;
  readonly choose: boolean;
  endsAt: number | null;
  end: NodeJS.Timeout | undefined;
}

const role = ({ personId, room }: Participant) => roleOf(personId, room.meeting);

/** @throws HubError conflict when there are none */
function breakoutsOf(self: Participant): Breakouts {
  const { breakouts } = mainOf(self.room);
  if (!breakouts) throw new HubError('conflict', 'no breakout rooms are open');
  return breakouts;
}

/** @throws HubError not_found */
function breakoutOf({ rooms }: Breakouts, id: string): Breakout {
  const breakout = rooms.get(id);
  if (!breakout) throw new HubError('not_found', 'breakout room');
  return breakout;
}

/** The breakout room in which they are, if they are in one. */
export const whereIs = ({ room }: Participant): Breakout | undefined =>
  room.main && [...(room.main.breakouts?.rooms.values() ?? [])].find((each) => each.room === room);

/** @throws HubError forbidden */
export function dealOut(self: Participant, rooms: number): string[][] {
  mustBeAllowed('divide', self);
  const people = everybodyOf(self.room).filter((each) => !inCharge(role(each)));
  // Who is there with two devices is one person.
  const ids = new Map(people.map(({ personId, id }) => [personId, id]));
  return deal([...ids.values()], rooms, (below) => randomInt(below));
}

/** @throws HubError forbidden; conflict when some are open; bad_request when somebody shall be in two of them */
export function openBreakouts(
  live: Live,
  self: Participant,
  { rooms: wished, choose, minutes }: VroomRequest<'breakout:open'>,
): void {
  mustBeAllowed('divide', self);
  const main = mainOf(self.room);
  if (main.breakouts) throw new HubError('conflict', 'breakout rooms are open');
  const named = wished.flatMap(({ people }) => people);
  if (new Set(named).size < named.length) throw new HubError('bad_request', 'in two rooms');
  for (const id of named) {
    const person = main.participants.get(id);
    if (person && person !== self) mustBeAllowed('divide', self, person);
  }
  const breakouts: Breakouts = { rooms: new Map(), assigned: new Map(), choose, endsAt: null, end: undefined };
  main.breakouts = breakouts;
  setEnd(live, main, breakouts, minutes && minutes * 60);
  for (const { name, people } of wished) {
    const breakout = { id: randomUUID(), name, room: openPart(main), asksForHelp: false };
    breakouts.rooms.set(breakout.id, breakout);
    for (const id of people) {
      const person = main.participants.get(id);
      // Else they have left meanwhile.
      if (person) breakouts.assigned.set(person.personId, breakout.id);
    }
  }
  for (const each of [...main.participants.values()]) {
    const to = breakouts.assigned.get(each.personId);
    if (to !== undefined) bring(live, each, breakoutOf(breakouts, to));
  }
  tellBreakouts(live, main);
}

/** @throws HubError forbidden, conflict when there are none */
export function closeBreakouts(live: Live, self: Participant): void {
  mustBeAllowed('divide', self);
  breakoutsOf(self);
  reunite(live, mainOf(self.room));
}

/** Everybody returns to the main room, and there are no others any more. */
function reunite(live: Live, main: LiveRoom): void {
  for (const each of everybodyOf(main)) bring(live, each, null);
  endBreakouts(live, main, 'ended');
  tellAll(live, main, 'breakout:changed', { breakouts: null });
}

/** @throws HubError forbidden, conflict when there are none */
export function setTime(live: Live, self: Participant, seconds: number | null): void {
  mustBeAllowed('divide', self);
  setEnd(live, mainOf(self.room), breakoutsOf(self), seconds);
  tellBreakouts(live, self.room);
}

/** @param seconds from now; null: until somebody in charge ends it */
function setEnd(live: Live, main: LiveRoom, breakouts: Breakouts, seconds: number | null): void {
  clearTimeout(breakouts.end);
  breakouts.endsAt = seconds === null ? null : Date.now() + seconds * 1000;
  breakouts.end = seconds === null ? undefined : setTimeout(() => reunite(live, main), seconds * 1000).unref();
}

export function renameBreakout(live: Live, self: Participant, breakoutId: string, name: string): void {
  mustBeAllowed('divide', self);
  breakoutOf(breakoutsOf(self), breakoutId).name = name;
  tellBreakouts(live, self.room);
}

/** @throws HubError not_found, conflict when there are none, forbidden (rules/breakouts.ts) */
export function movePerson(live: Live, self: Participant, participantId: string, breakoutId: string | null): void {
  const breakouts = breakoutsOf(self);
  const person = everybodyOf(self.room).find(({ id }) => id === participantId);
  if (!person) throw new HubError('not_found', 'participant');
  const own = person === self;
  const assigned = breakouts.assigned.get(person.personId);
  const no = refuseMove(
    { role: role(self) },
    { role: role(person), own, to: breakoutId, assigned, choose: breakouts.choose },
  );
  if (no) throw no;
  const to = breakoutId === null ? null : breakoutOf(breakouts, breakoutId);
  // Who goes back by themselves may come again.
  if (to) breakouts.assigned.set(person.personId, to.id);
  else if (!own) breakouts.assigned.delete(person.personId);
  bring(live, person, to);
  if (to && inCharge(role(person))) to.asksForHelp = false;
  tellBreakouts(live, self.room);
}

/** Those in charge see it until one of them comes, or it is taken back. @throws HubError conflict in the main room */
export function askForHelp(live: Live, self: Participant, asked: boolean): void {
  const here = whereIs(self);
  if (!here) throw new HubError('conflict', 'not in a breakout room');
  if (here.asksForHelp === asked) return;
  here.asksForHelp = asked;
  if (asked)
    for (const each of everybodyOf(self.room))
      if (inCharge(role(each)) && each.room !== self.room)
        tell(live, each.connection, 'breakout:asks-help', {
          by: self.name,
          breakout: { id: here.id, name: here.name },
        });
  tellBreakouts(live, self.room);
}

export function broadcast(live: Live, self: Participant, text: string): void {
  mustBeAllowed('divide', self);
  breakoutsOf(self);
  for (const each of everybodyOf(self.room)) tell(live, each.connection, 'breakout:told', { by: self.name, text });
}

/**
 * To another room of the meeting: their media ends here and now, and they are asked to take their seat there. Who does not within the
 * grace has left.
 */
function bring(live: Live, person: Participant, to: Breakout | null): void {
  const main = mainOf(person.room);
  const room = to?.room ?? main;
  const from = person.room;
  if (room === from) return;
  takeOut(live, person);
  person.room = room;
  person.moving = true;
  room.participants.set(person.id, person);
  tellAll(live, room, 'participant:joined', participantView(person));
  if (room.meeting.hands.has(person.id)) tellHands(live, room);
  tell(live, person.connection, 'breakout:moved', {
    roomId: main.record.id,
    breakout: to && { id: to.id, name: to.name },
  });
  startGrace(live, person);
  closeIfEmpty(live, from);
}
