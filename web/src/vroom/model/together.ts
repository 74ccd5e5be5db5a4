import type { RaisedHand, Reaction } from '@diwan/protocol/vroom-hands.ts';
import { type Chat, createChat } from './chat.ts';
import type { Meeting } from './meeting.ts';
import { createPolls, type Polls } from './polls.ts';
import type { Signal } from './signal.ts';
import { createStore } from './store.ts';

/** How long a reaction is seen, in ms. */
const reactionMs = 4000;

/** What is shown without a word. */
export interface SignsState {
  /** Who reacted a moment ago, and how; `key` tells one from the next. */
  reactions: ReadonlyMap<string, { reaction: Reaction; key: number }>;
}

/** What people do together in a meeting, beside seeing and hearing one another. */
export interface Together {
  chat: Chat;
  polls: Polls;
  signs: { get: () => SignsState; subscribe: (listener: () => void) => () => void };
  /** These reject with the hub's refusal. */
  raiseHand: (up: boolean) => Promise<unknown>;
  lowerHand: (participantId: string) => Promise<unknown>;
  lowerAll: () => Promise<unknown>;
  react: (reaction: Reaction) => Promise<unknown>;
}

/** Begins with the meeting and ends with it. */
export function startTogether(meeting: Pick<Meeting, 'get' | 'subscribe'>, signal: Signal): Together {
  const chat = createChat(signal);
  const polls = createPolls(signal);
  const signs = createStore<SignsState>({ reactions: new Map() });
  let shown = 0;

  const stopHearing = signal.on('participant:reacted', ({ participantId, reaction }) => {
    const key = ++shown;
    signs.set({ reactions: new Map(signs.get().reactions).set(participantId, { reaction, key }) });
    setTimeout(() => {
      if (signs.get().reactions.get(participantId)?.key !== key) return;
      const reactions = new Map(signs.get().reactions);
      reactions.delete(participantId);
      signs.set({ reactions });
    }, reactionMs);
  });

  let inside = false;
  /** The breakout room of which this is. */
  let place = meeting.get().breakoutId;
  const follow = () => {
    const { phase, reconnecting, breakoutId } = meeting.get();
    const now = phase === 'in' && !reconnecting;
    if (now && !inside) {
      if (breakoutId !== place) {
        chat.moved();
        polls.moved();
      }
      place = breakoutId;
      chat.entered();
      polls.entered();
    }
    inside = now;
    if (phase !== 'left' && phase !== 'closed' && phase !== 'refused') return;
    stopFollowing();
    stopHearing();
    chat.stop();
    polls.stop();
  };
  const stopFollowing = meeting.subscribe(follow);
  follow();

  return {
    chat,
    polls,
    signs,
    raiseHand(up) {
      const { self } = meeting.get();
      if (up || self === null) return signal.call('hand:raise', {});
      return signal.call('hand:lower', { participantId: self.id });
    },
    lowerHand: (participantId) => signal.call('hand:lower', { participantId }),
    lowerAll: () => signal.call('hand:lower-all', {}),
    react: (reaction) => signal.call('reaction:send', { reaction }),
  };
}

/** The place of somebody among the raised hands, from 1; undefined: their hand is down. */
export function handOf(hands: readonly RaisedHand[], participantId: string): number | undefined {
  const place = hands.findIndex((hand) => hand.participantId === participantId);
  return place < 0 ? undefined : place + 1;
}
