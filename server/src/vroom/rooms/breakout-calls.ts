import { HubError } from '@diwan/protocol/errors.ts';
import type { breakoutCalls as calls } from '@diwan/protocol/vroom-breakouts.ts';
import type { Caller } from '../caller.ts';
import { pace } from '../together/pace.ts';
import type { Vroom } from '../vroom.ts';
import {
  askForHelp,
  broadcast,
  closeBreakouts,
  dealOut,
  movePerson,
  openBreakouts,
  renameBreakout,
  setTime,
} from './breakouts.ts';
import type { Connection, Live, Participant } from './live-room.ts';

interface Deps {
  live: Live;
  inTurn: <T>(caller: Caller, work: (connection: Connection) => Promise<T> | T) => Promise<T>;
}

/** The calls of protocol/vroom-breakouts.ts. */
export function breakoutCalls({ live, inTurn }: Deps): Pick<Vroom['calls'], keyof typeof calls> {
  const paced = pace({ times: 60, seconds: 60 });

  const inside = <T>(caller: Caller, work: (self: Participant) => T) =>
    inTurn(caller, async ({ participant: self }) => {
      if (!self) throw new HubError('not_in_room');
      await paced(self.personId);
      return work(self);
    });
  const done = (caller: Caller, work: (self: Participant) => void) =>
    inside(caller, (self) => {
      work(self);
      return {};
    });

  return {
    'breakout:deal': (caller, { rooms }) => inside(caller, (self) => ({ rooms: dealOut(self, rooms) })),
    'breakout:open': (caller, wish) => done(caller, (self) => openBreakouts(live, self, wish)),
    'breakout:close': (caller) => done(caller, (self) => closeBreakouts(live, self)),
    'breakout:set-time': (caller, { seconds }) => done(caller, (self) => setTime(live, self, seconds)),
    'breakout:rename': (caller, { breakoutId, name }) =>
      done(caller, (self) => renameBreakout(live, self, breakoutId, name)),
    'breakout:move': (caller, { participantId, breakoutId }) =>
      done(caller, (self) => movePerson(live, self, participantId, breakoutId)),
    'breakout:broadcast': (caller, { text }) => done(caller, (self) => broadcast(live, self, text)),
    'breakout:help': (caller, { asked }) => done(caller, (self) => askForHelp(live, self, asked)),
  };
}
