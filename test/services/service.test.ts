import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startService } from './service.ts';

/** A service in two lines: answers HTTP, or ends at once when told to. */
const web = (port: number) => ({
  command: process.execPath,
  args: ['-e', `require('node:http').createServer((_, r) => r.end('yes')).listen(${port}, '127.0.0.1')`],
  ready: () => fetch(`http://127.0.0.1:${port}`),
});

it('starts, answers, survives kill and restart on the same port, and leaves nothing behind when stopped', async () => {
  const service = await startService('web', web);
  const url = `http://127.0.0.1:${service.port}`;
  const first = service.pid;
  expect(await (await fetch(url)).text()).toBe('yes');

  await service.kill();
  await expect(fetch(url)).rejects.toThrow();
  expect(() => service.pid).toThrow('does not run');
  expect(existsSync(service.folder)).toBe(true);

  await service.restart();
  expect(await (await fetch(url)).text()).toBe('yes');
  const second = service.pid;
  expect(second).not.toBe(first);

  await service.stop();
  await expect(fetch(url)).rejects.toThrow();
  expect(existsSync(service.folder)).toBe(false);
  expect([first, second].map(isAlive)).toEqual([false, false]);
});

it('says what a service printed when it ends before it is ready, and leaves nothing behind', async () => {
  let seen = '';
  const starting = startService('broken', (_port, folder) => {
    seen = folder;
    return {
      command: process.execPath,
      args: ['-e', 'console.error("no such setting"); process.exit(3)'],
      ready: () => Promise.reject(new Error('never')),
    };
  });
  await expect(starting).rejects.toThrow(/broken ended with 3:\nno such setting/);
  expect(existsSync(seen)).toBe(false);
});

it('ends with the process that started it, also when that one is killed', async () => {
  const script = `
    import { startService } from '${import.meta.dirname}/service.ts';
    const service = await startService('orphan', (port) => ({
      command: process.execPath,
      args: ['-e', 'setInterval(() => {}, 1000)'],
      ready: async () => {},
    }));
    console.log(JSON.stringify({ pid: service.pid, folder: service.folder }));
  `;
  const starter = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(starter.stdout), 'line');
  const { pid, folder } = JSON.parse(line) as { pid: number; folder: string };
  expect(isAlive(pid)).toBe(true);
  starter.kill('SIGKILL');
  while (isAlive(pid) || existsSync(folder)) await sleep(20);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
