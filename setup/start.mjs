// `npm start`: prepares the checkout where that is needed, then runs the hub.
import { spawn } from 'node:child_process';
import { node24, root } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { say } from './say.mjs';

try {
  const env = await prepare();
  const hub = spawn(node24, ['server/src/main.ts', ...process.argv.slice(2)], { cwd: root, env, stdio: 'inherit' });
  // A terminal sends SIGINT to the hub itself; a second one could cut its drain short.
  const forwarded = process.stdin.isTTY ? ['SIGTERM', 'SIGHUP'] : ['SIGTERM', 'SIGHUP', 'SIGINT'];
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => forwarded.includes(signal) && hub.kill(signal));
  }
  hub.on('error', (error) => {
    say(error.message);
    process.exitCode = 1;
  });
  hub.on('exit', (code, signal) => {
    if (signal) say(`the hub was ended by ${signal}`);
    process.exitCode = code ?? 1;
  });
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
