import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS = 60_000;
const STOP_MS = 20_000;

/** How to start one service on a port, with a folder of its own. */
export interface Launch {
  command: string;
  args: string[];
  /** Added to the environment of the tests. */
  env?: NodeJS.ProcessEnv;
  /** Working folder; else the service's own. */
  cwd?: string;
  /** Who runs it, when the tests run as root. */
  user?: { uid: number; gid: number };
  /** Asked for an orderly end; SIGTERM unless told. */
  stopSignal?: NodeJS.Signals;
  /** Resolves when the service answers; a rejection means "not yet". */
  ready: () => Promise<unknown>;
}

/** A real service that runs as a child process, and ends with the process that started it, however that one ends. */
export interface Service {
  port: number;
  /** Its own temporary folder, removed by `stop`. */
  folder: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** What it printed so far. */
  output(): string;
  /** Ends it in order and removes its folder. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL; its folder and port stay for `restart`. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder, after ending it in order if it runs. */
  restart(): Promise<void>;
}

/**
 * Starts a service on a free port.
 * @param prepare called once for each port that is tried, before the first start
 * @throws {Error} with its output, when it ends before it is ready or is not ready in a minute
 */
export async function startService(
  name: string,
  prepare: (port: number, folder: string) => Launch | Promise<Launch>,
): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), `diwan-${name}-`));
  let output = '';
  let running: { child: ChildProcess; loosen: () => void } | undefined;

  const end = async (signal: NodeJS.Signals) => {
    if (!running) return;
    const { child, loosen } = running;
    running = undefined;
    const ended = hasEnded(child) ? undefined : once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
    loosen();
  };

  const begin = async (launch: Launch) => {
    const child = spawn(launch.command, launch.args, {
      cwd: launch.cwd ?? folder,
      env: { ...process.env, ...launch.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...launch.user,
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    await once(child, 'spawn');
    running = { child, loosen: leash(child.pid as number, folder) };
    const deadline = performance.now() + READY_MS;
    for (;;) {
      if (hasEnded(child)) throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}:\n${output}`);
      if (
        await launch.ready().then(
          () => true,
          () => false,
        )
      )
        return;
      if (performance.now() > deadline) throw new Error(`${name} is not ready after a minute:\n${output}`);
      await sleep(50);
    }
  };

  const discard = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });

  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      const launch = await prepare(port, folder);
      await begin(launch);
      return {
        port,
        folder,
        get pid() {
          if (running?.child.pid === undefined) throw new Error(`${name} does not run`);
          return running.child.pid;
        },
        output: () => output,
        stop: async () => {
          await end(launch.stopSignal ?? 'SIGTERM');
          await discard();
        },
        kill: () => end('SIGKILL'),
        restart: async () => {
          await end(launch.stopSignal ?? 'SIGTERM');
          await begin(launch);
        },
      };
    } catch (error) {
      await end('SIGKILL');
      // Another process may have taken the free port before the service did.
      if (attempt === 3 || !/address already in use|EADDRINUSE|port.*in use/i.test(output)) {
        await discard();
        throw error;
      }
    }
  }
}

/** The first of `count` TCP ports in a row on which nothing listens now. */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    const lowest = await listen(0);
    const first = (lowest.address() as AddressInfo).port;
    const servers = [lowest];
    try {
      while (servers.length < count) servers.push(await listen(first + servers.length));
      return first;
    } catch {
      // One of them is taken: try the next free stretch.
    } finally {
      await Promise.all(servers.map((server) => once(server.close(), 'close')));
    }
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/**
 * Ends a process and removes its folder when this process ends, were it by SIGKILL: the shell reads from a pipe that only
 * this process holds open.
 * @returns lets go of the leash
 */
function leash(pid: number, folder: string): () => void {
  const script = 'read -r _; kill -KILL "$1"; rm -rf "$2"';
  const watch = spawn('/bin/sh', ['-c', script, 'leash', String(pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watch.unref();
  (watch.stdin as unknown as { unref(): void }).unref();
  return () => watch.kill('SIGKILL');
}
