import type { Poll, PollDraft } from '@diwan/protocol/vroom-polls.ts';
import { newId } from './chat.ts';
import { converge } from './converge.ts';
import type { Signal } from './signal.ts';
import { createStore } from './store.ts';

export interface PollsState {
  ready: boolean;
  polls: readonly Poll[];
  /** Asked since the polls were last looked at, and open. */
  unseen: number;
}

export interface Polls {
  get: () => PollsState;
  subscribe: (listener: () => void) => () => void;
  entered: () => void;
  /** In another room of the meeting. */
  moved: () => void;
  look: (open: boolean) => void;
  /** These reject with the hub's refusal. */
  create: (draft: Omit<PollDraft, 'id'>) => Promise<void>;
  open: (id: string, open: boolean) => Promise<void>;
  vote: (id: string, choices: number[]) => Promise<void>;
  stop: () => void;
}

export function createPolls(signal: Signal): Polls {
  const store = createStore<PollsState>({ ready: false, polls: [], unseen: 0 });
  let behind = false;
  let looking = false;
  let stopped = false;

  function take(poll: Poll): void {
    const { polls, unseen } = store.get();
    const known = polls.some(({ id }) => id === poll.id);
    store.set({
      polls: known ? polls.map((each) => (each.id === poll.id ? poll : each)) : [...polls, poll],
      unseen: known || looking || !poll.open ? unseen : unseen + 1,
    });
  }

  const reading = converge(
    async () => {
      if (!behind || !signal.isOpen()) return 'done';
      behind = false;
      try {
        store.set({ polls: (await signal.call('poll:list', {})).polls, ready: true });
      } catch (error) {
        behind = true;
        throw error;
      }
      return 'done';
    },
    () => (stopped || !signal.isOpen() ? 'stop' : 'retry'),
  );
  const stopHearing = signal.on('poll:changed', take);

  return {
    get: store.get,
    subscribe: store.subscribe,
    entered() {
      behind = true;
      reading.poke();
    },
    moved() {
      store.set({ ready: false, polls: [], unseen: 0 });
    },
    look(open) {
      looking = open;
      if (open) store.set({ unseen: 0 });
    },
    async create(draft) {
      take((await signal.call('poll:create', { id: newId(), ...draft })).poll);
    },
    async open(id, open) {
      take((await signal.call('poll:open', { id, open })).poll);
    },
    async vote(id, choices) {
      const before = store.get().polls.find((poll) => poll.id === id);
      // What one chose is seen at once; the counts come with the answer.
      if (before) take({ ...before, own: choices });
      try {
        take((await signal.call('poll:vote', { id, choices })).poll);
      } catch (error) {
        if (before) take(before);
        throw error;
      }
    },
    stop() {
      stopped = true;
      reading.stop();
      stopHearing();
    },
  };
}
