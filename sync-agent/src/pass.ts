import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from './apply/deeds.ts';
import { execute } from './apply/execute.ts';
import { dropParts } from './apply/fetch-large.ts';
import { recoverHeld } from './apply/hold.ts';
import { claimIncoming, finishMoves } from './apply/incoming.ts';
import type { Work } from './apply/job.ts';
import { reached } from './failpoints.ts';
import { RootMissing } from './observe/scan.ts';
import { TICK_MS } from './observe/stat.ts';
import { type Pair, Paused } from './pair.ts';
import type { Identified } from './plan/identify.ts';
import type { Plan } from './plan/reconcile.ts';
import { pathOf } from './plan/tree.ts';
import { pullChanges } from './remote/changes.ts';
import { Refused } from './remote/client.ts';

export interface PassOptions {
  /** A person agreed to a plan that removes most of the tree. */
  force?: boolean | undefined;
  /** Whether the hub may have changed since it was last asked; asked again before each plan. Without, it is pulled once. */
  isNews?: ((isFirst: boolean) => boolean) | undefined;
  signal?: AbortSignal | undefined;
  step?: Work['step'];
  progress?: ((progress: Progress) => void) | undefined;
  did?: Work['did'];
}

export interface PassResult {
  /** Checked: folder and space are equal, save for `problems`. */
  synced: boolean;
  /** Steps done. */
  done: number;
  problems: { path: string; why: string }[];
}

const MAX_ROUNDS = 60;
const MAX_FRUITLESS = 4;
const MAX_GLANCES = 5;

/**
 * Looks at both sides, plans, does the plan, and again until there is nothing left to do.
 * @throws {Paused | Refused | Unreachable}
 */
export async function syncPass(pair: Pair, options: PassOptions = {}): Promise<PassResult> {
  const { state, client, saved, observer } = pair;
  let done = 0;
  let fruitless = 0;
  let glances = 0;
  let failed: PassResult['problems'] = [];
  await observe(pair);
  reached('scan.done');
  const { isNews = (isFirst: boolean) => isFirst } = options;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (isNews(round === 0)) {
      await pull(pair);
      state.claimSent();
    }
    options.signal?.throwIfAborted();
    const { plan, found } = pair.planner.plan(pair);
    if (plan.brake && !options.force)
      throw new Paused({ why: 'brake', detail: `${plan.brake.side} ${plan.brake.removes}/${plan.brake.of}` });
    const isDone = plan.actions.length === 0;
    // Files written in this very moment are read once more before anything is called synchronised.
    if (isDone && observer.unsettled.size > 0 && glances++ < MAX_GLANCES) {
      await sleep(TICK_MS * 2);
      await observe(pair);
      continue;
    }
    if (isDone || fruitless >= MAX_FRUITLESS || (fruitless > 0 && failed.length === plan.actions.length)) {
      const problems = [...failed, ...problemsOf(pair, plan, found)];
      const synced = isDone && plan.waiting.length === 0 && observer.unsettled.size === 0;
      if (synced) {
        await dropParts(pair.disk, saved.root);
        state.lastSync = Date.now();
      }
      reached('pass.done');
      return { synced, done, problems };
    }
    const touched = new Set<string>();
    try {
      const outcome = await execute(plan, {
        disk: pair.disk,
        root: saved.root,
        rootId: saved.rootId,
        client,
        spaceId: saved.spaceId,
        state,
        found,
        machine: pair.machine,
        date: today(),
        touched,
        signal: options.signal,
        step: options.step,
        progress: options.progress,
        did: options.did,
      });
      done += outcome.done;
      failed = outcome.failed;
      fruitless = outcome.done > 0 ? 0 : fruitless + 1;
      if (fruitless > 1) pair.planner.doubtAll();
      if (fruitless > 0 && outcome.stale > 0) await sleep(100 * fruitless);
      if (outcome.remoteChanged) await pull(pair);
      state.claimSent();
    } finally {
      if (pair.due !== 'all') for (const folder of touched) pair.due.add(folder);
    }
    await observe(pair);
  }
  return { synced: false, done, problems: failed };
}

/** YYYY-MM-DD */
const today = () => new Date(Date.now()).toISOString().slice(0, 10);

/** @throws {Paused} when the space is not this account's any more: nothing follows for the files here */
async function pull({ client, saved, state }: Pair): Promise<void> {
  try {
    await pullChanges(client, saved.spaceId, state);
  } catch (error) {
    throw error instanceof Refused && error.code === 'not_found'
      ? new Paused({ why: 'root_gone', detail: saved.root })
      : error;
  }
}

/** Looks at what is due. A root that is not there, or not ours, says nothing about its files. */
async function observe(pair: Pair) {
  const { root, rootId } = pair.saved;
  const { disk, machine, state } = pair;
  const check = () => {
    if (!pair.isOurs()) throw new Paused({ why: 'root_missing', detail: root });
  };
  check();
  let due = pair.due;
  pair.due = new Set();
  try {
    const where = { disk, root, rootId, machine, date: today() };
    if (await recoverHeld(where, state)) due = 'all';
    if (await finishMoves(where, state)) due = 'all';
    await pair.observer.observe(due);
    check();
    claimIncoming(state, rootId, pair.observer.surface);
  } catch (error) {
    pair.due = 'all';
    throw error instanceof RootMissing ? new Paused({ why: 'root_missing', detail: root }) : error;
  }
}

function problemsOf(
  { observer, state, saved: { rootId } }: Pair,
  plan: Plan,
  { left }: Identified,
): PassResult['problems'] {
  const problems: PassResult['problems'] = [];
  for (const [path, { why }] of observer.left()) if (why !== 'own_folder') problems.push({ path, why });
  for (const [path, why] of left) problems.push({ path, why });
  for (const { key, reason } of plan.waiting)
    problems.push({ path: pathOf(state.remote, rootId, key) ?? pathOf(state.base, rootId, key) ?? key, why: reason });
  return problems;
}
