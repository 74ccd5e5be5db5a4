import type { Command } from 'commander';
import { limitsOf } from '../state/settings.ts';
import { rateOf, type Shell } from './shell.ts';

const variables = { up: 'DIWAN_SYNC_UP', down: 'DIWAN_SYNC_DOWN' } as const;

/** `limits`. */
export function limitsCommand(program: Command, shell: Shell) {
  const { say, print, format } = shell;
  program
    .command('limits')
    .description(say.abouts.limits)
    .option('--up <speed>', say.options.up)
    .option('--down <speed>', say.options.down)
    .action(async (options: { up?: string; down?: string }) => {
      const home = shell.home();
      const wanted = Object.entries(options).map(([way, text]) => [way, rateOf(text, say)]);
      if (wanted.length > 0)
        await home.saveSettings((settings) => ({
          ...settings,
          limits: { ...settings.limits, ...Object.fromEntries(wanted) },
        }));
      const limits = limitsOf(home.settings(), process.env);
      const ways = ['up', 'down'] as const;
      const environment = ways.filter((way) => process.env[variables[way]]).map((way) => variables[way]);
      const rows = ways.map((way) => {
        const limit = limits[way];
        const speed = limit === undefined ? say.unlimited : say.perSecond(format.bytes(limit));
        const by = environment.includes(variables[way]) ? ` ${say.fromEnvironment(variables[way])}` : '';
        return say.limit(way, speed) + by;
      });
      print({ event: 'limits', up: limits.up ?? null, down: limits.down ?? null, environment }, rows.join('\n'));
    });
}
