import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
const bundle = path.join(root, 'sync-agent/dist/diwan-sync.mjs');

/** A computer with the sync agent as it is shipped: one bundled file, its own settings, its own folder. */
export interface Machine {
  name: string;
  folder: string;
  askToSignIn(): Promise<{ verificationUrl: string; userCode: string }>;
  /** Resolves once the person has approved. */
  signedIn(): Promise<void>;
  /** Adds the folder and keeps it in sync from now on. */
  run(): Promise<void>;
  /** What the agent printed, as JSON lines. */
  output(): string;
  stop(): Promise<void>;
}

export async function startMachine(hub: string, name = 'portable-de-lina'): Promise<Machine> {
  await promisify(execFile)(process.execPath, ['build.mjs'], { cwd: path.join(root, 'sync-agent') });
  const place = await mkdtemp(path.join(tmpdir(), 'diwan-machine-'));
  const folder = path.join(place, 'Diwan');
  let output = '';
  const running: ChildProcess[] = [];

  function diwanSync(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, [bundle, '--home', path.join(place, 'home'), '--json', ...args], {
      env: { ...process.env, LANG: 'fr_FR.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    running.push(child);
    return child;
  }
  async function finished(child: ChildProcess): Promise<void> {
    const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
    if (code !== 0) throw new Error(`diwan-sync ended with ${code}: ${output}`);
  }
  let login: ChildProcess;

  return {
    name,
    folder,
    output: () => output,
    async askToSignIn() {
      login = diwanSync('login', hub, '--machine', name);
      for (;;) {
        const line = output.split('\n').find((l) => l.includes('"verificationUrl"'));
        if (line) return JSON.parse(line);
        if (login.exitCode !== null) throw new Error(`diwan-sync login ended: ${output}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    signedIn: () => finished(login),
    async run() {
      await finished(diwanSync('add', folder));
      diwanSync('run');
    },
    async stop() {
      for (const child of running) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
      await rm(place, { recursive: true, force: true });
    },
  };
}
