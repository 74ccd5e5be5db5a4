import type { Node } from '@diwan/protocol/ibox.ts';

/** The files whose names are taken by files of the folder. */
export function clashes<F extends { name: string }>(files: readonly F[], nodes: readonly Node[]): F[] {
  const taken = new Set(nodes.filter((node) => node.kind === 'file').map((node) => nameKey(node.name)));
  return files.filter((file) => taken.has(nameKey(file.name)));
}

/** As the hub compares names: composed, and without regard to case. */
const nameKey = (name: string) => name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');

/** How many characters of a file's name to preselect for renaming: all but the extension. */
export function stemLength(name: string): number {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? dot : name.length;
}

export type UploadState = 'waiting' | 'sending' | 'storing' | 'done' | 'failed' | 'cancelled';

/** Which waiting upload may start, at most `limit` at once, first come first served. */
export function nextUpload<U extends { state: UploadState }>(uploads: readonly U[], limit: number): U | undefined {
  return uploads.filter(isRunning).length >= limit ? undefined : uploads.find((upload) => upload.state === 'waiting');
}

export const isRunning = ({ state }: { state: UploadState }): boolean => state === 'sending' || state === 'storing';
export const isUnfinished = (upload: { state: UploadState }): boolean =>
  upload.state === 'waiting' || isRunning(upload);

/** How full an account is: `nearly` from nine tenths on. */
export function fullness(usedBytes: number, quotaBytes: number): { ratio: number; level: 'fine' | 'nearly' | 'full' } {
  const ratio = Math.min(1, usedBytes / quotaBytes);
  return { ratio, level: ratio >= 1 ? 'full' : ratio >= 0.9 ? 'nearly' : 'fine' };
}

/** Whole days until `instant`, counted from `now` (both ms) and never below 0. */
export const daysUntil = (instant: number, now: number): number =>
  Math.max(0, Math.ceil((instant - now) / (24 * 3600 * 1000)));
