import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from './lock.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'diwan-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that holds the lock while it writes "enter" and "leave" into a log. */
function holder(work) {
  const script = `
    import { appendFileSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { withLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.mjs'))};
    const log = (word) => appendFileSync(${JSON.stringify(join(folder, 'log'))}, word + '\\n');
    await withLock(${JSON.stringify(join(folder, 'lock'))}, 'a test', async () => { ${work} });
  `;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
}

it('lets one process in at a time', async () => {
  const holders = Array.from({ length: 4 }, () => holder(`log('enter'); await sleep(50); log('leave');`));
  for (const [code] of await Promise.all(holders.map((child) => once(child, 'exit')))) expect(code).toBe(0);
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('enter\nleave\n'.repeat(4));
  expect(existsSync(join(folder, 'lock'))).toBe(false);
});

it('takes over from a process that was killed', async () => {
  const killed = holder(`log('enter'); console.log('in'); await sleep(600_000);`);
  await once(killed.stdout, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(existsSync(join(folder, 'lock'))).toBe(true);
  await withLock(join(folder, 'lock'), 'a test', async () => appendFileSync(join(folder, 'log'), 'ours\n'));
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('enter\nours\n');
});

it('is free again after work that failed', async () => {
  const lock = join(folder, 'lock');
  await expect(
    withLock(lock, 'a test', async () => {
      throw new Error('no space');
    }),
  ).rejects.toThrow('no space');
  expect(existsSync(lock)).toBe(false);
});
