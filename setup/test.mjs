// `npm test`: prepares the checkout and the real services the tests use, then checks format, lint, types and runs the tests.
// Arguments go to vitest: `npm test -- server/src/ibox`. The last line is `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDebianPackages } from './debian.mjs';
import { installMinio } from './minio.mjs';
import { root } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { say } from './say.mjs';

const SERVICES = [
  'chromium',
  'coturn',
  'ffmpeg',
  'fonts-noto-core',
  'iproute2',
  'litmus',
  'postgresql',
  'python3',
  'redis-server',
  'unzip',
];

const count = { passed: 0, failed: 0, skipped: 0 };
try {
  const env = await prepare();
  await installDebianPackages(SERVICES, 'testing with the real services');
  await installMinio();
  await check('format and lint', 'biome', ['check', '.'], env);
  await check('types of protocol, server and sync-agent', 'tsc', ['--noEmit', '-p', '.'], env);
  await check('types of test', 'tsc', ['--noEmit', '-p', 'test'], env);
  await check('types of web', 'tsc', ['--noEmit', '-p', 'web'], env);
  await vitest(env);
} catch (error) {
  say(error.message);
  count.failed += 1;
}
if (count.failed > 0) process.exitCode = 1;
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);

async function check(what, tool, args, env) {
  say(`checking ${what}`);
  if ((await inherit(tool, args, env)) !== 0) {
    say(`FAILED: ${what}`);
    count.failed += 1;
  }
}

async function vitest(env) {
  const folder = mkdtempSync(join(tmpdir(), 'diwan-test-'));
  const report = join(folder, 'vitest.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await inherit('vitest', ['run', ...reporters, ...process.argv.slice(2)], env);
    const failedBefore = count.failed;
    add(JSON.parse(readFileSync(report, 'utf8')));
    // An error outside every test fails the run although no test is at fault.
    if (code !== 0 && count.failed === failedBefore) count.failed += 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function add(report) {
  count.passed += report.numPassedTests;
  count.failed += report.numFailedTests;
  count.skipped += report.numPendingTests + report.numTodoTests;
  // A file that could not be loaded has no tests to report.
  count.failed += report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
}

function inherit(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
    for (const signal of ['SIGTERM', 'SIGHUP']) process.once(signal, () => child.kill(signal));
  });
}
