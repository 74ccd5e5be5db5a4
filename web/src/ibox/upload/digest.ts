/** A chunk of a file: it follows the one before. The hash is SHA-256 in hex. */
export interface Cut {
  length: number;
  hash: string;
}
export interface DigestRequest {
  id: number;
  file: Blob;
  from: number;
}
/** No cuts: the file can't be read. */
export interface DigestReply {
  id: number;
  cuts: Cut[] | undefined;
}

/** The file on the person's disk is gone, has changed since it was chosen, or may not be read. */
export class FileUnreadable extends Error {}

/**
 * Cuts the next stretch of a file into chunks, and hashes them, beside the page.
 * @param from where a chunk begins, in bytes
 * @throws {FileUnreadable}
 */
export type Digest = (file: Blob, from: number) => Promise<Cut[]>;

const most = 2;

/** Workers that cut and hash, begun when first needed. */
export function digestWorkers(): Digest {
  const workers: { worker: Worker; waiting: Map<number, PromiseWithResolvers<Cut[]>> }[] = [];
  let lastId = 0;

  function start() {
    const worker = new Worker(new URL('./digest-worker.ts', import.meta.url), { type: 'module' });
    const waiting = new Map<number, PromiseWithResolvers<Cut[]>>();
    worker.onmessage = ({ data: { id, cuts } }: MessageEvent<DigestReply>) => {
      if (cuts) waiting.get(id)?.resolve(cuts);
      else waiting.get(id)?.reject(new FileUnreadable());
      waiting.delete(id);
    };
    worker.onerror = () => {
      workers.splice(workers.indexOf(started), 1);
      for (const { reject } of waiting.values()) reject(new Error('the hashing worker ended'));
    };
    const started = { worker, waiting };
    workers.push(started);
    return started;
  }

  return (file, from) => {
    const idlest = workers.toSorted((a, b) => a.waiting.size - b.waiting.size)[0];
    const busy = idlest === undefined || idlest.waiting.size > 0;
    const wanted = Math.min(most, navigator.hardwareConcurrency);
    const { worker, waiting } = busy && workers.length < wanted ? start() : (idlest ?? start());
    const id = ++lastId;
    const answer = Promise.withResolvers<Cut[]>();
    waiting.set(id, answer);
    worker.postMessage({ id, file, from } satisfies DigestRequest);
    return answer.promise;
  };
}
