import './threads.ts';
import { setGlobalProxyFromEnv } from 'node:http';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { type AgentEvent, pauseOf, runAgent } from './agent.ts';
import { addPair, FolderTaken } from './commands/add.ts';
import { login } from './commands/login.ts';
import { type PairStatus, statusOf } from './commands/status.ts';
import { exitCodes } from './exit-codes.ts';
import { languageOf, pauseText, problemList, sentenceOf, words } from './locale.ts';
import { openPair, statusFile } from './pair.ts';
import { type PassResult, syncPass } from './pass.ts';
import { openHome, type SavedAccount, type SavedPair } from './state/home.ts';
import { type Pause, writeStatus } from './state/live-status.ts';
import { PairBusy } from './state/pair-lock.ts';

setGlobalProxyFromEnv();
const language = languageOf(process.env);
const say = words[language];
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

/** A command ends with this code, and this sentence. */
class End extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const program = new Command('diwan-sync')
  .description(say.about)
  .option('--home <dir>', say.optHome)
  .option('--json', say.optJson)
  .addHelpText('after', `\n${say.exitCodes}`)
  .exitOverride();
const homeOf = () => openHome(program.opts<{ home?: string }>().home);
const isJson = () => program.opts<{ json?: boolean }>().json === true;

/** One line for a program, or a sentence for a person. */
function print(data: object, text: string) {
  process.stdout.write(`${isJson() ? JSON.stringify(data) : text}\n`);
}

program
  .command('login')
  .argument('<hub>')
  .description(say.aboutLogin)
  .option('--machine <name>', say.optMachine, hostname())
  .action(async (hub: string, { machine }: { machine: string }) => {
    const home = homeOf();
    const account = await login({
      home,
      hub,
      machine,
      language,
      signal: stop.signal,
      show: ({ verificationUrl, userCode, expiresIn }) =>
        print({ event: 'code', verificationUrl, userCode, expiresIn }, say.openAndType(verificationUrl, userCode)),
    });
    print({ event: 'signed_in', email: account.email, hub: account.hub }, say.signedIn(account.email));
  });

program
  .command('add')
  .argument('<folder>')
  .description(say.aboutAdd)
  .option('--account <email>', say.optAccount)
  .action(async (folder: string, { account: email }: { account?: string }) => {
    const home = homeOf();
    const account = chooseAccount(home.accounts(), email);
    const pair = await addPair(home, account, folder, language);
    print({ event: 'added', id: pair.id, folder: pair.root }, say.added(pair.root, account.email));
  });

program
  .command('run')
  .argument('[folder]', say.optPair)
  .description(say.aboutRun)
  .option('--force', say.optForce)
  .action(async (folder: string | undefined, { force = false }: { force?: boolean }) => {
    const home = homeOf();
    const pairs = choosePairs(home.pairs(), folder).map((saved) => openPair(home, saved, language));
    await Promise.all(
      pairs.map(async (pair) => {
        const root = pair.saved.root;
        const tell = (event: AgentEvent) => {
          const cgu = event.event === 'paused' && event.pause.why === 'cgu_required';
          print({ folder: root, ...event }, cgu ? say.acceptCgu(pair.client.hub) : sentenceOf(event, language));
        };
        print({ event: 'running', folder: root }, say.running(root));
        await runAgent(pair, { home, language, signal: stop.signal, say: tell, force });
        pair.close();
      }),
    );
    print({ event: 'stopped' }, say.stopped);
  });

