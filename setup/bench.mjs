// `npm run bench:NAME`: prepares the checkout where that is needed, then measures.
import { spawn } from 'node:child_process';
import { minioBinary } from './minio.mjs';
import { node24, root } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { say } from './say.mjs';

try {
  const env = { ...(await prepare()), DIWAN_MINIO: minioBinary };
  const [name, ...args] = process.argv.slice(2);
  const bench = spawn(node24, [`test/bench/${name}.ts`, ...args], { cwd: root, env, stdio: 'inherit' });
  bench.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
