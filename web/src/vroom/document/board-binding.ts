import { BoardElement } from '@diwan/protocol/vroom-document.ts';
import type * as Y from 'yjs';

/** What is drawn in one place: Excalidraw's elements, as it holds them. */
export interface Scene {
  /** Puts others' elements into it, each where it is newer than what is there. `whole`: instead of all that is there. */
  put: (elements: BoardElement[], whole: boolean) => void;
}

export interface BoardBinding {
  /** To be called with all elements, deleted ones too, whenever they may have changed. */
  drew: (elements: readonly DrawnElement[]) => void;
  /** Shows the whole board as the document has it: another one may draw now, or may no more. */
  refresh: () => void;
  /** What waits to be given is given. */
  close: () => void;
}
/** Of any kind, also of those that the board does not take. */
export type DrawnElement = Pick<BoardElement, 'id' | 'version' | 'versionNonce' | 'isDeleted'> & { type: string };

/** Changes are given this often at most, in ms, and so seldom that they are no more than this many bytes in an ms. */
const giveEveryMs = 50;
const bytesEachMs = 100;
/** What others drew is shown about once a picture, in ms. */
const takeEveryMs = 16;
const here = 'this board';

/** Of two forms of an element the one that all keep: as Excalidraw's `reconcileElements` has it. */
export const isNewer = (one: DrawnElement, other: DrawnElement | undefined): boolean =>
  other === undefined ||
  one.version > other.version ||
  (one.version === other.version && one.versionNonce < other.versionNonce);

/**
 * Binds a scene to the document for as long as somebody looks at it. Of an element that two change at once the document keeps either;
 * whoever has the newer form gives it again, so that all end with that one.
 * @param mayDraw who may not sees the document as it is, whatever is in the scene
 * @param onRefused told of what the board does not take; it is to be taken out of the scene
 */
export function bindBoard(
  board: Y.Map<BoardElement>,
  scene: Scene,
  { mayDraw, onRefused }: { mayDraw: () => boolean; onRefused: (ids: string[]) => void },
): BoardBinding {
  let latest: readonly DrawnElement[] = [];
  const changed = new Set<string>();
  let giving: ReturnType<typeof setTimeout> | undefined;
  let taking: ReturnType<typeof setTimeout> | undefined;
  /** Not before this time, in ms: what was given last is still on its way. */
  let notBefore = 0;

  function give(): void {
    clearTimeout(giving);
    giving = undefined;
    if (!mayDraw()) return;
    notBefore = Date.now() + Math.max(giveEveryMs, giveChanges(board, latest) / bytesEachMs);
    const refused = latest.filter((element) => !isTaken(element) && !element.isDeleted);
    if (refused.length > 0) onRefused(refused.map(({ id }) => id));
  }
  const giveSoon = () => {
    giving ??= setTimeout(give, Math.max(giveEveryMs, notBefore - Date.now()));
  };

  function take(): void {
    taking = undefined;
    const whole = !mayDraw();
    const elements = whole ? [...board.values()] : [...changed].flatMap((id) => board.get(id) ?? []);
    changed.clear();
    scene.put(structuredClone(elements), whole);
    // What is newer here was drawn over by an older form.
    giveSoon();
  }
  const onChange = (event: Y.YMapEvent<BoardElement>, transaction: Y.Transaction) => {
    if (transaction.origin === here) return;
    for (const id of event.keysChanged) changed.add(id);
    taking ??= setTimeout(take, takeEveryMs);
  };
  board.observe(onChange);

  function refresh(): void {
    changed.clear();
    latest = [];
    scene.put(structuredClone([...board.values()]), true);
  }
  refresh();

  return {
    drew(elements) {
      latest = elements;
      giveSoon();
    },
    refresh,
    close() {
      if (giving !== undefined) give();
      clearTimeout(giving);
      clearTimeout(taking);
      board.unobserve(onChange);
    },
  };
}

/** Writes into the document what is newer in these elements. @returns how many bytes that is */
export function giveChanges(board: Y.Map<BoardElement>, elements: readonly DrawnElement[]): number {
  const newer = elements.filter((element) => {
    const known = board.get(element.id);
    return isTaken(element) && isNewer(element, known) && (known !== undefined || !isNothing(element));
  });
  if (newer.length === 0) return 0;
  let bytes = 0;
  const count = (update: Uint8Array) => {
    bytes += update.byteLength;
  };
  board.doc?.on('update', count);
  board.doc?.transact(() => {
    for (const element of newer) board.set(element.id, toKeep(element as BoardElement));
  }, here);
  board.doc?.off('update', count);
  return bytes;
}

const kinds: ReadonlySet<string> = new Set(BoardElement.shape.type.options);
const isTaken = ({ type }: DrawnElement) => kinds.has(type);

/** Begun and with nothing to see yet: most of these are gone again a moment later, without a word. */
function isNothing(element: DrawnElement): boolean {
  const { points, text, width, height, isDeleted } = element as BoardElement;
  if (isDeleted) return true;
  if (points !== undefined) return points.length < 2;
  return text !== undefined ? text === '' : width === 0 && height === 0;
}

/** A sixteenth of a point is finer than any screen, and takes half the room of more. */
const fine = (n: number) => Math.round(n * 16) / 16;

/** As it is kept: Excalidraw changes its elements in place. What is deleted keeps no more than its ends. */
function toKeep(element: BoardElement): BoardElement {
  const { points, pressures } = element;
  const kept = structuredClone({ ...element });
  if (points !== undefined && element.type === 'freedraw') {
    kept.points = points.map(([x, y]) => [fine(x), fine(y)]);
    if (pressures) kept.pressures = pressures.map((pressure) => Math.round(pressure * 256) / 256);
  }
  if (element.isDeleted && points !== undefined && points.length > 2)
    Object.assign(kept, {
      points: [points[0], points.at(-1)],
      ...(pressures && { pressures: pressures.slice(0, 2) }),
    });
  return kept;
}
