import { spawn } from 'node:child_process';
import { node24, root } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { say } from './say.mjs';

/**
 * Prepares the checkout where that is needed, then runs a program of it, which has the terminal and the exit code.
 * @param {string} program from the checkout's root
 * @param {string[]} args
 * @param {{env?: Record<string, string>, failure?: number}} [options] `failure`: the exit code when it could not run
 */
export async function runPrepared(program, args, { env = {}, failure = 1 } = {}) {
  try {
    const child = spawn(node24, [program, ...args], {
      cwd: root,
      env: { ...(await prepare()), ...env },
      stdio: 'inherit',
    });
    child.on('exit', (code) => {
      process.exitCode = code ?? failure;
    });
  } catch (error) {
    say(error.message);
    process.exitCode = failure;
  }
}
