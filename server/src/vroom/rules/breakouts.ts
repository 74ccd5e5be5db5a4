import { HubError } from '@diwan/protocol/errors.ts';
import type { MeetingRole } from '@diwan/protocol/vroom-roles.ts';
import { inCharge, refuseDeed } from './roles.ts';

/**
 * Everybody dealt out over so many rooms, each order as likely as any other; no room has more than one person more than another.
 * @param pick a whole number from 0 up to, and without, this one: each as likely
 */
export function deal<T>(people: readonly T[], rooms: number, pick: (below: number) => number): T[][] {
  const shuffled = [...people];
  for (let left = shuffled.length; left > 1; left--) {
    const at = pick(left);
    [shuffled[at], shuffled[left - 1]] = [shuffled[left - 1] as T, shuffled[at] as T];
  }
  const dealt: T[][] = Array.from({ length: rooms }, () => []);
  shuffled.forEach((person, place) => {
    dealt[place % rooms]?.push(person);
  });
  return dealt;
}

/** Somebody on their way to another room of the meeting. */
export interface Move {
  /** Of the one who is moved. */
  role: MeetingRole;
  /** They go by themselves. */
  own: boolean;
  /** null: the main room. */
  to: string | null;
  assigned: string | undefined;
  /** People go where they like. */
  choose: boolean;
}

/** Why this move is not made, if it is not. */
export function refuseMove(by: { role: MeetingRole }, { role, own, to, assigned, choose }: Move): HubError | undefined {
  if (!own) return refuseDeed('divide', by, { role, owner: false });
  const free = to === null || to === assigned || choose || inCharge(role);
  return free ? undefined : new HubError('forbidden', 'not assigned to this breakout room');
}
