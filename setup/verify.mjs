// `npm run ibox:verify`: prepares the checkout where that is needed, then verifies what is stored. Settings are the hub's own.
import { spawn } from 'node:child_process';
import { node24, root } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { say } from './say.mjs';

try {
  const env = await prepare();
  const args = ['server/src/ibox-verify.ts', ...process.argv.slice(2)];
  const verify = spawn(node24, args, { cwd: root, env, stdio: 'inherit' });
  verify.on('exit', (code) => {
    process.exitCode = code ?? 2;
  });
} catch (error) {
  say(error.message);
  process.exitCode = 2;
}
