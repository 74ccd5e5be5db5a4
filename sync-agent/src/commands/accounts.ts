import { hostname } from 'node:os';
import type { Command } from 'commander';
import { accountClient } from '../pair.ts';
import { Refused, Unreachable } from '../remote/client.ts';
import { login } from './login.ts';
import { chooseAccount, type Shell } from './shell.ts';

/** `login`, `logout`. */
export function accountCommands(program: Command, shell: Shell) {
  const { say, print, language, signal } = shell;
  program
    .command('login')
    .argument('<hub>', say.options.hub)
    .description(say.abouts.login)
    .option('--machine <name>', say.options.machine, hostname())
    .action(async (hub: string, { machine }: { machine: string }) => {
      const account = await login({
        ...{ home: shell.home(), hub, machine, language, signal },
        show: ({ verificationUrl, userCode, expiresIn }) =>
          print({ event: 'code', verificationUrl, userCode, expiresIn }, say.openAndType(verificationUrl, userCode)),
      });
      print({ event: 'signed_in', email: account.email, hub: account.hub }, say.signedIn(account.email));
    });

  program
    .command('logout')
    .description(say.abouts.logout)
    .option('--account <email>', say.options.account)
    .action(async ({ account: email }: { account?: string }) => {
      const home = shell.home();
      const account = chooseAccount(shell, email);
      // What the hub can't be told now a person can do on the site.
      const told = await accountClient(home, account.id, language, { tries: 2 })
        .request('/api/auth/logout', { method: 'POST', signal })
        .then(
          () => true,
          (error) => {
            if (error instanceof Unreachable || error instanceof Refused) return false;
            throw error;
          },
        );
      await home.exclusively(() => home.saveAccount({ ...account, accessToken: '', refreshToken: '' }));
      const { hub } = account;
      const text = say.signedOut(account.email);
      print({ event: 'signed_out', email: account.email, hub, told }, told ? text : `${text}\n${say.stillOpenThere}`);
    });
}
