import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What is paid once a machine, not once a checkout. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'diwan');

/** Node 24, from the npm package `node`, whatever runs the set-up. */
export const node24 = join(root, 'node_modules/.bin/node');

/** Where Node keeps what it has compiled: a hub starts in two thirds of the time. */
export const compileCache = join(root, 'node_modules/.cache/node');

/** Environment in which the project's own tools, Node 24 among them, come first. */
export const toolsEnv = {
  NODE_COMPILE_CACHE: compileCache,
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
};
