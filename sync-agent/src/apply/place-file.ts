import { basename, dirname, join } from 'node:path';
import { reached } from '../failpoints.ts';
import type { Seen } from '../plan/identify.ts';
import type { Place } from '../plan/merge.ts';
import { type Key, wantsExecutable } from '../plan/tree.ts';
import { moveObject, placeNew, replaceFile } from './change-disk.ts';
import { Stale } from './hold.ts';
import type { ActionOf, Job } from './job.ts';
import { removeTemporary } from './temporary.ts';

type Download = ActionOf<'download'>;

/**
 * @throws {Stale} when there is something where a new file is to be, or the file to be replaced was moved or written to so lately that
 * its stat does not tell its content
 */
export function checkPlace({ disk, ledger }: Job, { key, to, keepAs }: Download): void {
  const old = ledger.find(key);
  if (old && !old.settled && keepAs === undefined) throw new Stale(`to be read again: ${old.path}`);
  if (old) return;
  const path = ledger.placePath(to);
  if (disk.look(ledger.full(path))) throw new Stale(`taken: ${path}`);
}

/** Gives a finished temporary file its place. It may be noted once its folder is synced. @throws {Stale} */
export async function placeFile(job: Job, { key, to, keepAs }: Download, temporary: string): Promise<void> {
  const { disk, ledger, state } = job;
  try {
    const R = ledger.remoteOf(key);
    const old = ledger.find(key);
    const path = old ? ledger.pathOf(key) : ledger.placePath(to);
    const full = ledger.full(path);
    const spot = old ? (ledger.spotOf(key) as Place) : to;
    const kept = (copy: string) => {
      state.addConflict({ at: Date.now(), path, copy });
      job.did?.({ did: 'conflict', at: 'here', path, other: copy });
    };
    const executable = await setBit(job, key, temporary);
    let stat: Seen['stat'];
    if (!old) stat = await placeNew(job, temporary, full);
    else if (keepAs === undefined) {
      const done = await replaceFile(job, temporary, full, old.stat);
      stat = done.stat;
      if (done.rescued) kept(basename(done.rescued));
    } else {
      const copy = join(dirname(path), keepAs);
      state.detach(R.key);
      await moveObject(job, full, ledger.full(copy), old);
      reached('download.aside');
      kept(keepAs);
      stat = await placeNew(job, temporary, full);
    }
    reached('download.placed');
    const name = basename(path);
    // Written a moment ago: it is read once more before its stat is trusted.
    const entry = { path, parentPath: dirname(path), name, kind: 'file', settled: false, sha256: R.sha256 } as const;
    ledger.put(key, { ...entry, stat, executable }, { parent: spot.parent, name });
  } catch (error) {
    await removeTemporary(disk, temporary);
    throw error;
  }
}

/** As it shall be, also where this side changed it and the hub the content. */
async function setBit({ disk, ledger, state }: Job, key: Key, temporary: string): Promise<boolean | null> {
  const R = ledger.remoteOf(key);
  const isWanted = wantsExecutable(state.base.get(R.key), ledger.find(key), R);
  const { executable = null } = disk.look(temporary) ?? {};
  if (executable === null || executable === isWanted) return executable;
  await disk.setExecutable(temporary, isWanted);
  return isWanted;
}
