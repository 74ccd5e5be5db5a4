import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { isCode } from '../../sync-agent/src/disk/disk.ts';
import type { LiveStatus } from '../../sync-agent/src/state/live-status.ts';
import { type Client, signedInAdmin } from '../contract/client.ts';
import { type Hub, startHub } from '../services/hub.ts';

const main = join(import.meta.dirname, '../../sync-agent/src/main.ts');
/** The agents of all cases run the same code: compiled once. */
const compiled = join(import.meta.dirname, '../../node_modules/.cache/diwan-sync-cases');

/** A real hub, and machines that synchronise with it by agents in processes of their own. */
export interface House {
  hub: Hub;
  /** Somebody in the browser, with the same account as the agents. */
  client: Client;
  /** The folder at the top of the account's space. */
  rootId: string;
  spaceId: string;
  /** For whatever a case needs; removed at the end. */
  dir: string;
  /** @param pair whose it is, where it is not the house's account, and what `add` is told besides the folder */
  machine(name: string, place?: Partial<Place>, pair?: { client?: Client; add?: string[] }): Promise<Machine>;
  /** Signs a machine in again. */
  signIn(machine: Place): Promise<void>;
  /** The hub's tree by path: a file's SHA-256, `/` for a folder, with the node's id and version. */
  tree(): Promise<Map<string, { id: string; version: number; sha256: string | null; mtime: number | null }>>;
  close(): Promise<void>;
}

export interface Place {
  home: string;
  root: string;
  env: NodeJS.ProcessEnv;
  /** What the agent is started by: a program and its words, before the agent's own. */
  by: string[];
}

export interface Live {
  said: Said[];
  /** Holds it still, as a machine that sleeps (SIGSTOP). */
  sleep(): void;
  wake(): void;
  stop(): Promise<void>;
}

export type Said = Record<string, unknown> & { event?: string };

export interface Machine extends Place {
  /** Starts the agent, as a person would. */
  start(...args: string[]): { child: ChildProcess; said: Said[]; errors(): string };
  /** The same, until it has ended. */
  run(...args: string[]): Promise<{ code: number | null; signal: NodeJS.Signals | null; said: Said[]; errors: string }>;
  /** The same, with a failpoint at which it ends by SIGKILL. */
  dying(failpoint: string, ...args: string[]): ReturnType<Machine['run']>;
  /** Synchronises once. @throws unless all is synchronised */
  sync(): Promise<Said>;
  /** Synchronises until stopped; resolves once the first pass is through. */
  live(): Promise<Live>;
  /** What the agent last told of itself. */
  status(): LiveStatus | undefined;
  path(...names: string[]): string;
}

