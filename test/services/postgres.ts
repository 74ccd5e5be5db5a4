import { execFile, execFileSync } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postgresPrograms } from './available.ts';
import { type Service, startService } from './service.ts';

export interface Postgres extends Service {
  /** For DATABASE_URL: an empty database. */
  url: string;
  /** Creates a further empty database and answers its URL. */
  createDatabase(name: string): Promise<string>;
}

const exec = promisify(execFile);

/** Starts a real PostgreSQL in a cluster of its own. */
export async function startPostgres(): Promise<Postgres> {
  const bin = postgresPrograms();
  if (bin === undefined) throw new Error('PostgreSQL is not installed');
  const user = process.getuid?.() === 0 ? postgresUser() : undefined;
  const service = await startService('postgres', async (port, folder) => {
    if (user) await chown(folder, user.uid, user.gid);
    const cluster = join(folder, 'cluster');
    const initdb = ['-D', cluster, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
    await exec(join(bin, 'initdb'), initdb, { cwd: folder, ...user });
    return {
      command: join(bin, 'postgres'),
      args: ['-D', cluster, '-p', String(port), '-k', folder, '-h', '127.0.0.1'],
      stopSignal: 'SIGINT', // "fast shutdown": doesn't wait for clients to leave
      ready: () => exec(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]),
      ...(user && { user }),
    };
  });
  const urlOf = (database: string) => `postgres://postgres@127.0.0.1:${service.port}/${database}`;
  return Object.assign(service, {
    url: urlOf('postgres'),
    async createDatabase(name: string) {
      await exec(join(bin, 'createdb'), ['-h', '127.0.0.1', '-p', String(service.port), '-U', 'postgres', name]);
      return urlOf(name);
    },
  });
}

/** The system user that Debian's package makes: PostgreSQL refuses to run as root. */
function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
