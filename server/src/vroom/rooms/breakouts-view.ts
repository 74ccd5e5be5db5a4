import type { Breakouts } from '@diwan/protocol/vroom-breakouts.ts';
import { inCharge } from '../rules/roles.ts';
import type { LiveRoom, Participant } from './live-room.ts';
import { roleOf } from './meeting-now.ts';
import { everybodyOf, mainOf } from './places.ts';

/** The breakout rooms, if there are any, as each sees them: that help is asked for concerns those in charge and who asked. */
export function breakoutsView(of: LiveRoom): ((by: Participant) => Breakouts) | undefined {
  const { breakouts, meeting } = mainOf(of);
  if (!breakouts) return undefined;
  const people = everybodyOf(of).map(({ id, name, personId }) => ({
    ...{ id, name },
    assigned: breakouts.assigned.get(personId) ?? null,
  }));
  const rooms = [...breakouts.rooms.values()].map(({ room, asksForHelp, id, name }) => ({
    room,
    view: { id, name, people: [...room.participants.keys()], asksForHelp },
  }));
  const { choose, endsAt } = breakouts;
  const msLeft = endsAt === null ? null : Math.max(0, endsAt - Date.now());
  return (by) => {
    const all = inCharge(roleOf(by.personId, meeting));
    const seen = rooms.map(({ room, view }) => (all || room === by.room ? view : { ...view, asksForHelp: false }));
    return { rooms: seen, people, choose, msLeft };
  };
}
