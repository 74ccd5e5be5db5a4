import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Cut } from './digest.ts';

export interface Job {
  lane: number;
  kind: 'cut' | 'hash';
  /** In shared memory: nothing is copied. */
  bytes: Uint8Array;
  from: number;
  to: number;
  last: boolean;
}
export interface Reply {
  lane: number;
  cuts?: Cut[];
  sha256?: string;
}

/** Cutting and hashing of one content, beside the event loop. */
export interface Digest {
  /**
   * Takes the next bytes; those of one content in order, without waiting in between. The buffer must stay as it is until the answer.
   * @returns the chunks that ended, and with the last bytes the SHA-256 of the whole, in hex
   */
  add(bytes: Uint8Array, from: number, to: number, last: boolean): Promise<{ cuts: Cut[]; sha256: string | undefined }>;
  /** Ends it in any case. */
  close(): void;
}

/** Threads that cut and hash contents: as many as cores, at most 4, begun when first needed. */
export interface DigestPool {
  open(): Digest;
  close(): Promise<void>;
}

interface Thread {
  worker: Worker;
  /** What each lane waits for, oldest first. */
  lanes: Map<number, PromiseWithResolvers<Reply>[]>;
  /** Answers waited for, of all lanes: while there are any, the process stays. */
  waiting: number;
}

export function digestPool(size = Math.min(4, availableParallelism())): DigestPool {
  const threads: Thread[] = [];
  let lanesOpened = 0;
  let closed = false;

  function startThread(): Thread {
    const worker = new Worker(new URL('./digest-worker.ts', import.meta.url), { execArgv: [] });
    const thread: Thread = { worker, lanes: new Map(), waiting: 0 };
    const fail = (error: unknown) => {
      const place = threads.indexOf(thread);
      if (place !== -1) threads.splice(place, 1);
      for (const waiting of thread.lanes.values()) for (const { reject } of waiting.splice(0)) reject(error);
    };
    worker.on('message', (reply: Reply) => {
      if (--thread.waiting === 0) worker.unref();
      thread.lanes.get(reply.lane)?.shift()?.resolve(reply);
    });
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('the hashing thread ended')));
    worker.unref();
    threads.push(thread);
    return thread;
  }

  /** Its own thread while there are idle ones, else the least busy. */
  function openLane(kind: Job['kind']) {
    if (closed) throw new Error('the digest pool is closed');
    const idlest = threads.toSorted((a, b) => a.lanes.size - b.lanes.size)[0];
    const thread = idlest && (idlest.lanes.size === 0 || threads.length >= size) ? idlest : startThread();
    const lane = lanesOpened++;
    thread.lanes.set(lane, []);
    return {
      ask(job: Omit<Job, 'lane' | 'kind'>): Promise<Reply> {
        const answer = Promise.withResolvers<Reply>();
        thread.lanes.get(lane)?.push(answer);
        if (thread.waiting++ === 0) thread.worker.ref();
        if (threads.includes(thread)) thread.worker.postMessage({ ...job, lane, kind } satisfies Job);
        else answer.reject(new Error('the hashing thread ended'));
        return answer.promise;
      },
      close() {
        thread.lanes.delete(lane);
        thread.worker.postMessage({ end: lane });
      },
    };
  }

  return {
    open() {
      const cutting = openLane('cut');
      const hashing = openLane('hash');
      return {
        async add(bytes, from, to, last) {
          const job = { bytes, from, to, last };
          const [{ cuts = [] }, { sha256 }] = await Promise.all([cutting.ask(job), hashing.ask(job)]);
          return { cuts, sha256 };
        },
        close() {
          cutting.close();
          hashing.close();
        },
      };
    },
    async close() {
      closed = true;
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}
