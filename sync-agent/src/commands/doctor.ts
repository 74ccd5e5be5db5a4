import { accessSync, constants, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Space } from '@diwan/protocol/ibox.ts';
import { HubInfo, protocolVersion } from '@diwan/protocol/version.ts';
import type { Command } from 'commander';
import { z } from 'zod';
import { pauseOf } from '../agent.ts';
import { exitCodes } from '../exit-codes.ts';
import { doctorWords } from '../locale/doctor.ts';
import { accountClient, stateFile, statusFile } from '../pair.ts';
import { OWN_FOLDER } from '../plan/names.ts';
import { createClient } from '../remote/client.ts';
import type { Home, SavedAccount, SavedPair } from '../state/home.ts';
import { isRunning, readStatus } from '../state/live-status.ts';
import { damageOf, readFacts } from '../state/pair-facts.ts';
import { readMark } from '../state/pair-lock.ts';
import type { Check } from './output.ts';
import type { Shell } from './shell.ts';

type Finding = Omit<Check, 'event'>;

/** `doctor`: looks at everything that synchronisation stands on. */
export function doctorCommand(program: Command, shell: Shell) {
  program
    .command('doctor')
    .description(shell.say.abouts.doctor)
    .action(async () => {
      let bad = false;
      let good = true;
      for await (const finding of examine(shell)) {
        const { check, of, result, found, remedy } = finding;
        const sign = { good: '✓', warning: '!', bad: '✗' }[result];
        const about = `${sign} ${words(shell).checks[check]}${of ? ` (${of})` : ''}: ${found}`;
        shell.print({ event: 'check', ...finding }, remedy === null ? about : `${about}\n    -> ${remedy}`);
        bad ||= result === 'bad';
        good &&= result === 'good';
      }
      if (good && !shell.isJson()) process.stdout.write(`${words(shell).all}\n`);
      if (bad) process.exitCode = exitCodes.error;
    });
}

const words = ({ language }: Shell) => doctorWords[language];

async function* examine(shell: Shell): AsyncGenerator<Finding> {
  const home = shell.home();
  const accounts = home.accounts();
  const pairs = home.pairs().filter(({ leaving }) => !leaving);
  yield nodeVersion(shell);
  yield homeRights(home, shell);
  yield room('space', home.dir, shell);
  yield proxy(shell);
  for (const hub of new Set(accounts.map((account) => account.hub))) yield* hubAndClock(hub, shell);
  for (const account of accounts) yield await signedIn(home, account, shell);
  for (const pair of pairs) yield* folder(home, pair, shell);
  yield watches(home, pairs, shell);
  if (pairs.length > 0) yield agent(home, pairs, shell);
}

const good = (check: Finding['check'], of: string, found: string): Finding => ({
  ...{ check, of, found },
  result: 'good',
  remedy: null,
});

function nodeVersion(shell: Shell): Finding {
  const found = process.version;
  if (Number.parseInt(process.versions.node, 10) >= 24) return good('node', '', found);
  return { check: 'node', of: '', result: 'bad', found, remedy: words(shell).remedies.node };
}

function homeRights({ dir }: Home, shell: Shell): Finding {
  const { ok, remedies } = words(shell);
  try {
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const found = (error as NodeJS.ErrnoException).code ?? '';
    return { check: 'home', of: dir, result: 'bad', found, remedy: remedies.homeNotWritable(dir) };
  }
  const modes = ['', 'accounts.json']
    .map((name) => statSync(join(dir, name), { throwIfNoEntry: false })?.mode ?? 0)
    .map((mode) => mode & 0o077);
  // Windows has no such bits.
  if (process.platform === 'win32' || modes[1] === 0) return good('home', dir, ok);
  return {
    check: 'home',
    of: dir,
    result: 'bad',
    found: `0${(0o600 | (modes[1] ?? 0)).toString(8)}`,
    remedy: remedies.home(dir),
  };
}

const PLENTY = 1_000_000_000;
const ENOUGH = 100_000_000;

function room(check: 'space', dir: string, shell: Shell): Finding {
  const { bavail, bsize } = statfsSync(dir);
  const free = bavail * bsize;
  const found = words(shell).free(shell.format.bytes(free));
  if (free >= PLENTY) return good(check, dir, found);
  return { check, of: dir, result: free < ENOUGH ? 'bad' : 'warning', found, remedy: words(shell).remedies.space };
}

function proxy(shell: Shell): Finding {
  const { env } = process;
  const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];
  const set = names
    .map((name) => [name, env[name.toLowerCase()] ?? env[name]])
    .filter(([, value]) => value)
    // A password in it is nobody's to see.
    .map(([name, value]) => `${name}=${String(value).replace(/\/\/[^@/]*@/, '//…@')}`);
  return good('proxy', '', set.length > 0 ? set.join(' ') : words(shell).direct);
}

