/** One file on its way, as the person sees it. */
export interface Upload {
  id: number;
  name: string;
  /** Names of the dropped folders that it is in. */
  path: readonly string[];
  size: number;
  state: UploadState;
  /** Rises with each start: what an earlier attempt still has to say is not heard. */
  attempt: number;
  /** Bytes that are on the hub or on their way there. */
  sent: number;
  /** How many of these were on the hub before. */
  known: number;
  error?: unknown;
}

/** `storing`: all bytes are on the hub, and the request that makes them a file is out; there is no way back from it. */
export type UploadState = 'waiting' | 'sending' | 'storing' | 'paused' | 'done' | 'failed' | 'cancelled';

export type UploadEvent =
  | { type: 'start' | 'pause' | 'resume' | 'cancel' | 'retry' }
  | { type: 'bytes'; attempt: number; sent: number; known: number }
  | { type: 'store' | 'done'; attempt: number }
  | { type: 'fail'; attempt: number; error: unknown };

/** What becomes of an upload; the same object when the event says nothing to it any more. */
export function step(upload: Upload, event: UploadEvent): Upload {
  const { state } = upload;
  if ('attempt' in event && event.attempt !== upload.attempt) return upload;
  switch (event.type) {
    case 'start':
      return state === 'waiting'
        ? { ...upload, state: 'sending', attempt: upload.attempt + 1, sent: 0, known: 0 }
        : upload;
    case 'bytes':
      return state === 'sending' ? { ...upload, sent: event.sent, known: event.known } : upload;
    case 'store':
      return state === 'sending' ? { ...upload, state: 'storing' } : upload;
    case 'done':
      return state === 'storing' ? { ...upload, state: 'done', sent: upload.size } : upload;
    case 'fail':
      return isRunning(upload) ? { ...upload, state: 'failed', error: event.error } : upload;
    case 'pause':
      return state === 'waiting' || state === 'sending' ? { ...upload, state: 'paused' } : upload;
    case 'resume':
      return state === 'paused' ? { ...upload, state: 'waiting' } : upload;
    case 'cancel':
      return state === 'waiting' || state === 'sending' || state === 'paused'
        ? { ...upload, state: 'cancelled' }
        : upload;
    case 'retry':
      return state === 'failed' || state === 'cancelled' ? { ...upload, state: 'waiting', sent: 0, known: 0 } : upload;
  }
}

export const isRunning = ({ state }: { state: UploadState }): boolean => state === 'sending' || state === 'storing';
/** Whether closing the page would lose it. */
export const isUnfinished = (upload: { state: UploadState }): boolean =>
  upload.state === 'waiting' || upload.state === 'paused' || isRunning(upload);

/** Small files travel together, many in a request; large ones one by one, two at a time. Sizes in bytes. */
export const limits = { large: 8 * 1024 ** 2, largeAtOnce: 2, smallAtOnce: 500, smallBytesAtOnce: 64 * 1024 ** 2 };

/** Which waiting uploads may start now, first come first served. */
export function startable<U extends Pick<Upload, 'state' | 'size'>>(uploads: readonly U[]): U[] {
  let large = 0;
  let small = 0;
  let smallBytes = 0;
  const count = ({ size }: U) => {
    if (size >= limits.large) large += 1;
    else {
      small += 1;
      smallBytes += size;
    }
  };
  for (const upload of uploads) if (isRunning(upload)) count(upload);
  return uploads.filter((upload) => {
    if (upload.state !== 'waiting') return false;
    const fits =
      upload.size >= limits.large
        ? large < limits.largeAtOnce
        : small < limits.smallAtOnce && smallBytes < limits.smallBytesAtOnce;
    if (fits) count(upload);
    return fits;
  });
}

/** All uploads in figures. Bytes are of those that are not cancelled or failed. */
export interface Totals {
  /** How many there are in each state. */
  count: Record<UploadState, number>;
  unfinished: number;
  sent: number;
  known: number;
  size: number;
}

export function totalsOf(uploads: readonly Upload[]): Totals {
  const count = { waiting: 0, sending: 0, storing: 0, paused: 0, done: 0, failed: 0, cancelled: 0 };
  const totals = { count, unfinished: 0, sent: 0, known: 0, size: 0 };
  for (const upload of uploads) {
    count[upload.state] += 1;
    if (isUnfinished(upload)) totals.unfinished += 1;
    if (upload.state === 'failed' || upload.state === 'cancelled') continue;
    totals.sent += upload.sent;
    totals.known += upload.known;
    totals.size += upload.size;
  }
  return totals;
}

const order: readonly UploadState[] = ['failed', 'storing', 'sending', 'paused', 'waiting', 'cancelled', 'done'];

/** The uploads to show: what asks for attention first, then what moves, at most `most`. */
export function shown(uploads: readonly Upload[], most: number): Upload[] {
  const lists = new Map<UploadState, Upload[]>(order.map((state) => [state, []]));
  for (const upload of uploads) lists.get(upload.state)?.push(upload);
  return [...lists.values()].flat().slice(0, most);
}
