import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { node24, root } from './paths.mjs';
import { answer, run } from './run.mjs';
import { say } from './say.mjs';

// The only packages whose install scripts run (.npmrc turns the others off): `node` fetches Node 24's binary, `argon2` builds
// itself where it brings no prebuilt one. mediasoup's would start a source build that fails offline: see media-worker/.
const SCRIPTS = ['node', 'argon2'];

/** Installs what package-lock.json names, Node 24 included, unless it is there. */
export async function installDependencies() {
  if (isInstalled()) return;
  await withLock(join(root, '.setup.lock'), 'the dependencies', async () => {
    if (isInstalled()) return;
    if (!lockIsInstalled()) {
      say('installing the dependencies (npm ci)');
      await run('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: root });
    }
    say('fetching Node 24 from the npm registry');
    await run('npm', ['rebuild', '--ignore-scripts=false', ...SCRIPTS], { cwd: root });
    if (!isInstalled()) throw new Error(`${node24} does not run after npm ci and npm rebuild`);
  });
}

function isInstalled() {
  return lockIsInstalled() && existsSync(node24) && answer(node24, ['--version'])?.startsWith('v24.') === true;
}

/** True when npm's own record of what it put into node_modules agrees with package-lock.json. npm writes it last. */
function lockIsInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const packages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packages(record);
  return Object.entries(packages(join(root, 'package-lock.json'))).every(
    ([path, wanted]) =>
      path === '' ||
      !path.includes('node_modules/') ||
      (path in installed ? installed[path].version === wanted.version : wanted.optional === true),
  );
}
