import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Hub, startHub } from '../services/hub.ts';
import { type Client, signedInAdmin } from './client.ts';

const MiB = 1024 * 1024;
const quota = 40 * MiB;

let hub: Hub;
let pid: number;
let client: Client;
let root: string;
beforeAll(async () => {
  hub = await startHub({ HUB_QUOTA_BYTES: String(quota) });
  pid = hub.pid;
  client = await signedInAdmin(hub);
  root = (await client.get('/api/ibox/spaces')).body[0].rootId;
});
afterAll(() => hub?.stop());

const path = () => `/api/ibox/nodes/${root}/files`;
const type = 'multipart/form-data; boundary=b';
const post = (body: string | Uint8Array) => client.request('POST', path(), body, { 'content-type': type });
const part = (disposition: string, content: string) =>
  `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
const names = async (): Promise<string[]> => (await client.children(root)).map(({ name }) => name);

/** A request by hand: its head, and as much of the body as one likes. */
async function begin(length: number): Promise<Socket> {
  const socket = connect(hub.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const head = [`POST ${path()} HTTP/1.1`, `Host: 127.0.0.1:${hub.port}`, `Origin: ${hub.url}`, `Cookie: ${cookie}`];
  socket.write(`${[...head, `Content-Type: ${type}`, `Content-Length: ${length}`].join('\r\n')}\r\n\r\n`);
  return socket;
}
const rss = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
const openFiles = () => readdirSync(`/proc/${pid}/fd`).length;

it('R-40 parts without a name, without an end and without number are refused; 1,000 cut uploads leave nothing open', {
  timeout: 300_000,
}, async () => {
  const aborted = async () => {
    const socket = await begin(30 * MiB);
    socket.write(part('name="f"; filename="cut.bin"', 'x'.repeat(100_000)));
    if (!socket.write(randomBytes(200_000))) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    socket.destroy();
  };
  for (const cut of ['--b', '--b\r\n', '--b\r\nContent-Disp', part('name="f"; filename="t"', 'half').slice(0, -4)]) {
    expect([cut, (await post(cut)).status]).toEqual([cut, 400]);
  }
  for (const disposition of ['filename="n"', 'name=""; filename=""', 'name']) {
    const { status } = await post(`${part(disposition, 'x')}--b--\r\n`);
    expect([disposition, status < 500]).toEqual([disposition, true]);
  }
  const many = (one: (i: number) => string) => `${Array.from({ length: 100_000 }, (_, i) => one(i)).join('')}--b--\r\n`;
  // The connection may be ended before all of it was sent.
  const files = async () => {
    const { status } = await post(many((i) => part(`name="f"; filename="many-${i}"`, ''))).catch(() => ({
      status: 'cut',
    }));
    expect([413, 'cut']).toContain(status);
  };
  const fields = async () => {
    const { status } = await post(many((i) => part(`name="field-${i}"`, 'x'))).catch(() => ({ status: 'cut' }));
    expect([400, 'cut']).toContain(status);
  };
  const attack = async () => {
    await files();
    await fields();
    for (let i = 0; i < 25; i++) await Promise.all(Array.from({ length: 20 }, aborted));
    await expect.poll(async () => (await client.get('/healthz')).status, { timeout: 60_000 }).toBe(200);
  };
  // Twice: what the first took the hub may keep, what the second takes in addition is lost.
  await attack();
  const before = { rss: rss(), files: openFiles() };
  await attack();

  expect((await names()).filter((name) => /cut|many|^t$/.test(name))).toEqual([]);
  await expect.poll(openFiles, { timeout: 30_000 }).toBeLessThanOrEqual(before.files + 10);
  const grown = rss() - before.rss;
  console.log(`1,000 cut uploads: files open ${before.files} -> ${openFiles()}, memory ${grown.toFixed(0)} MiB more`);
  expect(grown).toBeLessThan(100);
  expect(hub.pid).toBe(pid);
  process.kill(pid, 0);
  const form = new FormData();
  form.append('files', new Blob(['x']), 'after.txt');
  expect((await client.post(path(), form)).status).toBe(200);
});

it('R-42 a form that can’t fit is refused by its length before it comes; one that grows over the quota, at the next file', async () => {
  const socket = await begin(quota + 20 * MiB);
  socket.write(part('name="f"; filename="first.bin"', 'the beginning of much more'));
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 507 [\s\S]*"quota_exceeded"/);
  socket.destroy();

  // Without a length told before: refused at the file that is too much, not after all of them.
  let sent = 0;
  const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const body = new ReadableStream({
    pull(controller) {
      const file = randomBytes(10 * MiB);
      const head = `--b\r\nContent-Disposition: form-data; name="f"; filename="grown-${sent}.bin"\r\n\r\n`;
      controller.enqueue(Buffer.concat([Buffer.from(head), file, Buffer.from('\r\n')]));
      if (++sent === 40) controller.close();
    },
  });
  const headers = { 'content-type': type, origin: hub.url, cookie };
  const refused = await fetch(hub.url + path(), { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
    .then(async (response) => [response.status, (await response.json()).code])
    .catch(() => 'cut');
  expect([[507, 'quota_exceeded'], 'cut']).toContainEqual(refused);
  expect((await names()).filter((name) => name.startsWith('grown'))).toEqual([]);
  // What fits by taking the place of what is there is taken.
  const large = randomBytes(30 * MiB);
  for (let version = 1; version <= 2; version++) {
    const form = new FormData();
    form.append('files', new Blob([large]), 'same.bin');
    const { status, body } = await client.post(path(), form);
    expect([status, body.nodes?.[0]?.version]).toEqual([200, version]);
  }
});
