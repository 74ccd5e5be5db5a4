import type { ErrorCode } from '@diwan/protocol/errors.ts';
import {
  type BoardElement,
  boardKey,
  type DocumentPart,
  largestPiece,
  notesKey,
  type Shown,
  type Whereabouts,
} from '@diwan/protocol/vroom-document.ts';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { codeOf } from '../../wire/problem.ts';
import { converge } from '../model/converge.ts';
import type { Meeting } from '../model/meeting.ts';
import type { Signal } from '../model/signal.ts';
import { createStore } from '../model/store.ts';
import { colorOf } from './colors.ts';

/** One copy of the meeting's document; another one is begun when the hub does not take what was written in this one. */
export interface Copy {
  readonly doc: Y.Doc;
  readonly notes: Y.Text;
  readonly board: Y.Map<BoardElement>;
  /** Where everybody is. The names are those of the meeting, whatever a client says. */
  readonly awareness: Awareness;
}

export interface CopyState {
  copy: Copy;
  /** What was written before is here. */
  ready: boolean;
  /** Something is on its way to the hub. */
  sending: boolean;
  /** Notes that the hub did not take, as they were, and why. */
  lost: { notes: string; because: ErrorCode } | null;
  /** The same of the drawing. */
  lostBoard: { elements: BoardElement[]; because: ErrorCode } | null;
}

export interface SharedCopy {
  get: () => CopyState;
  subscribe: (listener: () => void) => () => void;
  forgetLost: (part: DocumentPart) => void;
  /** Shows where one is on the drawing; null: nowhere. */
  point: (pointer: Whereabouts['pointer']) => void;
  /** Puts a part among one's files. Rejects with the hub's refusal. */
  file: (part: DocumentPart) => Promise<{ folder: string; name: string }>;
}

/** Where one is, is told this often at most, in ms. */
const tellEveryMs = 80;
const fromHub = 'hub';
const nothing = (update: Uint8Array) => update.byteLength <= 2;

function newCopy(): Copy {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  awareness.setLocalState({ cursor: null, pointer: null });
  return { doc, notes: doc.getText(notesKey), board: doc.getMap(boardKey), awareness };
}

