import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type Service, startService } from './service.ts';

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Hub extends Service {
  /** For HUB_PUBLIC_URL and for clients. */
  url: string;
  /** HUB_DATA_DIR: outlives `kill` and `restart`, not `stop`. */
  dataDir: string;
  /** The first admin. */
  admin: { email: string; password: string };
}

/**
 * Starts a real hub, with the embedded database, disk store and bus unless `env` says otherwise, and waits for /readyz.
 * @param env further settings (where they depend on its port, a function of that), or other values for those given here; docs/operations.md lists them
 */
export async function startHub(env: NodeJS.ProcessEnv | ((port: number) => NodeJS.ProcessEnv) = {}): Promise<Hub> {
  const admin = { email: 'admin@diwan.test', password: randomBytes(12).toString('base64url') };
  const settings = typeof env === 'function' ? env : () => env;
  // Each media worker takes the next port.
  const mediaPort = await freePort(availableParallelism());
  const service = await startService('hub', (port, folder) => ({
    command: process.execPath,
    args: [join(checkout, 'server/src/main.ts')],
    cwd: checkout,
    env: {
      HUB_HOST: '127.0.0.1',
      HUB_PORT: String(port),
      HUB_PUBLIC_URL: `http://127.0.0.1:${port}`,
      HUB_DATA_DIR: join(folder, 'data'),
      HUB_ADMIN_EMAIL: admin.email,
      HUB_ADMIN_PASSWORD: admin.password,
      HUB_MEDIA_IP: '127.0.0.1',
      HUB_MEDIA_PORT: String(mediaPort),
      ...settings(port),
    },
    ready: async () => {
      const { status } = await fetch(`http://127.0.0.1:${port}/readyz`);
      if (status !== 200) throw new Error(`the hub answered ${status}`);
    },
  }));
  return Object.assign(service, {
    url: `http://127.0.0.1:${service.port}`,
    dataDir: settings(service.port).HUB_DATA_DIR ?? join(service.folder, 'data'),
    admin,
  });
}
