import { defineConfig } from 'vitest/config';
import { mediaWorker } from './setup/media-worker/worker.mjs';
import { minioBinary } from './setup/minio.mjs';
import { compileCache } from './setup/paths.mjs';

export default defineConfig({
  test: {
    // The same under `npx vitest` as under `npm test`.
    env: {
      MEDIASOUP_WORKER_BIN: await mediaWorker(),
      DIWAN_MINIO: minioBinary,
      NODE_COMPILE_CACHE: compileCache,
    },
    pool: 'forks',
    maxWorkers: 2,
    // Real services and real media on a small, busy machine.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          include: ['{protocol,server,sync-agent,web}/**/*.test.{ts,tsx}', 'setup/**/*.test.mjs', 'test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', 'test/e2e/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Browsers with real media need the machine for themselves.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
