import { HubError } from '@diwan/protocol/errors.ts';
import type { MeetingRole, RoomSettings } from '@diwan/protocol/vroom-roles.ts';
import type { Actor } from '../../identity/actor.ts';
import { inCharge } from './roles.ts';

/** Why nobody may enter or see this room, if so. */
export function refuseToJoin(room: { endedAt: number | null }): HubError | undefined {
  return room.endedAt === null ? undefined : new HubError('room_not_found', 'ended');
}

/** How somebody at the door stands to the meeting. */
export interface Standing {
  role: MeetingRole;
  /** The room is theirs. */
  owner: boolean;
  /** In the meeting already, in this tab or another. */
  present: boolean;
  /** Let in by somebody in charge. */
  admitted: boolean;
  /** Removed or refused, until the meeting is over. */
  keptOut: boolean;
  /** Sent by the operator's systems: what asks the others to wait, or for a word, does not ask them. */
  sent: boolean;
  /** They gave the room's password. */
  password: boolean;
}

/** Why this person may not enter now, if they may not; `room_lobby`: they may wait. */
export function refuseToEnter(
  who: Standing,
  { settings }: { settings: Pick<RoomSettings, 'lobby' | 'password' | 'guests' | 'locked'> },
): HubError | undefined {
  if (who.owner) return undefined;
  if (who.keptOut) return new HubError('room_kept_out');
  if (who.present || who.admitted || inCharge(who.role)) return undefined;
  if (who.role === 'guest' && !settings.guests && !who.sent) return new HubError('room_not_found', 'no guests');
  if (settings.locked) return new HubError('room_locked');
  if (who.sent) return undefined;
  if (settings.password && !who.password) return new HubError('room_password');
  return settings.lobby ? new HubError('room_lobby') : undefined;
}

/** Why this person may not end the meeting for all, if they may not. */
export function refuseToEnd(actor: Pick<Actor, 'accountId' | 'role'>, room: { ownerId: string }): HubError | undefined {
  return room.ownerId === actor.accountId || actor.role === 'admin' ? undefined : new HubError('forbidden');
}
