import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findCut, limitsAt, newSearch } from '@diwan/protocol/ibox-cut.ts';
import { Client as MinioClient } from 'minio';
import { type Client, signedInAdmin } from '../contract/client.ts';
import { available } from '../services/available.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { startMinio } from '../services/minio.ts';
import { againstFloor, againstLimit, reporter, sayLoad } from './figure.ts';
import { benchInsert, benchListing, benchSmallFiles } from './small-files.ts';
import { copyAndHash, download, MiB, readAndHash, seconds, upload, watchMemory, writeNoise } from './transfer.ts';

/** npm run bench:ibox [-- --json --size MIB --rounds N --only cut,disk,insert,small,list,s3]; search: ibox-search.ts */
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    size: { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'cut,disk,insert,small,list,s3' },
  },
});
const size = Number(options.size) * MiB;
const rounds = Number(options.rounds);
const wanted = new Set(options.only.split(','));
const report = reporter(options.json);
const folder = await mkdtemp(join(tmpdir(), 'diwan-bench-'));
const gigabytes = size / 1e9;

try {
  sayLoad('before');
  if (wanted.has('cut')) benchCut();
  if (wanted.has('disk')) await benchDisk();
  if (wanted.has('insert') || wanted.has('small') || wanted.has('list')) await benchChunks();
  if (wanted.has('s3')) {
    if (available('minio')) await benchS3();
    else console.error('MinIO is not installed: its figures are left out');
  }
  sayLoad('after');
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** One core, in this process: chunk boundaries without hashes. */
function benchCut(): void {
  const bytes = randomBytes(128 * MiB);
  const speeds = Array.from({ length: 2 * rounds + 1 }, () => {
    const begin = performance.now();
    let search = newSearch(limitsAt(0));
    for (let at = 0, cut = 0; cut !== -1; at = cut) {
      cut = findCut(search, bytes, at, bytes.length);
      search = newSearch(limitsAt(cut));
    }
    return bytes.length / 1e6 / ((performance.now() - begin) / 1000);
  });
  // The first is the compiler's.
  report(againstLimit({ figure: 'ibox.cut', unit: 'MB/s', atLeast: 400 }, speeds.slice(1)));
}

async function openHub(env: NodeJS.ProcessEnv = {}) {
  const hub = await startHub({ HUB_LOG_LEVEL: 'warn', HUB_MAX_UPLOAD_BYTES: String(64 * 1024 ** 3), ...env });
  const client = await signedInAdmin(hub);
  const [space] = (await client.get('/api/ibox/spaces')).body;
  return { hub, client, root: space.rootId as string, space: space as { id: string; rootId: string } };
}

interface Compared {
  ours: number;
  floor: number;
}

/** Ours and the floor, each once in every round, over the same new bytes; which comes first alternates. */
async function compare(
  { hub, client, root }: { hub: Hub; client: Client; root: string },
  floor: { put(source: string): Promise<unknown>; get(source: string): Promise<unknown> },
) {
  const puts: Compared[] = [];
  const gets: Compared[] = [];
  const growth: number[] = [];
  const source = join(folder, 'source');
  const warm = join(folder, 'warm');
  await writeNoise(warm, 32 * MiB);
  await upload(hub, client, root, 'warm', warm, 32 * MiB);
  for (let round = 0; round < rounds; round++) {
    await writeNoise(source, size);
    await client.post('/api/auth/refresh', {});
    const speed = { put: 0, get: 0, floorPut: 0, floorGet: 0 };
    const memory = await watchMemory(hub.pid);
    let id = '';
    const ours = async () => {
      speed.put =
        gigabytes /
        (await seconds(async () => {
          id = (await upload(hub, client, root, `round-${round}`, source, size)).id;
        }));
      let came = 0;
      speed.get =
        gigabytes /
        (await seconds(async () => {
          came = await download(hub, client, id);
        }));
      if (came !== size) throw new Error(`${came} bytes came of ${size}`);
    };
    const bare = async () => {
      speed.floorPut = gigabytes / (await seconds(() => floor.put(source)));
      speed.floorGet = gigabytes / (await seconds(() => floor.get(source)));
    };
    for (const work of round % 2 ? [bare, ours] : [ours, bare]) await work();
    growth.push(memory());
    puts.push({ ours: speed.put, floor: speed.floorPut });
    gets.push({ ours: speed.get, floor: speed.floorGet });
  }
  await checkWhole(client, hub, `round-${rounds - 1}`, source, root);
  return { puts, gets, growth };
}

/** What was measured was the real thing: the last round's bytes come back as they were sent. */
async function checkWhole(client: Client, _hub: Hub, name: string, source: string, root: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(source)) hash.update(piece);
  const node = (await client.children(root)).find((node) => node.name === name);
  if (node?.sha256 !== hash.digest('hex')) throw new Error(`${name} is not what was sent`);
}

