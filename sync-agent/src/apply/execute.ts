import type { Action, Plan } from '../plan/reconcile.ts';
import { changeLocal, type LocalChange } from './change-local.ts';
import { changeRemote, type RemoteChange } from './change-remote.ts';
import { openDeeds } from './deeds.ts';
import { downloadFiles } from './download.ts';
import type { Job, Work } from './job.ts';
import { openLedger } from './ledger.ts';
import { type Outcome, openTally } from './tally.ts';
import { uploadFiles } from './upload.ts';

/**
 * Does a plan, noting what is done as soon as it is durable: first names, in the order of the plan, then contents both ways at once.
 * A step whose side has changed is left for the next plan.
 * @throws what stops the whole pass: {Refused} that concerns the account or the hub, {Unreachable}, ENOSPC, abort
 */
export async function execute(plan: Plan, work: Work): Promise<Outcome> {
  const ledger = openLedger(plan, work);
  const { sizeOf, tell } = openDeeds(plan, work, ledger);
  const { describe } = ledger;
  const tally = openTally({ actions: plan.actions, describe, sizeOf, tell, progress: work.progress });
  const job: Job = { ...work, ledger, tally };

  for (const run of runsOf(plan.actions)) {
    work.signal?.throwIfAborted();
    if (run.kind === 'local') await changeLocal(job, run.actions as LocalChange[]);
    else if (run.kind === 'remote') await changeRemote(job, run.actions as RemoteChange[]);
    else note(job, run.actions);
  }
  const ends = await Promise.allSettled([
    downloadFiles(
      job,
      plan.actions.filter((action) => action.do === 'download'),
    ),
    uploadFiles(
      job,
      plan.actions.filter((action) => action.do === 'upload'),
    ),
  ]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  note(
    job,
    plan.actions.filter((action) => action.do === 'forget'),
  );
  return tally.outcome;
}

interface Run {
  kind: 'note' | 'local' | 'remote';
  actions: Action[];
}

/** Steps of one kind that follow each other, but for contents and what is to be forgotten. */
function* runsOf(actions: readonly Action[]): Generator<Run, void, void> {
  let run: Run | undefined;
  for (const action of actions) {
    if (action.do === 'upload' || action.do === 'download' || action.do === 'forget') continue;
    const kind = action.do === 'agree' ? 'note' : action.side;
    if (run?.kind === kind) run.actions.push(action);
    else {
      if (run) yield run;
      run = { kind, actions: [action] };
    }
  }
  if (run) yield run;
}

/** What is so already. */
function note({ step, state, ledger, tally }: Job, actions: readonly Action[]): void {
  const done: Action[] = [];
  state.together(() => {
    for (const action of actions) {
      step?.(action);
      try {
        if (action.do === 'forget') state.forget(action.key);
        else ledger.settle(action.key);
        done.push(action);
      } catch (error) {
        tally.fail(action, error);
      }
    }
  });
  for (const action of done) tally.done(action);
}
