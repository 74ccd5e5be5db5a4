// `npm run sim:NAME`: prepares the checkout where that is needed, then simulates. The last line printed is the figure, in JSON.
import { spawn } from 'node:child_process';
import { node24, root } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { say } from './say.mjs';

try {
  const env = await prepare();
  const [name, ...args] = process.argv.slice(2);
  const sim = spawn(node24, [`test/${name}.ts`, ...args], { cwd: root, env, stdio: 'inherit' });
  sim.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
