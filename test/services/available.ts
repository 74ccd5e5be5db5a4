import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian keeps PostgreSQL's programs, newest version first; undefined when it is not installed. */
export function postgresPrograms(): string | undefined {
  const base = '/usr/lib/postgresql';
  const versions = list(base).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(base, version, 'bin')).find((bin) => isProgram(join(bin, 'postgres')));
}

/** Path of a program on PATH, or in /usr/sbin where Debian puts some services. */
export function program(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

const services = {
  chromium: { find: () => program('chromium'), install: 'apt-get install chromium' },
  coturn: { find: () => program('turnserver'), install: 'apt-get install coturn' },
  ffmpeg: { find: () => program('ffmpeg'), install: 'apt-get install ffmpeg' },
  iproute2: { find: () => program('ip'), install: 'apt-get install iproute2' },
  litmus: { find: () => program('litmus'), install: 'apt-get install litmus' },
  minio: { find: minioProgram, install: 'install Go, then npm test' },
  postgres: { find: postgresPrograms, install: 'apt-get install postgresql' },
  redis: { find: () => program('redis-server'), install: 'apt-get install redis-server' },
};

export type ServiceName = keyof typeof services;

const told = new Set<ServiceName>();

/**
 * Whether all of these services are installed: `describe.skipIf(!available('redis'))`. Says loudly which one is missing.
 * @throws {Error} instead of answering false, where DIWAN_NO_SKIP is set (.ci/run)
 */
export function available(...names: ServiceName[]): boolean {
  const missing = names.filter((name) => services[name].find() === undefined);
  for (const name of missing) {
    const line = `SKIPPED: tests that need ${name}, which is not installed (${services[name].install})`;
    if (process.env.DIWAN_NO_SKIP) throw new Error(line);
    if (!told.has(name)) console.error(`\n!!! ${line}\n`);
    told.add(name);
  }
  return missing.length === 0;
}

/** MinIO as the set-up built it (vitest.config.ts names it), else the one on PATH. */
export function minioProgram(): string | undefined {
  const built = process.env.DIWAN_MINIO;
  return built !== undefined && isProgram(built) ? built : program('minio');
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
