import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { compose } from './compose.ts';
import { readConfig } from './config.ts';

/** How long (ms) requests may finish after SIGTERM. */
const drainFor = 10_000;

const config = readConfig(process.env);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const log = pino({ level: config.logLevel });
const hub = await compose(config, log, version);

hub.http.listen(config.port, config.host, () => {
  const { port } = hub.http.address() as AddressInfo;
  log.info(
    { port, database: /^postgres/.test(config.database) ? 'postgresql' : 'sqlite', objects: config.s3 ? 's3' : 'disk' },
    'listening',
  );
  const lines = [`Diwan ${version} — ${config.publicUrl ?? `http://localhost:${port}`}`];
  if (hub.firstAdmin) {
    lines.push(`First admin: ${hub.firstAdmin.email}`);
    if (hub.firstAdmin.password)
      lines.push(`One-time password (shown only now, change it after signing in): ${hub.firstAdmin.password}`);
  }
  process.stdout.write(`\n  ${lines.join('\n  ')}\n\n`);
});
hub.http.on('error', (error: NodeJS.ErrnoException) => {
  log.fatal(
    { err: error },
    error.code === 'EADDRINUSE' ? `port ${config.port} is taken: set HUB_PORT` : 'cannot listen',
  );
  process.exit(1);
});

let ending = false;
async function end(signal: string) {
  if (ending) return;
  ending = true;
  log.info({ signal }, 'ending');
  const late = setTimeout(() => hub.http.closeAllConnections(), drainFor);
  await hub.close();
  clearTimeout(late);
  process.exit(0);
}
process.on('SIGTERM', end);
process.on('SIGINT', end);
