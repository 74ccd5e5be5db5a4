import { afterAll, describe, expect, it } from 'vitest';
import { closeHubs } from './hub.ts';
import { runStorm, stormOf } from './run.ts';

afterAll(closeHubs);

const SEEDS = 60;

describe('agents, their disks, the network and the hub, with people at work and everything that fails', () => {
  it(`R-45 keeps all that was promised, in ${SEEDS} storms`, { timeout: 900_000 }, async () => {
    const sum = { operations: 0, faults: 0, conflicts: 0, contents: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const run = await runStorm(stormOf(seed)).catch((error) => {
        throw new Error(`seed ${seed}: npm run sim:sync -- --seed ${seed}: ${error}`, { cause: error });
      });
      for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += run[key];
    }
    // That all of it really took place.
    expect(sum.operations).toBeGreaterThan(SEEDS * 100);
    expect(sum.faults).toBeGreaterThan(SEEDS);
    expect(sum.conflicts).toBeGreaterThan(SEEDS / 10);
    expect(sum.contents).toBeGreaterThan(SEEDS * 3);
  });

  it('a seed is one storm: the same one when it is run again', { timeout: 120_000 }, async () => {
    const first = await runStorm(stormOf(7));
    expect(await runStorm(stormOf(7))).toEqual(first);
    expect(first.trace.length).toBeGreaterThan(100);
    expect((await runStorm(stormOf(8))).trace).not.toEqual(first.trace);
  });
});
