import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { available } from '../services/available.ts';
import { startHub } from '../services/hub.ts';
import { startMinio } from '../services/minio.ts';
import { startPostgres } from '../services/postgres.ts';
import { type Client, signedInAdmin } from './client.ts';

const program = join(import.meta.dirname, '../../server/src/ibox-verify.ts');

async function verify(env: NodeJS.ProcessEnv, ...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  // biome-ignore lint/suspicious/noExplicitAny: black-box tests look at what came
  const lines = (): any[] =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { code, out, err, lines };
}

const put = async (client: Client, name: string, bytes: Uint8Array) => {
  const root = (await client.get('/api/ibox/spaces')).body[0].rootId;
  const headers = { 'content-type': 'application/octet-stream' };
  return client.request('PUT', `/api/ibox/nodes/${root}/files/${encodeURIComponent(name)}`, bytes, headers);
};

it('R-41 ibox:verify beside a live hub on SQLite and disk: clean, then a flipped bit by file and owner, then no store at all', {
  timeout: 180_000,
}, async () => {
  const hub = await startHub();
  try {
    const admin = await signedInAdmin(hub);
    const env = { HUB_DATA_DIR: hub.dataDir };
    await put(admin, 'été.bin', randomBytes(2_000_000));
    let busy = true;
    const uploads = (async () => {
      for (let i = 0; busy; i++) expect((await put(admin, `pendant-${i}`, randomBytes(300_000))).status).toBe(201);
    })();
    const clean = await verify(env, '--json');
    busy = false;
    await uploads;
    expect([clean.err, clean.code]).toEqual(['', 0]);
    expect(clean.lines()).toMatchObject([{ clean: true, damages: 0 }]);
    expect(clean.lines()[0].checked.files).toBeGreaterThanOrEqual(1);

    const packs = join(hub.dataDir, 'objects/packs');
    const files = readdirSync(packs, { recursive: true, encoding: 'utf8' }).map((name) => join(packs, name));
    const largest = files
      .filter((name) => statSync(name).isFile())
      .sort((a, b) => statSync(b).size - statSync(a).size)[0];
    const bytes = readFileSync(largest as string);
    bytes[1000] = (bytes[1000] as number) ^ 1;
    writeFileSync(largest as string, bytes);
    const damaged = await verify(env, '--json');
    expect(damaged.code).toBe(1);
    expect(damaged.lines()).toMatchObject([
      { damage: { kind: 'chunk_wrong', files: [{ owner: hub.admin.email, path: '/été.bin', isNewest: true }] } },
      { clean: false, damages: 1 },
    ]);
    const readable = await verify(env);
    expect(readable.code).toBe(1);
    expect(readable.out).toContain(`${hub.admin.email} "/été.bin" (version 1)`);

    for (const wrong of [
      { HUB_DATA_DIR: '/nonexistent' },
      { ...env, HUB_PORT: 'x' },
      { ...env, DATABASE_URL: 'postgres://127.0.0.1:1/x' },
    ]) {
      const { code, err, out } = await verify(wrong);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/could not run: \S/);
    }
    expect((await put(admin, 'après', randomBytes(1000))).status).toBe(201);
  } finally {
    await hub.stop();
  }
});

describe.skipIf(!available('postgres', 'minio'))('on PostgreSQL and MinIO', () => {
  it('R-41 ibox:verify says what is gone from the bucket, and makes no bucket', { timeout: 180_000 }, async () => {
    const [postgres, minio] = await Promise.all([startPostgres(), startMinio()]);
    const env = {
      DATABASE_URL: postgres.url,
      S3_ENDPOINT: minio.url,
      S3_ACCESS_KEY: minio.accessKey,
      S3_SECRET_KEY: minio.secretKey,
    };
    const hub = await startHub(env);
    try {
      const admin = await signedInAdmin(hub);
      await put(admin, 'un.bin', randomBytes(1_500_000));
      await put(admin, 'deux.bin', randomBytes(1_500_000));
      expect((await verify(env, '--json')).lines()).toMatchObject([{ clean: true, checked: { files: 2, packs: 2 } }]);
      const { Client: Minio } = await import('minio');
      const { hostname, port } = new URL(minio.url);
      const { accessKey, secretKey } = minio;
      const client = new Minio({ endPoint: hostname, port: Number(port), useSSL: false, accessKey, secretKey });
      const names = [];
      for await (const { name } of client.listObjectsV2('diwan', 'packs/', true)) names.push(name as string);
      await client.removeObject('diwan', names[0] as string);
      const { code, lines } = await verify(env, '--json');
      expect(code).toBe(1);
      expect(lines()).toMatchObject([{ damage: { kind: 'pack_missing', files: [{ version: 1 }] } }, { damages: 1 }]);
      const nowhere = await verify({ ...env, S3_BUCKET: 'elsewhere' });
      expect([nowhere.code, nowhere.out]).toEqual([2, '']);
      expect(await client.bucketExists('elsewhere')).toBe(false);
      await minio.kill();
      expect((await verify(env)).code).toBe(2);
    } finally {
      await hub.stop();
      await Promise.all([postgres.stop(), minio.stop()]);
    }
  });
});
