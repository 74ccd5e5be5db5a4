import { spawn, spawnSync } from 'node:child_process';

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, seconds?: number, show?: boolean, onLine?: (line: string) => void}} [options]
 *   `seconds` ends it (and its children) when it takes longer; `show` lets it write to the terminal; else how its
 *   output begins and ends becomes part of the error.
 * @returns {Promise<void>}
 * @throws {Error} when it can't start, ends with another code than 0, or takes too long
 */
export function run(command, args, { cwd, env, seconds, show = false, onLine } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      detached: seconds !== undefined,
      // What is shown goes to stderr: stdout belongs to what is started afterwards.
      stdio: show ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
    });
    const [head, tail] = [[], []];
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream?.setEncoding('utf8').on('data', (chunk) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop();
        for (const line of lines) {
          onLine?.(line);
          (head.length < 15 ? head : tail).push(line);
          if (tail.length > 25) tail.shift();
        }
      });
    }
    const timer = seconds && setTimeout(() => process.kill(-child.pid, 'SIGKILL'), seconds * 1000);
    child.on('error', (error) => reject(new Error(`${command}: ${error.message}`)));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else
        reject(new Error([`${command} ${args.join(' ')} ended with ${code ?? signal}`, ...head, ...tail].join('\n')));
    });
  });
}

/** Standard output of a short command, or undefined when it is missing or fails. */
export function answer(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return status === 0 ? stdout.trim() : undefined;
}
