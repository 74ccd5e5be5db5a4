import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WholeNodePage } from '@diwan/protocol/ibox.ts';
import express, { type ErrorRequestHandler } from 'express';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { inProcessBus } from '../../bus/in-process.ts';
import { type Db, openDatabase } from '../../db/database.ts';
import { createIbox, type Ibox } from '../../ibox/ibox.ts';
import type { Actor } from '../../identity/actor.ts';
import { createMailer } from '../../mail/mailer.ts';
import { diskStore } from '../../objects/disk.ts';
import { problemOf } from '../errors.ts';
import { iboxRouter } from './ibox.ts';

const maxUploadBytes = 50 * 1024 * 1024;

let folder: string;
let db: Db;
let ibox: Ibox;
let server: Server;
let url: string;
let root: string;
let openForms = 0;
let openPuts = 0;
const people = new Map<string, Actor>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diwan-http-'));
  db = await openDatabase(join(folder, 'hub.sqlite'));
  for (const name of ['Amina', 'Karim']) people.set(name, await account(name));
  const objects = await diskStore(join(folder, 'objects'));
  const mail = createMailer({ smtpUrl: undefined, from: 'diwan@diwan.test', folder: join(folder, 'mail') });
  const log = pino({ level: 'silent' });
  ibox = createIbox({ db, objects, bus: inProcessBus(), log, mail, publicUrl: 'https://diwan.test' });
  const app = express();
  app.use((req, _res, next) => {
    const actor = people.get(req.get('x-person') ?? 'Amina');
    if (actor) req.actor = actor;
    next();
  });
  const parsed = express.json();
  app.use((req, res, next) => (req.method === 'PUT' ? next() : parsed(req, res, next)));
  const counted: Ibox = {
    ...ibox,
    async putForm(...input) {
      const upload = await ibox.putForm(...input);
      openForms++;
      return { ...upload, close: () => upload.close().then(() => void openForms--) };
    },
    putFile(...input) {
      openPuts++;
      return ibox.putFile(...input).finally(() => openPuts--);
    },
  };
  app.use('/api/ibox', iboxRouter({ ibox: counted, maxUploadBytes }));
  const answerProblem: ErrorRequestHandler = (error, _req, res, next) => {
    if (res.headersSent) return next(error);
    const problem = problemOf(error, 'en');
    res.status(problem.status).json(problem);
  };
  app.use(answerProblem);
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/ibox`;
  root = (await json(await fetch(`${url}/spaces`)))[0].rootId;
});

afterAll(async () => {
  await vi.waitFor(() => expect([openForms, openPuts]).toEqual([0, 0]), 20_000);
  server.closeAllConnections();
  server.close();
  await ibox.close();
  await db.destroy();
  await rm(folder, { recursive: true, force: true });
});

async function account(name: string): Promise<Actor> {
  const id = `account-${name}`;
  const email = `${name.toLowerCase()}@diwan.test`;
  const common = { email, name, role: 'client', language: 'fr' } as const;
  await db
    .insertInto('accounts')
    .values({ id, ...common, status: 'active', passwordHash: null, createdAt: 1, lastLoginAt: null })
    .execute();
  return { accountId: id, sessionId: 's', audience: 'web', ...common };
}

// biome-ignore lint/suspicious/noExplicitAny: answers are checked field by field
const json = async (response: Response): Promise<any> => response.json();
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const put = (path: string, body: Uint8Array | string, headers: Record<string, string> = {}) =>
  fetch(url + path, { method: 'PUT', body: body as Uint8Array<ArrayBuffer>, headers });
const patch = (id: string, body: object, person = 'Amina') =>
  fetch(`${url}/nodes/${id}`, {
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'x-person': person },
  });
const newFolder = async (name: string, parentId = root) =>
  json(
    await fetch(`${url}/folders`, {
      method: 'POST',
      body: JSON.stringify({ parentId, name }),
      headers: { 'content-type': 'application/json' },
    }),
  );
const children = async (id: string) =>
  WholeNodePage.parse(await json(await fetch(`${url}/nodes/${id}/children`))).nodes;
const form = (id: string, files: [name: string, bytes: Uint8Array][], query = '') => {
  const body = new FormData();
  for (const [name, bytes] of files) body.append('files', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
  return fetch(`${url}/nodes/${id}/files${query}`, { method: 'POST', body });
};

it('R-40 R-41 a form with several files, one of them large and one empty, comes back identical', async () => {
  const { id } = await newFolder('form');
  const files: [string, Uint8Array][] = [
    ['grand.bin', randomBytes(40_000_000)],
    ['vide', new Uint8Array()],
    ['تقرير.txt', Buffer.from('أهلا')],
    ["l'été 100%.pdf", randomBytes(100_000)],
  ];
  const response = await form(id, files);
  expect(response.status).toBe(200);
  const { nodes } = await json(response);
  expect(nodes.map((node: { name: string }) => node.name)).toEqual(files.map(([name]) => name));
  for (const [i, [, bytes]] of files.entries()) {
    expect(nodes[i]).toMatchObject({ size: bytes.length, sha256: sha256(bytes), version: 1, changedBy: 'Amina' });
    const got = await fetch(`${url}/nodes/${nodes[i].id}/content`);
    expect(got.headers.get('etag')).toBe(`"${sha256(bytes)}"`);
    expect(Buffer.compare(Buffer.from(await got.arrayBuffer()), bytes)).toBe(0);
  }
});

it('a form replaces by default and numbers on demand', async () => {
  const { id } = await newFolder('again');
  await form(id, [['a.txt', Buffer.from('1')]]);
  expect((await json(await form(id, [['A.TXT', Buffer.from('22')]]))).nodes[0]).toMatchObject({
    name: 'a.txt',
    version: 2,
  });
  const { nodes } = await json(await form(id, [['a.txt', Buffer.from('3')]], '?onConflict=rename'));
  expect(nodes[0]).toMatchObject({ name: 'a (2).txt', version: 1 });
});

it('R-40 names with folders in them are refused by name, and the form stores nothing', async () => {
  const { id } = await newFolder('names');
  for (const name of ['../up.txt', 'a/b.txt', 'a\\b.txt', '..', `${'n'.repeat(300)}.txt`]) {
    const response = await form(id, [
      ['fine.txt', Buffer.from('x')],
      [name, Buffer.from('y')],
    ]);
    expect(response.status).toBe(422);
    const problem = await json(response);
    expect(problem.code).toBe('name_invalid');
    expect(problem.detail).toContain(name.slice(0, 100));
  }
  for (const name of ['..%2fup', '%2e%2e', 'a%00b', 'a%5cb']) {
    const { status } = await put(`/nodes/${id}/files/${name}`, 'x');
    expect([404, 422]).toContain(status);
  }
  expect(await children(id)).toEqual([]);
});

it('multipart that is no form, or has none in it, is refused and the hub goes on', async () => {
  const send = (type: string, body: string) =>
    fetch(`${url}/nodes/${root}/files`, { method: 'POST', body, headers: { 'content-type': type } });
  expect((await send('multipart/form-data', 'x')).status).toBe(400);
  expect((await send('application/json', '{}')).status).toBe(400);
  expect((await send('multipart/form-data; boundary=b', 'no boundary here')).status).toBe(400);
  const cut = '--b\r\nContent-Disposition: form-data; name="f"; filename="cut.txt"\r\n\r\nhalf of';
  expect(await json(await send('multipart/form-data; boundary=b', cut))).toMatchObject({ code: 'upload_incomplete' });
  const noField = '--b\r\nContent-Disposition: form-data; filename="x.txt"\r\n\r\nx\r\n--b--\r\n';
  expect((await send('multipart/form-data; boundary=b', noField)).status).toBe(400);
  const names = (await children(root)).map((node: { name: string }) => node.name);
  expect(names).not.toContain('cut.txt');
  expect(names).not.toContain('x.txt');
});

it('R-41 PUT checks Content-SHA256, refuses a taken name, and answers a repeated request once', async () => {
  const { id } = await newFolder('put');
  const bytes = randomBytes(200_000);
  const wrong = await put(`/nodes/${id}/files/f.bin`, bytes, { 'content-sha256': sha256(Buffer.from('other')) });
  expect(await json(wrong)).toMatchObject({ code: 'upload_incomplete' });
  expect(await children(id)).toEqual([]);
  const headers = { 'content-sha256': sha256(bytes), 'idempotency-key': 'once' };
  const first = await put(`/nodes/${id}/files/f.bin?mtime=1234567890123`, bytes, headers);
  expect(first.status).toBe(201);
  const node = await json(first);
  expect(node).toMatchObject({ mtime: 1234567890123, sha256: sha256(bytes) });
  expect(await json(await put(`/nodes/${id}/files/f.bin?mtime=1234567890123`, bytes, headers))).toEqual(node);
  expect((await put(`/nodes/${id}/files/other.bin`, bytes, headers)).status).toBe(400);
  expect(await json(await put(`/nodes/${id}/files/F.bin`, bytes))).toMatchObject({ code: 'name_taken' });

  const next = await put(`/nodes/${node.id}/content?baseVersion=1`, 'second');
  expect(await json(next)).toMatchObject({ version: 2, size: 6 });
  const stale = await put(`/nodes/${node.id}/content?baseVersion=1`, 'third');
  expect(stale.status).toBe(409);
  expect(await (await fetch(`${url}/nodes/${node.id}/content?version=2`)).text()).toBe('second');
  const old = Buffer.from(await (await fetch(`${url}/nodes/${node.id}/content?version=1`)).arrayBuffer());
  expect(sha256(old)).toBe(sha256(bytes));
  expect((await fetch(`${url}/nodes/${node.id}/content?version=3`)).status).toBe(404);
});

it('a JSON file is a file like any other', async () => {
  const response = await put(`/nodes/${root}/files/data.json`, '{"a": 1}', { 'content-type': 'application/json' });
  const { id } = await json(response);
  const got = await fetch(`${url}/nodes/${id}/content`);
  expect(got.headers.get('content-disposition')).toMatch(/^attachment/);
  expect(await got.text()).toBe('{"a": 1}');
});

it('a file over the limit is refused, with or without its length told before', async () => {
  const { id } = await newFolder('large');
  const bytes = new Uint8Array(maxUploadBytes + 1);
  expect((await form(id, [['big.bin', bytes]])).status).toBe(413);
  expect((await put(`/nodes/${id}/files/big.bin`, bytes)).status).toBe(413);
  const stream = new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 1_000_000) controller.enqueue(bytes.subarray(at, at + 1_000_000));
      controller.close();
    },
  });
  const chunked = await fetch(`${url}/nodes/${id}/files/big.bin`, {
    method: 'PUT',
    body: stream,
    duplex: 'half',
  } as RequestInit);
  expect(chunked.status).toBe(413);
  expect(await children(id)).toEqual([]);
});

it('R-40 clients that are cut off in the middle leave nothing behind, neither files nor open uploads', async () => {
  const { id } = await newFolder('cut');
  const { port } = server.address() as AddressInfo;
  const type = 'multipart/form-data; boundary=b';
  const part = (n: number) => `--b\r\nContent-Disposition: form-data; name="f"; filename="half${n}.bin"\r\n\r\n`;
  const requests = [
    { method: 'PUT', path: 'files/half.bin', start: '' },
    { method: 'POST', path: 'files', start: part(1) },
    { method: 'POST', path: 'files', start: `${part(1)}whole\r\n${part(2)}` },
    { method: 'POST', path: 'files', start: '--b\r\nContent-Disposition: form-' },
  ];
  const cutOff = async ({ method, path, start }: (typeof requests)[number], megabytes: number) => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const head = `${method} /api/ibox/nodes/${id}/${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 90000000`;
    socket.write(`${head}\r\n\r\n${start}`);
    const piece = randomBytes(1_000_000);
    for (let i = 0; i < megabytes; i++) if (!socket.write(piece)) await once(socket, 'drain');
    socket.destroy();
  };
  for (const request of requests) for (const megabytes of [0, 0, 0, 0, 1, 20]) await cutOff(request, megabytes);
  await vi.waitFor(() => expect([openForms, openPuts]).toEqual([0, 0]), 20_000);
  expect(await children(id)).toEqual([]);
  expect((await put(`/nodes/${id}/files/half.bin`, 'whole')).status).toBe(201);
});

it('R-40 ranges, ETag, If-None-Match and If-Range go by RFC 9110', async () => {
  const bytes = randomBytes(3_000_000);
  const { id } = await json(await put(`/nodes/${root}/files/range.bin`, bytes));
  const path = `${url}/nodes/${id}/content`;
  const ask = (headers: Record<string, string>, method = 'GET') => fetch(path, { headers, method });
  const etag = `"${sha256(bytes)}"`;
  const ranges: [string, number, number][] = [
    ['bytes=0-0', 0, 1],
    ['bytes=1000000-1999999', 1_000_000, 2_000_000],
    ['bytes=2999999-', 2_999_999, 3_000_000],
    ['bytes=-5', 2_999_995, 3_000_000],
    ['bytes=2999990-99999999', 2_999_990, 3_000_000],
  ];
  for (const [range, from, to] of ranges) {
    const response = await ask({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/3000000`);
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), bytes.subarray(from, to))).toBe(0);
  }
  for (const range of ['bytes=3000000-', 'bytes=-0']) {
    const response = await ask({ range });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */3000000');
    expect(await json(response)).toMatchObject({ code: 'range_invalid' });
  }
  for (const range of ['bytes=0-1,5-6', 'lines=1-2', 'bytes=x']) expect((await ask({ range })).status).toBe(200);
  expect((await ask({ range: 'bytes=0-1', 'if-range': etag })).status).toBe(206);
  expect((await ask({ range: 'bytes=0-1', 'if-range': '"older"' })).status).toBe(200);
  expect((await ask({ 'if-none-match': `"x", ${etag}` })).status).toBe(304);
  const head = await ask({}, 'HEAD');
  expect(head.headers.get('content-length')).toBe('3000000');
  expect(head.headers.get('accept-ranges')).toBe('bytes');
});

