import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { available } from '../services/available.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../services/fault-proxy.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { type Minio, startMinio } from '../services/minio.ts';
import { type Client, createClient, signedInAdmin } from './client.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const MiB = 1024 * 1024;
const rss = (hub: Hub) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${hub.pid}/status`, 'utf8'))?.[1]) / 1024;

const put = (client: Client, root: string, name: string, bytes: Uint8Array | Readable, headers = {}) =>
  client.request(
    'PUT',
    `/api/ibox/nodes/${root}/files/${name}`,
    bytes instanceof Readable ? Readable.toWeb(bytes) : bytes,
    { 'content-type': 'application/octet-stream', ...headers },
  );
const names = async (client: Client, root: string): Promise<string[]> =>
  (await client.children(root)).map(({ name }) => name);

describe.skipIf(!available('minio'))('MinIO behind a line with faults', () => {
  let minio: Minio;
  let proxy: FaultProxy;
  let hub: Hub;
  let pid: number;
  let client: Client;
  let root: string;
  const kept = randomBytes(6 * MiB);
  let keptId: string;
  beforeAll(async () => {
    minio = await startMinio();
    proxy = await startFaultProxy(minio.url);
    const { accessKey, secretKey } = minio;
    hub = await startHub({ S3_ENDPOINT: proxy.url, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey });
    pid = hub.pid;
    client = await signedInAdmin(hub);
    root = (await client.get('/api/ibox/spaces')).body[0].rootId;
    keptId = (await put(client, root, 'kept.bin', kept)).body.id;
  });
  afterAll(async () => {
    await hub?.stop();
    await proxy?.close();
    await minio?.stop();
  });

  /** What came of a download: its status, or that it was cut, and the bytes that came. */
  async function download(id = keptId) {
    const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${hub.url}/api/ibox/nodes/${id}/content`, { headers: { cookie } });
    if (response.status !== 200) {
      return { status: response.status, retryAfter: response.headers.get('retry-after'), bytes: Buffer.alloc(0) };
    }
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) pieces.push(piece);
      return { status: 200, bytes: Buffer.concat(pieces) };
    } catch {
      return { status: 'cut', bytes: Buffer.concat(pieces) };
    }
  }
  /** Whatever came is the beginning of what is right. */
  function expectNoWrongBytes({ bytes }: { bytes: Buffer }): void {
    expect(bytes.equals(kept.subarray(0, bytes.length))).toBe(true);
  }
  /** By itself, without a restart. */
  async function expectHealed(name: string): Promise<void> {
    await proxy.set('none');
    await expect
      .poll(async () => (await put(client, root, name, randomBytes(MiB))).status, { timeout: 30_000 })
      .toBe(201);
    const { status, bytes } = await download();
    expect([status, sha256(bytes)]).toEqual([200, sha256(kept)]);
    expect(hub.pid).toBe(pid);
    process.kill(pid, 0);
  }

  it('R-41 down: 503 with Retry-After for bytes, everything else works, and it is all back by itself', async () => {
    await proxy.set('down');
    const refused = await put(client, root, 'down.bin', randomBytes(9 * MiB));
    expect([refused.status, refused.body.code]).toEqual([503, 'storage_unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const { status, retryAfter } = await download();
    expect([status, Number(retryAfter) > 0]).toEqual([503, true]);
    expect(await names(client, root)).toEqual(['kept.bin']);
    expect((await createClient(hub).login(hub.admin.email, hub.admin.password)).status).toBe(200);
    expect((await client.post('/api/ibox/folders', { parentId: root, name: 'meanwhile' })).status).toBe(201);
    await expectHealed('after-down');
  });

  it('R-41 stalled: uploads and downloads at once end with 503 in bounded time and memory', {
    timeout: 180_000,
  }, async () => {
    await expectHealed('before-stall');
    const before = rss(hub);
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, rss(hub));
    }, 100);
    await proxy.set('stall');
    const began = performance.now();
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, (_, i) => put(client, root, `stalled-${i}`, randomBytes(40 * MiB))),
      ...Array.from({ length: 4 }, () => download()),
    ]);
    const seconds = (performance.now() - began) / 1000;
    clearInterval(watch);
    console.log(
      `stalled S3: answered after ${seconds.toFixed(0)} s, hub's memory ${before.toFixed(0)} -> ${peak.toFixed(0)} MiB`,
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(seconds).toBeLessThan(90);
    expect(peak - before).toBeLessThan(200);
    await expectHealed('after-stall');
    expect((await names(client, root)).filter((name) => name.startsWith('stalled'))).toEqual([]);
  });

  it.each<Fault>(['truncate', 'flip'])(
    'R-41 %s: a download is cut or refused, never completed with wrong bytes',
    async (fault) => {
      await expectHealed(`before-${fault}`);
      await proxy.set(fault);
      for (let i = 0; i < 5; i++) {
        const came = await download();
        expect(came.status).not.toBe(200);
        expectNoWrongBytes(came);
      }
      await expectHealed(`after-${fault}`);
    },
  );

  it('R-41 faults that begin in the middle of a download cut it', { timeout: 120_000 }, async () => {
    await expectHealed('before-large');
    const large = randomBytes(60 * MiB);
    const { id } = (await put(client, root, 'large.bin', large)).body;
    for (const fault of ['truncate', 'flip', 'down'] as const) {
      const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(`${hub.url}/api/ibox/nodes/${id}/content`, { headers: { cookie } });
      expect(response.status).toBe(200);
      let received = 0;
      const reading = async () => {
        for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
          if (received === 0) await proxy.set(fault);
          expect(Buffer.compare(piece, large.subarray(received, received + piece.length))).toBe(0);
          received += piece.length;
        }
      };
      await expect(reading()).rejects.toThrow(/terminated|socket|aborted/i);
      expect(received).toBeLessThan(large.length);
      await proxy.set('none');
    }
    await expectHealed('after-large');
    expect(readdirSync(`/proc/${pid}/fd`).length).toBeLessThan(500);
  });
});

