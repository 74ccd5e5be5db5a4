import { basename, dirname } from 'node:path';
import { syncingLater } from '../disk/later.ts';
import { reached } from '../failpoints.ts';
import type { Place } from '../plan/merge.ts';
import type { Action } from '../plan/reconcile.ts';
import { makeFolder, moveObject, recheck, recheckWay, removeObject } from './change-disk.ts';
import { Stale } from './hold.ts';
import { noteIncoming } from './incoming.ts';
import type { ActionOf, Job } from './job.ts';
import { stopsAll } from './tally.ts';

export type LocalChange = ActionOf<'move' | 'remove' | 'make-folder' | 'set'>;

const halfDone = { move: 'here.moved', remove: 'here.removed', 'make-folder': 'here.made', set: 'here.set' } as const;

const UNLINKED_AT_ONCE = 64;

/**
 * Moves, removes and makes folders on the disk, in order. Each folder is synced once for all of them, and only then is anything noted.
 * @throws what stops the whole pass; what was done until then is noted
 */
export async function changeLocal(job: Job, actions: readonly LocalChange[]): Promise<void> {
  const { disk, flush } = syncingLater(job.disk);
  const done: Action[] = [];
  let stop: { error: unknown } | undefined;
  const batch = noteIncoming(job, actions);
  /** Where what is named as a copy was. */
  const before = new Map<Action, string>();
  const unlinking = new Set<Promise<void>>();
  const isDone = (action: LocalChange) => {
    done.push(action);
    reached(halfDone[action.do]);
  };
  const failed = (action: LocalChange, error: unknown) => {
    if (stopsAll(error)) stop ??= { error };
    else job.tally.fail(action, error);
  };
  /** Giving blocks back waits for the disk, longer for one after the other than for many at once. */
  const unlink = (action: LocalChange, held: string) => {
    const work = disk
      .unlink(held)
      .then(
        () => isDone(action),
        (error) => failed(action, error),
      )
      .finally(() => unlinking.delete(work));
    unlinking.add(work);
  };
  for (const action of actions) {
    job.step?.(action);
    try {
      if (action.do === 'move' && action.isCopy) before.set(action, job.ledger.pathOf(action.key));
      const held = await change({ ...job, disk }, action);
      if (held === undefined) isDone(action);
      else unlink(action, held);
      if (unlinking.size >= UNLINKED_AT_ONCE) await Promise.race(unlinking);
    } catch (error) {
      failed(action, error);
    }
    if (stop) break;
  }
  await Promise.all(unlinking);
  await flush();
  reached('here.synced');
  job.state.together(() => {
    for (const action of done) note(job, action, before.get(action));
    if (done.length === actions.length) job.state.arrived(batch);
  });
  reached('here.noted');
  for (const action of done) job.tally.done(action);
  if (stop) throw stop.error;
}

/** @returns what is to be unlinked for the step to be done */
async function change(job: Job, action: LocalChange): Promise<string | undefined> {
  const { disk, ledger } = job;
  const { key } = action;
  switch (action.do) {
    case 'move': {
      const [entry, to] = [ledger.seenOf(key), ledger.placePath(action.to)];
      const stat = await moveObject(job, ledger.full(ledger.pathOf(key)), ledger.full(to), entry);
      // Moving it changed its ctime, as writing to it in that very moment would have: it is read once more.
      ledger.put(key, { ...entry, stat, settled: entry.kind === 'folder' }, action.to);
      return;
    }
    case 'set': {
      const [entry, path] = [ledger.seenOf(key), ledger.full(ledger.pathOf(key))];
      recheckWay(job, path);
      recheck(disk, path, entry);
      await disk.setExecutable(path, action.executable);
      const { executable = null, stat = entry.stat } = disk.look(path) ?? {};
      // As with a move.
      ledger.put(key, { ...entry, stat, executable, settled: false }, ledger.spotOf(key) as Place);
      return;
    }
    case 'remove': {
      const entry = ledger.seenOf(key);
      if (!entry.settled) throw new Stale(`to be read again: ${entry.path}`);
      return removeObject(job, ledger.full(ledger.pathOf(key)), entry);
    }
    case 'make-folder': {
      const path = ledger.placePath(action.to);
      const stat = await makeFolder(job, ledger.full(path));
      const { name } = action.to;
      const entry = {
        path,
        parentPath: dirname(path),
        name,
        kind: 'folder',
        stat,
        settled: true,
        sha256: null,
        executable: null,
      } as const;
      ledger.put(key, entry, action.to);
      return;
    }
  }
}

function note({ state, ledger, did }: Job, { do: what, key }: Action, copyOf: string | undefined) {
  if (copyOf !== undefined) {
    const copy = basename(ledger.pathOf(key));
    state.addConflict({ at: Date.now(), path: copyOf, copy });
    did?.({ did: 'conflict', at: 'here', path: copyOf, other: copy });
  }
  if (what === 'remove') state.forget(key);
  else if (state.remote.has(ledger.keyOf(key))) ledger.settle(key);
}
