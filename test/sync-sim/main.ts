import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { breakAgent } from './mutations.ts';
import type { Kinds, Run } from './run.ts';

/**
 * `npm run sim:sync -- --seeds 2000`, on all cores unless `--jobs N`; `--seed N` for one, told step by step, and with `--shrink` told
 * once it is as short as it gets; with `--mutate NAME` the agent is broken so. `--mutations` breaks it in every way there is, each until
 * a storm notices.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    every: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    mutate: { type: 'string' },
    shrink: { type: 'boolean' },
    mutations: { type: 'boolean' },
    /** The number of a promise: the first storm that breaks it is the last. */
    until: { type: 'string' },
  },
});
type Sum = Omit<Run, 'trace'> & { failed: number[]; promises: Kinds };
const nothing = (): Sum => ({
  ...{ operations: 0, contents: 0, edits: {}, faults: {}, conflicts: {} },
  ...{ failed: [], promises: {} },
});

/** So many seeds, one after the other. */
async function here(seeds: number[]): Promise<Sum> {
  if (values.mutate !== undefined) breakAgent(values.mutate);
  const { closeHubs } = await import('./hub.ts');
  const { runStorm, stormOf } = await import('./run.ts');
  const sum = nothing();
  const isOne = values.seed !== undefined;
  for (const seed of seeds) {
    try {
      add(sum, await runStorm(stormOf(seed), isOne && !values.shrink ? console.error : undefined));
    } catch (error) {
      sum.failed.push(seed);
      const said = error instanceof Error ? error.message : String(error);
      const promise = /^invariant \d/.exec(said)?.[0] ?? 'none of the eight';
      sum.promises[promise] = (sum.promises[promise] ?? 0) + 1;
      console.error(`seed ${seed} (again: npm run sim:sync -- --seed ${seed}):`, isOne ? error : said);
      if (promise === `invariant ${values.until}`) break;
    }
  }
  if (values.shrink && sum.failed.length > 0) {
    const { shrink } = await import('./shrink.ts');
    for (const seed of sum.failed) await shrink(seed, console.error);
  }
  await closeHubs();
  return sum;
}

/** Every so many-th seed in a process of its own. */
async function beside(from: number, count: number, jobs: number): Promise<Sum> {
  const sum = nothing();
  const one = async (job: number) => {
    const own = Math.floor((count - job + jobs - 1) / jobs);
    const args = ['--from', from + job, '--every', jobs, '--seeds', own, '--jobs', 1].map(String);
    if (values.mutate !== undefined) args.push('--mutate', values.mutate);
    const child = spawn(process.execPath, [import.meta.filename, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [out] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    const told = JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Run & { broken: number[] };
    add(sum, told);
    sum.failed.push(...told.broken);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, count) }, (_, job) => one(job)));
  return sum;
}

function add(sum: Sum, run: Omit<Run, 'trace'> & { promises?: Kinds }): void {
  sum.operations += run.operations;
  sum.contents += run.contents;
  for (const what of ['edits', 'faults', 'conflicts', 'promises'] as const)
    for (const [kind, count] of Object.entries(run[what] ?? {})) sum[what][kind] = (sum[what][kind] ?? 0) + count;
}

/** Each mutation until a storm notices it, in a process of its own. */
async function breakAll(): Promise<void> {
  const { mutations } = await import('./mutations.ts');
  const unnoticed: string[] = [];
  const table: object[] = [];
  for (const [mutation, { breaks }] of Object.entries(mutations)) {
    const args = [import.meta.filename, '--until', String(breaks), '--seeds', values.seeds, '--mutate', mutation];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [out] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    const told = JSON.parse(out.trim().split('\n').at(-1) || '{"broken":[],"promises":{}}') as {
      broken: number[];
      promises: Kinds;
    };
    const row = { breaks, mutation, seeds: told.broken.at(-1) ?? null, ...told.promises };
    console.error(JSON.stringify(row));
    table.push(row);
    if (!told.promises[`invariant ${breaks}`]) unnoticed.push(mutation);
  }
  console.log(
    JSON.stringify({
      ...{ figure: 'sync.sim.mutations-unnoticed', value: unnoticed.length, unit: 'mutations', target: '== 0' },
      ...{ holds: unnoticed.length === 0, rounds: table.length, spread: [0, 0], table },
    }),
  );
  process.exitCode = unnoticed.length === 0 ? 0 : 1;
}

if (values.mutations) await breakAll();
else await storms();

async function storms(): Promise<void> {
  const from = Number(values.seed ?? values.from);
  const count = values.seed === undefined ? Number(values.seeds) : 1;
  const jobs = values.until === undefined ? Number(values.jobs) : 1;
  const began = performance.now();
  const seeds = Array.from({ length: count }, (_, place) => from + place * Number(values.every));
  const { failed, promises, ...sum } = await (jobs > 1 && count > 1 ? beside(from, count, jobs) : here(seeds));
  failed.sort((a, b) => a - b);
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
      seconds: Math.round((performance.now() - began) / 1000),
      broken: failed,
      promises,
    }),
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}
