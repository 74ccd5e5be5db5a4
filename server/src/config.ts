import path from 'node:path';
import { VideoCodec } from '@diwan/protocol/vroom-media.ts';
import { z } from 'zod';

const optional = z.string().min(1).optional();
const number = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback);

/** Every setting, with its default; docs/operations.md tells what each is for. */
const Environment = z.object({
  HUB_HOST: z.string().default('0.0.0.0'),
  HUB_PORT: number(8080),
  HUB_DATA_DIR: z.string().default('./data'),
  HUB_PUBLIC_URL: z.url().optional(),
  HUB_TRUST_PROXY: number(0),
  HUB_ADMIN_EMAIL: z.email().default('admin@diwan.local'),
  HUB_ADMIN_PASSWORD: optional,
  HUB_MAX_UPLOAD_BYTES: number(64 * 1024 ** 3),
  HUB_VERSIONS_KEPT: number(100),
  HUB_VERSIONS_DAYS: number(365),
  HUB_TRASH_DAYS: number(30),
  HUB_ACTIVITY_DAYS: number(365),
  HUB_QUOTA_BYTES: number(10 * 1024 ** 3),
  HUB_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  HUB_MEDIA_IP: optional,
  HUB_MEDIA_PORT: number(44400),
  HUB_WORKERS: number(0),
  HUB_WORKER_CONSUMERS: number(500),
  HUB_VIDEO_CODEC: VideoCodec.default('vp8'),
  MEDIASOUP_WORKER_BIN: optional,
  DATABASE_URL: optional,
  S3_ENDPOINT: z.url().optional(),
  S3_BUCKET: z.string().default('diwan'),
  S3_ACCESS_KEY: z.string().default(''),
  S3_SECRET_KEY: z.string().default(''),
  SMTP_URL: z.url().optional(),
  MAIL_FROM: z.string().default('Diwan <no-reply@diwan.local>'),
  TURN_URL: optional,
  TURN_SECRET: optional,
  OPERATOR_NAME: z.string().default('Diwan'),
  OPERATOR_SUPPORT_EMAIL: z.string().default('support@diwan.local'),
});

export type Config = ReturnType<typeof readConfig>;

/** @throws Error with one line per wrong setting */
export function readConfig(environment: NodeJS.ProcessEnv) {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = Environment.safeParse(set);
  if (!result.success) throw new Error(`Settings: ${z.prettifyError(result.error)}`);
  const env = result.data;
  const dataDir = path.resolve(env.HUB_DATA_DIR);
  return {
    host: env.HUB_HOST,
    port: env.HUB_PORT,
    dataDir,
    publicUrl: env.HUB_PUBLIC_URL?.replace(/\/$/, ''),
    trustProxy: env.HUB_TRUST_PROXY,
    admin: { email: env.HUB_ADMIN_EMAIL.toLowerCase(), password: env.HUB_ADMIN_PASSWORD },
    maxUploadBytes: env.HUB_MAX_UPLOAD_BYTES,
    limits: {
      versionsKept: env.HUB_VERSIONS_KEPT,
      versionsDays: env.HUB_VERSIONS_DAYS,
      trashDays: env.HUB_TRASH_DAYS,
      activityDays: env.HUB_ACTIVITY_DAYS,
      quotaBytes: env.HUB_QUOTA_BYTES,
    },
    logLevel: env.HUB_LOG_LEVEL,
    database: env.DATABASE_URL ?? path.join(dataDir, 'diwan.sqlite'),
    s3: env.S3_ENDPOINT
      ? { endpoint: env.S3_ENDPOINT, bucket: env.S3_BUCKET, accessKey: env.S3_ACCESS_KEY, secretKey: env.S3_SECRET_KEY }
      : undefined,
    media: {
      workers: env.HUB_WORKERS,
      workerConsumers: env.HUB_WORKER_CONSUMERS,
      videoCodec: env.HUB_VIDEO_CODEC,
      mediaIp: env.HUB_MEDIA_IP,
      mediaPort: env.HUB_MEDIA_PORT,
      turnUrl: env.TURN_URL,
      turnSecret: env.TURN_SECRET,
      workerBin: env.MEDIASOUP_WORKER_BIN,
    },
    mail: { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM, folder: path.join(dataDir, 'mail') },
    operator: { name: env.OPERATOR_NAME, supportEmail: env.OPERATOR_SUPPORT_EMAIL },
  };
}
