import { HubError } from '@diwan/protocol/errors.ts';
import type { Actor } from '../../identity/actor.ts';

/** Why this person may not enter, if they may not. The link is the key: any signed-in person who has it may. */
export function refuseToJoin(room: { endedAt: number | null }): HubError | undefined {
  return room.endedAt === null ? undefined : new HubError('room_not_found', 'ended');
}

/** Why this person may not end the meeting for all, if they may not. */
export function refuseToEnd(actor: Pick<Actor, 'accountId' | 'role'>, room: { ownerId: string }): HubError | undefined {
  return room.ownerId === actor.accountId || actor.role === 'admin' ? undefined : new HubError('forbidden');
}

/** Who leads the meeting. */
export function isHost(accountId: string, room: { ownerId: string }): boolean {
  return room.ownerId === accountId;
}
