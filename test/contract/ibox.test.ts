import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { Problem } from '@diwan/protocol/errors.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { available } from '../services/available.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { startMinio } from '../services/minio.ts';
import { startPostgres } from '../services/postgres.ts';
import { type Client, call, connected, next, signedInAdmin, signedInPerson } from './client.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const MiB = 1024 * 1024;

/** The hub as it comes, and the hub as an operator runs it. */
const hubs: { name: string; can: boolean; start: () => Promise<{ hub: Hub; stop: () => Promise<void> }> }[] = [
  {
    name: 'embedded: SQLite and disk',
    can: true,
    start: async () => {
      const hub = await startHub();
      return { hub, stop: () => hub.stop() };
    },
  },
  {
    name: 'PostgreSQL and MinIO',
    can: available('postgres', 'minio'),
    start: async () => {
      const [postgres, minio] = await Promise.all([startPostgres(), startMinio()]);
      const hub = await startHub({
        DATABASE_URL: postgres.url,
        S3_ENDPOINT: minio.url,
        S3_ACCESS_KEY: minio.accessKey,
        S3_SECRET_KEY: minio.secretKey,
      });
      return {
        hub,
        stop: async () => {
          await hub.stop();
          await Promise.all([postgres.stop(), minio.stop()]);
        },
      };
    },
  },
];

for (const { name, can, start } of hubs)
  describe.skipIf(!can)(`files on ${name}`, () => {
    let hub: Hub;
    let stop: () => Promise<void>;
    let lina: Client;
    let karim: Client;
    let root: string;
    beforeAll(async () => {
      ({ hub, stop } = await start());
      const admin = await signedInAdmin(hub);
      lina = await signedInPerson(hub, admin, 'lina@example.dz', 'Lina');
      karim = await signedInPerson(hub, admin, 'karim@example.dz', 'Karim');
      root = (await lina.get('/api/ibox/spaces')).body[0].rootId;
    });
    afterAll(() => stop?.());
    const put = (file: string, bytes: Uint8Array | string) =>
      lina.request('PUT', `/api/ibox/nodes/${root}/files/${encodeURIComponent(file)}`, bytes, {
        'content-type': 'application/octet-stream',
      });
    const content = async (id: string, who = lina) =>
      Buffer.from((await who.get(`/api/ibox/nodes/${id}/content`)).body);

    it('R-41 bytes come back identical, and only to their owner', async () => {
      const bytes = randomBytes(5 * MiB + 17);
      const { status, body: node } = await put('rapport.bin', bytes);
      expect(status).toBe(201);
      expect(node).toMatchObject({ size: bytes.length, sha256: sha256(bytes), version: 1 });
      expect(sha256(await content(node.id))).toBe(sha256(bytes));
      for (const url of [
        `/api/ibox/nodes/${node.id}`,
        `/api/ibox/nodes/${node.id}/content`,
        `/api/ibox/nodes/${root}/children`,
      ])
        expect([url, (await karim.get(url)).body.code]).toEqual([url, 'not_found']);
      expect((await karim.request('DELETE', `/api/ibox/nodes/${node.id}`)).body.code).toBe('not_found');
      expect(sha256(await content(node.id))).toBe(sha256(bytes));
    });

    it('R-40 refuses names that lead elsewhere or fit nowhere, in the person’s language, and stores nothing', async () => {
      const before = (await lina.children(root)).length;
      for (const wrong of [
        '../etc/passwd',
        '..',
        '.',
        'a/b',
        'a\\b',
        'x'.repeat(300),
        'é'.repeat(128),
        'a\u0000b',
        'ligne\nsuivante',
      ]) {
        // A URL can't end in /.. : clients resolve it away before they send it.
        const answers = [await lina.post('/api/ibox/folders', { parentId: root, name: wrong })];
        if (!/^\.+$/.test(wrong)) answers.push(await put(wrong, 'x'));
        for (const answer of answers) {
          expect([wrong, answer.status, answer.body.code]).toEqual([wrong, 422, 'name_invalid']);
          expect(Problem.parse(answer.body).title).toMatch(/^Ce nom n’est pas accepté/);
        }
      }
      const form = new FormData();
      form.append('files', new Blob(['x']), '../../evil.txt');
      expect((await lina.post(`/api/ibox/nodes/${root}/files`, form)).body.code).toBe('name_invalid');
      expect((await lina.children(root)).length).toBe(before);
    });

    it('R-40 a file of no bytes is a file', async () => {
      const { body: node } = await put('vide.txt', '');
      expect(node).toMatchObject({ size: 0, sha256: sha256(Buffer.alloc(0)) });
      expect(await content(node.id)).toHaveLength(0);
    });

    it('R-45 tells only those with access that a space changed, and a cursor finds what', async () => {
      const [own, other] = [lina.socket(), karim.socket()];
      await Promise.all([connected(own), connected(other)]);
      const heard: unknown[] = [];
      other.on('space:changed', (message) => heard.push(message));
      const told = next(own, 'space:changed');
      const { body: node } = await put('vivant.txt', 'bonjour');
      const change = await told;
      const { body: changes } = await lina.get(
        `/api/ibox/spaces/${change.spaceId}/changes?epoch=${change.epoch}&since=${change.seq - 1}`,
      );
      expect(changes.nodes.map((n: { id: string }) => n.id)).toEqual([node.id]);
      // A call over the other's socket comes after anything that was sent to it.
      await call(other, 'room:join', { roomId: 'none' });
      expect(heard).toEqual([]);
      for (const socket of [own, other]) socket.close();
    });

    it('loses nothing that was acknowledged when the hub is killed in the middle', async () => {
      const stored: { id: string; hash: string }[] = [];
      let running = true;
      const uploads = Array.from({ length: 4 }, async (_, worker) => {
        for (let i = 0; running; i++) {
          const bytes = randomBytes(20_000 + ((i * 7919) % 300_000));
          const answer = await put(`chute-${worker}-${i}.bin`, bytes).catch(() => undefined);
          if (answer?.status === 201) stored.push({ id: answer.body.id, hash: sha256(bytes) });
        }
      });
      await expect.poll(() => stored.length, { timeout: 30_000 }).toBeGreaterThan(12);
      await hub.kill();
      running = false;
      await Promise.all(uploads);
      await hub.restart();
      for (const { id, hash } of stored) expect(sha256(await content(id))).toBe(hash);
      // What was not acknowledged is there whole, or not at all.
      for (const node of await lina.children(root))
        if (node.kind === 'file') expect([node.name, sha256(await content(node.id))]).toEqual([node.name, node.sha256]);
    });
  });

