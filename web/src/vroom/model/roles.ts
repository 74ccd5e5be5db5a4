import type { Room, Source, VroomAnswer, VroomEvent, VroomEventData, VroomRequest } from '@diwan/protocol/vroom.ts';
import type { breakoutCalls } from '@diwan/protocol/vroom-breakouts.ts';
import type { AtTheDoor, MeetingRole, rolesCalls, StoppableSource } from '@diwan/protocol/vroom-roles.ts';
import type { LocalMedia } from './local-media.ts';
import type { Person, Roster } from './roster.ts';

/** What somebody in charge or a person concerned asks of the hub; it decides. */
export type RoleCall = keyof typeof rolesCalls | keyof typeof breakoutCalls;
export type Act = <E extends RoleCall>(event: E, request: VroomRequest<E>) => Promise<VroomAnswer<E>>;

/** Something to be told in passing. */
export type Word =
  | { kind: 'stopped'; source: StoppableSource; by: string | null }
  | { kind: 'forbidden'; source: Source }
  | { kind: 'answered'; name: string; accepted: boolean }
  | { kind: 'role'; role: MeetingRole };

export interface RolesState {
  /** Who everybody should look at. */
  spotlight: string | null;
  /** Those in charge only. */
  door: { waiting: readonly AtTheDoor[]; keptOut: readonly AtTheDoor[] };
  /** Who asks that the microphone be turned on. */
  askedBy: string | null;
  word: Word | null;
}

export const noRoles: RolesState = {
  spotlight: null,
  door: { waiting: [], keptOut: [] },
  askedBy: null,
  word: null,
};

export const inCharge = (role: MeetingRole | undefined): boolean => role === 'host' || role === 'cohost';

const rank: Record<MeetingRole, number> = { host: 2, cohost: 1, participant: 0, guest: 0 };

export type Deed =
  | 'mute'
  | 'ask'
  | 'camera'
  | 'screen'
  | 'spotlight'
  | 'unspotlight'
  | 'cohost'
  | 'participant'
  | 'host'
  | 'remove';

/** What is offered about somebody: what the hub would do for this role, and what makes sense now. */
export function deedsOver(
  own: MeetingRole,
  over: Person,
  state: { spotlight: string | null; room: Room | null },
): Deed[] {
  if (!inCharge(own)) return [];
  const sends = (source: Source) => over.producers.some((each) => each.source === source && !each.paused);
  const isHost = own === 'host';
  const above = rank[own] > rank[over.role];
  const owner = over.accountId !== null && over.accountId === state.room?.ownerId;
  const offered: [Deed, boolean][] = [
    ['mute', above && sends('microphone')],
    ['ask', above && !sends('microphone')],
    ['camera', above && sends('camera')],
    ['screen', above && sends('screen')],
    ['spotlight', state.spotlight !== over.id],
    ['unspotlight', state.spotlight === over.id],
    ['cohost', isHost && over.role === 'participant'],
    ['participant', isHost && over.role === 'cohost'],
    ['host', isHost && (over.role === 'participant' || over.role === 'cohost')],
    ['remove', above && !owner],
  ];
  return offered.flatMap(([deed, makesSense]) => (makesSense ? [deed] : []));
}

/** Asks the hub for what a menu offers. */
export async function doTo(act: Act, deed: Deed, participantId: string): Promise<void> {
  switch (deed) {
    case 'mute':
      await act('host:stop', { participantId, source: 'microphone' });
      return;
    case 'camera':
    case 'screen':
      await act('host:stop', { participantId, source: deed });
      return;
    case 'ask':
      await act('host:ask-unmute', { participantId });
      return;
    case 'spotlight':
    case 'unspotlight':
      await act('host:spotlight', { participantId: deed === 'spotlight' ? participantId : null });
      return;
    case 'remove':
      await act('host:remove', { participantId });
      return;
    default:
      await act('host:appoint', { participantId, role: deed });
  }
}

interface Hearing {
  hear: <E extends VroomEvent>(event: E, listener: (data: VroomEventData<E>) => void) => () => void;
  media: LocalMedia;
  get: () => RolesState & {
    room: Room | null;
    self: { id: string; name: string; role: MeetingRole; guest: boolean } | null;
    others: Roster;
  };
  set: (
    patch: Partial<RolesState> & {
      room?: Room;
      self?: { id: string; name: string; role: MeetingRole; guest: boolean };
    },
  ) => void;
}

/** Follows what those in charge do; answers the functions that stop it. */
export function hearRoles({ hear, media, get, set }: Hearing): (() => void)[] {
  return [
    hear('room:settings', (settings) => {
      const { room } = get();
      if (room !== null) set({ room: { ...room, settings } });
    }),
    hear('room:spotlight', ({ participantId }) => set({ spotlight: participantId })),
    hear('room:door', (door) => set({ door })),
    hear('participant:role', ({ participantId, role }) => {
      const { self } = get();
      if (self?.id !== participantId) return;
      set({
        self: { ...self, role },
        word: { kind: 'role', role },
        ...(inCharge(role) ? {} : { door: noRoles.door }),
      });
    }),
    hear('host:stopped', ({ source, by }) => {
      media.silence(source);
      set({ word: { kind: 'stopped', source, by }, ...(source === 'microphone' ? { askedBy: null } : {}) });
    }),
    hear('host:asks-unmute', ({ by }) => set({ askedBy: by })),
    hear('unmute:answered', ({ participantId, accepted }) => {
      const name = get().others.find(({ id }) => id === participantId)?.name;
      if (name !== undefined) set({ word: { kind: 'answered', name, accepted } });
    }),
  ];
}
