import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { accountClient, stateFile, statusFile } from '../pair.ts';
import { OWN_FOLDER } from '../plan/names.ts';
import type { Home, SavedPair } from '../state/home.ts';
import { lockPair, PairBusy, readMark } from '../state/pair-lock.ts';
import { addPair, modeNames, modeOf, requireRights } from './add.ts';
import { chooseAccount, choosePairs, placeOf, type Shell } from './shell.ts';

interface Added {
  account?: string;
  folder?: string;
  mode?: string;
}

/** `add`, `mode`, `remove`. */
export function pairCommands(program: Command, shell: Shell) {
  const { say, print } = shell;
  program
    .command('add')
    .argument('<folder>', say.options.folder)
    .description(say.abouts.add)
    .option('--account <email>', say.options.account)
    .option('--folder <path>', say.options.hubFolder)
    .option('--mode <mode>', say.options.mode)
    .action(async (folder: string, { account: email, folder: path, mode }: Added) => {
      const account = chooseAccount(shell, email);
      const pair = await addPair(shell, account, folder, { path, mode });
      print({ event: 'added', id: pair.id, folder: pair.root }, say.added(pair.root, account.email));
    });

  program
    .command('mode')
    .argument('<folder>', say.options.folder)
    .argument('[mode]', say.options.mode)
    .description(say.abouts.mode)
    .action(async (folder: string, wanted: string | undefined) => {
      const home = shell.home();
      const [found] = choosePairs(shell, folder);
      if (!found) return;
      let pair = found;
      if (wanted !== undefined) {
        const mode = modeOf(wanted, say);
        await requireRights(accountClient(home, pair.accountId, shell.language), pair.spaceId, mode, say);
        pair = { ...pair, mode };
        await home.exclusively(() => home.savePair(pair));
      }
      const mode = modeNames[pair.mode ?? 'two-way'];
      print({ event: 'mode', folder: pair.root, mode }, say.modeIs(pair.root, mode));
    });

  program
    .command('remove')
    .argument('<folder>', say.options.folder)
    .description(say.abouts.remove)
    .option('-y, --yes', say.options.yes)
    .action(async (folder: string, { yes }: { yes?: boolean }) => {
      const home = shell.home();
      // One whose removal was cut off is found again.
      const left = home.pairs().find(({ leaving, root }) => leaving && root === placeOf(folder));
      const [pair] = left ? [left] : choosePairs(shell, folder);
      if (!pair) return;
      if (!yes && !left && !(await shell.ask(say.removeQuestion(pair.root)))) return print({ event: 'kept' }, say.kept);
      await removePair(home, pair, shell.signal);
      print({ event: 'removed', id: pair.id, folder: pair.root }, say.removed(pair.root));
    });
}

const PATIENCE_MS = 30_000;

/**
 * Forgets a pair; its files stay. First it is said to be leaving, so that a running agent lets go of it; whatever happens
 * then, the next `remove` goes on from there.
 * @throws {PairBusy} when an agent does not let go of it
 */
export async function removePair(home: Home, pair: SavedPair, signal: AbortSignal): Promise<void> {
  await home.exclusively(() => home.savePair({ ...pair, leaving: true }));
  const { root, id } = pair;
  if (readMark(root)?.pair === id) {
    const release = await takeOver(root, signal);
    rmSync(join(root, OWN_FOLDER, 'pair.json'), { force: true });
    release();
    rmSync(join(root, OWN_FOLDER), { recursive: true, force: true });
  }
  for (const file of [stateFile(home, id), statusFile(home, id)])
    for (const end of ['', '-wal', '-shm', '.new']) if (existsSync(file + end)) rmSync(file + end, { force: true });
  await home.exclusively(() => home.dropPair(id));
  await home.saveSettings(({ holds: { [id]: _, ...holds }, ...settings }) => ({ ...settings, holds }));
}

async function takeOver(root: string, signal: AbortSignal): Promise<() => void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return lockPair(root);
    } catch (error) {
      if (!(error instanceof PairBusy) || performance.now() > until) throw error;
      await sleep(100, undefined, { signal });
    }
  }
}
