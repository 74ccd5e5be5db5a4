/** Speeds are of the last few seconds, so that they neither jump nor lag. */
const OVER_MS = 4000;

export interface Meter {
  up: number;
  down: number;
}

/** @returns tells the speed now, in bytes a second, of a meter that only counts up */
export function speedOf(meter: Meter, now: () => number = () => performance.now()): () => Meter {
  const samples: { at: number; up: number; down: number }[] = [];
  return () => {
    const sample = { at: now(), up: meter.up, down: meter.down };
    samples.push(sample);
    while (samples[1] && sample.at - samples[1].at >= OVER_MS) samples.shift();
    const first = samples[0] ?? sample;
    const seconds = Math.max(sample.at - first.at, 250) / 1000;
    return {
      up: Math.round((sample.up - first.up) / seconds),
      down: Math.round((sample.down - first.down) / seconds),
    };
  };
}
