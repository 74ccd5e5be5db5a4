import { isCode } from '../disk/disk.ts';
import type { Action } from '../plan/reconcile.ts';
import { Refused, Unreachable } from '../remote/client.ts';
import type { Progress } from './deeds.ts';
import { Stale } from './hold.ts';

export interface Outcome {
  done: number;
  /** Steps whose side was not as planned any more. */
  stale: number;
  /** The hub's tree is not as it was known. */
  remoteChanged: boolean;
  failed: { path: string; why: string }[];
}

/** Counts what became of each step. */
export interface Tally {
  readonly outcome: Outcome;
  /** Done and noted. */
  done(action: Action): void;
  /** So many bytes of a content are over, though the whole may not be. */
  passed(bytes: number): void;
  /** @throws the error itself when it stops the whole pass */
  fail(action: Action, error: unknown): void;
}

interface TallyOptions {
  actions: readonly Action[];
  describe: (action: Action) => string;
  sizeOf: (action: Action) => number;
  tell: (action: Action) => void;
  progress?: ((progress: Progress) => void) | undefined;
}

export function openTally({ actions, describe, sizeOf, tell, progress }: TallyOptions): Tally {
  const outcome: Outcome = { done: 0, stale: 0, remoteChanged: false, failed: [] };
  const contents = actions.filter(isContent);
  const bytes = contents.reduce((sum, action) => sum + sizeOf(action), 0);
  let filesDone = 0;
  let passed = 0;
  const show = () =>
    progress?.({
      left: actions.length - outcome.done - outcome.stale - outcome.failed.length,
      files: contents.length,
      filesDone,
      bytes,
      // What was sent twice, as a file that was written to meanwhile, counts once.
      bytesDone: Math.min(passed, bytes),
    });
  show();
  return {
    outcome,
    done(action) {
      outcome.done++;
      if (isContent(action)) filesDone++;
      tell(action);
      show();
    },
    passed(more) {
      passed += more;
      show();
    },
    fail(action, error) {
      if (stopsAll(error)) throw error;
      if (error instanceof Stale || isCode(error, 'ENOENT', 'ENOTDIR', 'EEXIST')) outcome.stale++;
      else if (error instanceof Refused && isOutdated(error)) {
        outcome.stale++;
        outcome.remoteChanged = true;
      } else outcome.failed.push({ path: describe(action), why: reasonOf(error) });
    },
  };
}

const isContent = ({ do: what }: Action) => what === 'upload' || what === 'download';

/** Concerns the account, the hub or the disk as a whole, not this one file. */
export function stopsAll(error: unknown): boolean {
  if (error instanceof Unreachable || isCode(error, 'ENOSPC', 'EDQUOT', 'EROFS')) return true;
  if (!(error instanceof Refused)) return !(error instanceof Stale) && !(error as NodeJS.ErrnoException).syscall;
  return !isOutdated(error) && !ofOneFile.includes(error.code);
}

const ofOneFile: string[] = [
  ...['name_invalid', 'too_large', 'quota_exceeded', 'locked', 'forbidden', 'content_corrupt', 'bad_request'],
  'still_shared',
];

const isOutdated = ({ code }: Refused) =>
  ['conflict', 'name_taken', 'not_found', 'move_into_itself', 'upload_incomplete'].includes(code);

const reasonOf = (error: unknown) =>
  error instanceof Refused ? error.code : String((error as NodeJS.ErrnoException).code ?? error);
