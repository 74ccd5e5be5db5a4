import { HubError } from '@diwan/protocol/errors.ts';
import type { e2eeCalls as calls } from '@diwan/protocol/vroom-e2ee.ts';
import type { Caller } from '../caller.ts';
import { pace } from '../together/pace.ts';
import type { Vroom } from '../vroom.ts';
import { type Connection, type Live, type Participant, tell } from './live-room.ts';

interface Deps {
  live: Live;
  inTurn: <T>(caller: Caller, work: (connection: Connection) => Promise<T> | T) => Promise<T>;
}

/** The calls of protocol/vroom-e2ee.ts: sealed keys go from one to another within a meeting, unread. */
export function e2eeCalls({ live, inTurn }: Deps): Pick<Vroom['calls'], keyof typeof calls> {
  // Each coming and going makes one; many come at once when a meeting begins.
  const relay = pace({ times: 200, seconds: 10 });

  const encrypted = (caller: Caller, work: (self: Participant) => void) =>
    inTurn(caller, async ({ participant }) => {
      if (!participant) throw new HubError('not_in_room');
      if (!participant.room.record.settings.encrypted) throw new HubError('forbidden', 'not an encrypted meeting');
      await relay(participant.id);
      work(participant);
      return {};
    });

  return {
    'e2ee:give': (caller, { keys }) =>
      encrypted(caller, ({ id: from, room }) => {
        for (const { to, sealed } of keys)
          if (to !== from) tell(live, room.participants.get(to)?.connection, 'e2ee:key', { from, sealed });
      }),
    'e2ee:ask': (caller, { participantId }) =>
      encrypted(caller, ({ id: by, room }) => {
        if (participantId !== by) tell(live, room.participants.get(participantId)?.connection, 'e2ee:asked', { by });
      }),
  };
}
