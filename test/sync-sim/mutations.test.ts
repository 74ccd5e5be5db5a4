import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { mutations, timesThere } from './mutations.ts';

const run = promisify(execFile);
const main = new URL('main.ts', import.meta.url).pathname;

/** The promises that storms find broken with an agent that is broken on purpose, until one of them finds this. */
async function broken(mutation: string, promise: number): Promise<unknown> {
  const args = [main, '--seeds', '120', '--until', String(promise), '--mutate', mutation];
  const { stdout } = await run(process.execPath, args).catch((ended: { stdout: string }) => ended);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}').promises;
}

describe('storms notice an agent in which', () => {
  const cheap = Object.entries(mutations).filter(([, { isCheap }]) => isCheap);
  it.concurrent.each(cheap)('R-45 %s', { timeout: 300_000 }, async (mutation, { breaks }) => {
    expect(await broken(mutation, breaks)).toMatchObject({ [`invariant ${breaks}`]: 1 });
  });

  it('each mutation finds the code that it breaks', () => {
    const lost = Object.entries(mutations).filter(([, mutation]) => timesThere(mutation) !== 1);
    expect(lost.map(([name]) => name)).toEqual([]);
  });

  it('every promise has a mutation, and a cheap one', () => {
    expect(new Set(cheap.map(([, { breaks }]) => breaks))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
  });
});
