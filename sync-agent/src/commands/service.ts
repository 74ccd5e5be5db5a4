import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { unitText } from './service-unit.ts';
import { End, type Shell } from './shell.ts';

const UNIT = 'diwan-sync.service';
const run = promisify(execFile);
const systemctl = (...args: string[]) => run('systemctl', ['--user', ...args], { timeout: 60_000 });

/** `service install | uninstall | status`: a unit of the person's own systemd. */
export function serviceCommand(program: Command, shell: Shell) {
  const { say, print } = shell;
  const file = join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'systemd/user', UNIT);
  const service = program.command('service').description(say.abouts.service).helpCommand(false);
  const tell = (state: string, text: string) =>
    print({ event: 'service', unit: file, installed: existsSync(file), state }, text);

  service
    .command('install')
    .description(say.abouts.serviceInstall)
    .option('--print', say.options.print)
    .action(async ({ print: onlyPrint }: { print?: boolean }) => {
      const unit = unitText({
        description: say.about,
        command: [process.execPath, process.argv[1] ?? '', '--home', shell.home().dir, 'run'],
        env: process.env,
      });
      if (onlyPrint) return void process.stdout.write(unit);
      await needManager(shell);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, unit);
      await systemctl('daemon-reload');
      await systemctl('enable', '--now', UNIT);
      tell(await stateOf(), say.installed(file));
    });

  service
    .command('uninstall')
    .description(say.abouts.serviceUninstall)
    .action(async () => {
      if (!existsSync(file)) throw new End(exitCodes.usage, say.notInstalled);
      await needManager(shell);
      await systemctl('disable', '--now', UNIT);
      rmSync(file);
      await systemctl('daemon-reload');
      tell('inactive', say.uninstalled);
    });

  service
    .command('status')
    .description(say.abouts.serviceStatus)
    .action(async () => {
      await needManager(shell);
      const state = await stateOf();
      tell(state, existsSync(file) ? say.serviceStands(state, file) : say.notInstalled);
    });
}

/** active, inactive, failed, … */
async function stateOf(): Promise<string> {
  // It answers by its exit code too.
  const { stdout } = await systemctl('is-active', UNIT).catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? '',
  }));
  return stdout.trim() || 'unknown';
}

/** @throws {End} where no systemd answers for this person's session */
async function needManager({ say }: Shell): Promise<void> {
  try {
    await systemctl('show-environment');
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new End(exitCodes.unavailable, say.noSystemd((stderr || message).trim().split('\n')[0] ?? ''));
  }
}