async function benchDisk(): Promise<void> {
  const opened = await openHub();
  try {
    const { puts, gets, growth } = await compare(opened, {
      put: (source) => copyAndHash(source, folder),
      get: (source) => readAndHash(source),
    });
    const unit = 'GB/s';
    report(
      againstFloor({ figure: 'ibox.upload.disk', unit, floorIs: 'write+fsync+sha256 in Node', atLeast: 0.6 }, puts),
    );
    report(againstFloor({ figure: 'ibox.download.disk', unit, floorIs: 'read+sha256 in Node', atLeast: 0.6 }, gets));
    report(againstLimit({ figure: 'ibox.hub.memory', unit: 'MiB', atMost: 150 }, growth));
  } finally {
    await opened.hub.stop();
  }
}

async function benchChunks(): Promise<void> {
  const opened = await openHub();
  const { hub, client, root } = opened;
  try {
    if (wanted.has('small') || wanted.has('list')) {
      const { figures, parentId } = await benchSmallFiles(
        { ...opened, folder },
        'disk',
        wanted.has('small') ? rounds : 1,
      );
      if (wanted.has('small')) figures.forEach(report);
      if (wanted.has('list')) (await benchListing(opened, parentId)).forEach(report);
    }
    if (wanted.has('insert')) {
      const source = join(folder, 'insert');
      await writeNoise(source, size);
      await client.post('/api/auth/refresh', {});
      await upload(hub, client, root, 'whole', source, size);
      (await benchInsert({ ...opened, dataDir: hub.dataDir }, { source, size })).forEach(report);
    }
  } finally {
    await opened.hub.stop();
  }
}

async function benchS3(): Promise<void> {
  const minio = await startMinio();
  const { accessKey, secretKey } = minio;
  const opened = await openHub({
    S3_ENDPOINT: minio.url,
    S3_BUCKET: 'hub',
    S3_ACCESS_KEY: accessKey,
    S3_SECRET_KEY: secretKey,
  });
  const bare = new MinioClient({ endPoint: '127.0.0.1', port: minio.port, useSSL: false, accessKey, secretKey });
  await bare.makeBucket('floor');
  try {
    const { puts, gets, growth } = await compare(opened, {
      put: (source) => bare.putObject('floor', 'object', createReadStream(source, { highWaterMark: MiB }), size),
      get: async () => {
        for await (const _ of await bare.getObject('floor', 'object'));
      },
    });
    const unit = 'GB/s';
    report(againstFloor({ figure: 'ibox.upload.s3', unit, floorIs: 'the minio client alone', atLeast: 0.7 }, puts));
    report(againstFloor({ figure: 'ibox.download.s3', unit, floorIs: 'the minio client alone', atLeast: 0.7 }, gets));
    report(againstLimit({ figure: 'ibox.hub.memory.s3', unit: 'MiB', atMost: 150 }, growth));
    const objects = async () => {
      let found = 0;
      for await (const _ of bare.listObjectsV2('hub', '', true)) found++;
      return found;
    };
    (await benchSmallFiles({ ...opened, folder, objects }, 's3', rounds)).figures.forEach(report);
  } finally {
    await opened.hub.stop();
    await minio.stop();
  }
}
