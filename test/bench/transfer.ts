import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
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

/** What is read into, one request after the other: what a client leaves to its collector would be measured as the hub's. */
const readInto = Buffer.allocUnsafeSlow(step);
let answer = Buffer.allocUnsafeSlow(4 * step);

/**
 * One HTTP request on a connection of its own, with the least that a client can spend: where client and hub share few cores, what the
 * client spends counts against the hub.
 * @param take is given the body's bytes, in memory that is used again
 */
async function exchange(
  { url, method, headers, body }: { url: URL; method: string; headers: Record<string, string>; body?: string },
  take: (bytes: Uint8Array) => void,
): Promise<number> {
  let head = '';
  let status = 0;
  let left = Number.POSITIVE_INFINITY;
  const onread = {
    buffer: readInto,
    callback(length: number, memory: Uint8Array): boolean {
      let bytes = memory.subarray(0, length);
      if (status === 0) {
        const before = head.length;
        head += Buffer.from(bytes).toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end === -1) return true;
        status = Number(head.slice(9, 12));
        left = Number(/^content-length: (\d+)/im.exec(head.slice(0, end))?.[1] ?? Number.NaN);
        bytes = bytes.subarray(end + 4 - before);
      }
      left -= bytes.length;
      if (bytes.length > 0) take(bytes);
      if (left <= 0) socket.end();
      return true;
    },
  };
  const socket = connect({ host: url.hostname, port: Number(url.port), onread });
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  const lines = Object.entries({ host: url.host, connection: 'close', ...headers }).map((line) => line.join(': '));
  socket.write(`${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  if (body !== undefined) await sendFile(socket, body);
  await closed;
  if (!(left <= 0)) throw new Error(`the answer was cut off, ${left} bytes before its end`);
  return status;
}

/** Two buffers in turn: one is read while the other is sent. */
async function sendFile(socket: Socket, path: string): Promise<void> {
  const file = await open(path);
  const [one, other] = [Buffer.allocUnsafeSlow(step), Buffer.allocUnsafeSlow(step)];
  let sending: Promise<unknown> = Promise.resolve();
  for (let [filling, next] = [one, other]; ; [filling, next] = [next, filling]) {
    const { bytesRead } = await file.read(filling, 0, filling.length);
    await sending;
    if (bytesRead === 0) break;
    const sent = Promise.withResolvers<void>();
    socket.write(filling.subarray(0, bytesRead), (error) => (error ? sent.reject(error) : sent.resolve()));
    sending = sent.promise;
  }
  await file.close();
}

/** PUT of a file's bytes. @returns the new node */
export async function upload(hub: Hub, client: Client, parentId: string, name: string, source: string, size: number) {
  const pieces: Buffer[] = [];
  const headers = {
    cookie: cookieOf(client),
    origin: hub.url,
    'content-type': 'application/octet-stream',
    'content-length': String(size),
  };
  const url = new URL(`${hub.url}/api/ibox/nodes/${parentId}/files/${name}`);
  const status = await exchange({ url, method: 'PUT', headers, body: source }, (bytes) =>
    pieces.push(Buffer.from(bytes)),
  );
  const text = Buffer.concat(pieces).toString();
  if (status !== 201) throw new Error(`upload answered ${status} ${text}`);
  return JSON.parse(text) as { id: string; sha256: string };
}

/** GET of JSON, one at a time. @returns what it says */
export async function askFor(hub: Pick<Hub, 'url'>, client: Client, path: string): Promise<unknown> {
  let length = 0;
  const request = { url: new URL(hub.url + path), method: 'GET', headers: { cookie: cookieOf(client) } };
  const status = await exchange(request, (bytes) => {
    if (length + bytes.length > answer.length) answer = Buffer.concat([answer], 2 * (length + bytes.length));
    answer.set(bytes, length);
    length += bytes.length;
  });
  const text = answer.toString('utf8', 0, length);
  if (status !== 200) throw new Error(`${path} answered ${status} ${text}`);
  return JSON.parse(text);
}

/** GET of a file's bytes, dropped as they come. @returns how many came */
export async function download(hub: Hub, client: Client, id: string): Promise<number> {
  let size = 0;
  const url = new URL(`${hub.url}/api/ibox/nodes/${id}/content`);
  const status = await exchange({ url, method: 'GET', headers: { cookie: cookieOf(client) } }, (bytes) => {
    size += bytes.length;
  });
  if (status !== 200) throw new Error(`download answered ${status}`);
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
