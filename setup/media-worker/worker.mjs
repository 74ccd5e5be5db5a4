// The mediasoup worker: the one named by MEDIASOUP_WORKER_BIN, else the prebuilt one, else one built here. docs/adr/0001.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDebianPackages } from '../debian.mjs';
import { fingerprint } from '../fingerprint.mjs';
import { withLock } from '../lock.mjs';
import { cache, root, toolsEnv } from '../paths.mjs';
import { run } from '../run.mjs';
import { progress, say } from '../say.mjs';
import { buildWorker, DEBIAN_PACKAGES } from './build.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const mediasoup = join(root, 'node_modules/mediasoup');
const prebuilt = join(mediasoup, 'worker/out/Release/mediasoup-worker');

/**
 * Finds, downloads or builds the worker.
 * @returns {Promise<string>} its path, for MEDIASOUP_WORKER_BIN
 * @throws {Error} when MEDIASOUP_WORKER_BIN names no worker, or none could be had
 */
export async function mediaWorker() {
  const named = process.env.MEDIASOUP_WORKER_BIN;
  if (named) {
    if (!runs(named)) throw new Error(`MEDIASOUP_WORKER_BIN=${named} is no mediasoup worker that runs on this machine`);
    return named;
  }
  const built = builtWorker();
  if (runs(prebuilt)) return prebuilt;
  if (runs(built)) return built;
  return withLock(`${dirname(built)}.lock`, 'the media worker', async () => {
    if (runs(prebuilt)) return prebuilt;
    if (runs(built)) return built;
    if (await download()) return prebuilt;
    const missing = await installDebianPackages(DEBIAN_PACKAGES, 'building the media worker');
    if (missing.length > 0) {
      throw new Error(
        `no media worker: its download failed, and building it needs the Debian packages ${missing.join(' ')}; ` +
          'or set MEDIASOUP_WORKER_BIN to a mediasoup-worker you have',
      );
    }
    say('building the media worker from its sources: about 2 minutes on two cores, once a machine');
    await buildWorker(mediasoup, built, (done, all) => progress('media worker', done, all));
    if (!runs(built)) throw new Error(`${built} was built and does not run`);
    return built;
  });
}

/** Where a worker built for this mediasoup, by this recipe, for this kind of machine, is kept. */
function builtWorker() {
  const { version } = JSON.parse(readFileSync(join(mediasoup, 'package.json'), 'utf8'));
  const recipe = fingerprint(here, ['build.mjs', 'jumbo.mjs', 'subprojects']).slice(0, 12);
  return join(cache, 'mediasoup-worker', version, `${process.platform}-${process.arch}-${recipe}`, 'mediasoup-worker');
}

/** A worker started without MEDIASOUP_VERSION ends at once with code 41: mediasoup's own way to see that it can run. */
function runs(binary) {
  return existsSync(binary) && spawnSync(binary, [], { env: {}, stdio: 'ignore', timeout: 10_000 }).status === 41;
}

/** mediasoup's own download and check, without the source build it falls back to. */
async function download() {
  const releases = process.env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL || 'https://github.com';
  try {
    await fetch(releases, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
  } catch {
    say(`no prebuilt media worker: ${new URL(releases).host} can't be reached`);
    return false;
  }
  say('downloading the media worker');
  // The fallback runs $PYTHON: with `false` it ends there.
  const env = { ...toolsEnv, PYTHON: 'false' };
  delete env.MEDIASOUP_LOCAL_DEV;
  try {
    await run('node', ['npm-scripts.mjs', 'postinstall'], { cwd: mediasoup, env, seconds: 180 });
  } catch {
    say('no prebuilt media worker for this machine');
  }
  return runs(prebuilt);
}
