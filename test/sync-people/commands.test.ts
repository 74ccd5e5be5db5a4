import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Output, Output as OutputContract } from '../../sync-agent/src/commands/output.ts';
import { exitCodes } from '../../sync-agent/src/exit-codes.ts';
import { type House, type Machine, openHouse, paths, rest, type Said, until } from '../sync-cases/house.ts';

// What a person can tell the agent, by real processes and against a real hub.

let house: House;
let m: Machine;
beforeAll(async () => {
  house = await openHouse();
  m = await house.machine('Alger');
});
afterAll(() => house?.close());
const second = () => join(house.dir, 'second');
const running: ChildProcess[] = [];
/** Ends with its test, however that ends. */
const start = (...args: string[]) => {
  const started = m.start(...args);
  running.push(started.child);
  return started;
};
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  await m.run('remove', '--yes', second());
  rmSync(second(), { recursive: true, force: true });
  await m.run('resume');
});

const main = join(import.meta.dirname, '../../sync-agent/src/main.ts');

/** Every line is one of those that the contract lists. */
const parsed = (said: Said[]): Output[] => said.map((line) => OutputContract.parse(line));
const ask = async (...args: string[]) => {
  const { code, said, errors } = await m.run(...args);
  return { code, said: parsed(said), errors };
};
/** As a person sees it: no `--json`. */
function show(args: string[], env: NodeJS.ProcessEnv = {}): string {
  return execFileSync(process.execPath, [main, '--home', m.home, ...args], {
    env: { ...process.env, LANG: 'en_GB.UTF-8', NO_COLOR: '1', ...env },
    encoding: 'utf8',
  });
}
const statusOf = async (folder = m.root) => {
  const found = (await ask('status')).said.find((line) => line.event === 'status' && line.folder === folder);
  return found?.event === 'status' ? found : expect.fail(`no status of ${folder}`);
};

