import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Disk } from '../disk/disk.ts';
import type { Stat } from '../plan/tree.ts';
import type { Pace } from '../remote/pace.ts';
import { hashFile } from './hash.ts';
import type { Observer } from './scan.ts';

/** How far the reading of everything has come. */
export interface DeepScan {
  /** When it was begun, in ms since the epoch. */
  begun: number;
  /** The folder it has come to; null when it is through. */
  at: string | null;
}

export interface DeepScanned {
  disk: Disk;
  root: string;
  observer: Observer;
  records: { deepScan: DeepScan | undefined; doubt(stat: Stat): void };
  /** From the begin of one to the begin of the next, in ms. */
  period: number;
  pace: Pace;
  /** A file in this folder is not what its times and size say. */
  found: (folder: string) => void;
  signal: AbortSignal;
}

/** A file counts as at least so many bytes: opening one has its price too. */
const LEAST = 128 * 1024;
const LONGEST_SLEEP_MS = 3600_000;

/**
 * Reads every file again, slowly, for contents that changed while size and times did not: a disk that fails, a program or a file system
 * that tells no times. What differs is doubted, and then read and sent like any other change. Goes on where it was when the agent ended;
 * the first is due a period after the first start, as all was just read.
 */
export async function deepScan({ disk, root, observer, records, ...options }: DeepScanned): Promise<void> {
  const { period, pace, found, signal } = options;
  records.deepScan ??= { begun: Date.now(), at: null };
  for (;;) {
    const last: DeepScan = records.deepScan;
    if (last.at === null) await sleepUntil(last.begun + period, signal);
    const begun = last.at === null ? Date.now() : last.begun;
    for (const folder of observer.folders().filter((path) => path >= (last.at ?? ''))) {
      records.deepScan = { begun, at: folder };
      for (const { kind, path, stat, sha256, settled } of [...observer.surface.in(folder)]) {
        if (kind !== 'file' || !settled) continue;
        await pace(LEAST, signal);
        const paced = (bytes: number) => pace(bytes, signal);
        // One that cannot be read is doubted too: looking at it again, it is told.
        const now = await hashFile(disk, join(root, path), stat, paced).catch(() => 'unreadable');
        signal.throwIfAborted();
        if (now === undefined || now === sha256) continue;
        records.doubt(stat);
        observer.doubt(path);
        found(folder);
      }
    }
    records.deepScan = { begun, at: null };
  }
}

/** A timer of more than some weeks would end at once. */
async function sleepUntil(time: number, signal: AbortSignal): Promise<void> {
  for (let left = time - Date.now(); left > 0; left = time - Date.now())
    await sleep(Math.min(left, LONGEST_SLEEP_MS), undefined, { signal });
}
