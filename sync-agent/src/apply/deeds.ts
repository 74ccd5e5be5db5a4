import type { Action, Plan } from '../plan/reconcile.ts';
import { type Key, pathOf } from '../plan/tree.ts';
import type { Work } from './job.ts';
import type { Ledger } from './ledger.ts';

/** What was done, as the log tells it. `there`: on the hub, for what changed here; `here`: on this computer. */
export interface Deed {
  did: 'upload' | 'download' | 'move' | 'remove' | 'make-folder' | 'set' | 'conflict';
  at: 'here' | 'there';
  path: string;
  /** Where a moved thing was; the name of the copy that was kept, of a conflict. */
  other?: string;
  bytes?: number;
}

/** How far a plan is. */
export interface Progress {
  /** Steps to do. */
  left: number;
  /** Contents to bring over, and what of them is done. */
  files: number;
  filesDone: number;
  bytes: number;
  bytesDone: number;
}

/** The sizes of a plan's contents, and the words for its steps once they are done. */
export function openDeeds(plan: Plan, { found, state, rootId, did }: Work, ledger: Ledger) {
  const sizeOf = ({ do: what, key }: Action): number => {
    if (what === 'upload') return found.seen.get(key)?.stat.size ?? ledger.find(key)?.stat.size ?? 0;
    return what === 'download' ? (state.remote.get(ledger.keyOf(key))?.size ?? 0) : 0;
  };
  // Where things are on the side that is about to change.
  const before = new Map<Key, string>();
  if (did)
    for (const action of plan.actions) {
      if (action.do !== 'move' && action.do !== 'remove') continue;
      const { key, side } = action;
      before.set(
        key,
        (side === 'local' ? found.paths.get(key) : pathOf(state.remote, rootId, ledger.keyOf(key))) ?? key,
      );
    }

  return {
    sizeOf,
    tell(action: Action): void {
      if (!did || action.do === 'agree' || action.do === 'forget') return;
      const { do: what, key } = action;
      const side = what === 'download' ? 'local' : what === 'upload' ? 'remote' : action.side;
      const deed: Deed = { did: what, at: side === 'local' ? 'here' : 'there', path: '' };
      if (what === 'remove') did({ ...deed, path: before.get(key) ?? key });
      else if (what === 'move') did({ ...deed, path: ledger.describe(action), other: before.get(key) ?? key });
      else if (what === 'make-folder' || what === 'set') did({ ...deed, path: ledger.describe(action) });
      else did({ ...deed, path: ledger.describe(action), bytes: sizeOf(action) });
    },
  };
}
