import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { node24, root, toolsEnv } from './paths.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';

const stamp = join(root, 'web/dist/.sources');

/** Builds web/dist, unless it was built from these very sources. */
export async function buildWeb() {
  if (isBuilt()) return;
  await withLock(join(root, '.setup.lock'), 'the web build', async () => {
    if (isBuilt()) return;
    const sources = sourcesNow();
    say('building the web client');
    await run(node24, [join(root, 'node_modules/vite/bin/vite.js'), 'build'], {
      cwd: join(root, 'web'),
      env: toolsEnv,
    });
    writeFileSync(stamp, sources);
  });
}

function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesNow();
}

function sourcesNow() {
  return fingerprint(root, ['web', 'protocol', 'package-lock.json']);
}
