import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { program } from '../services/available.ts';
import type { Plan, Weather } from './relay.ts';

/**
 * A client in a network namespace of its own, which reaches this machine over two links and a relay in a second namespace between
 * them: the links can be cut, the relay loses, delays and blocks. The kernel does the rest, as on a real line.
 */
export interface BadNetwork {
  /** The hub's address, for the client and for this machine alike. */
  address: string;
  /** Of this machine, as the relay reaches it. */
  behind: string;
  /** A program that runs another one as the client: `wrapper(chromium)` is a path to start. */
  wrapper(program: string): string;
  /** Lets these ports through, and makes the network good. */
  open(ports: { tcp: number[]; udp: number[] }): Promise<void>;
  /** What is not said is as on a good network. */
  weather(weather?: Partial<Weather>): Promise<void>;
  /** Takes the client's link away, or puts it back. */
  link(up: boolean): void;
  close(): void;
}

/** Whether this user may make network namespaces here; says loudly when not. */
export function canMakeNetworks(): boolean {
  const name = `diwan-try-${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'delete', name);
    return true;
  } catch {
    console.error('\n!!! SKIPPED: tests of bad networks, which need to make network namespaces (root)\n');
    return false;
  }
}

export function makeNetwork(): BadNetwork {
  // Of each process its own: two test runs on one machine don't meet.
  const n = process.pid % 250;
  const [relay, client] = [`diwan-r${process.pid}`, `diwan-c${process.pid}`];
  const [outer, inner] = [`dwo${process.pid}`, `dwi${process.pid}`];
  const plan = { listen: `10.78.${n}.1`, client: `10.78.${n}.2`, target: `10.77.${n}.1` };
  const folder = mkdtempSync(join(tmpdir(), 'diwan-net-'));
  let process_: ChildProcess | undefined;
  let answers: AsyncIterator<string> | undefined;

  for (const name of [relay, client]) {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', 'up0', 'netns', relay);
  ip('addr', 'add', `${plan.target}/24`, 'dev', outer);
  ip('link', 'set', outer, 'up');
  ip('-n', relay, 'addr', 'add', `10.77.${n}.2/24`, 'dev', 'up0');
  ip('-n', relay, 'link', 'set', 'up0', 'up');
  ip('-n', relay, 'link', 'add', inner, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', client);
  ip('-n', relay, 'addr', 'add', `${plan.listen}/24`, 'dev', inner);
  ip('-n', relay, 'link', 'set', inner, 'up');
  ip('-n', client, 'addr', 'add', `${plan.client}/24`, 'dev', 'eth0');
  ip('-n', client, 'link', 'set', 'eth0', 'up');
  ip('-n', client, 'route', 'add', 'default', 'via', plan.listen);
  ip('route', 'add', `10.78.${n}.0/24`, 'via', `10.77.${n}.2`);

  const network: BadNetwork = {
    address: plan.listen,
    behind: plan.target,
    wrapper(name) {
      const path = join(folder, 'as-client');
      writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${client} ${name} "$@"\n`);
      chmodSync(path, 0o755);
      return path;
    },
    async open(ports) {
      const child = spawn(
        program('ip') as string,
        [
          ...['netns', 'exec', relay, process.execPath, join(import.meta.dirname, 'relay.ts')],
          JSON.stringify({ ...plan, ...ports } satisfies Plan),
        ],
        { stdio: ['pipe', 'pipe', 'inherit'] },
      );
      process_ = child;
      answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      if ((await answers.next()).value !== 'ready') throw new Error('the relay does not start');
      await network.weather();
    },
    async weather(weather = {}) {
      const tcp = weather.tcp ?? openTcp();
      process_?.stdin?.write(`${JSON.stringify({ delayMs: 0, loss: 0, udp: true, ...weather, tcp })}\n`);
      await answers?.next();
    },
    link: (up) => ip('-n', relay, 'link', 'set', inner, up ? 'up' : 'down'),
    close() {
      process_?.kill('SIGKILL');
      ip('netns', 'delete', client);
      ip('netns', 'delete', relay);
      rmSync(folder, { recursive: true });
    },
  };
  /** All that the relay was started with. */
  function openTcp(): number[] {
    return (JSON.parse(process_?.spawnargs.at(-1) ?? '{"tcp":[]}') as Plan).tcp;
  }
  return network;
}

function ip(...args: string[]): void {
  execFileSync(program('ip') ?? 'ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