/** Keeps a copy from now until the meeting is over; through losses of the line it is written on, and made one with the hub's after. */
export function shareCopy(meeting: Pick<Meeting, 'get' | 'subscribe'>, signal: Signal): SharedCopy {
  const store = createStore<CopyState>({ copy: newCopy(), ready: false, sending: false, lost: null, lostBoard: null });
  let documentId: string | null = null;
  /** The hub tells its changes here. */
  let open = false;
  let inside = false;
  let over = false;
  /** Written here and not known to be with the hub. */
  let unsent: Uint8Array[] = [];
  /** What of it was written, or drawn, by this person. */
  let mine = { notes: false, board: false };
  let telling: ReturnType<typeof setTimeout> | undefined;

  // ---- The document -------------------------------------------------------------------------------------------------

  async function step(): Promise<'again' | 'done'> {
    if (over || !inside || !signal.isOpen()) return 'done';
    if (!open) {
      await enter();
      return 'again';
    }
    if (unsent.length === 0 || documentId === null) {
      mine = { notes: false, board: false };
      store.set({ sending: false });
      return 'done';
    }
    const sent = unsent.length;
    await send(documentId, Y.mergeUpdates(unsent));
    unsent.splice(0, sent);
    return 'again';
  }

  async function enter(): Promise<void> {
    const { doc } = store.get().copy;
    const vector = Y.encodeStateVector(doc);
    const answer = await signal.call('document:open', { documentId, clientId: doc.clientID, vector });
    if (documentId !== null && documentId !== answer.documentId) {
      // Another meeting: what belongs to the one before does not come into it.
      begin('not_in_room');
      documentId = null;
      return;
    }
    documentId = answer.documentId;
    Y.applyUpdate(doc, answer.update, fromHub);
    const lacking = Y.encodeStateAsUpdate(doc, answer.vector);
    unsent = nothing(lacking) ? [] : [lacking];
    open = true;
    for (const shown of answer.others) onShown(shown);
    store.set({ ready: true });
    tell();
  }

  async function send(id: string, update: Uint8Array): Promise<void> {
    for (let at = 0; at < update.byteLength; at += largestPiece) {
      const more = at + largestPiece < update.byteLength;
      const piece = update.slice(at, at + largestPiece);
      await signal.call('document:update', { documentId: id, update: piece, ...(more && { more }) });
    }
  }

  /** Begins a copy anew; what this one had and the hub does not is shown to who wrote it. */
  function begin(because: ErrorCode): void {
    const { copy } = store.get();
    const notes = copy.notes.toString();
    const lost = mine.notes && notes.trim() !== '' ? { notes, because } : store.get().lost;
    const elements = [...copy.board.values()].filter(({ isDeleted }) => !isDeleted);
    const lostBoard = mine.board && elements.length > 0 ? { elements, because } : store.get().lostBoard;
    unsent = [];
    mine = { notes: false, board: false };
    open = false;
    copy.awareness.destroy();
    copy.doc.destroy();
    const next = newCopy();
    follow(next);
    store.set({ copy: next, ready: false, sending: false, lost, lostBoard });
  }

  const syncing = converge(step, (error) => {
    if (over) return 'stop';
    const code = codeOf(error);
    if (code === 'document_full' || code === 'host_forbids' || code === 'bad_request') {
      begin(code);
      setTimeout(syncing.poke);
      return 'stop';
    }
    if (code !== 'too_many_attempts') open = false;
    return 'retry';
  });

  function follow({ doc, notes, board, awareness }: Copy): void {
    doc.on('update', (update: Uint8Array, origin: unknown, _doc: Y.Doc, { changed }: Y.Transaction) => {
      if (origin === fromHub) return;
      unsent.push(update);
      if (changed.has(notes as never)) mine.notes = true;
      if (changed.has(board as never)) mine.board = true;
      store.set({ sending: true });
      syncing.poke();
    });
    // Said again from time to time (y-protocols does so): the others forget who says nothing any more.
    awareness.on('update', (_changes: unknown, origin: unknown) => {
      if (origin === 'local') tell();
    });
  }
  follow(store.get().copy);

  // ---- Where people are -----------------------------------------------------------------------------------------------

  function tell(): void {
    telling ??= setTimeout(() => {
      telling = undefined;
      if (!open || over || !signal.isOpen()) return;
      const { cursor, pointer } = (store.get().copy.awareness.getLocalState() ?? {}) as {
        cursor?: { anchor: Y.RelativePosition; head: Y.RelativePosition } | null;
        pointer?: Whereabouts['pointer'];
      };
      const place = (at: Y.RelativePosition) => JSON.parse(JSON.stringify(Y.relativePositionToJSON(at)));
      const at = {
        cursor: cursor ? { anchor: place(cursor.anchor), head: place(cursor.head) } : null,
        pointer: pointer ?? null,
      };
      // Where one was a moment ago is nothing to be told about.
      void signal.call('document:show', { at }).catch(() => undefined);
    }, tellEveryMs);
  }

  function onShown({ participantId, clientId, at }: Shown): void {
    const { awareness, doc } = store.get().copy;
    const person = meeting.get().others.find(({ id }) => id === participantId);
    if (clientId === doc.clientID || person === undefined) return;
    const cursor = at.cursor && {
      anchor: Y.createRelativePositionFromJSON(at.cursor.anchor),
      head: Y.createRelativePositionFromJSON(at.cursor.head),
    };
    const known = awareness.states.has(clientId);
    const user = { name: person.name, ...colorOf(participantId) };
    awareness.states.set(clientId, { participantId, user, cursor, pointer: at.pointer });
    awareness.meta.set(clientId, { clock: 0, lastUpdated: Date.now() });
    heard(known ? { updated: [clientId] } : { added: [clientId] });
  }

  /** As `Awareness` tells it when it comes by its own wire. */
  function heard(changes: { added?: number[]; updated?: number[]; removed?: number[] }): void {
    store.get().copy.awareness.emit('change', [{ added: [], updated: [], removed: [], ...changes }, fromHub]);
  }

  function forgetGone(): void {
    const { awareness } = store.get().copy;
    const there = new Set(meeting.get().others.flatMap(({ id, away }) => (away ? [] : [id])));
    const removed = [...awareness.states].flatMap(([clientId, state]) =>
      clientId === awareness.clientID || there.has(state.participantId) ? [] : [clientId],
    );
    if (removed.length === 0) return;
    for (const clientId of removed) {
      awareness.states.delete(clientId);
      awareness.meta.delete(clientId);
    }
    heard({ removed });
  }

  // ---- From the meeting -----------------------------------------------------------------------------------------------

  const stopHearing = [
    signal.on('document:updated', (news) => {
      if (news.documentId === documentId) Y.applyUpdate(store.get().copy.doc, news.update, fromHub);
    }),
    signal.on('document:shown', onShown),
    meeting.subscribe(onMeeting),
  ];

  function onMeeting(): void {
    const { phase, reconnecting } = meeting.get();
    const now = phase === 'in' && !reconnecting;
    if (inside !== now) {
      inside = now;
      open = false;
      if (now) syncing.poke();
    }
    forgetGone();
    if (phase !== 'left' && phase !== 'closed' && phase !== 'refused') return;
    over = true;
    for (const stop of stopHearing) stop();
    syncing.stop();
    clearTimeout(telling);
    // The text stays, for who still wishes to have it.
    store.get().copy.awareness.destroy();
  }
  onMeeting();

  return {
    get: store.get,
    subscribe: store.subscribe,
    forgetLost: (part) => store.set(part === 'notes' ? { lost: null } : { lostBoard: null }),
    point: (pointer) => store.get().copy.awareness.setLocalStateField('pointer', pointer),
    file: (part) => signal.call('document:file', { part }),
  };
}
