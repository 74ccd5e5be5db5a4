import type { Command } from 'commander';
import { pauseOf } from '../agent.ts';
import { exitCodes } from '../exit-codes.ts';
import { problemList, sentenceOf } from '../locale/sentences.ts';
import { openPair, type Pair, Paused, stateFile, statusFile } from '../pair.ts';
import { type PassResult, syncPass } from '../pass.ts';
import { currentMaintenance } from '../remote/link.ts';
import { runPairs } from '../run-pairs.ts';
import type { Home, SavedPair } from '../state/home.ts';
import { firstStatus, type LiveStatus, type Pause, writeStatus } from '../state/live-status.ts';
import { lockPair, PairBusy, readMark } from '../state/pair-lock.ts';
import { openPairLog } from '../state/pair-log.ts';
import { holdOf } from '../state/settings.ts';
import { endOf } from './end.ts';
import { choosePairs, type Shell } from './shell.ts';

/** `run`, `sync`. */
export function syncCommands(program: Command, shell: Shell) {
  const { say, agentSay, print, language, signal, format } = shell;

  program
    .command('run')
    .argument('[folder]', say.options.pair)
    .description(say.abouts.run)
    .option('--force', say.options.force)
    .action(async (folder: string | undefined, { force = false }: { force?: boolean }) => {
      const home = shell.home();
      const [only] = folder === undefined ? [] : choosePairs(shell, folder);
      const pairs = home.pairs().filter(({ id, leaving }) => !leaving && (!only || only.id === id));
      if (pairs.length === 0) print({ event: 'waiting' }, say.waitingForPair);
      // A second agent for the same folders would only wait for the first.
      else if (pairs.every(isBusy)) throw new PairBusy(pairs.map(({ root }) => root).join(', '));
      await runPairs({
        ...{ home, language, signal, force, only: only?.id },
        announce: (notice) => {
          const { text, startsAt, endsAt } = notice;
          print(
            { event: 'notice', notice },
            agentSay.notice(text[language], format.until(startsAt), format.until(endsAt)),
          );
        },
        say: ({ root, accountId }, event) => {
          if (event.event === 'running') return print({ ...event, folder: root }, say.running(root));
          if (event.event === 'left') return print({ ...event, folder: root }, say.left(root));
          const cgu = event.event === 'paused' && event.pause.why === 'cgu_required';
          const hub = home.accounts().find(({ id }) => id === accountId)?.hub ?? '';
          const text = cgu ? agentSay.acceptCgu(hub) : sentenceOf(event, language);
          print({ ...event, folder: root }, pairs.length > 1 ? `${root}: ${text}` : text);
        },
      });
      print({ event: 'stopped' }, say.stopped);
    });

  program
    .command('sync')
    .argument('[folder]', say.options.pair)
    .description(say.abouts.sync)
    .option('--once', say.options.once)
    .option('--force', say.options.force)
    .action(async (folder: string | undefined, { force = false }: { force?: boolean }) => {
      const home = shell.home();
      const pairs = choosePairs(shell, folder);
      let worst: number = exitCodes.ok;
      for (const saved of pairs) {
        if (signal.aborted) return;
        try {
          const result = await syncOnce(home, saved, shell, force);
          const { synced, problems } = result;
          if (!synced || problems.length > 0) worst ||= exitCodes.incomplete;
          const text = problems.length > 0 ? problemList(problems, agentSay) : agentSay.synced(result.done);
          const event = synced ? ('synced' as const) : ('incomplete' as const);
          print({ event, folder: saved.root, ...result }, pairs.length > 1 ? `${saved.root}: ${text}` : text);
        } catch (error) {
          // What stops one folder stops no other.
          if (pairs.length === 1 || signal.aborted) throw error;
          const { code, message } = endOf(error, shell);
          worst = code;
          print({ event: 'paused', folder: saved.root, pause: pauseOf(error) }, `${saved.root}: ${message}`);
        }
      }
      process.exitCode = worst;
    });
}

async function syncOnce(home: Home, saved: SavedPair, shell: Shell, force: boolean): Promise<PassResult> {
  const { language, signal } = shell;
  const status = statusFile(home, saved.id);
  const note = (change: Partial<LiveStatus>) => writeStatus(status, { ...firstStatus(), phase: 'stopped', ...change });
  const hold = holdOf(home.settings(), saved.id, Date.now());
  if (hold) throw new Paused({ why: 'person', ...(hold.until === null ? {} : { until: hold.until }) });
  const pair = openPair(home, saved, language);
  const log = openPairLog(stateFile(home, saved.id));
  try {
    const pause = await maintenanceNow(pair, shell);
    if (pause) throw new Paused(pause);
    let result: PassResult;
    do
      result = await syncPass(pair, {
        ...{ force, signal },
        did: ({ did, at, path, other, bytes }) =>
          log.add({ did, side: at, path, other: other ?? null, bytes: bytes ?? null }),
      });
    while (!result.synced && result.done > 0 && !signal.aborted);
    const { problems } = result;
    for (const { path, why } of problems) log.add({ did: 'problem', side: null, path, other: why, bytes: null });
    note({ problems, ignored: pair.observer.ignored() });
    return result;
  } catch (error) {
    note({ pause: pauseOf(error) });
    throw error;
  } finally {
    log.close();
    pair.close();
  }
}

async function maintenanceNow({ client }: Pair, { language }: Shell): Promise<Pause | undefined> {
  const notice = await currentMaintenance(client);
  return notice && { why: 'maintenance', detail: notice.text[language], until: notice.endsAt };
}

function isBusy({ root, id }: SavedPair): boolean {
  if (readMark(root)?.pair !== id) return false;
  try {
    lockPair(root)();
    return false;
  } catch (error) {
    if (error instanceof PairBusy) return true;
    throw error;
  }
}