describe('a file of 2 GiB', () => {
  let hub: Hub;
  beforeAll(async () => {
    hub = await startHub();
  });
  afterAll(() => hub?.stop());

  it('R-40 goes in and out whole while the hub’s memory stays within 150 MiB of idle', {
    timeout: 300_000,
  }, async () => {
    const admin = await signedInAdmin(hub);
    const root = (await admin.get('/api/ibox/spaces')).body[0].rootId;
    const rss = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${hub.pid}/status`, 'utf8'))?.[1]) / 1024;
    // Idle is a hub that has worked once, not one that has just begun.
    await admin.request('PUT', `/api/ibox/nodes/${root}/files/petit`, randomBytes(MiB), {
      'content-type': 'application/octet-stream',
    });
    const idle = rss();
    let peak = idle;
    const watch = setInterval(() => {
      peak = Math.max(peak, rss());
    }, 50);

    const size = 2048 * MiB;
    // 64 MiB of random bytes, turned a little each time, so that no piece comes twice.
    const block = randomBytes(64 * MiB);
    const sent = createHash('sha256');
    function* pieces() {
      for (let at = 0; at < size; at += MiB) {
        const piece = Buffer.from(block.subarray(at % block.length, (at % block.length) + MiB));
        for (let i = 0; i < MiB; i += 4096) piece.writeUInt32LE((at + i) >>> 0, i);
        sent.update(piece);
        yield piece;
      }
    }
    const stream = Readable.toWeb(Readable.from(pieces()));
    const answer = await admin.request(
      'PUT',
      `/api/ibox/nodes/${root}/files/${encodeURIComponent('deux gibioctets.bin')}`,
      stream,
      {
        'content-type': 'application/octet-stream',
      },
    );
    const hash = sent.digest('hex');
    expect(answer.body).toMatchObject({ size, sha256: hash });

    const cookie = [...admin.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${hub.url}/api/ibox/nodes/${answer.body.id}/content`, { headers: { cookie } });
    const received = createHash('sha256');
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) received.update(piece);
    expect(received.digest('hex')).toBe(hash);
    clearInterval(watch);
    console.log(`2 GiB up and down: idle ${idle.toFixed(0)} MiB, peak ${peak.toFixed(0)} MiB`);
    expect(peak - idle).toBeLessThan(150);
  });
});
