import { installDependencies } from './dependencies.mjs';
import { mediaWorker } from './media-worker/worker.mjs';
import { toolsEnv } from './paths.mjs';
import { buildWeb } from './web-build.mjs';

/**
 * Brings a checkout to where the hub can run; does nothing when all is there.
 * @returns {Promise<NodeJS.ProcessEnv>} the environment to run it in
 */
export async function prepare() {
  await installDependencies();
  const env = { ...toolsEnv, MEDIASOUP_WORKER_BIN: await mediaWorker() };
  await buildWeb();
  return env;
}
