import type { ErrorCode } from '@diwan/protocol/errors.ts';
import type { ChatMessage } from '@diwan/protocol/vroom-chat.ts';
import { codeOf } from '../../wire/problem.ts';
import { converge } from './converge.ts';
import type { Signal } from './signal.ts';
import { createStore } from './store.ts';

/** Written, and not known to be kept yet. */
export interface Draft {
  clientId: string;
  text: string;
  /** A participant; null: everybody. */
  to: { id: string; name: string } | null;
  replyTo: number | null;
  /** A file of one's own that goes with it. */
  file: { id: string; name: string } | null;
  /** Why it was refused; null while it is on its way. */
  fault: ErrorCode | null;
}

export interface ChatState {
  /** What was written is here. */
  ready: boolean;
  /** In order. */
  messages: readonly ChatMessage[];
  drafts: readonly Draft[];
  /** There are earlier ones. */
  more: boolean;
  /** Written by others while the chat was not looked at. */
  unread: number;
  /** The last one that came from somebody else. */
  news: ChatMessage | null;
}

export interface Chat {
  get: () => ChatState;
  subscribe: (listener: () => void) => () => void;
  /** In the room, for the first time or again: what was missed is asked for, what is not known to have arrived is sent again. */
  entered: () => void;
  /** In another room of the meeting: nothing of the one before is shown there, nor sent there by itself. */
  moved: () => void;
  /** Whether the chat is looked at. */
  look: (open: boolean) => void;
  send: (text: string, to: Draft['to'], replyTo: number | null, file?: Draft['file']) => void;
  retry: (clientId: string) => void;
  discard: (clientId: string) => void;
  /** These reject with the hub's refusal. */
  edit: (number: number, text: string) => Promise<void>;
  remove: (number: number) => Promise<void>;
  earlier: () => Promise<void>;
  stop: () => void;
}

/** Those of `known` and `heard`, each as it was last, in order. */
export function merged(known: readonly ChatMessage[], heard: readonly ChatMessage[]): ChatMessage[] {
  const all = new Map(known.map((message) => [message.number, message]));
  for (const message of heard)
    if ((all.get(message.number)?.change ?? 0) <= message.change) all.set(message.number, message);
  return [...all.values()].sort((a, b) => a.number - b.number);
}

/** RFC 9562, version 4; crypto.randomUUID is there on secure pages only. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = ((Number.parseInt(hex[16] as string, 16) & 3) | 8).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)].join(
    '-',
  );
}

/** When no answer came though the line is there, in ms. */
const againMs = 3000;

/** What was written for one room is sent in another one by its author only. */
const lost: ErrorCode = 'not_in_room';

export function createChat(signal: Signal): Chat {
  const store = createStore<ChatState>({
    ...{ ready: false, messages: [], drafts: [], more: false, unread: 0, news: null },
  });
  /** Nothing up to this change is missing here. */
  let upTo: number | undefined;
  let behind = false;
  let looking = false;
  let stopped = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  const inFlight = new Set<string>();
  /** Raised by each move: what was asked before is of another room. */
  let room = 0;

  function take(messages: readonly ChatMessage[]): void {
    store.set({ messages: merged(store.get().messages, messages) });
  }

  const catchingUp = converge(
    async () => {
      if (!behind || !signal.isOpen()) return 'done';
      const asked = room;
      const answer = await signal.call('chat:read', upTo === undefined ? {} : { since: upTo });
      if (asked !== room) return 'again';
      const first = upTo === undefined;
      const { messages: known } = store.get();
      const missed = answer.messages.filter((m) => isNews(m) && !known.some(({ number }) => number === m.number));
      take(answer.messages);
      if (first) store.set({ ready: true, more: answer.more });
      else tellNews(missed);
      upTo = answer.upTo;
      behind = !first && answer.more;
      return behind ? 'again' : 'done';
    },
    () => (stopped || !signal.isOpen() ? 'stop' : 'retry'),
  );

  const isNews = ({ own, deleted }: ChatMessage) => !own && !deleted;
  function tellNews(messages: readonly ChatMessage[]): void {
    const last = messages.at(-1);
    if (last) store.set({ news: last, unread: looking ? 0 : store.get().unread + messages.length });
  }

  const stopHearing = signal.on('chat:message', (message) => {
    const known = store.get().messages.some(({ number }) => number === message.number);
    const oldest = store.get().messages[0]?.number ?? 0;
    // What was changed above the pages that are here is read with them.
    if (!known && message.number !== message.change && message.number < oldest) return;
    take([message]);
    if (message.own) drop(message.clientId);
    if (!known && isNews(message)) tellNews([message]);
    // Until all that was missed is here, a later one does not mean that nothing lacks.
    if (!behind && upTo !== undefined) upTo = Math.max(upTo, message.change);
  });

  const drop = (clientId: string | null) =>
    store.set({ drafts: store.get().drafts.filter((draft) => draft.clientId !== clientId) });
  const mark = (clientId: string, fault: ErrorCode | null) =>
    store.set({ drafts: store.get().drafts.map((d) => (d.clientId === clientId ? { ...d, fault } : d)) });

  async function post({ clientId, text, to, replyTo, file }: Draft): Promise<void> {
    if (inFlight.has(clientId)) return;
    inFlight.add(clientId);
    const asked = room;
    try {
      const about = { ...(to && { to: to.id }), ...(replyTo !== null && { replyTo }) };
      const more = { ...about, ...(file && { fileId: file.id }) };
      const { message } = await signal.call('chat:send', { clientId, text, ...more });
      if (asked === room) take([message]);
      drop(clientId);
    } catch (error) {
      // Without an answer nobody knows whether it is kept: it waits for the line, and is sent under the same id.
      const code = codeOf(error);
      if (code !== 'unavailable' && code !== 'not_in_room') mark(clientId, code);
      else again ??= setTimeout(postAll, againMs);
    } finally {
      inFlight.delete(clientId);
    }
  }

  const postAll = () => {
    clearTimeout(again);
    again = undefined;
    if (stopped || !signal.isOpen()) return;
    for (const draft of store.get().drafts) if (draft.fault === null) void post(draft);
  };

  return {
    get: store.get,
    subscribe: store.subscribe,
    entered() {
      behind = true;
      catchingUp.poke();
      postAll();
    },
    moved() {
      room++;
      upTo = undefined;
      const drafts = store.get().drafts.map((draft) => ({ ...draft, replyTo: null, fault: draft.fault ?? lost }));
      store.set({ ready: false, messages: [], more: false, unread: 0, news: null, drafts });
    },
    look(open) {
      looking = open;
      if (open) store.set({ unread: 0, news: null });
    },
    send(text, to, replyTo, file = null) {
      const draft = { clientId: newId(), text, to, replyTo, file, fault: null };
      store.set({ drafts: [...store.get().drafts, draft] });
      void post(draft);
    },
    retry(clientId) {
      mark(clientId, null);
      postAll();
    },
    discard: drop,
    async edit(number, text) {
      take([(await signal.call('chat:edit', { number, text })).message]);
    },
    async remove(number) {
      await signal.call('chat:delete', { number });
    },
    async earlier() {
      const before = store.get().messages[0]?.number;
      if (before === undefined) return;
      const asked = room;
      const { messages, more } = await signal.call('chat:read', { before });
      if (asked !== room) return;
      take(messages);
      store.set({ more });
    },
    stop() {
      stopped = true;
      clearTimeout(again);
      catchingUp.stop();
      stopHearing();
    },
  };
}
