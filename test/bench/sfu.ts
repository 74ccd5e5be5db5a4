import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { againstFloor, againstLimit, reporter, sayLoad } from './figure.ts';
import { measureFirstFrame } from './first-frame.ts';
import { pin, prefer, usedBy } from './processes.ts';
import { measureJoins } from './sfu-joins.ts';
import { startLoad } from './sfu-load.ts';
import { type Sfu, startBare, startOurs } from './sfu-seats.ts';

/** npm run bench:sfu [-- --json --watchers 50,100,… --rounds N --seconds N --people N --rooms N --only media,join,first] */
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    watchers: { type: 'string', default: '50,100,150,200,250,300' },
    rounds: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '5' },
    people: { type: 'string', default: '500' },
    rooms: { type: 'string', default: '50' },
    only: { type: 'string', default: 'media,join,first' },
  },
});
const steps = options.watchers.split(',').map(Number);
const rounds = Number(options.rounds);
const wanted = new Set(options.only.split(','));
const report = reporter(options.json);
/** What counts as served. */
const mostLoss = 0.001;
const latest = 20;

/** What one SFU did at its highest number of watchers that were served. */
interface Served {
  watchers: number;
  /** Cores in use: of the worker, and of the hub beside it. */
  worker: number;
  hub: number;
  packetsPerSecond: number;
  delay: number;
  loss: number;
  /** KiB for each watcher, who has two consumers and two transports. */
  workerMemory: number;
  hubMemory: number;
}

sayLoad('before');
const media: { ours: Served; bare: Served }[] = [];
if (wanted.has('media'))
  for (let round = 0; round < rounds; round++) {
    const ours = await serve(await startOurs());
    media.push({ ours, bare: await serve(await startBare()) });
  }
tellMedia();
if (wanted.has('join'))
  for (const figure of await measureJoins(Number(options.people), Number(options.rooms))) report(figure);
if (wanted.has('first')) for (const figure of await measureFirstFrame(20)) report(figure);
sayLoad('after');
// The native side of the peers keeps threads.
process.exit();

async function serve(sfu: Sfu): Promise<Served> {
  // Server on one core, generator on the other: neither takes the other's time.
  const preferred = [sfu.workerPid, process.pid].map((pid) => prefer(pid, -15)).every(Boolean);
  if (!preferred)
    console.error('what else the machine does comes in between: the delays are longer than they could be');
  const load = startLoad(sfu);
  const server = [sfu.workerPid, ...(sfu.hub ? [sfu.hub.pid] : [])];
  if (![...server.map((pid) => pin(pid, 0)), ...load.pids.map((pid) => pin(pid, 1))].every(Boolean))
    console.error('server and generator share their cores: the figures are lower than they could be');
  const rest = { worker: usedBy(sfu.workerPid).mib, hub: sfu.hub ? usedBy(sfu.hub.pid).mib : 0 };
  let served: Served | undefined;
  try {
    for (const watchers of steps) {
      await load.grow(watchers);
      await sleep(1500);
      const before = useOf(sfu, load.pids);
      const heard = await load.hear(Number(options.seconds) * 1000);
      const after = useOf(sfu, load.pids);
      const elapsed = after.at - before.at;
      const cores = (who: 'worker' | 'hub' | 'generator') => (after[who] - before[who]) / elapsed;
      const loss = Math.max(0, 1 - heard.delivered / heard.expected);
      const delay = heard.delay(0.95);
      const now: Served = {
        watchers,
        worker: cores('worker'),
        hub: cores('hub'),
        packetsPerSecond: heard.delivered / elapsed,
        delay,
        loss,
        workerMemory: ((usedBy(sfu.workerPid).mib - rest.worker) * 1024) / watchers,
        hubMemory: sfu.hub ? ((usedBy(sfu.hub.pid).mib - rest.hub) * 1024) / watchers : 0,
      };
      const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
      const holds = loss < mostLoss && delay < latest;
      console.error(
        `${sfu.hub ? 'hub ' : 'bare'} ${String(watchers).padStart(4)} watchers: ${Math.round(now.packetsPerSecond)} packets/s, ` +
          `loss ${percent(loss)}, p95 ${delay} ms; worker ${percent(now.worker)}, hub ${percent(now.hub)}, ` +
          `generator ${percent(cores('generator'))} of a core${holds ? '' : ': not served'}`,
      );
      if (!holds) break;
      served = now;
    }
  } finally {
    load.stop();
    await sfu.stop();
    pin(process.pid, undefined);
    prefer(process.pid, 0);
  }
  if (!served) throw new Error(`not even ${steps[0]} watchers were served: is the machine busy?`);
  return served;
}

function useOf(sfu: Sfu, generator: number[]) {
  return {
    at: performance.now() / 1000,
    worker: usedBy(sfu.workerPid).seconds,
    hub: sfu.hub ? usedBy(sfu.hub.pid).seconds : 0,
    generator: generator.reduce((sum, pid) => sum + usedBy(pid).seconds, 0),
  };
}

function tellMedia(): void {
  if (media.length === 0) return;
  const ours = media.map((round) => round.ours);
  const perCore = ({ watchers, worker, hub }: Served) => watchers / (worker + hub);
  report(
    againstFloor(
      { figure: 'sfu.watchers.core', unit: '/core', floorIs: 'the bare worker, same generator', atLeast: 0.95 },
      media.map((round) => ({ ours: perCore(round.ours), floor: perCore(round.bare) })),
    ),
  );
  const limit = (
    figure: string,
    unit: string,
    bound: { atMost: number } | { atLeast: number },
    of: (s: Served) => number,
  ) => report(againstLimit({ figure: `sfu.${figure}`, unit, ...bound }, ours.map(of)));
  limit('watchers', '', { atLeast: 150 }, (s) => s.watchers);
  limit('delay.p95', 'ms', { atMost: latest }, (s) => s.delay);
  limit('loss', '%', { atMost: mostLoss * 100 }, (s) => s.loss * 100);
  limit('worker.cpu', 's/M', { atMost: 25 }, (s) => (s.worker / s.packetsPerSecond) * 1e6);
  limit('hub.cpu', 's/M', { atMost: 1 }, (s) => (s.hub / s.packetsPerSecond) * 1e6);
  limit('worker.memory', 'KiB', { atMost: 500 }, (s) => s.workerMemory);
  limit('hub.memory', 'KiB', { atMost: 500 }, (s) => s.hubMemory);
}
