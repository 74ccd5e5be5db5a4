import { exitCodes } from '../exit-codes.ts';

/** What the agent goes by and a session's manager may not know. */
const HANDED_ON = ['LANG', 'LC_ALL', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS'];
const names = HANDED_ON.flatMap((name) => (name.endsWith('PROXY') ? [name, name.toLowerCase()] : [name]));

/** As systemd reads a word: quoted, `%` and `$` being themselves. */
const word = (text: string) => `"${text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%')}"`;
const argument = (text: string) => word(text).replaceAll('$', '$$$$');

/** @param command absolute program and its arguments */
export function unitText({
  description,
  command,
  env,
}: {
  description: string;
  command: readonly string[];
  env: NodeJS.ProcessEnv;
}): string {
  const handed = names.filter((name) => env[name]).map((name) => `Environment=${word(`${name}=${env[name]}`)}`);
  const [program = '', ...rest] = command;
  return `${[
    '[Unit]',
    `Description=${description.replaceAll('%', '%%')}`,
    'After=network-online.target',
    '',
    '[Service]',
    `ExecStart=${[word(program), ...rest.map(argument)].join(' ')}`,
    ...handed,
    'Restart=always',
    'RestartSec=10',
    // Another agent does the work, or a person has to: trying again is no help.
    `RestartPreventExitStatus=${exitCodes.busy} ${exitCodes.usage}`,
    // What people do themselves goes first.
    'Nice=10',
    'NoNewPrivileges=yes',
    '',
    '[Install]',
    'WantedBy=default.target',
  ].join('\n')}\n`;
}
