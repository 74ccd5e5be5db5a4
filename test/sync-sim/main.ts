import { parseArgs } from 'node:util';
import { breakAgent } from './mutations.ts';
import type { Run } from './run.ts';

/** `npm run sim:sync -- --seeds 2000`, or `--seed N` for one, told step by step; with `--mutate NAME` the agent is broken so. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    mutate: { type: 'string' },
    'until-broken': { type: 'boolean' },
  },
});
if (values.mutate !== undefined) breakAgent(values.mutate);
const { closeHubs } = await import('./hub.ts');
const { runStorm, stormOf } = await import('./run.ts');
const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;

const sum: Omit<Run, 'trace'> = { operations: 0, edits: 0, faults: 0, conflicts: 0, contents: 0 };
const failed: number[] = [];
const began = performance.now();
for (let seed = from; seed < from + count; seed++) {
  try {
    const run = await runStorm(stormOf(seed), values.seed === undefined ? undefined : console.error);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += run[key];
  } catch (error) {
    failed.push(seed);
    console.error(
      `seed ${seed} (again: npm run sim:sync -- --seed ${seed}):`,
      error instanceof Error ? error.message : error,
    );
    if (values.seed !== undefined) console.error(error);
  }
  if (values['until-broken'] && failed.length > 0) break;
  if ((seed - from + 1) % 100 === 0) {
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.error(`${seed - from + 1} of ${count} seeds in ${seconds} s, ${failed.length} failed`);
  }
}
console.log(
  JSON.stringify({
    figure: 'sync.sim.broken-invariants',
    value: failed.length,
    unit: 'seeds',
    target: '== 0',
    holds: failed.length === 0,
    rounds: count,
    spread: [failed[0] ?? 0, failed.at(-1) ?? 0],
    ...sum,
  }),
);
await closeHubs();
process.exitCode = failed.length === 0 ? 0 : 1;
