import { availableParallelism } from 'node:os';
import { HubError } from '@diwan/protocol/errors.ts';
import { createWorker, setLogEventListeners, type types } from 'mediasoup';
import type { Logger } from 'pino';
import { listenInfos } from './addresses.ts';
import { mediaCodecs } from './codecs.ts';
import { type Carries, loadOf } from './load.ts';
import { asked } from './refusal.ts';
import { type MediaRouter, openRouter } from './router.ts';

export interface MediaSettings {
  /** 0: as many as there are cores. */
  workers: number;
  /** See `listenInfos`. */
  mediaIp?: string | undefined;
  /** The first worker's port, the next worker takes the next one; 0: any free port for each. */
  mediaPort: number;
  workerBin?: string | undefined;
  /** A worker that carries so many consumers is full: whoever joins next has their media on another one. 500 unless set. */
  workerConsumers?: number | undefined;
}

interface Worker {
  readonly worker: types.Worker;
  readonly server: types.WebRtcServer;
  /** What the worker carries, counted as mediasoup creates and closes it. */
  readonly carries: Carries;
}
export interface WorkerLoad extends Readonly<Carries> {
  index: number;
  pid: number;
  /** Processor time since it started, in ms; 0 when it has just died. */
  cpuMs(): Promise<number>;
}

export interface MediaWorkers {
  /**
   * A router on the least loaded worker that has none of `beside`, if there is one. `lost` is called once, with its id, when its
   * worker dies. @throws HubError media_unavailable
   */
  open(lost: (routerId: string) => void, beside: readonly MediaRouter[]): Promise<MediaRouter>;
  isFull(router: MediaRouter): boolean;
  /** Whether a worker that has none of these is not full. */
  hasSpare(beside: readonly MediaRouter[]): boolean;
  /** Of every router, now and later. @throws HubError media_unavailable */
  capabilities(): Promise<types.RtpCapabilities>;
  load(): WorkerLoad[];
  close(): void;
}

/** How long a room waits for a worker when all have just died, in ms. */
const restartPatience = 5_000;
/** A worker that can't be started again is tried after this long, then twice as long, in ms. */
const firstRetry = 500;
const lastRetry = 30_000;
/** A worker is asked for a sign of life this often, in ms; a stopped process looks alive to its parent. */
const pulseEvery = 2_000;
const patientBeats = 3;

/** Starts the media workers, one port each; one that dies is started again on the same port. @throws when one can't start */
export async function startWorkers(settings: MediaSettings, log: Logger): Promise<MediaWorkers> {
  const count = settings.workers || availableParallelism();
  const full = settings.workerConsumers || 500;
  const live = new Map<number, Worker>();
  const waiting = new Set<() => void>();
  let closed = false;

  setLogEventListeners({
    onwarn: (namespace, text) => log.debug({ namespace }, text),
    onerror: (namespace, text, error) => log.warn({ namespace, err: error }, text),
  });

  async function start(index: number): Promise<void> {
    const worker = await spawn(settings.workerBin);
    const port = settings.mediaPort && settings.mediaPort + index;
    try {
      const server = await worker.createWebRtcServer({ listenInfos: listenInfos(settings.mediaIp, port) });
      if (closed) throw new Error('closed while starting');
      live.set(index, { worker, server, carries: counted(worker) });
    } catch (error) {
      worker.close();
      throw error;
    }
    const stopPulse = watchPulse(worker, log);
    worker.observer.once('close', stopPulse);
    worker.on('died', (error) => {
      live.delete(index);
      if (closed) return;
      log.error({ err: error, worker: index }, 'media worker died, starting another');
      void startAgain(index, firstRetry);
    });
    for (const wake of waiting) wake();
    log.info({ worker: index, workerPid: worker.pid, port: port || 'any' }, 'media worker ready');
  }

  async function startAgain(index: number, retry: number): Promise<void> {
    try {
      await start(index);
    } catch (error) {
      if (closed) return;
      log.error({ err: error, worker: index, retryInMs: retry }, 'media worker does not start');
      setTimeout(() => !closed && startAgain(index, Math.min(retry * 2, lastRetry)), retry).unref();
    }
  }

  const without = (beside: readonly MediaRouter[]) => {
    const taken = new Set(beside.map(({ workerPid }) => workerPid));
    return [...live.values()].filter(({ worker }) => !taken.has(worker.pid));
  };

  /** The least loaded worker that has none of these, or the least loaded of all; waits for one that is starting again. */
  async function place(beside: readonly MediaRouter[]): Promise<Worker> {
    const deadline = Date.now() + restartPatience;
    while (!closed) {
      const others = without(beside);
      const free = others.length > 0 ? others : [...live.values()];
      const [leastLoaded] = free.sort((a, b) => weight(a.carries) - weight(b.carries));
      if (leastLoaded) return leastLoaded;
      const patience = deadline - Date.now();
      if (patience <= 0) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(wake, patience);
        function wake() {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        }
        waiting.add(wake);
      });
    }
    throw new HubError('media_unavailable', 'no media worker is running', 2);
  }

  let capabilities: Promise<types.RtpCapabilities> | undefined;
  async function ofAnyRouter(): Promise<types.RtpCapabilities> {
    const { worker } = await place([]);
    const router = await asked(worker.createRouter({ mediaCodecs }));
    router.close();
    return router.rtpCapabilities;
  }

  const starts = await Promise.allSettled(Array.from({ length: count }, (_, index) => start(index)));
  const failed = starts.find((s) => s.status === 'rejected');

  const workers: MediaWorkers = {
    async open(lost, beside) {
      const { worker, server, carries } = await place(beside);
      return openRouter(worker, server, carries, mediaCodecs, lost);
    },
    isFull: (router) => router.load() >= full,
    hasSpare: (beside) => without(beside).some(({ carries }) => loadOf(carries) < full),
    capabilities() {
      capabilities ??= ofAnyRouter().catch((error) => {
        capabilities = undefined;
        throw error;
      });
      return capabilities;
    },
    load: () =>
      [...live]
        .sort(([a], [b]) => a - b)
        .map(([index, { worker, carries }]) => ({ index, pid: worker.pid, ...carries, cpuMs: () => cpuMs(worker) })),
    close() {
      closed = true;
      for (const { worker } of live.values()) worker.close();
      live.clear();
      for (const wake of waiting) wake();
    },
  };
  if (failed) {
    workers.close();
    throw failed.reason;
  }
  return workers;
}

