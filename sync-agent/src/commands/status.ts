import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { stateFile, statusFile } from '../pair.ts';
import type { Home, SavedPair } from '../state/home.ts';
import { isRunning, readStatus } from '../state/live-status.ts';
import { type PairFacts, readFacts } from '../state/pair-facts.ts';
import type { PairStatus } from './output.ts';
import { choosePairs, type Shell } from './shell.ts';
import { statusText } from './status-text.ts';

const REDRAW_MS = 500;
/** Counting the files of a large pair takes a moment. */
const COUNT_EVERY_MS = 5000;

/** `status`. */
export function statusCommand(program: Command, shell: Shell) {
  const { say, print } = shell;
  program
    .command('status')
    .argument('[folder]', say.options.pair)
    .description(say.abouts.status)
    .option('--once', say.options.statusOnce)
    .action(async (folder: string | undefined, { once = false }: { once?: boolean }) => {
      const home = shell.home();
      const all = () => choosePairs(shell, folder).map((pair) => statusOf(home, pair));
      const first = all();
      if (process.stdout.isTTY && !shell.isJson() && !once) return follow(all, shell);
      for (const status of first) print(status, statusText(status, shell));
    });
}

/** How a pair stands, by its state and by what its agent last told. */
export function statusOf(home: Home, pair: SavedPair): PairStatus {
  const account = home.accounts().find(({ id }) => id === pair.accountId);
  const live = readStatus(statusFile(home, pair.id));
  const running = live !== undefined && isRunning(live);
  const { lastSync, files, conflicts } = factsOf(stateFile(home, pair.id));
  return {
    event: 'status',
    pair: pair.id,
    folder: pair.root,
    account: account?.email ?? '',
    hub: account?.hub ?? '',
    running,
    phase: running ? live.phase : 'stopped',
    lastSync,
    files,
    pending: running ? live.pending : 0,
    transfer: running ? live.transfer : null,
    pause: running ? live.pause : null,
    problems: live?.problems ?? [],
    conflicts,
    watchLimited: running && live.watchLimited,
    ignored: live?.ignored ?? 0,
  };
}

const known = new Map<string, { at: number; facts: PairFacts }>();
function factsOf(file: string): PairFacts {
  const last = known.get(file);
  if (last && performance.now() - last.at < COUNT_EVERY_MS) return last.facts;
  const facts = readFacts(file);
  known.set(file, { at: performance.now(), facts });
  return facts;
}

/** Drawn again and again on a page of its own until Ctrl-C; what was last to be seen stays on the screen. */
async function follow(all: () => PairStatus[], shell: Shell): Promise<void> {
  const { stdout } = process;
  const page = () =>
    all()
      .map((status) => statusText(status, shell))
      .join('\n\n');
  const cut = (text: string) =>
    [...text.split('\n').slice(0, Math.max(1, (stdout.rows || 24) - 2)), '', shell.say.ctrlC].join('\n');
  stdout.write('\x1b[?1049h\x1b[?25l');
  try {
    while (!shell.signal.aborted) {
      stdout.write(`\x1b[H\x1b[J${cut(page())}`);
      await sleep(REDRAW_MS, undefined, { signal: shell.signal }).catch(() => {});
    }
  } finally {
    stdout.write('\x1b[?25h\x1b[?1049l');
  }
  stdout.write(`${page()}\n`);
}
