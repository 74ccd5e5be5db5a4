import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../contract/client.ts';
import { program } from '../services/available.ts';
import type { Hub } from '../services/hub.ts';
import { freePort } from '../services/service.ts';
import { openCountingLine } from './counting-line.ts';
import { usedBy } from './processes.ts';

/** A folder on one machine. */
export interface Machine {
  root: string;
  /** Bytes on its line to the hub so far. */
  bytes(): number;
  /** What its agent used so far: processor seconds, and memory now in MiB. */
  used(): { seconds: number; mib: number };
  /** Stops its agent and starts it again. @returns seconds from its start until it has looked at all and is synchronised */
  restart(): Promise<number>;
  stop(): Promise<void>;
}

/** As it is shipped: one file, whose types need not be stripped. */
const agent = join(import.meta.dirname, '../../sync-agent');
const main = join(agent, 'dist/diwan-sync.mjs');
execFileSync(process.execPath, [join(agent, 'build.mjs')]);

/** Signs a machine in, and runs its agent over a line of its own. */
export async function startMachine(hub: Hub, client: Client, folder: string, name: string): Promise<Machine> {
  const line = await openCountingLine(hub.port);
  const home = join(folder, `${name}-home`);
  const root = join(folder, name);
  mkdirSync(root, { recursive: true });
  const start = (...args: string[]) =>
    spawn(process.execPath, [main, '--home', home, '--json', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const login = start('login', line.url, '--machine', name);
  login.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const said of text.split('\n').filter(Boolean)) {
      const { userCode } = JSON.parse(said) as { userCode?: string };
      if (userCode) void client.post('/api/auth/device/approve', { userCode });
    }
  });
  await ended(login);
  await ended(start('add', root));
  const [pair] = JSON.parse(readFileSync(join(home, 'pairs.json'), 'utf8')) as { id: string }[];
  const status = join(home, 'pairs', `${pair?.id}.status.json`);
  const run = async () => {
    rmSync(status, { force: true });
    const agent = start('run');
    agent.stdout.resume();
    for (;;) {
      await sleep(50);
      try {
        if (JSON.parse(readFileSync(status, 'utf8')).phase === 'synced') return agent;
      } catch {
        // Not written yet.
      }
    }
  };
  let agent = await run();
  const stop = async () => {
    agent.kill('SIGTERM');
    await once(agent, 'exit');
  };
  return {
    root,
    bytes: () => line.bytes,
    used: () => usedBy(agent.pid as number),
    async restart() {
      await stop();
      const begin = performance.now();
      agent = await run();
      return (performance.now() - begin) / 1000;
    },
    async stop() {
      await stop();
      line.close();
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`);
}

export interface Rsync {
  /** Makes the other side equal to `source`. */
  copy(source: string): Promise<void>;
  stop(): Promise<void>;
}

/** rsync over a loopback daemon, each file synced; undefined where it is not installed. */
export async function startRsync(folder: string): Promise<Rsync | undefined> {
  const rsync = program('rsync');
  if (!rsync) return undefined;
  const [port, target, config] = [await freePort(), join(folder, 'rsync-target'), join(folder, 'rsyncd.conf')];
  mkdirSync(target);
  const owner = process.getuid?.() === 0 ? 'uid = 0\ngid = 0\n' : '';
  writeFileSync(config, `use chroot = no\n${owner}[target]\npath = ${target}\nread only = no\n`);
  const daemon = spawn(rsync, ['--daemon', '--no-detach', `--config=${config}`, `--port=${port}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const copy = async (source: string) => {
    const args = ['-a', '--delete', '--fsync', '--exclude=/.diwan', `${source}/`, `rsync://127.0.0.1:${port}/target/`];
    await ended(spawn(rsync, args, { stdio: ['ignore', 'ignore', 'inherit'] }));
  };
  for (let tries = 0; ; tries++) {
    await sleep(50);
    const probe = spawn(rsync, [`rsync://127.0.0.1:${port}/`], { stdio: 'ignore' });
    const [code] = await once(probe, 'exit');
    if (code === 0) break;
    if (tries === 100) throw new Error('the rsync daemon does not answer');
  }
  if (!statSync(target).isDirectory()) throw new Error(target);
  return {
    copy,
    async stop() {
      daemon.kill('SIGTERM');
      await once(daemon, 'exit');
      rmSync(target, { recursive: true });
    },
  };
}
