import './threads.ts';
import { setGlobalProxyFromEnv } from 'node:http';
import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { accountCommands } from './commands/accounts.ts';
import { doctorCommand } from './commands/doctor.ts';
import { endOf, inOurWords } from './commands/end.ts';
import { foldersCommand } from './commands/folders.ts';
import { historyCommands } from './commands/history.ts';
import { holdCommands } from './commands/hold.ts';
import { limitsCommand } from './commands/limits.ts';
import { pairCommands } from './commands/pairs.ts';
import { serviceCommand } from './commands/service.ts';
import { createShell } from './commands/shell.ts';
import { statusCommand } from './commands/status.ts';
import { syncCommands } from './commands/sync.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { languageOf } from './locale/language.ts';
import { openHome } from './state/home.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
// Whoever reads our output may leave, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.ok);
});

const program = new Command('diwan-sync');
const shell = createShell(languageOf(process.env), stop.signal, {
  home: () => openHome(program.opts<{ home?: string }>().home),
  // A refusal may come before the options are read.
  isJson: () => program.opts<{ json?: boolean }>().json === true || process.argv.includes('--json'),
});
const { say } = shell;
const codes = (Object.keys(exitCodes) as ExitCode[]).map((name) => `  ${exitCodes[name]}  ${say.exitCodes[name]}`);

program
  .description(say.about)
  .version(packageJson.version, '-V, --version', say.options.version)
  .option('--home <dir>', say.options.home)
  .option('--json', say.options.json)
  .addHelpText('after', `\n${say.help.exitCodes}\n${codes.join('\n')}`);
inOurWords(program, shell);
accountCommands(program, shell);
pairCommands(program, shell);
foldersCommand(program, shell);
syncCommands(program, shell);
statusCommand(program, shell);
holdCommands(program, shell);
historyCommands(program, shell);
limitsCommand(program, shell);
doctorCommand(program, shell);
serviceCommand(program, shell);

try {
  setGlobalProxyFromEnv();
  await program.parseAsync();
} catch (error) {
  const { code, message } = endOf(error, shell);
  if (!stop.signal.aborted && code !== exitCodes.ok) {
    const text = shell.isJson() ? JSON.stringify({ event: 'error', code, message }) : message;
    if (text) process.stderr.write(`${text}\n`);
    process.exitCode = code;
  }
}
