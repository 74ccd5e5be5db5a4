import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { HubError } from '@diwan/protocol/errors.ts';
import { Client, type ClientOptions, S3Error } from 'minio';
import { checkKey, type ObjectStore } from './object-store.ts';
import { openReader } from './s3-read.ts';

export interface S3Settings {
  /** http(s)://host:port */
  endpoint: string;
  bucket: string;
  accessKey: string;
  secretKey: string;
  region?: string;
  /** For looking only: a bucket that is missing is an error then. */
  isReadOnly?: boolean;
}

/** No byte for so long, and the connection is given up. */
const silenceMs = 20_000;
const retryAfterSeconds = 5;
/** An address is used at once; the rest is for clocks that differ. */
const signedSeconds = 900;

/**
 * Objects in a bucket of MinIO or any S3. The bucket is made when it is missing and may be.
 * An answer is only taken for bytes when all of it arrived: S3's own ETag is not a hash everywhere, ours are checked by the reader.
 */
export async function s3Store(settings: S3Settings): Promise<ObjectStore> {
  const { bucket } = settings;
  const client = connect(settings);
  const read = openReader(settings.endpoint, silenceMs);
  const region = settings.region ?? 'us-east-1';
  let bucketExists = false;

  /** Not at start only: the hub comes up while the store is away, and finds the bucket later. */
  async function ensureBucket(): Promise<void> {
    if (bucketExists) return;
    if (!(await client.bucketExists(bucket))) {
      if (settings.isReadOnly) throw new Error(`there is no bucket ${bucket}`);
      await client.makeBucket(bucket, region).catch((error) => {
        if (codeOf(error) !== 'BucketAlreadyOwnedByYou') throw error;
      });
    }
    bucketExists = true;
  }

  async function call<T>(work: () => Promise<T>): Promise<T> {
    try {
      await ensureBucket();
      return await work();
    } catch (error) {
      throw told(error);
    }
  }

  await call(async () => {}).catch((error) => {
    if (!(error instanceof HubError && error.code === 'storage_unavailable')) throw error;
  });

  return {
    // A request of 2 MiB costs MinIO twice the processor time for each byte: it checks whole blocks of 1 MiB, and begins anew each time.
    longRead: 8 * 1024 * 1024,

    put(key, pieces) {
      checkKey(key);
      // As a stream: the client puts the pieces together, once. It would copy a buffer too.
      const size = pieces.reduce((sum, { length }) => sum + length, 0);
      return call(async () => void (await client.putObject(bucket, key, Readable.from(pieces), size)));
    },

    get(key, { offset, length }, into) {
      checkKey(key);
      if (length === 0) return Promise.resolve(into ?? new Uint8Array());
      return call(async () => {
        const bytes = into ?? Buffer.allocUnsafeSlow(length);
        const url = await client.presignedGetObject(bucket, key, signedSeconds);
        const came = await read(url, { offset, length }, bytes);
        // What is wrong the client knows how to say: it is asked for the same.
        if (came === undefined) await client.getPartialObject(bucket, key, offset, length).then((s) => s.destroy());
        if (came === undefined)
          throw new HubError('storage_unavailable', `object ${key}: no part of it`, retryAfterSeconds);
        if (came > length) throw new HubError('content_corrupt', `object ${key} answers too much`);
        if (came < length) throw new HubError('content_corrupt', `object ${key} ends at ${offset + came}`);
        return bytes;
      }).catch((error) => {
        if (isMissing(error)) throw new HubError('content_corrupt', `object ${key} is missing`);
        if (codeOf(error) === 'InvalidRange')
          throw new HubError('content_corrupt', `object ${key} ends before ${offset}`);
        throw error;
      });
    },

    head(key) {
      checkKey(key);
      return call(async () => (await client.statObject(bucket, key)).size).catch((error) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
    },

    delete(key) {
      checkKey(key);
      return call(() => client.removeObject(bucket, key));
    },

    async *list(prefix) {
      try {
        await ensureBucket();
        for await (const { name } of client.listObjectsV2(bucket, prefix, true)) if (name) yield name;
      } catch (error) {
        throw told(error);
      }
    },
  };
}

function connect(settings: S3Settings): Client {
  const url = new URL(settings.endpoint);
  const secure = url.protocol === 'https:';
  const { request, Agent } = secure ? https : http;
  const transport = {
    request(options: http.RequestOptions, answered: (response: http.IncomingMessage) => void) {
      const sent = request(options, answered);
      return sent.setTimeout(silenceMs, () => sent.destroy(new Error(`no answer in ${silenceMs} ms`)));
    },
  };
  return new Client({
    endPoint: url.hostname,
    ...(url.port && { port: Number(url.port) }),
    useSSL: secure,
    accessKey: settings.accessKey,
    secretKey: settings.secretKey,
    ...(settings.region && { region: settings.region }),
    pathStyle: true,
    transport: transport as unknown as NonNullable<ClientOptions['transport']>,
    transportAgent: new Agent({ keepAlive: true, maxSockets: 32 }),
    // Who waits is told; the client's own retries print to the console.
    retryOptions: { disableRetry: true },
  });
}

const networkCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'ERR_STREAM_PREMATURE_CLOSE'],
]);
const fullCodes = new Set([
  'XMinioStorageFull',
  'QuotaExceeded',
  'XMinioAdminBucketQuotaExceeded',
  'InsufficientCapacity',
]);
const missingCodes = new Set(['NoSuchKey', 'NotFound']);

/** What the store or the network says, in words that people are told. */
function told(error: unknown): unknown {
  if (error instanceof HubError) return error;
  const code = codeOf(error) ?? '';
  if (fullCodes.has(code)) return new HubError('storage_full', String(error));
  if (isMissing(error) || code === 'InvalidRange') return error;
  // A refusal (wrong key, forbidden) is the operator's to repair, and repaired without a restart, so it counts as away.
  const isNetwork = networkCodes.has(code) || /^(UND_ERR|HPE)_/.test(code) || isNetworkMessage(error);
  if (error instanceof S3Error || isNetwork) {
    return new HubError('storage_unavailable', `${code} ${String(error)}`, retryAfterSeconds);
  }
  return error;
}

/** Errors that Node and the client tell apart by their text only. */
function isNetworkMessage(error: unknown): boolean {
  return (
    error instanceof Error && /aborted|hang up|no answer|Retryable HTTP status|Request failed/i.test(error.message)
  );
}

const isMissing = (error: unknown) => missingCodes.has(codeOf(error) ?? '');
const codeOf = (error: unknown) => (error as { code?: string } | undefined)?.code;
