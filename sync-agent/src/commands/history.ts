import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { reasonOf } from '../locale/sentences.ts';
import { stateFile } from '../pair.ts';
import type { Pause } from '../state/live-status.ts';
import { readFacts, settleConflicts } from '../state/pair-facts.ts';
import { type LogEntry, readLog } from '../state/pair-log.ts';
import { choosePairs, durationOf, End, type Shell, wholeOf } from './shell.ts';

interface LogOptions {
  lines: string;
  since?: string;
  follow?: boolean;
}
const FOLLOW_MS = 500;

/** `log`, `conflicts`. */
export function historyCommands(program: Command, shell: Shell) {
  const { say, print } = shell;
  program
    .command('log')
    .argument('[folder]', say.options.pair)
    .description(say.abouts.log)
    .option('-n, --lines <n>', say.options.lines, '50')
    .option('--since <duration>', say.options.since)
    .option('-f, --follow', say.options.follow)
    .action(async (folder: string | undefined, { lines, since, follow = false }: LogOptions) => {
      const home = shell.home();
      const limit = wholeOf(lines, say);
      const from = since === undefined ? 0 : Date.now() - durationOf(since, say);
      const pairs = choosePairs(shell, folder).map(({ id, root }) => ({ root, file: stateFile(home, id), after: 0 }));
      /** The newest of all pairs, in the order of time. */
      const show = (most: number) => {
        const entries = pairs.flatMap((pair) => {
          if (!existsSync(pair.file)) return [];
          const found = readLog(pair.file, { limit: most, since: from, after: pair.after });
          pair.after = found.at(-1)?.id ?? pair.after;
          return found.map(({ id: _, ...entry }) => ({ root: pair.root, entry }));
        });
        entries.sort((a, b) => a.entry.at - b.entry.at);
        for (const { root, entry } of entries.slice(-most))
          print({ event: 'log', folder: root, ...entry }, logLine(entry, pairs.length > 1 ? root : '', shell));
        return entries.length;
      };
      if (show(limit) === 0 && !follow && !shell.isJson()) process.stdout.write(`${say.noLog}\n`);
      while (follow && !shell.signal.aborted) {
        await sleep(FOLLOW_MS, undefined, { signal: shell.signal }).catch(() => {});
        show(10_000);
      }
    });

  program
    .command('conflicts')
    .argument('[folder]', say.options.pair)
    .description(say.abouts.conflicts)
    .option('--settle <copy>', say.options.settle)
    .option('--settle-all', say.options.settleAll)
    .action(async (folder: string | undefined, { settle, settleAll }: { settle?: string; settleAll?: boolean }) => {
      const home = shell.home();
      const pairs = choosePairs(shell, folder);
      if (settle !== undefined || settleAll) {
        const copies = settleAll || settle === undefined ? ('all' as const) : [basename(settle)];
        const settled = pairs.reduce((sum, { id }) => sum + settleConflicts(stateFile(home, id), copies), 0);
        if (settled === 0 && settle !== undefined) throw new End(exitCodes.usage, say.noSuchConflict(settle));
        return print({ event: 'settled', copies: settled }, say.settled(settled));
      }
      let shown = 0;
      for (const { id, root } of pairs)
        for (const conflict of readFacts(stateFile(home, id)).conflicts) {
          const { at, path, copy } = conflict;
          const beside = dirname(path) === '.' ? copy : `${dirname(path)}/${copy}`;
          const place = pairs.length > 1 ? `${root}: ` : '';
          print(
            { event: 'conflict_copy', folder: root, at, path, copy },
            `${shell.format.moment(at)}  ${place}${path}\n    ${beside}`,
          );
          shown++;
        }
      if (!shell.isJson()) process.stdout.write(`${shown === 0 ? say.noConflict : say.conflictHint}\n`);
    });
}

function logLine(entry: LogEntry, root: string, { agentSay, format }: Shell): string {
  const { at, did, side, bytes } = entry;
  const { deeds, sides } = agentSay;
  const what = did === 'upload' || did === 'download' || side === null ? deeds[did] : `${deeds[did]} (${sides[side]})`;
  const size = bytes === null ? '' : `  ${format.bytes(bytes)}`;
  return `${format.moment(at)}  ${root ? `${root}  ` : ''}${what}  ${detailOf(entry, agentSay)}${size}`.trimEnd();
}

function detailOf({ did, path, other }: LogEntry, agentSay: Shell['agentSay']): string {
  switch (did) {
    case 'pause':
      return `${agentSay.pauses[other as Pause['why']] ?? other}${path ? ` [${path}]` : ''}`;
    case 'problem':
      return `${path} : ${reasonOf(other ?? '', agentSay)}`;
    case 'recheck':
      return reasonOf(other ?? '', agentSay);
    case 'move':
      return `${other} -> ${path}`;
    case 'conflict':
      return `${path} -> ${other}`;
    default:
      return path;
  }
}
