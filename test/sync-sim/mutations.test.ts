import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const main = new URL('main.ts', import.meta.url).pathname;

/** The figure of storms with an agent that is broken on purpose, until one of them notices. */
async function broken(mutation: string): Promise<number> {
  const args = [main, '--seeds', '120', '--until-broken', '--mutate', mutation];
  const { stdout } = await run(process.execPath, args).catch((ended: { stdout: string }) => ended);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}').value;
}

describe('storms notice an agent in which', () => {
  it.each([
    'a deletion wins over an edit',
    'of two edits the hub’s wins',
    'a download is not synced before it is placed',
  ])('R-45 %s', { timeout: 300_000 }, async (mutation) => {
    expect(await broken(mutation)).toBe(1);
  });
});