it('what could run a script is an attachment in a sandbox; the rest is shown', async () => {
  const shown: [string, string, RegExp][] = [
    ['x.svg', '<svg onload="alert(1)"/>', /^attachment/],
    ['x.html', '<script>alert(1)</script>', /^attachment/],
    ['x.xhtml', '<html/>', /^attachment/],
    ['x.png', 'png', /^inline/],
    ['x.txt', '<script>', /^inline/],
    ['noextension', '<script>', /^attachment/],
  ];
  for (const [name, text, disposition] of shown) {
    const { id } = await json(await put(`/nodes/${root}/files/${name}`, text, { 'content-type': 'text/html' }));
    const { headers } = await fetch(`${url}/nodes/${id}/content`);
    expect([name, headers.get('content-disposition')]).toEqual([name, expect.stringMatching(disposition)]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain('sandbox');
    const download = await fetch(`${url}/nodes/${id}/content?download=1`);
    expect(download.headers.get('content-disposition')).toMatch(/^attachment/);
  }
  const { id } = await json(await put(`/nodes/${root}/files/${encodeURIComponent('été "x".txt')}`, 'x'));
  const { headers } = await fetch(`${url}/nodes/${id}/content?download=1`);
  expect(headers.get('content-disposition')).toBe(
    `attachment; filename="_t_ _x_.txt"; filename*=UTF-8''%C3%A9t%C3%A9%20%22x%22.txt`,
  );
});

it('R-41 another person is answered not_found everywhere', async () => {
  const { id } = await json(await put(`/nodes/${root}/files/secret.txt`, 'secret'));
  const [space] = await json(await fetch(`${url}/spaces`));
  const stranger = { 'x-person': 'Karim', 'content-type': 'application/json' };
  const calls: [string, string, string?][] = [
    ['GET', `/nodes/${id}`],
    ['GET', `/nodes/${id}/content`],
    ['GET', `/nodes/${root}/children`],
    ['GET', `/spaces/${space.id}/changes`],
    ['PATCH', `/nodes/${id}`, '{"name":"mine"}'],
    ['DELETE', `/nodes/${id}`],
    ['POST', '/folders', JSON.stringify({ parentId: root, name: 'mine' })],
    ['PUT', `/nodes/${root}/files/mine.txt`, '{}'],
    ['PUT', `/nodes/${id}/content`, '{}'],
  ];
  for (const [method, path, body] of calls) {
    const response = await fetch(url + path, { method, headers: stranger, ...(body !== undefined && { body }) });
    expect([method, path, response.status]).toEqual([method, path, 404]);
  }
  const body = new FormData();
  body.append('f', new Blob(['x']), 'mine.txt');
  const uploaded = await fetch(`${url}/nodes/${root}/files`, {
    method: 'POST',
    body,
    headers: { 'x-person': 'Karim' },
  });
  expect(uploaded.status).toBe(404);
  const [theirs] = await json(await fetch(`${url}/spaces`, { headers: { 'x-person': 'Karim' } }));
  expect((await patch(id, { parentId: theirs.rootId })).status).toBe(404);
  expect(theirs.id).not.toBe(space.id);
});

it('R-40 folders are renamed, moved and deleted; wrong input is named', async () => {
  const [a, b] = [await newFolder('A'), await newFolder('B')];
  expect(await json(await patch(b.id, { parentId: a.id, name: 'C' }))).toMatchObject({ parentId: a.id, name: 'C' });
  expect(await json(await patch(a.id, { parentId: b.id }))).toMatchObject({ code: 'move_into_itself' });
  expect(await json(await patch(a.id, { baseSeq: 1, name: 'Z' }))).toMatchObject({ code: 'conflict' });
  expect(await json(await patch(a.id, { owner: 'me' }))).toMatchObject({ code: 'bad_request' });
  expect((await newFolder('a')).code).toBe('name_taken');
  const view = await json(await fetch(`${url}/nodes/${b.id}`));
  expect(view.ancestors.map(({ name }: { name: string }) => name)).toEqual(['Amina', 'A']);
  expect((await fetch(`${url}/nodes/${a.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await fetch(`${url}/nodes/${b.id}`)).status).toBe(404);
  expect((await put(`/nodes/${b.id}/files/late.txt`, 'x')).status).toBe(404);
  expect((await fetch(`${url}/nodes/${root}`, { method: 'DELETE' })).status).toBe(403);
});

it('a download that the client leaves ends, and the hub goes on', async () => {
  const { id } = await json(await put(`/nodes/${root}/files/long.bin`, randomBytes(30_000_000)));
  for (let i = 0; i < 5; i++) {
    const asked = request(`${url}/nodes/${id}/content`).end();
    const [response] = await once(asked, 'response');
    await once(response, 'data');
    asked.destroy();
  }
  expect((await fetch(`${url}/spaces`)).status).toBe(200);
});
