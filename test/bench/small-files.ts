import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cutter } from '../../server/src/ibox/chunks/digest.ts';
import type { Client } from '../contract/client.ts';
import type { Hub } from '../services/hub.ts';
import { againstLimit, type Figure, median } from './figure.ts';
import { askFor, MiB, seconds } from './transfer.ts';

const count = 10_000;
const length = 4096;
const longestPack = 8 * MiB;

interface Piece {
  hash: Buffer;
  bytes: Uint8Array;
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const hex = (hash: Uint8Array) => Buffer.from(hash).toString('hex');

async function ask(client: Client, method: string, path: string, body: object) {
  const { status, body: answered } = await client.request(method, path, body as Record<string, unknown>);
  if (status !== 200) throw new Error(`${path} answered ${status} ${JSON.stringify(answered)}`);
  return answered;
}

/** What the hub lacks of these, in requests of one pack each. @returns the bytes that were sent, frames and questions with them */
async function send(client: Client, pieces: readonly Piece[]): Promise<number> {
  let sent = 0;
  const missing = new Set<string>();
  for (let at = 0; at < pieces.length; at += count) {
    const hashes = pieces.slice(at, at + count).map(({ hash }) => hex(hash));
    for (const hash of (await ask(client, 'POST', '/api/ibox/chunks/missing', { hashes })).missing) missing.add(hash);
  }
  let frames: Uint8Array[] = [];
  let used = 0;
  const post = async () => {
    const body = Buffer.concat(frames);
    const headers = { 'content-type': 'application/vnd.diwan.chunks' };
    const { status } = await client.request('POST', '/api/ibox/chunks', body, headers);
    if (status !== 200) throw new Error(`chunks answered ${status}`);
    sent += body.length;
    frames = [];
    used = 0;
  };
  for (const { hash, bytes } of pieces) {
    if (!missing.delete(hex(hash))) continue;
    if (used + bytes.length > longestPack || frames.length >= 3 * 2000) await post();
    const head = Buffer.alloc(4);
    head.writeUInt32BE(bytes.length);
    frames.push(head, hash, bytes);
    used += bytes.length;
  }
  if (frames.length > 0) await post();
  return sent;
}

/** Many small files by the chunk API, beside the same files written and forced to disk one by one. @returns their folder */
export async function benchSmallFiles(
  { client, space, folder, objects }: Opened & { folder: string; objects?: () => Promise<number> },
  name: string,
  rounds: number,
): Promise<{ figures: Figure[]; parentId: string }> {
  const times: number[] = [];
  const floors: number[] = [];
  const made: number[] = [];
  let parentId = '';
  for (let round = 0; round < rounds; round++) {
    const files = Array.from({ length: count }, () => randomBytes(length));
    await client.post('/api/auth/refresh', {});
    const path = `/api/ibox/spaces/${space.id}/commits/${name}-folder-${round}-${Date.now()}`;
    const operations = [{ op: 'folder', parentId: space.rootId, name: `small ${name} ${round}` }];
    parentId = (await ask(client, 'PUT', path, { operations })).outcomes[0].node.id;
    const before = (await objects?.()) ?? 0;
    const ours = async () => {
      times.push(
        await seconds(async () => {
          const pieces = files.map((bytes) => ({ hash: sha256(bytes), bytes }));
          await send(client, pieces);
          for (let at = 0; at < count; at += 1000) {
            const operations = pieces.slice(at, at + 1000).map(({ hash }, i) => ({
              ...{ op: 'file', parentId, name: `file ${at + i}.txt` },
              content: { sha256: hex(hash), chunks: [hex(hash)] },
            }));
            const key = `${name}-${round}-${at}-${Date.now()}`;
            const { outcomes } = await ask(client, 'PUT', `/api/ibox/spaces/${space.id}/commits/${key}`, {
              operations,
            });
            if (!outcomes.every(({ ok }: { ok: boolean }) => ok)) throw new Error('a file was refused');
          }
        }),
      );
    };
    const floor = async () => {
      const place = join(folder, 'small');
      await mkdir(place);
      floors.push(await seconds(() => writeEach(place, files)));
      await rm(place, { recursive: true });
    };
    for (const work of round % 2 ? [floor, ours] : [ours, floor]) await work();
    made.push(((await objects?.()) ?? 0) - before);
  }
  const speed = againstLimit({ figure: `ibox.small.${name}`, unit: 's', atMost: 6 }, times);
  const floor = median(floors);
  const figures: Figure[] = [
    {
      ...speed,
      floor: Number(floor.toPrecision(3)),
      floorIs: 'the same files written and synced in Node, 8 at once',
      ratio: Number((speed.value / floor).toPrecision(3)),
    },
  ];
  if (objects) figures.push(againstLimit({ figure: `ibox.small.${name}.objects`, unit: 'objects', atMost: 100 }, made));
  return { figures, parentId };
}

async function writeEach(place: string, files: readonly Uint8Array[]): Promise<void> {
  const left = files.entries();
  const work = async () => {
    for (const [i, bytes] of left) {
      const file = await open(join(place, String(i)), 'w');
      await file.write(bytes);
      await file.sync();
      await file.close();
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

export interface Opened {
  client: Client;
  space: { id: string; rootId: string };
}

/** 1 KiB inserted in the middle of a file that the hub has: the bytes that are sent, and that the store grows by. */
export async function benchInsert(
  { client, space, dataDir }: Opened & { dataDir: string },
  { source, size }: { source: string; size: number },
): Promise<Figure[]> {
  const inserted = 1024;
  const bytes = Buffer.allocUnsafeSlow(size + inserted);
  const file = await open(source);
  const middle = size >> 1;
  for (let at = 0; at < size; ) {
    const end = at < middle ? middle : size;
    const to = at < middle ? at : at + inserted;
    at += (await file.read(bytes, to, Math.min(end - at, 64 * MiB), at)).bytesRead;
  }
  await file.close();
  randomBytes(inserted).copy(bytes, middle);
  let at = 0;
  const pieces = cutter()(bytes, 0, bytes.length, true).map(({ length, hash }) => {
    at += length;
    return { hash: Buffer.from(hash), bytes: bytes.subarray(at - length, at) };
  });
  const before = await packBytes(dataDir);
  const sent = await send(client, pieces);
  const content = { sha256: hex(sha256(bytes)), chunks: pieces.map(({ hash }) => hex(hash)) };
  const operations = [{ op: 'file', parentId: space.rootId, name: `inserted ${Date.now()}`, content }];
  const path = `/api/ibox/spaces/${space.id}/commits/inserted-${Date.now()}`;
  const { outcomes } = await ask(client, 'PUT', path, { operations });
  if (outcomes[0].node?.sha256 !== content.sha256) throw new Error(`refused: ${JSON.stringify(outcomes)}`);
  const stored = (await packBytes(dataDir)) - before;
  return [
    againstLimit({ figure: 'ibox.insert.sent', unit: 'MiB', atMost: 1 }, [sent / MiB]),
    againstLimit({ figure: 'ibox.insert.stored', unit: 'MiB', atMost: 1 }, [stored / MiB]),
  ];
}

async function packBytes(dataDir: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && /\/packs(\/|$)/.test(entry.parentPath))
      sum += (await stat(join(entry.parentPath, entry.name))).size;
  return sum;
}

/** A folder of 10,000 entries over HTTP: its first page as the web asks for it, and all pages one after the other. */
export async function benchListing(
  { hub, client }: Opened & { hub: Hub },
  parentId: string,
  times = 100,
): Promise<Figure[]> {
  const page = async (limit: number, after?: string) => {
    const query = new URLSearchParams({ limit: String(limit), ...(after !== undefined && { after }) });
    return (await askFor(hub, client, `/api/ibox/nodes/${parentId}/children?${query}`)) as {
      files: unknown[];
      next: string | null;
    };
  };
  const [first, whole]: [number[], number[]] = [[], []];
  for (let round = 0; round < times + 3; round++) {
    first.push(1000 * (await seconds(() => page(200))));
    whole.push(
      1000 *
        (await seconds(async () => {
          let [after, came]: [string | undefined, number] = [undefined, 0];
          do {
            const { files, next } = await page(5000, after);
            came += files.length;
            after = next ?? undefined;
          } while (after !== undefined);
          if (came !== count) throw new Error(`${came} entries came`);
        })),
    );
  }
  const p95 = (values: number[]) => values.slice(3).sort((a, b) => a - b)[Math.floor(times * 0.95)] as number;
  return [
    againstLimit({ figure: 'ibox.list.first200.p95', unit: 'ms', atMost: 15 }, [p95(first)]),
    againstLimit({ figure: 'ibox.list.10000.p95', unit: 'ms', atMost: 60 }, [p95(whole)]),
  ];
}