async function* hubAndClock(hub: string, shell: Shell): AsyncGenerator<Finding> {
  const { ok, remedies, skew } = words(shell);
  const client = createClient(hub, undefined, { language: shell.language, tries: 2 });
  let info: HubInfo;
  try {
    info = await client.ask(HubInfo, '/api/version', { signal: shell.signal });
  } catch (error) {
    const { detail = '' } = pauseOf(error);
    yield { check: 'hub', of: hub, result: 'bad', found: detail, remedy: remedies.hub };
    return;
  }
  const found = `${info.product} ${info.version}`;
  if (info.protocol === protocolVersion) yield good('hub', hub, found);
  else yield { check: 'hub', of: hub, result: 'bad', found, remedy: remedies.protocol };
  const apart = client.now() - Date.now();
  if (apart === 0) yield good('clock', hub, ok);
  else {
    const seconds = shell.format.count(Math.round(Math.abs(apart) / 1000));
    yield { check: 'clock', of: hub, result: 'warning', found: skew(seconds), remedy: remedies.clock };
  }
}

async function signedIn(home: Home, { id, email, hub, accessToken }: SavedAccount, shell: Shell): Promise<Finding> {
  const { ok, remedies, signedOut, cgu } = words(shell);
  const bad = (found: string, remedy: string): Finding => ({
    check: 'account',
    of: email,
    result: 'bad',
    found,
    remedy,
  });
  if (accessToken === '') return bad(signedOut, remedies.signIn(hub));
  try {
    const client = accountClient(home, id, shell.language, { tries: 2 });
    await client.ask(z.array(Space), '/api/ibox/spaces', { signal: shell.signal });
    return good('account', email, ok);
  } catch (error) {
    const { why, detail = why } = pauseOf(error);
    if (why === 'signed_out') return bad(signedOut, remedies.signIn(hub));
    return why === 'cgu_required' ? bad(cgu, remedies.cgu(hub)) : bad(detail, remedies.hub);
  }
}

function* folder(home: Home, { id, root }: SavedPair, shell: Shell): Generator<Finding> {
  const { ok, remedies, missing } = words(shell);
  if (readMark(root)?.pair !== id) {
    yield { check: 'root', of: root, result: 'bad', found: missing, remedy: remedies.root };
  } else {
    yield good('root', root, ok);
    yield rights(root, shell);
    yield room('space', root, shell);
  }
  const damage = damageOf(stateFile(home, id));
  if (damage === undefined) yield good('state', root, ok);
  else yield { check: 'state', of: root, result: 'bad', found: damage, remedy: remedies.state };
}

function rights(root: string, shell: Shell): Finding {
  const { ok, remedies } = words(shell);
  try {
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
    // A disk that was mounted to be read only shows when it is written to.
    const probe = join(root, OWN_FOLDER, `doctor-${process.pid}`);
    writeFileSync(probe, '', { flag: 'wx' });
    rmSync(probe);
    return good('rights', root, ok);
  } catch (error) {
    const found = (error as NodeJS.ErrnoException).code ?? String(error);
    return { check: 'rights', of: root, result: 'bad', found, remedy: remedies.rights(root) };
  }
}

const LIMIT = '/proc/sys/fs/inotify/max_user_watches';
/** Other programs watch too. */
const OURS = 0.8;

function watches(home: Home, pairs: SavedPair[], shell: Shell): Finding {
  const { none, remedies, folders } = words(shell);
  let limit: number;
  try {
    limit = Number(readFileSync(LIMIT, 'utf8'));
  } catch {
    // Only Linux counts them.
    return good('watches', '', none);
  }
  const wanted = pairs.reduce((sum, { id }) => sum + readableFolders(stateFile(home, id)) + 1, 0);
  const isLimited = pairs.some(({ id }) => readStatus(statusFile(home, id))?.watchLimited);
  const found = folders(shell.format.count(wanted), shell.format.count(limit));
  if (!isLimited && wanted < limit * OURS) return good('watches', '', found);
  const enough = Math.max(524_288, 2 ** Math.ceil(Math.log2(wanted * 2)));
  return { check: 'watches', of: '', result: 'warning', found, remedy: remedies.watches(enough) };
}

/** A database that can't be read is told by its own check. */
function readableFolders(file: string): number {
  try {
    return readFacts(file).folders;
  } catch {
    return 0;
  }
}

function agent(home: Home, pairs: SavedPair[], shell: Shell): Finding {
  const { running, notRunning, remedies } = words(shell);
  const runs = pairs.some(({ id }) => {
    const live = readStatus(statusFile(home, id));
    return live !== undefined && isRunning(live);
  });
  if (runs) return good('agent', '', running);
  return { check: 'agent', of: '', result: 'warning', found: notRunning, remedy: remedies.agent };
}
