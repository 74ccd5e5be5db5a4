import { HubError } from '@diwan/protocol/errors.ts';
import type { Source } from '@diwan/protocol/vroom.ts';
import type { MeetingRole, RoomSettings } from '@diwan/protocol/vroom-roles.ts';

const allBelow = ['cohost', 'participant', 'guest'] as const;
const withoutCharge = ['participant', 'guest'] as const;
const withAccount = ['cohost', 'participant'] as const;
const everybody = ['host', 'cohost', 'participant', 'guest'] as const;

/**
 * Who may do what: over people of which roles, or `true` where it is about the meeting and nobody in it. What is not named is not
 * allowed; what people do with their own microphone, screen and words is below.
 */
export const rights = {
  admit: { host: true, cohost: true },
  refuse: { host: true, cohost: true },
  readmit: { host: true, cohost: true },
  configure: { host: true, cohost: true },
  stop: { host: allBelow, cohost: withoutCharge },
  'mute-all': { host: true, cohost: true },
  'ask-unmute': { host: allBelow, cohost: withoutCharge },
  remove: { host: allBelow, cohost: withoutCharge },
  'lower-hand': { host: everybody, cohost: everybody },
  'delete-message': { host: true, cohost: true },
  'ask-poll': { host: true, cohost: true },
  spotlight: { host: everybody, cohost: everybody },
  /** Breakout rooms: all of them, and who is in which. */
  divide: { host: allBelow, cohost: withoutCharge },
  appoint: { host: withAccount },
  'pass-on': { host: withAccount },
  end: { host: true },
} as const satisfies Record<string, Partial<Record<MeetingRole, true | readonly MeetingRole[]>>>;
export type Deed = keyof typeof rights;

/**
 * Why this may not be done, if it may not.
 * @param over the one it is done to; left out for what is about the meeting. Nobody is removed from a room of their own.
 */
export function refuseDeed(
  deed: Deed,
  by: { role: MeetingRole },
  over?: { role: MeetingRole; owner: boolean },
): HubError | undefined {
  const rows: Partial<Record<MeetingRole, true | readonly MeetingRole[]>> = rights[deed];
  const right = rows[by.role];
  if (right === undefined) return new HubError('forbidden', `a ${by.role} may not ${deed}`);
  if (!over) return undefined;
  if (right !== true && !right.includes(over.role))
    return new HubError('forbidden', `a ${by.role} may not ${deed} a ${over.role}`);
  if (deed === 'remove' && over.owner) return new HubError('forbidden', 'the room is theirs');
  return undefined;
}

/** Hosts and co-hosts: what is allowed to the others or not does not concern them. */
export const inCharge = (role: MeetingRole): boolean => role === 'host' || role === 'cohost';

/** What a person does themselves, if the room allows it. */
export type OwnDeed = 'share' | 'chat' | 'unmute' | 'notes';

const ownDeed: Record<Source, OwnDeed | undefined> = {
  microphone: 'unmute',
  camera: undefined,
  screen: 'share',
  'screen-audio': 'share',
};

/** Why this may not be done by oneself, if it may not. */
export function refuseOwnDeed(
  deed: OwnDeed,
  role: MeetingRole,
  settings: Pick<RoomSettings, OwnDeed>,
): HubError | undefined {
  return settings[deed] || inCharge(role) ? undefined : new HubError('host_forbids', deed);
}

/**
 * Why the board may not be taken off everybody's stage, if it may not: that is for who put it there and for those in charge, and for
 * all who may draw when nobody of them could.
 */
export function refuseHideBoard(
  self: { id: string; role: MeetingRole },
  { shownBy, shownByIsHere }: { shownBy: string; shownByIsHere: boolean },
  settings: Pick<RoomSettings, OwnDeed>,
): HubError | undefined {
  if (inCharge(self.role) || self.id === shownBy) return undefined;
  if (shownByIsHere) return new HubError('forbidden', 'shown by another');
  return refuseOwnDeed('notes', self.role, settings);
}

/**
 * Why this stream may not be heard or seen now, if it may not.
 * @param self `mayUnmute`: somebody in charge asked for it, or they spoke when it was forbidden to the others
 */
export function refuseSource(
  source: Source,
  self: { role: MeetingRole; mayUnmute: boolean },
  settings: Pick<RoomSettings, OwnDeed>,
): HubError | undefined {
  const deed = ownDeed[source];
  if (deed === undefined || (deed === 'unmute' && self.mayUnmute)) return undefined;
  return refuseOwnDeed(deed, self.role, settings);
}
