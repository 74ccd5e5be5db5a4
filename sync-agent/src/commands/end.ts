import { type Command, CommanderError } from 'commander';
import { pauseOf } from '../agent.ts';
import { exitCodes } from '../exit-codes.ts';
import { pauseText } from '../locale/sentences.ts';
import type { Pause } from '../state/live-status.ts';
import { PairBusy } from '../state/pair-lock.ts';
import { FolderTaken } from './add.ts';
import { End, type Shell } from './shell.ts';

const codeOfPause: Record<Pause['why'], number> = {
  person: exitCodes.paused,
  offline: exitCodes.offline,
  maintenance: exitCodes.paused,
  cgu_required: exitCodes.cguRequired,
  signed_out: exitCodes.signedOut,
  root_missing: exitCodes.paused,
  root_gone: exitCodes.paused,
  brake: exitCodes.brake,
  disk_full: exitCodes.paused,
  busy: exitCodes.busy,
  error: exitCodes.error,
};

/** The end of a command that could not do its work. */
export function endOf(error: unknown, { say, agentSay, home, language }: Shell): End {
  if (error instanceof End) return error;
  if (error instanceof PairBusy) return new End(exitCodes.busy, say.busy(error.message));
  if (error instanceof FolderTaken) return new End(exitCodes.usage, say.folderTaken(error.message));
  if (error instanceof CommanderError) return usage(error, say);
  const pause = pauseOf(error);
  if (pause.why === 'cgu_required')
    return new End(exitCodes.cguRequired, agentSay.acceptCgu(home().accounts()[0]?.hub ?? ''));
  if (pause.why === 'error') return new End(exitCodes.error, say.unexpected(pause.detail ?? ''));
  return new End(codeOfPause[pause.why], pauseText(pause, language));
}

/** Commander's own words are English: what it means, in the person's language. Help and version are no errors. */
function usage({ code, exitCode, message }: CommanderError, say: Shell['say']): End {
  if (exitCode === 0) return new End(exitCodes.ok, '');
  const named = /'([^']*)'/.exec(message)?.[1] ?? '';
  const sentences: Record<string, string> = {
    'commander.unknownCommand': say.unknownCommand(named),
    'commander.unknownOption': say.unknownOption(named),
    'commander.missingArgument': say.missingArgument(named),
    'commander.optionMissingArgument': say.missingArgument(named),
    'commander.excessArguments': say.tooManyArguments,
    // A command alone that has only commands under it shows its help.
    'commander.help': '',
  };
  return new End(exitCodes.usage, sentences[code] ?? message);
}

/** Help in the person's language, and no words of Commander's on the way out. */
export function inOurWords(program: Command, { say }: Shell): Command {
  const { usage: usageTitle, arguments: args, options, commands } = say.help;
  const titles: Record<string, string> = {
    'Usage:': usageTitle,
    'Arguments:': args,
    'Options:': options,
    'Global Options:': options,
    'Commands:': commands,
  };
  return program
    .configureHelp({ styleTitle: (title) => titles[title] ?? title })
    .configureOutput({ outputError: () => {} })
    .helpOption('-h, --help', say.options.help)
    .helpCommand(false)
    .exitOverride();
}