/** mediasoup says it in ms: https://mediasoup.org/documentation/v3/mediasoup/api/#WorkerResourceUsage */
async function cpuMs(worker: types.Worker): Promise<number> {
  const usage = await worker.getResourceUsage().catch(() => undefined);
  return usage ? Math.round(usage.ru_utime + usage.ru_stime) : 0;
}

/** A room that has just opened is expected to fill: it weighs as much as a few streams. */
const weight = (carries: Carries) => loadOf(carries) + carries.producers + 4 * carries.routers;

/**
 * mediasoup closes its workers itself on SIGINT and SIGTERM; meetings would end before the hub has drained. Those two listeners
 * are taken away again: the hub decides when workers close.
 */
async function spawn(workerBin: string | undefined): Promise<types.Worker> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = signals.map((signal) => new Set(process.listeners(signal)));
  const starting = createWorker({ logLevel: 'error', ...(workerBin && { workerBin }) });
  signals.forEach((signal, i) => {
    for (const added of process.listeners(signal)) if (!before[i]?.has(added)) process.removeListener(signal, added);
  });
  return starting;
}

function counted(worker: types.Worker): Carries {
  const carries: Carries = { routers: 0, transports: 0, producers: 0, consumers: 0, piped: 0, settling: 0 };
  const count = (what: keyof Carries, thing: { observer: { once(event: 'close', then: () => void): unknown } }) => {
    carries[what]++;
    thing.observer.once('close', () => carries[what]--);
  };
  worker.observer.on('newrouter', (router) => {
    count('routers', router);
    router.observer.on('newtransport', (transport) => {
      count('transports', transport);
      transport.observer.on('newproducer', (producer) =>
        count(transport.type === 'pipe' ? 'piped' : 'producers', producer),
      );
      transport.observer.on('newconsumer', (consumer) => count('consumers', consumer));
    });
  });
  return carries;
}

/**
 * Kills a worker that no longer answers, so that its death is seen and its rooms move. Beats are counted, not seconds: when the hub
 * itself stood still, the answers are read before the next beat. Returns how to stop watching.
 */
function watchPulse(worker: types.Worker, log: Logger): () => void {
  let missed = 0;
  let asking = false;
  const beat = setInterval(() => {
    if (asking && ++missed === patientBeats) {
      log.error({ workerPid: worker.pid }, 'media worker does not answer, killing it');
      process.kill(worker.pid, 'SIGKILL');
    }
    if (asking) return;
    asking = true;
    missed = 0;
    worker.getResourceUsage().then(
      () => {
        asking = false;
      },
      () => {}, // closed or died: both are seen elsewhere
    );
  }, pulseEvery).unref();
  return () => clearInterval(beat);
}
