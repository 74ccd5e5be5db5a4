import { join } from 'node:path';
import { minioProgram } from './available.ts';
import { type Service, startService } from './service.ts';

export interface Minio extends Service {
  /** For S3_ENDPOINT. */
  url: string;
  /** For S3_ACCESS_KEY. */
  accessKey: string;
  /** For S3_SECRET_KEY. */
  secretKey: string;
}

/** Starts a real MinIO, without buckets. */
export async function startMinio(): Promise<Minio> {
  const command = minioProgram();
  if (command === undefined) throw new Error('MinIO is not installed');
  const accessKey = 'diwan-test';
  const secretKey = 'diwan-test-secret';
  const service = await startService('minio', (port, folder) => ({
    command,
    args: ['server', join(folder, 'data'), '--address', `127.0.0.1:${port}`, '--console-address', '127.0.0.1:0'],
    env: {
      HOME: folder,
      MINIO_ROOT_USER: accessKey,
      MINIO_ROOT_PASSWORD: secretKey,
      MINIO_UPDATE: 'off',
      MINIO_BROWSER: 'off',
    },
    ready: async () => {
      const { status } = await fetch(`http://127.0.0.1:${port}/minio/health/ready`);
      if (status !== 200) throw new Error(`MinIO answered ${status}`);
    },
  }));
  return Object.assign(service, { url: `http://127.0.0.1:${service.port}`, accessKey, secretKey });
}
