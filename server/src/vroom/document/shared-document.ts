import { HubError } from '@diwan/protocol/errors.ts';
import { BoardElement, boardKey, largestDocument, longestNotes, notesKey } from '@diwan/protocol/vroom-document.ts';
import * as Y from 'yjs';

/** The hub's own copy of what people write and draw together. What it does not take, it is as if it had never come. */
export interface SharedDocument {
  /** What it has, as yjs tells it: for the other side to say what it lacks. */
  vector(): Uint8Array;
  /** What somebody with this vector lacks. @throws HubError bad_request */
  since(vector: Uint8Array): Uint8Array;
  /**
   * Takes a change; `drawn`: of the drawing.
   * @param by whose it is: nobody writes under the number of somebody else's copy
   * @throws HubError bad_request, document_out_of_step, document_full
   */
  take(update: Uint8Array, by: string): { drawn: boolean };
  /** From now on what has this number (yjs's clientID) is this person's. @throws HubError bad_request when it is another's */
  bind(clientId: number, by: string): void;
  /** All of it. */
  encode(): Uint8Array;
  notes(): string;
  /** What is drawn, from back to front. */
  board(): BoardElement[];
}

/** @param stored as `encode` gave it */
export function openSharedDocument(stored?: Uint8Array): SharedDocument {
  /** What makes up the document: after a refusal it is built again from these. */
  let taken: Uint8Array[] = stored ? [stored] : [];
  let doc = build(taken);
  let size = stored?.byteLength ?? 0;
  const writers = new Map<number, string>();

  function apply(update: Uint8Array, changed: Set<string>): HubError | undefined {
    const note = ({ changed: types }: Y.Transaction) => {
      for (const key of types.get(doc.getMap(boardKey) as never) ?? []) if (key !== null) changed.add(key);
    };
    doc.on('afterTransaction', note);
    try {
      Y.applyUpdate(doc, update);
    } catch {
      return new HubError('bad_request', 'not an update');
    } finally {
      doc.off('afterTransaction', note);
    }
    return refuse(doc, changed);
  }

  /** Keeps what was applied, unless there is too much of it now. */
  function refuseSize(update: Uint8Array): HubError | undefined {
    if (size + update.byteLength <= largestDocument) {
      taken.push(update);
      size += update.byteLength;
      return undefined;
    }
    // What was deleted meanwhile takes no room any more.
    const whole = Y.encodeStateAsUpdate(doc);
    if (whole.byteLength > largestDocument) return new HubError('document_full');
    keep(whole);
    return undefined;
  }

  function keep(whole: Uint8Array): void {
    taken = [whole];
    size = whole.byteLength;
  }

  return {
    vector: () => Y.encodeStateVector(doc),
    since(vector) {
      try {
        return Y.encodeStateAsUpdate(doc, vector);
      } catch {
        throw new HubError('bad_request', 'not a state vector');
      }
    },
    take(update, by) {
      const no = refuseAuthor(doc, update, (clientId) => (writers.get(clientId) ?? by) === by);
      if (no) throw no;
      const changed = new Set<string>();
      const wrong = apply(update, changed) ?? refuseSize(update);
      if (!wrong) return { drawn: changed.size > 0 };
      doc.destroy();
      doc = build(taken);
      throw wrong;
    },
    bind(clientId, by) {
      if ((writers.get(clientId) ?? by) !== by) throw new HubError('bad_request', 'another’s number');
      writers.set(clientId, by);
    },
    encode() {
      const whole = Y.encodeStateAsUpdate(doc);
      keep(whole);
      return whole;
    },
    notes: () => doc.getText(notesKey).toString(),
    board: () => elementsOf(doc),
  };
}

function build(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  // Before anything else says what they are.
  doc.getText(notesKey);
  doc.getMap(boardKey);
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
}

function elementsOf(doc: Y.Doc): BoardElement[] {
  const elements = [...doc.getMap<BoardElement>(boardKey).values()];
  return elements
    .filter(({ isDeleted }) => !isDeleted)
    .sort((a, b) => order(a.index ?? '', b.index ?? '') || order(a.id, b.id));
}
const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Why an update is not taken for what it says of its authors: it has a gap before it, or is written in another's name. */
function refuseAuthor(doc: Y.Doc, update: Uint8Array, mine: (clientId: number) => boolean): HubError | undefined {
  let meta: ReturnType<typeof Y.parseUpdateMeta>;
  try {
    meta = Y.parseUpdateMeta(update);
  } catch {
    return new HubError('bad_request', 'not an update');
  }
  for (const [clientId, to] of meta.to) {
    const known = Y.getState(doc.store, clientId);
    if (to <= known) continue;
    if (!mine(clientId)) return new HubError('bad_request', 'in another’s name');
    if ((meta.from.get(clientId) ?? 0) > known) return new HubError('document_out_of_step');
  }
  return undefined;
}

/** Why the document may not be as it is after a change, if so. @param drawn the elements that changed */
function refuse(doc: Y.Doc, drawn: ReadonlySet<string>): HubError | undefined {
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) return new HubError('document_out_of_step');
  for (const name of doc.share.keys())
    if (name !== notesKey && name !== boardKey) return new HubError('bad_request', 'neither notes nor board');
  const notes = doc.getText(notesKey);
  if (notes.length > longestNotes) return new HubError('document_full', 'notes');
  // What is no text counts as a character, and would lead every editor astray.
  if (notes.toString().length !== notes.length) return new HubError('bad_request', 'not text');
  const board = doc.getMap(boardKey);
  for (const key of drawn) {
    if (!board.has(key)) continue;
    const element = BoardElement.safeParse(board.get(key));
    if (!element.success || element.data.id !== key) return new HubError('bad_request', 'not an element');
  }
  return undefined;
}
