import { setTimeout as sleep } from 'node:timers/promises';
import { opus, vp8 } from '../../server/src/vroom/test/meeting.ts';
import { againstLimit, type Figure } from './figure.ts';
import { usedBy } from './processes.ts';
import { type Seat, someFingerprint, startOurs } from './sfu-seats.ts';

/** Everybody comes within this time, in ms: the hour has struck. */
const withinMs = 10_000;

/**
 * People come to their meetings: entering and both transports are timed, by the signalling of browsers, without media. Then again with
 * all that follows: sending microphone and camera, receiving those of all who are there.
 */
export async function measureJoins(people: number, rooms: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, spread, follow, p95] of [
    ['join', withinMs, false, 500],
    ['join.at-once', 0, false, 2000],
    ['join.all-media', withinMs, true, 2000],
  ] as const) {
    const ours = await startOurs();
    const doors = await Promise.all(Array.from({ length: people }, (_, n) => ours.knock(n % rooms)));
    const lag = () => eventLoopLag(ours.hub.url);
    await sleep(500);
    await lag();
    const cpu = usedBy(ours.hub.pid).seconds;
    const times = await Promise.all(
      doors.map(async (enter, n) => {
        await sleep((n / people) * spread);
        const begin = performance.now();
        const seat = await enter();
        await Promise.all([seat.connect('send', someFingerprint()), seat.connect('recv', someFingerprint())]);
        if (follow) await sendAndReceive(seat);
        return performance.now() - begin;
      }),
    );
    const lagged = await lag();
    const used = usedBy(ours.hub.pid).seconds - cpu;
    await ours.stop();
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.floor(times.length * share)] as number;
    const figure = (rest: string, unit: string, atMost: number, value: number) =>
      figures.push(againstLimit({ figure: `sfu.${name}.${rest}`, unit, atMost }, [value]));
    figure('p50', 'ms', p95 / 2, at(0.5));
    figure('p95', 'ms', p95, at(0.95));
    if (spread > 0) figure('loop.p99', 'ms', 50, lagged);
    console.error(
      `${name}: hub ${used.toFixed(2)} s of CPU for ${people} people, event loop p99 ${lagged.toFixed(1)} ms`,
    );
  }
  return figures;
}

async function sendAndReceive(seat: Seat): Promise<void> {
  await Promise.all([seat.produce('microphone', opus()), seat.produce('camera', vp8(3))]);
  await Promise.all(
    seat.present.map(async ({ id }) => {
      const { consumerId } = await seat.consume(id);
      await seat.resume(consumerId);
    }),
  );
}

/** The hub's own measure since it was asked last, in ms. */
async function eventLoopLag(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const seconds = /^diwan_nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1];
  if (seconds === undefined) throw new Error('the hub tells no event loop lag');
  return Number(seconds) * 1000;
}