describe('a reply that is lost', () => {
  let hub: Hub;
  let line: FaultProxy;
  beforeAll(async () => {
    hub = await startHub();
    line = await startFaultProxy(hub.url);
  });
  afterAll(async () => {
    await line?.close();
    await hub?.stop();
  });

  it('R-41 the hub dies between COMMIT and reply: the same idempotency key gets the first answer, once', {
    timeout: 180_000,
  }, async () => {
    const client = await signedInAdmin(hub);
    const [space] = (await client.get('/api/ibox/spaces')).body;
    // The same person over the line with faults; the origin is the hub's own.
    const overLine = (path: string, init: RequestInit) => {
      const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join('; ');
      return fetch(line.url + path, {
        ...init,
        headers: { origin: hub.url, host: new URL(hub.url).host, cookie, ...init.headers },
      });
    };
    for (let round = 0; round < 3; round++) {
      const key = randomUUID();
      const bytes = randomBytes(100_000);
      const path = `/api/ibox/nodes/${space.rootId}/files/once-${round}`;
      const headers = { 'content-type': 'application/octet-stream', 'idempotency-key': key };
      const folder = { op: 'folder', parentId: space.rootId, name: `folder-${round}` };
      const commit = `/api/ibox/spaces/${space.id}/commits/${key}-batch`;
      await line.set('swallow');
      const lost = [
        overLine(path, { method: 'PUT', body: bytes, headers }),
        overLine(commit, {
          method: 'PUT',
          body: JSON.stringify({ operations: [folder] }),
          headers: { 'content-type': 'application/json' },
        }),
      ].map((sent) =>
        sent.then(
          () => 'answered',
          () => 'lost',
        ),
      );
      // Both are committed; nobody was told.
      await expect
        .poll(() => names(client, space.rootId), { timeout: 30_000 })
        .toEqual(expect.arrayContaining([`once-${round}`, `folder-${round}`]));
      await hub.kill();
      await line.set('down');
      expect(await Promise.all(lost)).toEqual(['lost', 'lost']);
      await hub.restart();
      await line.set('none');
      const again = [
        await client.request('PUT', path, bytes, headers),
        await client.request('PUT', path, bytes, headers),
      ];
      for (const { status, body } of again)
        expect([status, body.version, body.sha256]).toEqual([201, 1, sha256(bytes)]);
      expect(again[1]?.body).toEqual(again[0]?.body);
      const batch = await client.request('PUT', commit, { operations: [folder] });
      expect(batch.body.outcomes).toMatchObject([{ ok: true, node: { name: `folder-${round}` } }]);
      const there = await names(client, space.rootId);
      expect(there.filter((name) => name.endsWith(`-${round}`)).sort()).toEqual([`folder-${round}`, `once-${round}`]);
    }
  });
});