program
  .command('sync')
  .argument('[folder]', say.optPair)
  .description(say.aboutSync)
  .option('--once', say.optOnce)
  .option('--force', say.optForce)
  .action(async (folder: string | undefined, { force }: { force?: boolean }) => {
    const home = homeOf();
    let incomplete = false;
    for (const saved of choosePairs(home.pairs(), folder)) {
      const pair = openPair(home, saved, language);
      let result: PassResult;
      try {
        do result = await syncPass(pair, { force, signal: stop.signal });
        while (!result.synced && result.done > 0 && !stop.signal.aborted);
      } catch (error) {
        note(saved, { phase: 'stopped', pause: pauseOf(error), problems: [] });
        throw error;
      } finally {
        pair.close();
      }
      note(saved, { phase: 'stopped', pause: null, problems: result.problems });
      incomplete ||= !result.synced || result.problems.length > 0;
      print(
        { event: result.synced ? 'synced' : 'incomplete', folder: saved.root, ...result },
        result.problems.length > 0 ? problemList(result.problems, say) : say.synced(result.done),
      );
    }
    if (incomplete) process.exitCode = exitCodes.incomplete;

    function note({ id }: SavedPair, last: Pick<Parameters<typeof writeStatus>[1], 'phase' | 'pause' | 'problems'>) {
      writeStatus(statusFile(home, id), { pid: process.pid, pending: 0, watchLimited: false, at: Date.now(), ...last });
    }
  });

program
  .command('status')
  .description(say.aboutStatus)
  .action(() => {
    const home = homeOf();
    const pairs = choosePairs(home.pairs(), undefined).map((pair) => statusOf(home, pair));
    for (const status of pairs) print(status, statusText(status));
  });

function statusText(status: PairStatus): string {
  const { folder, account, hub, running, phase, lastSync, pending, pause, problems, conflicts } = status;
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  const rows = [
    `${folder}  <->  ${account} @ ${hub}`,
    `  ${say.lines.state}: ${running ? say.phases[phase] : say.notRunning}`,
    `  ${say.lines.last}: ${lastSync === null ? say.never : time.format(lastSync)}`,
    `  ${say.lines.pending}: ${pending}`,
    `  ${say.lines.conflicts}: ${conflicts.length}`,
  ];
  for (const { copy, path } of conflicts.slice(0, 10)) rows.push(`    ${path} -> ${copy}`);
  if (pause) rows.push(`  ${pauseText(pause, language)}`);
  if (status.watchLimited) rows.push(`  ${say.watchLimited}`);
  if (problems.length > 0) rows.push(problemList(problems, say));
  return rows.join('\n');
}

function chooseAccount(accounts: SavedAccount[], email: string | undefined): SavedAccount {
  const chosen = accounts.filter((account) => email === undefined || account.email === email);
  const [first, second] = chosen;
  if (!first) throw new End(exitCodes.signedOut, say.noAccount);
  if (second) throw new End(exitCodes.usage, say.whichAccount(chosen.map((account) => account.email).join(', ')));
  return first;
}

function choosePairs(pairs: SavedPair[], folder: string | undefined): SavedPair[] {
  if (pairs.length === 0) throw new End(exitCodes.usage, say.noPair);
  const chosen = folder === undefined ? pairs : pairs.filter(({ root }) => root === resolve(folder));
  if (chosen.length === 0) throw new End(exitCodes.usage, say.noSuchPair(folder ?? ''));
  return chosen;
}

const codeOfPause: Record<Pause['why'], number> = {
  offline: exitCodes.offline,
  maintenance: exitCodes.paused,
  cgu_required: exitCodes.cguRequired,
  signed_out: exitCodes.signedOut,
  root_missing: exitCodes.paused,
  brake: exitCodes.brake,
  disk_full: exitCodes.paused,
  error: exitCodes.error,
};

/** The end of a command that could not do its work. */
function endOf(error: unknown): End {
  if (error instanceof End) return error;
  if (error instanceof PairBusy) return new End(exitCodes.busy, say.busy(error.message));
  if (error instanceof FolderTaken) return new End(exitCodes.usage, say.folderTaken(error.message));
  const pause = pauseOf(error);
  if (pause.why === 'cgu_required')
    return new End(exitCodes.cguRequired, say.acceptCgu(homeOf().accounts()[0]?.hub ?? ''));
  if (pause.why === 'error') return new End(exitCodes.error, say.unexpected(pause.detail ?? ''));
  return new End(codeOfPause[pause.why], pauseText(pause, language));
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  else if (!stop.signal.aborted) {
    const { code, message } = endOf(error);
    process.stderr.write(`${isJson() ? JSON.stringify({ event: 'error', code, message }) : message}\n`);
    process.exitCode = code;
  }
}
