import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Space, WholeNodePage } from '@diwan/protocol/ibox.ts';
import { Notice } from '@diwan/protocol/notices.ts';
import { Terms } from '@diwan/protocol/terms.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Hub, startHub } from '../../test/services/hub.ts';
import { exitCodes } from './exit-codes.ts';

/** Bytes; more than the other cases use. */
const quota = 300_000_000;
const main = join(import.meta.dirname, 'main.ts');
let hub: Hub;
let cookies = '';
let dir: string;
let machines = '';
const running: ChildProcess[] = [];

beforeAll(async () => {
  hub = await startHub({ HUB_QUOTA_BYTES: String(quota) });
  const { email: identifier, password } = hub.admin;
  const answer = await post('/api/auth/login', { identifier, password });
  cookies = answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
  await acceptTerms();
  machines = mkdtempSync(join(tmpdir(), 'diwan-machines-'));
  await Promise.all([signIn('Alger'), signIn('Bejaia')]);
});
afterAll(async () => {
  await hub?.stop();
  if (machines) rmSync(machines, { recursive: true, force: true });
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'diwan-agent-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) await end(child, 'SIGKILL');
  await emptySpace();
  rmSync(dir, { recursive: true, force: true });
});

async function post(path: string, json: unknown): Promise<Response> {
  const response = await fetch(`${hub.url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: hub.url, Cookie: cookies },
    body: JSON.stringify(json),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response;
}

async function acceptTerms() {
  const { version, hash } = Terms.parse(await (await fetch(`${hub.url}/api/terms`)).json());
  await post('/api/terms/accept', { version, hash, language: 'fr', label: 'Accepter et valider' });
}

async function emptySpace() {
  const headers = { Cookie: cookies, Origin: hub.url };
  const get = async <T extends z.ZodType>(contract: T, path: string) =>
    contract.parse(await (await fetch(`${hub.url}${path}`, { headers })).json());
  for (const { rootId } of await get(z.array(Space), '/api/ibox/spaces'))
    for (const { id } of (await get(WholeNodePage, `/api/ibox/nodes/${rootId}/children`)).nodes)
      await fetch(`${hub.url}/api/ibox/nodes/${id}`, { method: 'DELETE', headers });
}

/** Starts `diwan-sync` as a person would, in its own process. */
function start(machine: Machine, ...args: string[]) {
  const child = spawn(process.execPath, [main, '--home', machine.home, '--json', ...args], {
    env: { ...process.env, LANG: 'fr_FR.UTF-8', ...machine.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const events: Record<string, unknown>[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    events.push(...lines.map((line) => JSON.parse(line)));
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return { child, events, errors: () => errors };
}

async function run(machine: Machine, ...args: string[]) {
  const { child, events, errors } = start(machine, ...args);
  const [code] = await once(child, 'close');
  return { code, events, errors: errors() };
}

async function end(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function nodeNamed(name: string): Promise<string> {
  const get = async <T extends z.ZodType>(contract: T, path: string) =>
    contract.parse(await (await fetch(`${hub.url}${path}`, { headers: { Cookie: cookies } })).json());
  const [space] = await get(z.array(Space), '/api/ibox/spaces');
  const { nodes } = await get(WholeNodePage, `/api/ibox/nodes/${space?.rootId}/children`);
  return nodes.find((node) => node.name === name)?.id ?? '';
}

interface Machine {
  home: string;
  root: string;
  env: NodeJS.ProcessEnv;
}

/** A machine that is signed in. */
async function signIn(name: string): Promise<string> {
  const home = join(machines, name);
  const { child, events, errors } = start({ home, root: '', env: {} }, 'login', hub.url, '--machine', name);
  const code = await until(() => events.find(({ event }) => event === 'code'));
  await post('/api/auth/device/approve', { userCode: code.userCode });
  const [status] = await once(child, 'close');
  expect(status, errors()).toBe(0);
  return home;
}

/** One of the two machines, with a new folder of its own. */
async function machine(name: 'Alger' | 'Bejaia'): Promise<Machine> {
  const made = { home: join(machines, name), root: join(dir, name), env: {} };
  rmSync(join(made.home, 'pairs.json'), { force: true });
  const added = await run(made, 'add', made.root);
  expect(added.code, added.errors).toBe(0);
  return made;
}
const both = () => Promise.all([machine('Alger'), machine('Bejaia')]);

async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    try {
      const found = look();
      if (found) return found;
    } catch (error) {
      // A running agent moved what had been listed a moment before.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    await sleep(20);
  }
}

/** Every file and folder with the sha256 of its content. */
function picture(root: string, under = ''): string[] {
  return readdirSync(join(root, under))
    .sort()
    .flatMap((name) => {
      const path = join(under, name);
      if (path === '.diwan') return [];
      if (lstatSync(join(root, path)).isDirectory()) return [`${path}/`, ...picture(root, path)];
      return [
        `${path} ${createHash('sha256')
          .update(readFileSync(join(root, path)))
          .digest('hex')}`,
      ];
    });
}
const paths = (m: Machine) => picture(m.root).map((line) => (line.endsWith('/') ? line : line.slice(0, -65)));

async function sync(m: Machine) {
  const { code, errors, events } = await run(m, 'sync', '--once');
  expect(code, errors + JSON.stringify(events)).toBe(0);
  return events;
}

/** Both machines synchronise by turns until they have seen each other. */
async function exchange(a: Machine, b: Machine) {
  for (const each of [a, b, a]) await sync(each);
  expect(picture(b.root)).toEqual(picture(a.root));
}

// Each step is a real process on a busy machine.
describe('the agent against a real hub', { timeout: 240_000 }, () => {
  it('R-03 R-45 new CGU: one sentence says to accept them in the browser; the running agent goes on by itself', async () => {
    const m = await machine('Alger');
    const { events } = start(m, 'run');
    await until(() => events.find(({ event }) => event === 'running'));
    await post('/api/admin/terms', { texts: { fr: 'Version 2', ar: 'نسخة 2', en: 'Version 2' } });
    writeFileSync(join(m.root, 'waiting'), 'waiting');
    const paused = await until(() => events.find(({ event }) => event === 'paused'));
    expect(paused).toMatchObject({ pause: { why: 'cgu_required' } });
    const other = { home: m.home, root: m.root, env: { LANG: 'en_GB.UTF-8' } };
    expect((await run(other, 'add', join(dir, 'second'))).code).toBe(exitCodes.cguRequired);
    await acceptTerms();
    await until(() => events.find(({ event }) => event === 'resumed'));
    const fresh = await machine('Bejaia');
    await sync(fresh);
    expect(paths(fresh)).toEqual(['waiting']);
  });

  it('R-54 a maintenance notice is printed by the running agent at once', async () => {
    const m = await machine('Alger');
    const { events } = start(m, 'run');
    while ((await run(m, 'status')).events[0]?.phase !== 'synced') await sleep(50);
    const [startsAt, endsAt] = [Date.now(), Date.now() + 600_000];
    const text = { fr: 'Mise à jour', ar: 'تحديث', en: 'Update' };
    const published = await post('/api/admin/notices', {
      severity: 'warning',
      services: ['vroom'],
      startsAt,
      endsAt,
      text,
    });
    const printed = await until(() => events.find(({ event }) => event === 'notice'));
    expect(printed).toMatchObject({ notice: { text } });
    const { id } = Notice.parse(await published.json());
    await fetch(`${hub.url}/api/admin/notices/${id}`, {
      method: 'DELETE',
      headers: { Cookie: cookies, Origin: hub.url },
    });
  });

  it('R-45 made executable on one machine, on the other too, without a byte sent again; a touched time alone is nobody’s change', async () => {
    const [a, b] = await both();
    writeFileSync(join(a.root, 'outil.sh'), '#!/bin/sh');
    await exchange(a, b);
    const mode = () => lstatSync(join(b.root, 'outil.sh')).mode & 0o777;
    const before = lstatSync(join(b.root, 'outil.sh'));
    expect(mode() & 0o111).toBe(0);

    chmodSync(join(a.root, 'outil.sh'), 0o755);
    await exchange(a, b);
    expect(mode() & 0o111).toBe((before.mode & 0o444) >> 2);
    const after = lstatSync(join(b.root, 'outil.sh'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);

    chmodSync(join(b.root, 'outil.sh'), 0o644);
    writeFileSync(join(a.root, 'outil.sh'), '#!/bin/bash');
    await exchange(b, a);
    expect(lstatSync(join(a.root, 'outil.sh')).mode & 0o111).toBe(0);
    await exchange(a, b);
    expect([readFileSync(join(b.root, 'outil.sh'), 'utf8'), mode() & 0o111]).toEqual(['#!/bin/bash', 0]);
    expect([paths(a), paths(b)]).toEqual([['outil.sh'], ['outil.sh']]);

    utimesSync(join(b.root, 'outil.sh'), 5, 5);
    const { events } = await run(b, 'sync', '--once');
    expect(events.at(-1)).toMatchObject({ event: 'synced', done: 0 });
    expect(lstatSync(join(b.root, 'outil.sh')).mtimeMs).toBe(5000);
  });

  it('R-45 a folder that is not wanted on one machine goes there, and stays on the hub and on the other; then it is wanted again', async () => {
    const [a, b] = await both();
    mkdirSync(join(a.root, 'Vidéos/2025'), { recursive: true });
    writeFileSync(join(a.root, 'Vidéos/2025/film'), randomBytes(1000));
    writeFileSync(join(a.root, 'note'), 'n');
    writeFileSync(join(a.root, '.diwanignore'), '*.tmp');
    writeFileSync(join(a.root, 'x.tmp'), 'x');
    for (const m of [a, b]) expect((await run(m, 'sync')).code).toBe(0);
    expect((await run(b, 'folders', '--exclude', 'vidéos/1999')).code).toBe(exitCodes.usage);
    const chosen = await run(b, 'folders', '--exclude', 'vidéos');
    expect(chosen.events).toMatchObject([{ event: 'folder', path: 'Vidéos', excluded: true }]);
    for (const m of [a, b]) expect((await run(m, 'sync')).code).toBe(0);
    expect(paths(b)).toEqual(['.diwanignore', 'note']);
    expect(paths(a)).toEqual(['.diwanignore', 'Vidéos/', 'Vidéos/2025/', 'Vidéos/2025/film', 'note', 'x.tmp']);
    expect((await run(a, 'status')).events[0]).toMatchObject({ ignored: 1, problems: [] });

    // A running agent takes it up.
    start(b, 'run');
    expect((await run(b, 'folders', '--include', 'Vidéos')).code).toBe(0);
    await until(() => paths(b).includes('Vidéos/2025/film'));
  });

  it('R-45 a pair may be one folder of the space, or a shared one, and go one way only', async () => {
    const [a] = await both();
    mkdirSync(join(a.root, 'Équipe/Plans'), { recursive: true });
    writeFileSync(join(a.root, 'Équipe/Plans/p'), 'p');
    writeFileSync(join(a.root, 'ailleurs'), 'x');
    expect((await run(a, 'sync')).code).toBe(0);
    const team = await nodeNamed('Équipe');
    const plans = { ...a, root: join(dir, 'plans') };
    const added = await run(a, 'add', plans.root, '--folder', 'équipe/plans', '--mode', 'download-only');
    expect(added.code, added.errors).toBe(0);
    writeFileSync(join(plans.root, 'mine'), 'm');
    expect((await run(a, 'sync', plans.root)).code).toBe(0);
    expect(paths(plans)).toEqual(['mine', 'p']);
    expect((await run(a, 'mode', plans.root)).events).toMatchObject([{ mode: 'download-only' }]);
    expect((await run(a, 'mode', plans.root, 'both')).code).toBe(exitCodes.usage);
    expect((await run(a, 'mode', plans.root, 'two-way')).code).toBe(0);
    expect((await run(a, 'sync', plans.root)).code).toBe(0);
    expect((await run(a, 'sync', a.root)).code).toBe(0);
    expect(readFileSync(join(a.root, 'Équipe/Plans/mine'), 'utf8')).toBe('m');
    expect((await run(a, 'remove', plans.root, '--yes')).code).toBe(0);

    await post(`/api/ibox/nodes/${team}/share`, { people: [{ email: 'karim@diwan.test', role: 'reader' }] });
    const shared = { ...a, root: join(dir, 'shared') };
    const joined = await run(a, 'add', shared.root, '--folder', 'Équipe');
    expect(joined.code, joined.errors).toBe(0);
    expect((await run(a, 'sync', shared.root)).code).toBe(0);
    expect(paths(shared)).toEqual(['Plans/', 'Plans/mine', 'Plans/p']);
    writeFileSync(join(shared.root, 'Plans/p'), 'edited');
    renameSync(join(shared.root, 'Plans/mine'), join(shared.root, 'ours'));
    expect((await run(a, 'sync', shared.root)).code).toBe(0);
    const again = { ...a, root: join(dir, 'again') };
    expect((await run(a, 'remove', shared.root, '--yes')).code).toBe(0);
    expect((await run(a, 'add', again.root, '--folder', 'Équipe')).code).toBe(0);
    expect((await run(a, 'sync', again.root)).code).toBe(0);
    expect(paths(again)).toEqual(['Plans/', 'Plans/p', 'ours']);
    expect(readFileSync(join(again.root, 'Plans/p'), 'utf8')).toBe('edited');
  });

  it('R-45 upload, edit, rename, move and delete travel both ways, folder for folder and byte for byte', async () => {
    const [a, b] = await both();
    mkdirSync(join(a.root, 'Réunions/vide'), { recursive: true });
    writeFileSync(join(a.root, 'Réunions/compte rendu.txt'), 'bonjour');
    writeFileSync(join(a.root, 'zéro'), '');
    writeFileSync(join(a.root, 'grand.bin'), randomBytes(5_000_000));
    utimesSync(join(a.root, 'zéro'), 1, 1);
    await exchange(a, b);
    expect(paths(b)).toEqual(['Réunions/', 'Réunions/compte rendu.txt', 'Réunions/vide/', 'grand.bin', 'zéro']);
    expect(lstatSync(join(b.root, 'zéro')).mtimeMs).toBe(1000);

    writeFileSync(join(b.root, 'Réunions/compte rendu.txt'), 'au revoir');
    renameSync(join(b.root, 'Réunions'), join(b.root, 'Archives'));
    rmSync(join(b.root, 'zéro'));
    await exchange(b, a);
    expect(paths(a)).toEqual(['Archives/', 'Archives/compte rendu.txt', 'Archives/vide/', 'grand.bin']);
    expect(readFileSync(join(a.root, 'Archives/compte rendu.txt'), 'utf8')).toBe('au revoir');

    renameSync(join(a.root, 'grand.bin'), join(a.root, 'Archives/vide/GRAND.bin'));
    rmSync(join(a.root, 'Archives/compte rendu.txt'));
    mkdirSync(join(a.root, 'Archives/compte rendu.txt'));
    await exchange(a, b);
    expect(paths(b)).toEqual(['Archives/', 'Archives/compte rendu.txt/', 'Archives/vide/', 'Archives/vide/GRAND.bin']);
    expect((await sync(a))[0]).toMatchObject({ synced: true, done: 0 });
  });

  it('R-45 both edited: both contents are on both machines, the copy named after its machine', async () => {
    const [a, b] = await both();
    writeFileSync(join(a.root, 'note.txt'), 'one');
    await exchange(a, b);
    writeFileSync(join(a.root, 'note.txt'), 'from A');
    writeFileSync(join(b.root, 'note.txt'), 'from B');
    await sync(a);
    await sync(b);
    await exchange(a, b);
    expect(readFileSync(join(a.root, 'note.txt'), 'utf8')).toBe('from A');
    const copy = paths(a).find((path) => path.includes('conflicted copy of Bejaia')) ?? expect.fail('no copy');
    expect(readFileSync(join(a.root, copy), 'utf8')).toBe('from B');
    const status = await run(b, 'status');
    expect(status.events[0]).toMatchObject({ running: false, conflicts: [{ path: 'note.txt', copy }] });
  });

  it('R-42 R-45 a file over the quota is told, and what else there is goes on', async () => {
    const [a, b] = await both();
    writeFileSync(join(a.root, 'trop.bin'), '');
    truncateSync(join(a.root, 'trop.bin'), quota + 1);
    writeFileSync(join(a.root, 'petit'), 'petit');
    const { code, events } = await run(a, 'sync');
    expect(code).toBe(exitCodes.incomplete);
    expect(events[0]).toMatchObject({ problems: [{ path: 'trop.bin', why: 'quota_exceeded' }] });
    await sync(b);
    expect(paths(b)).toEqual(['petit']);
    rmSync(join(a.root, 'trop.bin'));
    await exchange(a, b);
  });

  it('R-45 a file that a program has locked is told, the rest goes on, and it follows once it is free', async () => {
    const [a, b] = await both();
    writeFileSync(join(a.root, 'bureau.odt'), 'un');
    await exchange(a, b);
    const answer = await post('/api/me/app-passwords', { label: 'Bureau' });
    const { password } = z.object({ password: z.string() }).parse(await answer.json());
    const authorization = `Basic ${Buffer.from(`${hub.admin.email}:${password}`).toString('base64')}`;
    const dav = (method: string, headers: Record<string, string>, body?: string) =>
      fetch(`${hub.url}/dav/bureau.odt`, { method, headers: { authorization, ...headers }, ...(body ? { body } : {}) });
    const info =
      '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>';
    const taken = await dav('LOCK', { 'content-type': 'application/xml' }, info);
    writeFileSync(join(a.root, 'bureau.odt'), 'deux');
    writeFileSync(join(a.root, 'libre'), 'libre');
    const { code, events } = await run(a, 'sync');
    expect(code).toBe(exitCodes.incomplete);
    expect(events[0]).toMatchObject({ problems: [{ path: 'bureau.odt', why: 'locked' }] });
    await sync(b);
    expect(paths(b)).toEqual(['bureau.odt', 'libre']);
    expect((await dav('UNLOCK', { 'lock-token': taken.headers.get('lock-token') ?? '' })).status).toBe(204);
    await exchange(a, b);
    expect(readFileSync(join(b.root, 'bureau.odt'), 'utf8')).toBe('deux');
  });

  it('R-45 links, and a folder whose mark is gone, are told and never taken for deletions', async () => {
    const [a, b] = await both();
    writeFileSync(join(a.root, 'kept'), 'kept');
    await exchange(a, b);
    symlinkSync('/etc/passwd', join(a.root, 'link'));
    const linked = await run(a, 'sync');
    expect(linked.code).toBe(exitCodes.incomplete);
    expect(linked.events[0]).toMatchObject({ problems: [{ path: 'link', why: 'symlink' }] });
    renameSync(a.root, `${a.root}-elsewhere`);
    mkdirSync(a.root);
    expect((await run(a, 'sync')).code).toBe(exitCodes.paused);
    await sync(b);
    expect(paths(b)).toEqual(['kept']);
  });

  it('R-45 running agents see each other’s changes without being asked, and stop cleanly', async () => {
    const [a, b] = await both();
    const agents = [start(a, 'run'), start(b, 'run')];
    const synced = (m: Machine) => run(m, 'status').then(({ events }) => events[0]?.phase === 'synced');
    while (!((await synced(a)) && (await synced(b)))) await sleep(50);
    mkdirSync(join(a.root, 'x/y'), { recursive: true });
    writeFileSync(join(a.root, 'x/y/file'), 'from a');
    await until(() => paths(b).includes('x/y/file'));
    writeFileSync(join(b.root, 'x/y/file'), 'and back');
    await until(() => readFileSync(join(a.root, 'x/y/file'), 'utf8') === 'and back');
    renameSync(join(a.root, 'x'), join(a.root, 'z'));
    await until(() => paths(b).includes('z/y/file') && !paths(b).includes('x/'));
    expect((await run(a, 'sync')).code).toBe(exitCodes.busy);
    for (const { child } of agents) {
      child.kill('SIGTERM');
      expect(await once(child, 'close')).toEqual([0, null]);
    }
    expect((await run(a, 'status')).events[0]).toMatchObject({ running: false, phase: 'stopped' });
  });

  it('R-45 killed in the middle, again and again: the restart converges, no conflict copy, nothing lost', async () => {
    const [a, b] = await both();
    for (let n = 0; n < 60; n++) {
      mkdirSync(join(a.root, `d${n % 6}`), { recursive: true });
      writeFileSync(join(a.root, `d${n % 6}/f${n}`), randomBytes(1000 + n * 2000));
    }
    const wanted = picture(a.root);
    for (const m of [a, b])
      for (let kill = 0; kill < 6; kill++) {
        const { child } = start(m, 'sync');
        await sleep(250 + kill * 60);
        await end(child, 'SIGKILL');
      }
    await exchange(a, b);
    expect(picture(b.root)).toEqual(wanted);
    expect(readdirSync(join(b.root, '.diwan/tmp'))).toEqual([]);
  });

  it('R-45 the hub killed under running agents: they wait, come back by themselves and lose nothing', async () => {
    const [a, b] = await both();
    start(a, 'run');
    start(b, 'run');
    writeFileSync(join(a.root, 'before'), 'before');
    await until(() => paths(b).includes('before'));
    await hub.kill();
    writeFileSync(join(a.root, 'during'), 'during');
    rmSync(join(b.root, 'before'));
    await hub.restart();
    await until(() => paths(b).includes('during') && !paths(a).includes('before'));
    expect(picture(a.root)).toEqual(picture(b.root));
  });
});
