import { parseArgs } from 'node:util';
import { type Run, runIbox } from './ibox-run.ts';
import { closeWorlds } from './world.ts';

/** `npm run sim:ibox -- --seeds 1000`, or `--seed N` for one; `--database postgres://…` for an empty database of each seed's own. */
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '100' }, seed: { type: 'string' } },
});
const seeds =
  values.seed === undefined ? Array.from({ length: Number(values.seeds) }, (_, i) => i + 1) : [Number(values.seed)];

const sum: Omit<Run, 'trace'> = { operations: 0, refused: 0, files: 0, packsRewritten: 0, packsDeleted: 0 };
const failed: number[] = [];
const began = performance.now();
for (const [place, seed] of seeds.entries()) {
  try {
    const run = await runIbox(seed);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += run[key];
  } catch (error) {
    failed.push(seed);
    console.error(`seed ${seed} (again: npm run sim:ibox -- --seed ${seed}):`, error);
  }
  if ((place + 1) % 100 === 0) {
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.error(`${place + 1} of ${seeds.length} seeds in ${seconds} s, ${failed.length} failed`);
  }
}
await closeWorlds();
console.log(
  JSON.stringify({
    figure: 'ibox.sim.failing-seeds',
    value: failed.length,
    unit: 'seeds',
    target: '== 0',
    holds: failed.length === 0,
    rounds: seeds.length,
    spread: [failed[0] ?? 0, failed.at(-1) ?? 0],
    ...sum,
  }),
);
process.exitCode = failed.length === 0 ? 0 : 1;
