import { codeOf, localProblem } from '../wire/problem.ts';
import { hubInfoQuery, queryClient } from '../wire/queries.ts';
import { onSessionSignal } from '../wire/signals.ts';
import { type OnConflict, uploadFile } from '../wire/upload.ts';
import { isUnfinished, nextUpload, type UploadState } from './model.ts';

export type Upload = {
  id: number;
  parentId: string;
  file: File;
  onConflict: OnConflict;
  state: UploadState;
  /** Bytes gone out. */
  sent: number;
  error?: unknown;
};

const atOnce = 2;
const aborts = new Map<number, AbortController>();
const listeners = new Set<() => void>();
let uploads: readonly Upload[] = [];
let lastId = 0;

/** The uploads of this page, which go on while the person moves about. */
export const uploadList = {
  get: (): readonly Upload[] => uploads,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export function addUploads(parentId: string, files: readonly File[], onConflict: OnConflict): void {
  const added = files.map((file): Upload => {
    lastId += 1;
    return { id: lastId, parentId, file, onConflict, state: 'waiting', sent: 0 };
  });
  set([...uploads, ...added]);
  startWaiting();
}

export function cancelUpload(id: number): void {
  aborts.get(id)?.abort();
  const upload = uploads.find((one) => one.id === id);
  if (upload?.state === 'waiting') change(id, { state: 'cancelled' });
}

export function retryUpload(id: number): void {
  change(id, { state: 'waiting', sent: 0 });
  startWaiting();
}

export function clearUploads(): void {
  set(uploads.filter(isUnfinished));
}

function startWaiting(): void {
  for (let next = nextUpload(uploads, atOnce); next; next = nextUpload(uploads, atOnce)) void run(next);
}

async function run({ id, parentId, file, onConflict }: Upload): Promise<void> {
  const abort = new AbortController();
  aborts.set(id, abort);
  change(id, { state: 'sending' });
  // All bytes gone out is not yet stored: only the answer says that.
  const onProgress = (sent: number) => change(id, { sent, state: sent >= file.size ? 'storing' : 'sending' });
  try {
    const limit = queryClient.getQueryData(hubInfoQuery.queryKey)?.maxUploadBytes;
    if (limit !== undefined && file.size > limit) throw localProblem('too_large', 413);
    await uploadFile(parentId, file, onConflict, onProgress, abort.signal);
    change(id, { state: 'done', sent: file.size });
    void queryClient.invalidateQueries({ queryKey: ['ibox'] });
  } catch (error) {
    change(id, abort.signal.aborted ? { state: 'cancelled' } : { state: 'failed', error });
    if (codeOf(error) === 'not_found') void queryClient.invalidateQueries({ queryKey: ['ibox'] });
  } finally {
    aborts.delete(id);
    startWaiting();
  }
}

function change(id: number, part: Partial<Upload>): void {
  set(uploads.map((upload) => (upload.id === id ? { ...upload, ...part } : upload)));
}

function set(next: readonly Upload[]): void {
  uploads = next;
  for (const listener of listeners) listener();
}

// The next person at this machine is not shown what this one was sending; a session that only expired is taken up again.
onSessionSignal((signal) => {
  if (signal === 'terms-required' || signal === 'unauthenticated') return;
  for (const abort of aborts.values()) abort.abort();
  set([]);
});

window.addEventListener('beforeunload', (event) => {
  if (uploads.some(isUnfinished)) event.preventDefault();
});
