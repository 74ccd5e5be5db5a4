import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { closeHubs } from './hub.ts';
import { runStorm, stormOf } from './run.ts';

afterAll(closeHubs);

const SEEDS = 200;
const main = new URL('main.ts', import.meta.url).pathname;

describe('agents, their disks, the network and the hub, with people at work and everything that fails', () => {
  it(`R-45 keeps all that was promised, in ${SEEDS} storms`, { timeout: 1_800_000 }, async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, '--seeds', String(SEEDS)]).catch(
      (ended: { stdout: string; stderr: string }) => ended,
    );
    const sum = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
    expect([sum.value, stderr]).toEqual([0, '']);
    // That all of it really took place.
    expect(sum.operations).toBeGreaterThan(SEEDS * 100);
    expect(sum.contents).toBeGreaterThan(SEEDS * 3);
    const kinds = Object.entries({ ...sum.edits, ...sum.faults, ...sum.conflicts });
    expect(kinds.length).toBeGreaterThan(50);
    expect(kinds.filter(([, count]) => count === 0)).toEqual([]);
  });

  it('a seed is one storm: the same one when it is run again', { timeout: 120_000 }, async () => {
    const first = await runStorm(stormOf(7));
    expect(await runStorm(stormOf(7))).toEqual(first);
    expect(first.trace.length).toBeGreaterThan(100);
    expect((await runStorm(stormOf(8))).trace).not.toEqual(first.trace);
  });
});
