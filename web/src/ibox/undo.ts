import type { Outcome } from './changes.ts';

type Undo = () => Promise<Outcome>;
let last: Undo | undefined;

/** Remembers how the last change is taken back. */
export function rememberUndo(undo: Undo): void {
  last = undo;
}

/** The way back of a change, once. */
export function takeUndo(undo = last): Undo | undefined {
  if (undo === last) last = undefined;
  return undo;
}
