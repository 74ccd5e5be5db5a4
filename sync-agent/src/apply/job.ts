import type { Disk } from '../disk/disk.ts';
import type { Identified } from '../plan/identify.ts';
import type { Action } from '../plan/reconcile.ts';
import type { Key } from '../plan/tree.ts';
import type { Client } from '../remote/client.ts';
import type { PairState } from '../state/pair-state.ts';
import type { Deed, Progress } from './deeds.ts';
import type { Ledger } from './ledger.ts';
import type { Tally } from './tally.ts';

export interface Work {
  disk: Disk;
  root: string;
  /** The folder on the hub that is the root. */
  rootId: Key;
  client: Client;
  spaceId: string;
  state: PairState;
  found: Identified;
  machine: string;
  /** YYYY-MM-DD */
  date: string;
  signal?: AbortSignal | undefined;
  /** Gets the local folders to look at again, also when the pass ends early. */
  touched: Set<string>;
  /** Called before each step: tests stop an agent here, as a crash would. */
  step?: ((action: Action) => void) | undefined;
  progress?: ((progress: Progress) => void) | undefined;
  /** Told of each step that is done and noted. */
  did?: ((deed: Deed) => void) | undefined;
}

/** A plan being done. */
export interface Job extends Work {
  ledger: Ledger;
  tally: Tally;
}

export type ActionOf<D extends Action['do']> = Extract<Action, { do: D }>;