export async function openHouse(env: NodeJS.ProcessEnv = {}): Promise<House> {
  const hub = await startHub(env);
  const client = await signedInAdmin(hub);
  const [space] = (await client.get('/api/ibox/spaces')).body;
  const { id: spaceId, rootId } = space;
  const dir = mkdtempSync(join(tmpdir(), 'diwan-cases-'));
  const running = new Set<ChildProcess>();

  function start(place: Place, args: string[]) {
    const [command, ...words] = [...place.by, process.execPath, main, '--home', place.home, '--json', ...args];
    const child = spawn(command as string, words, {
      env: { ...process.env, LANG: 'en_GB.UTF-8', NODE_COMPILE_CACHE: compiled, ...place.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const said: Said[] = [];
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      said.push(...lines.map((line) => JSON.parse(line)));
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    return { child, said, errors: () => errors };
  }

  async function ended({ child, said, errors }: ReturnType<typeof start>) {
    const [code, signal]: [number | null, NodeJS.Signals | null] = (await once(child, 'close')) as never;
    return { code, signal, said, errors: errors() };
  }

  async function signIn(place: Place, person = client): Promise<void> {
    const name = basename(place.root);
    const login = start({ ...place, by: [] }, ['login', hub.url, '--machine', name]);
    const code = await until(() => login.said.find(({ event }) => event === 'code'));
    await person.post('/api/auth/device/approve', { userCode: code.userCode });
    const [status] = await once(login.child, 'close');
    if (status !== 0) throw new Error(`${name}: login ended with ${status}: ${login.errors()}`);
  }

  async function machine(
    name: string,
    chosen: Partial<Place> = {},
    { client: person = client, add = [] }: { client?: Client; add?: string[] } = {},
  ): Promise<Machine> {
    const place: Place = { home: join(dir, `${name} home`), root: join(dir, name), env: {}, by: [], ...chosen };
    const made: Machine = {
      ...place,
      start: (...args) => start(made, args),
      run: (...args) => ended(start(made, args)),
      dying: (failpoint, ...args) =>
        ended(start({ ...made, env: { ...made.env, DIWAN_SYNC_FAILPOINT: failpoint } }, args)),
      async sync() {
        const { code, said, errors } = await made.run('sync', '--once');
        const result = said.at(-1);
        if (code !== 0 || !result)
          throw new Error(`${name}: sync ended with ${code}: ${errors}${JSON.stringify(said)}`);
        return result;
      },
      async live() {
        const { child, said, errors } = start(made, ['run']);
        const isUp = () => {
          if (child.exitCode !== null) throw new Error(`${name} ended: ${errors()}`);
          const status = made.status();
          return status?.pid === child.pid && !['checking', 'transferring'].includes(status?.phase ?? '');
        };
        await until(isUp);
        return {
          said,
          sleep: () => void child.kill('SIGSTOP'),
          wake: () => void child.kill('SIGCONT'),
          async stop() {
            if (child.exitCode !== null || child.signalCode !== null) return;
            child.kill('SIGTERM');
            await once(child, 'close');
          },
        };
      },
      status() {
        try {
          const [pair] = JSON.parse(readFileSync(join(made.home, 'pairs.json'), 'utf8'));
          return JSON.parse(readFileSync(join(made.home, 'pairs', `${pair.id}.status.json`), 'utf8'));
        } catch {
          return undefined;
        }
      },
      path: (...names) => join(made.root, ...names),
    };
    await signIn(made, person);
    mkdirSync(made.root, { recursive: true });
    const added = await made.run('add', made.root, ...add);
    if (added.code !== 0) throw new Error(`${name}: add ended with ${added.code}: ${added.errors}`);
    return made;
  }

  return {
    ...{ hub, client, rootId, spaceId, dir, machine, signIn },
    async tree() {
      const nodes = new Map<string, { name: string; parentId: string | null; [name: string]: unknown }>();
      for (let since = 0, more = true; more; ) {
        const path = `/api/ibox/spaces/${spaceId}/changes?since=${since}&limit=5000`;
        // Asked again: the hub may have closed the connection in the moment it was to be used once more.
        const { body } = await client.get(path).catch(() => client.get(path));
        for (const node of body.nodes) if (!node.deleted) nodes.set(node.id, node);
        ({ seq: since, more } = body);
      }
      const pathOf = (id: string): string => {
        const { name, parentId } = nodes.get(id) ?? { name: '?', parentId: null };
        return parentId === null || parentId === rootId ? name : `${pathOf(parentId)}/${name}`;
      };
      nodes.delete(rootId);
      return new Map([...nodes].map(([id, node]) => [pathOf(id), node as never]));
    },
    async close() {
      for (const child of running) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      await hub.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await sleep(50);
  }
}

/** Waits until all of them and the hub are equal, and each says that it is at rest. */
export async function rest(house: House, ...machines: Machine[]): Promise<void> {
  const deadline = performance.now() + REST_MS;
  for (;;) {
    const there = [...(await house.tree())].map(([path, { sha256 }]) => [path, sha256 ?? '/'] as const);
    const wanted = sorted(there);
    const late = performance.now() > deadline;
    const isEqual = machines.every((machine) => {
      const here = sorted(pictureNow(machine.root));
      if (late) expect(here, machine.root).toEqual(wanted);
      return isDeepStrictEqual(here, wanted) && machine.status()?.phase === 'synced';
    });
    if (isEqual) return;
    if (late) expect(machines.map((machine) => machine.status())).toEqual([]);
    await sleep(100);
  }
}
const REST_MS = 60_000;

const sorted = (entries: Iterable<readonly [string, string]>) =>
  new Map([...entries].sort(([x], [y]) => (x < y ? -1 : 1)));

/** While agents work, what was just listed may be gone. */
function pictureNow(root: string): Map<string, string> {
  try {
    return picture(root);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return new Map();
    throw error;
  }
}

/** Every file under a folder with the SHA-256 of its content, every folder as `/`, by path; but for the agent's own folder. */
export function picture(root: string, under = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const name of readdirSync(join(root, under)).sort()) {
    const path = under === '' ? name : `${under}/${name}`;
    if (path === '.diwan') continue;
    const stat = lstatSync(join(root, path));
    if (stat.isDirectory()) for (const [at, what] of [[path, '/'] as const, ...picture(root, path)]) all.set(at, what);
    else if (stat.isFile()) all.set(path, sha256(readFileSync(join(root, path))));
  }
  return all;
}

export const paths = (machine: Place, under = '') =>
  [...picture(machine.root, under)].map(([path, what]) => (what === '/' ? `${path}/` : path));

export const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export const isCopy = (path: string) => path.includes('(conflicted copy of');