// Each step is a real process on a busy machine.
describe('what a person tells the agent', { timeout: 240_000 }, () => {
  it('R-45 one process keeps all folders; a new one is taken up, a paused or missing one stops no other, a removed one is let go of', async () => {
    const live = await m.live();
    expect((await ask('add', second())).code).toBe(0);
    writeFileSync(join(second(), 'deux'), 'deux');
    await until(async () => (await house.tree()).has('deux'));
    await until(() => existsSync(m.path('deux')));

    expect((await ask('pause', second())).said).toMatchObject([{ event: 'held', folder: second(), until: null }]);
    await until(async () => (await statusOf(second())).pause?.why === 'person');
    writeFileSync(join(second(), 'held'), 'held');
    writeFileSync(m.path('free'), 'free');
    await until(async () => (await house.tree()).has('free'));
    expect((await house.tree()).has('held')).toBe(false);
    expect(paths({ ...m, root: second() })).toEqual(['deux', 'held']);
    expect((await ask('resume', second())).code).toBe(0);
    await until(() => existsSync(m.path('held')));
    await until(() => existsSync(join(second(), 'free')));

    renameSync(second(), `${second()}-away`);
    await until(async () => (await statusOf(second())).pause?.why === 'root_missing');
    writeFileSync(m.path('on'), 'on');
    await until(async () => (await house.tree()).has('on'));
    expect((await house.tree()).has('held')).toBe(true);
    renameSync(`${second()}-away`, second());
    await until(() => existsSync(join(second(), 'on')));

    const removed = await ask('remove', second(), '--yes');
    expect(removed.said, removed.errors).toMatchObject([{ event: 'removed', folder: second() }]);
    expect(readdirSync(second()).sort()).toEqual(['deux', 'free', 'held', 'on']);
    expect(readdirSync(join(m.home, 'pairs')).filter((name) => name.endsWith('.db'))).toHaveLength(1);
    writeFileSync(join(second(), 'later'), 'later');
    writeFileSync(m.path('last'), 'last');
    await rest(house, m);
    expect((await house.tree()).has('later')).toBe(false);
    // It can be added again, with what it holds.
    expect((await ask('add', second())).code).toBe(0);
    await until(() => existsSync(m.path('later')));
    await live.stop();
  });

  it('R-45 a pause is kept across restarts and ends by itself', async () => {
    const sent = async () => (await house.tree()).has('kept until');
    expect((await ask('pause', '--for', '1h')).code).toBe(0);
    writeFileSync(m.path('kept until'), '');
    expect((await ask('sync')).code).toBe(exitCodes.paused);
    const live = start('run');
    await until(async () => (await statusOf()).pause?.why === 'person');
    const { pause } = await statusOf();
    expect(pause?.until).toBeGreaterThan(Date.now() + 3_000_000);
    await ask('pause', '--for', '3s');
    await until(sent);
    await until(() => live.said.some(({ event }) => event === 'resumed'));
    parsed(live.said);
    live.child.kill('SIGTERM');
    expect(await once(live.child, 'close')).toEqual([0, null]);
    expect((await ask('pause', '--for', 'soon')).code).toBe(exitCodes.usage);
  });

  it('R-45 a pause takes effect in the middle of a transfer, whose progress was shown', async () => {
    const bytes = 6_000_000;
    await ask('limits', '--up', '500k', '--down', 'none');
    const live = start('run');
    await until(async () => (await statusOf()).phase === 'synced');
    writeFileSync(m.path('slow'), randomBytes(bytes));
    const status = await until(async () => {
      const now = await statusOf();
      return now.transfer && now.transfer.up > 0 && now;
    });
    expect(status).toMatchObject({ phase: 'transferring', pending: 1, transfer: { files: 1, filesDone: 0, bytes } });
    await ask('pause');
    await until(async () => (await statusOf()).pause?.why === 'person');
    expect((await house.tree()).has('slow')).toBe(false);
    await ask('limits', '--up', 'none');
    await ask('resume');
    await until(async () => (await house.tree()).has('slow'));
    live.child.kill('SIGTERM');
    await once(live.child, 'close');
  });

  it('R-45 limits are saved and shown; the environment wins', async () => {
    expect((await ask('limits', '--up', '1.5M', '--down', '200k')).said).toEqual([
      { event: 'limits', up: 1_500_000, down: 200_000, environment: [] },
    ]);
    const text = show(['limits'], { DIWAN_SYNC_UP: '9000', LANG: 'fr_FR.UTF-8' });
    expect(text).toMatch(/Envoi : 9\skB? ?k?o?.* par seconde \(par DIWAN_SYNC_UP\)/u);
    expect((await ask('limits', '--up', 'fast')).code).toBe(exitCodes.usage);
    expect((await ask('limits', '--up', 'none', '--down', 'none')).said).toMatchObject([{ up: null, down: null }]);
  });

  it('R-45 the log tells what was done, where; conflicts are listed until they are settled', async () => {
    writeFileSync(m.path('logged'), '12345');
    await m.sync();
    renameSync(m.path('logged'), m.path('renamed'));
    await m.sync();
    const other = await house.machine('Bejaia');
    await other.sync();
    writeFileSync(m.path('renamed'), 'from Alger');
    writeFileSync(other.path('renamed'), 'from Bejaia');
    await other.sync();
    await m.sync();
    rmSync(m.path('renamed'));
    await m.sync();
    const log = (await ask('log')).said.map((line) => (line.event === 'log' ? line : expect.fail(line.event)));
    const found = log.filter(({ path }) => path === 'logged' || path === 'renamed');
    const copy = paths(m).find((path) => path.includes('conflicted copy')) ?? expect.fail('no copy');
    expect(found.map(({ did, side, path, other, bytes }) => ({ did, side, path, other, bytes }))).toEqual([
      { did: 'upload', side: 'there', path: 'logged', other: null, bytes: 5 },
      { did: 'move', side: 'there', path: 'renamed', other: 'logged', bytes: null },
      { did: 'conflict', side: 'here', path: 'renamed', other: copy, bytes: null },
      { did: 'download', side: 'here', path: 'renamed', other: null, bytes: 11 },
      { did: 'remove', side: 'there', path: 'renamed', other: null, bytes: null },
    ]);
    expect(show(['log', '-n', '1'])).toMatch(/deleted \(on the server\) {2}renamed\n$/);

    expect((await ask('conflicts')).said).toMatchObject([{ event: 'conflict_copy', path: 'renamed', copy }]);
    expect((await ask('conflicts', '--settle', 'no such')).code).toBe(exitCodes.usage);
    expect((await ask('conflicts', '--settle', copy)).said).toEqual([{ event: 'settled', copies: 1 }]);
    expect((await ask('conflicts')).said).toEqual([]);
    expect(existsSync(m.path(copy))).toBe(true);
  });

  it('R-45 doctor names what is wrong, each with what to do', async () => {
    const bad = async () => {
      const { said, code } = await ask('doctor');
      const found = said.flatMap((line) => (line.event === 'check' && line.result === 'bad' ? [line] : []));
      for (const { remedy } of found) expect(remedy).toMatch(/\w{4}/);
      expect(code).toBe(found.length > 0 ? exitCodes.error : 0);
      return found.map(({ check, of }) => [check, of]);
    };
    expect(await bad()).toEqual([]);
    const text = show(['doctor'], { HTTPS_PROXY: 'http://me:secret@127.0.0.1:3128', NO_PROXY: '127.0.0.1' });
    expect(text).toContain('HTTPS_PROXY=http://…@127.0.0.1:3128');

    renameSync(m.path('.diwan/pair.json'), m.path('.diwan/away'));
    chmodSync(join(m.home, 'accounts.json'), 0o644);
    const [database] = readdirSync(join(m.home, 'pairs')).filter((name) => name.endsWith('.db'));
    const file = join(m.home, 'pairs', database ?? '');
    const bytes = readFileSync(file);
    writeFileSync(file, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 7)]));
    expect(await bad()).toEqual([
      ['home', m.home],
      ['root', m.root],
      ['state', m.root],
    ]);
    writeFileSync(file, bytes);
    chmodSync(join(m.home, 'accounts.json'), 0o600);
    renameSync(m.path('.diwan/away'), m.path('.diwan/pair.json'));

    await house.hub.kill();
    expect((await bad()).map(([check]) => check)).toEqual(['hub', 'account']);
    await house.hub.restart();
    expect(await bad()).toEqual([]);
  });

  it('R-45 each refusal has its exit code and one sentence, as JSON where it was asked for', async () => {
    for (const [args, sentence] of [
      [['fly'], /fly/],
      [['status', '--fly'], /--fly/],
      [['add'], /folder/],
      [['sync', join(house.dir, 'nowhere')], /nowhere/],
      [['sync', 'one', 'two'], /words/],
      [['remove', m.root], /--yes/],
    ] as const) {
      const { code, errors } = await ask(...args);
      expect(code, args.join(' ')).toBe(exitCodes.usage);
      const error = OutputContract.parse(JSON.parse(errors));
      expect(error).toMatchObject({ event: 'error', code: exitCodes.usage, message: expect.stringMatching(sentence) });
    }
    const fresh = { ...m, home: join(house.dir, 'fresh home') };
    mkdirSync(fresh.home);
    const child = spawn(process.execPath, [main, '--home', fresh.home, 'add', second()], { stdio: 'ignore' });
    expect(await once(child, 'close')).toEqual([exitCodes.signedOut, null]);
  });

  it('R-45 on a terminal status is drawn again as it changes; NO_COLOR is respected, and a pipe gets plain text once', async () => {
    const plain = show(['status'], { NO_COLOR: '' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are told by them
    expect(plain).not.toMatch(/\x1b/);
    const watch = async (env: NodeJS.ProcessEnv) => {
      const command = [process.execPath, main, '--home', m.home, 'status'].map((word) => `'${word}'`).join(' ');
      const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...bare } = process.env;
      const child = spawn('script', ['-qefc', command, '/dev/null'], {
        env: { ...bare, LANG: 'en_GB.UTF-8', TERM: 'xterm-256color', ...env },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let seen = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        seen += text;
      });
      await until(() => seen.split('\x1b[H\x1b[J').length > 3);
      // Ctrl-C, typed.
      child.stdin.write('\x03');
      await once(child, 'close');
      return seen;
    };
    const colored = await watch({});
    expect(colored).toContain(`\x1b[1m${m.root}`);
    expect(colored).toContain('Ctrl-C to leave');
    expect(colored).toContain('\x1b[?25h\x1b[?1049l');
    expect(await watch({ NO_COLOR: '1' })).not.toContain('\x1b[1m');
  });

  it('R-14 R-45 logout ends the session on the hub and keeps the folders for the next login', async () => {
    const sessions = async () => (await house.client.get('/api/me/sessions')).body.length;
    const before = await sessions();
    expect((await ask('logout')).said).toMatchObject([{ event: 'signed_out', told: true }]);
    expect(await sessions()).toBe(before - 1);
    expect((await ask('sync')).code).toBe(exitCodes.signedOut);
    const live = start('run');
    await until(() => live.said.find(({ event }) => event === 'paused'));
    writeFileSync(m.path('after'), 'after');
    const login = start('login', house.hub.url, '--machine', 'Alger');
    const code = await until(() => login.said.find(({ event }) => event === 'code'));
    await house.client.post('/api/auth/device/approve', { userCode: code.userCode });
    await once(login.child, 'close');
    await until(async () => (await house.tree()).has('after'));
    live.child.kill('SIGTERM');
    await once(live.child, 'close');
  });
});
