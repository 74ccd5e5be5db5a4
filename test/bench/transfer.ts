import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Client } from '../contract/client.ts';
import type { Hub } from '../services/hub.ts';

export const MiB = 1024 * 1024;
const step = 1 * MiB;

/** Seconds that some work takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

/** Bytes that no store has seen, on disk, synced: what comes next doesn't pay for their writing. */
export async function writeNoise(path: string, size: number): Promise<void> {
  const file = await open(path, 'w');
  const piece = Buffer.allocUnsafe(8 * MiB);
  for (let at = 0; at < size; at += piece.length) {
    randomFillSync(piece);
    await file.write(piece, 0, Math.min(piece.length, size - at));
  }
  await file.sync();
  await file.close();
}

/** The floor of an upload: the same bytes read, hashed, written and forced to disk, by one Node with nothing around it. */
export async function copyAndHash(source: string, folder: string): Promise<void> {
  const path = join(folder, 'floor');
  await rm(path, { force: true });
  const file = await open(path, 'w');
  const hash = createHash('sha256');
  for await (const piece of createReadStream(source, { highWaterMark: step })) {
    hash.update(piece);
    await file.write(piece);
  }
  hash.digest();
  await file.sync();
  await file.close();
}

/** The floor of a download. */
export async function readAndHash(path: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: step })) hash.update(piece);
  hash.digest();
}

const cookieOf = (client: Client) => [...client.jar].map(([name, value]) => `${name}=${value}`).join('; ');

/** PUT of a file's bytes. @returns the new node's id */
export async function upload(hub: Hub, client: Client, parentId: string, name: string, source: string, size: number) {
  const sent = request(`${hub.url}/api/ibox/nodes/${parentId}/files/${name}`, {
    method: 'PUT',
    headers: {
      cookie: cookieOf(client),
      origin: hub.url,
      'content-type': 'application/octet-stream',
      'content-length': size,
    },
  });
  const answered = once(sent, 'response');
  await pipeline(createReadStream(source, { highWaterMark: step }), sent);
  const [response] = await answered;
  const text = Buffer.concat(await Array.fromAsync(response as AsyncIterable<Buffer>)).toString();
  if (response.statusCode !== 201) throw new Error(`upload answered ${response.statusCode} ${text}`);
  return JSON.parse(text) as { id: string; sha256: string };
}

/** GET of a file's bytes, dropped as they come. @returns how many came */
export async function download(hub: Hub, client: Client, id: string): Promise<number> {
  const sent = request(`${hub.url}/api/ibox/nodes/${id}/content`, { headers: { cookie: cookieOf(client) } });
  sent.end();
  const [response] = await once(sent, 'response');
  if (response.statusCode !== 200) throw new Error(`download answered ${response.statusCode}`);
  let size = 0;
  response.on('data', (piece: Buffer) => {
    size += piece.length;
  });
  await once(response, 'end');
  return size;
}

/** The most memory (MiB) that a process held since `watch` began, over what it held then. */
export async function watchMemory(pid: number) {
  const held = async (field: string) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  };
  const before = await held('VmRSS');
  let most = before;
  const clock = setInterval(() => {
    held('VmRSS').then(
      (now) => (most = Math.max(most, now)),
      () => {},
    );
  }, 20);
  return () => {
    clearInterval(clock);
    return most - before;
  };
}
