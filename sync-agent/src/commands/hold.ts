import type { Command } from 'commander';
import type { SavedPair } from '../state/home.ts';
import type { Hold } from '../state/settings.ts';
import { choosePairs, durationOf, type Shell } from './shell.ts';

/** `pause`, `resume`. */
export function holdCommands(program: Command, shell: Shell) {
  const { say, print, agentSay, format } = shell;
  program
    .command('pause')
    .argument('[folder]', say.options.pair)
    .description(say.abouts.pause)
    .option('--for <duration>', say.options.for)
    .action(async (folder: string | undefined, options: { for?: string }) => {
      const until = options.for === undefined ? null : Date.now() + durationOf(options.for, say);
      const pairs = choosePairs(shell, folder);
      await saveHolds(shell, pairs, { until });
      const text = until === null ? say.untilResume : agentSay.until(format.until(until));
      for (const { root } of pairs) print({ event: 'held', folder: root, until }, say.held(root, text));
    });

  program
    .command('resume')
    .argument('[folder]', say.options.pair)
    .description(say.abouts.resume)
    .action(async (folder: string | undefined) => {
      const pairs = choosePairs(shell, folder);
      await saveHolds(shell, pairs, undefined);
      for (const { root } of pairs) print({ event: 'released', folder: root }, say.released(root));
    });
}

/** Running agents read it at once. */
function saveHolds({ home }: Shell, pairs: SavedPair[], hold: Hold | undefined) {
  return home().saveSettings((settings) => {
    const holds = { ...settings.holds };
    for (const { id } of pairs) {
      if (hold) holds[id] = hold;
      else delete holds[id];
    }
    return { ...settings, holds };
  });
}
