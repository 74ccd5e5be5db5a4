import { syncingLater } from '../disk/later.ts';
import { reached } from '../failpoints.ts';
import type { Action } from '../plan/reconcile.ts';
import { refusal } from '../remote/chunks.ts';
import { Unreachable } from '../remote/client.ts';
import { fetchContents } from '../remote/fetch-contents.ts';
import { budget } from './budget.ts';
import { fetchLarge } from './fetch-large.ts';
import { noteIncoming } from './incoming.ts';
import type { ActionOf, Job } from './job.ts';
import { checkPlace, placeFile } from './place-file.ts';
import { fetchWhole, keepBytes } from './temporary.ts';

type Download = ActionOf<'download'>;

/** Longer files are fetched by themselves. */
const SMALL = 4 * 1024 * 1024;
const FILES_AT_ONCE = 500;
const BYTES_AT_ONCE = 16 * 1024 * 1024;
/** Requests on their way. */
const LANES = 3;
/** Bytes being written, synced and placed at the same time. Many wait for the disk together; each counts as at least so much. */
const BYTES_WRITTEN = 32 * 1024 * 1024;
const LEAST = 128 * 1024;

/**
 * Fetches files: many small ones in a request, long ones by themselves; each is written beside, synced and given its place. Folders
 * are synced once for a request, and only then is anything noted.
 * @throws what stops the whole pass; what was placed until then is noted
 */
export async function downloadFiles(job: Job, actions: readonly Download[]): Promise<void> {
  const writers = budget(BYTES_WRITTEN);
  const units = unitsOf(job, actions)[Symbol.iterator]();
  let stop: { error: unknown } | undefined;
  const lane = async () => {
    for (let next = units.next(); !next.done && !stop; next = units.next())
      await downloadUnit(job, next.value, writers).catch((error) => {
        stop ??= { error };
      });
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (stop) throw (stop as { error: unknown }).error;
}

const sizeOf = ({ state, ledger }: Job, { key }: Download) => state.remote.get(ledger.keyOf(key))?.size ?? 0;

/** What is fetched together, in the order of the plan. */
function* unitsOf(job: Job, actions: readonly Download[]): Generator<Download[], void, void> {
  let unit: Download[] = [];
  let bytes = 0;
  for (const action of actions) {
    const size = sizeOf(job, action);
    if (size > SMALL) {
      yield [action];
      continue;
    }
    if (unit.length === FILES_AT_ONCE || bytes + size > BYTES_AT_ONCE) {
      yield unit;
      [unit, bytes] = [[], 0];
    }
    unit.push(action);
    bytes += size;
  }
  if (unit.length > 0) yield unit;
}

async function downloadUnit(job: Job, unit: readonly Download[], writers: ReturnType<typeof budget>): Promise<void> {
  const { ledger, state, tally, signal } = job;
  const later = syncingLater(job.disk);
  const there = { ...job, disk: later.disk };
  const placed: Action[] = [];
  const writing: Promise<void>[] = [];
  let stop: { error: unknown } | undefined;
  /** Whatever goes wrong with one file is told for that file, unless it concerns all. */
  const attempt = async (action: Download, work: () => Promise<void>) => {
    try {
      await work();
      placed.push(action);
    } catch (error) {
      try {
        if (signal?.aborted) throw error;
        tally.fail(action, error);
      } catch {
        stop ??= { error };
      }
    }
  };
  const alone = (action: Download) =>
    attempt(action, async () => placeFile(there, action, await fetchWhole(there, ledger.remoteOf(action.key))));

  let left: Download[] = [];
  for (const action of unit) {
    try {
      job.step?.(action);
      ledger.remoteOf(action.key);
      checkPlace(job, action);
      left.push(action);
    } catch (error) {
      tally.fail(action, error);
    }
  }
  const [batch, expected] = [noteIncoming(job, left), left.length];
  const [only] = left;
  if (only && sizeOf(job, only) > SMALL) {
    left = [];
    await attempt(only, async () => placeFile(there, only, await fetchLarge(there, only)));
  }
  while (left.length > 0 && !stop) {
    let came = 0;
    try {
      const items = left.map(({ key }) => {
        const { key: id, version } = ledger.remoteOf(key);
        return { id, version, offset: 0 };
      });
      for await (const { head, bytes } of fetchContents(job.client, items, signal)) {
        const action = left[came] as Download;
        const content = Buffer.allocUnsafeSlow(head.length);
        let at = 0;
        for await (const part of bytes) {
          content.set(part, at);
          at += part.length;
          tally.passed(part.length);
        }
        came++;
        const weight = Math.max(LEAST, head.length);
        await writers.take(weight);
        const work = attempt(action, async () => {
          if (!head.ok) throw refusal(head.code);
          const temporary = await keepBytes(there, ledger.remoteOf(action.key), content);
          await placeFile(there, action, temporary);
        }).finally(() => writers.give(weight));
        writing.push(work);
        if (stop) break;
      }
      left = left.slice(came);
    } catch (error) {
      if (signal?.aborted || !(error instanceof Unreachable)) {
        stop ??= { error };
        break;
      }
      left = left.slice(came);
      // Cut off at its first file: asked for by itself, the hub says why.
      const blocked = came === 0 ? left.shift() : undefined;
      if (blocked) await alone(blocked);
    }
  }
  await Promise.all(writing);
  await later.flush();
  reached('download.flushed');
  state.together(() => {
    for (const { key } of placed) ledger.settle(key);
    if (placed.length === expected) state.arrived(batch);
  });
  reached('download.noted');
  for (const action of placed) tally.done(action);
  if (stop) throw stop.error;
}
