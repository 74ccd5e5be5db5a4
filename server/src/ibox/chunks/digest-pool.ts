import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Cut } from './digest.ts';

/** A stretch of shared memory that a thread knows by its number. */
interface Stretch {
  memory: number;
  from: number;
  to: number;
}
export type Job =
  | ({ kind: 'cut' | 'hash'; lane: number; last: boolean } & Stretch)
  /** One hash for each length, one after the other from `from`. */
  | { kind: 'each'; memory: number; from: number; lengths: number[] };
/** What a thread is sent; only a job is answered, in the order of the jobs. */
export type Message =
  | { job: Job }
  | { memory: number; shared: ArrayBufferLike }
  | { forget: number }
  | { endLane: number };
export interface Reply {
  cuts?: Cut[];
  sha256?: string;
  /** 32 bytes each. */
  hashes?: Uint8Array;
}

/** Cutting and hashing of one content, beside the event loop. */
export interface Digest {
  /**
   * Takes the next bytes; those of one content in order, without waiting in between. The buffer must stay as it is until the answer.
   * @param bytes in shared memory: nothing is copied
   * @returns the chunks that ended, and with the last bytes the SHA-256 of the whole, in hex
   */
  add(bytes: Uint8Array, from: number, to: number, last: boolean): Promise<{ cuts: Cut[]; sha256: string | undefined }>;
  /** Ends it in any case. */
  close(): void;
}

/** The hash of one content whose bytes come from elsewhere than an upload. */
export interface WholeHash {
  /** Resolves when the bytes are taken: shared memory may then be used again. */
  add(bytes: Uint8Array): Promise<void>;
  /** @returns the SHA-256 of all that was added, in hex */
  end(): Promise<string>;
  /** Ends it in any case. */
  close(): void;
}

/** Threads that cut and hash contents: as many as cores, at most 4, begun when first needed. */
export interface DigestPool {
  open(): Digest;
  openHash(): WholeHash;
  /**
   * @param bytes in shared memory, cut into `lengths`
   * @returns their SHA-256, 32 bytes each, one after the other
   */
  hashes(bytes: Uint8Array, lengths: number[]): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface Thread {
  worker: Worker;
  lanes: Set<number>;
  /** Memory that it was told of. */
  knows: Set<number>;
  /** Jobs without an answer yet, oldest first: while there are any, the process stays. */
  waiting: PromiseWithResolvers<Reply>[];
}

export function digestPool(size = Math.min(4, availableParallelism())): DigestPool {
  const threads: Thread[] = [];
  const numbers = new WeakMap<ArrayBufferLike, number>();
  /** A buffer that nobody has any more would live on in the threads. */
  const gone = new FinalizationRegistry<number>((memory) => {
    for (const { worker, knows } of threads)
      if (knows.delete(memory)) worker.postMessage({ forget: memory } as Message);
  });
  let memories = 0;
  let lanesOpened = 0;
  let closed = false;

  function startThread(): Thread {
    const worker = new Worker(new URL('./digest-worker.ts', import.meta.url), { execArgv: [] });
    const thread: Thread = { worker, lanes: new Set(), knows: new Set(), waiting: [] };
    const fail = (error: unknown) => {
      const place = threads.indexOf(thread);
      if (place !== -1) threads.splice(place, 1);
      for (const { reject } of thread.waiting.splice(0)) reject(error);
    };
    worker.on('message', (reply: Reply) => {
      thread.waiting.shift()?.resolve(reply);
      if (thread.waiting.length === 0) worker.unref();
    });
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('the hashing thread ended')));
    worker.unref();
    threads.push(thread);
    return thread;
  }

  /** An idle thread while there are any or may be more, else the least busy. */
  function choose(busyness: (thread: Thread) => number): Thread {
    if (closed) throw new Error('the digest pool is closed');
    const idlest = threads.toSorted((a, b) => busyness(a) - busyness(b))[0];
    return idlest && (busyness(idlest) === 0 || threads.length >= size) ? idlest : startThread();
  }

  /** The number by which the thread knows the memory: a message with a number costs much less than one with a buffer. */
  function tell({ worker, knows }: Thread, shared: ArrayBufferLike): number {
    if (!(shared instanceof SharedArrayBuffer)) throw new TypeError('threads see shared memory only');
    let memory = numbers.get(shared);
    if (memory === undefined) {
      memory = memories++;
      numbers.set(shared, memory);
      gone.register(shared, memory);
    }
    if (!knows.has(memory)) {
      knows.add(memory);
      worker.postMessage({ memory, shared } satisfies Message);
    }
    return memory;
  }

  function ask(thread: Thread, job: Job): Promise<Reply> {
    if (!threads.includes(thread)) return Promise.reject(new Error('the hashing thread ended'));
    const answer = Promise.withResolvers<Reply>();
    if (thread.waiting.push(answer) === 1) thread.worker.ref();
    thread.worker.postMessage({ job } satisfies Message);
    return answer.promise;
  }

  function openLane(kind: 'cut' | 'hash') {
    const thread = choose(({ lanes }) => lanes.size);
    const lane = lanesOpened++;
    thread.lanes.add(lane);
    return {
      ask(bytes: Uint8Array, from: number, to: number, last: boolean): Promise<Reply> {
        const [memory, at] = [tell(thread, bytes.buffer), bytes.byteOffset];
        return ask(thread, { kind, lane, memory, from: at + from, to: at + to, last });
      },
      close() {
        thread.lanes.delete(lane);
        thread.worker.postMessage({ endLane: lane } satisfies Message);
      },
    };
  }

  return {
    open() {
      const cutting = openLane('cut');
      const hashing = openLane('hash');
      return {
        async add(...stretch) {
          const [{ cuts = [] }, { sha256 }] = await Promise.all([cutting.ask(...stretch), hashing.ask(...stretch)]);
          return { cuts, sha256 };
        },
        close() {
          cutting.close();
          hashing.close();
        },
      };
    },
    openHash() {
      const lane = openLane('hash');
      const nothing = new Uint8Array(new SharedArrayBuffer(0));
      return {
        async add(bytes) {
          await lane.ask(inShared(bytes), 0, bytes.length, false);
        },
        async end() {
          const { sha256 } = await lane.ask(nothing, 0, 0, true);
          if (sha256 === undefined) throw new Error('a hash is missing');
          return sha256;
        },
        close: lane.close,
      };
    },
    async hashes(bytes, lengths) {
      const thread = choose(({ waiting }) => waiting.length);
      const memory = tell(thread, bytes.buffer);
      const { hashes } = await ask(thread, { kind: 'each', memory, from: bytes.byteOffset, lengths });
      if (hashes?.length !== lengths.length * 32) throw new Error('a hash is missing');
      return hashes;
    },
    async close() {
      closed = true;
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function inShared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
