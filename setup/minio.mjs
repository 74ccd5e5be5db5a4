import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { cache } from './paths.mjs';
import { answer, run } from './run.mjs';
import { say } from './say.mjs';

// MinIO publishes no binaries any more: `go install` is its official distribution. Pinned so that every machine tests the same.
const VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';

/** Where the tests find MinIO. */
export const minioBinary = join(cache, 'minio', VERSION, 'minio');

/** Builds MinIO once a machine, where Go is there. */
export async function installMinio() {
  if (existsSync(minioBinary)) return;
  if (answer('go', ['version']) === undefined) {
    say('MinIO needs Go 1.24 or newer (https://go.dev/dl): the S3 tests will be left out');
    return;
  }
  const folder = dirname(minioBinary);
  await withLock(`${folder}.lock`, 'MinIO', async () => {
    if (existsSync(minioBinary)) return;
    say('building MinIO for the S3 tests: about 5 minutes on two cores, once a machine');
    mkdirSync(folder, { recursive: true });
    const bin = mkdtempSync(join(folder, 'build-'));
    try {
      const env = { ...process.env, GOBIN: bin, GOFLAGS: '-ldflags=-s' };
      await run('go', ['install', `github.com/minio/minio@${VERSION}`], { env });
      renameSync(join(bin, 'minio'), minioBinary);
    } catch (error) {
      say(`MinIO could not be built: ${error.message}`);
    } finally {
      rmSync(bin, { recursive: true, force: true });
    }
  });
}
