import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import express, { type ErrorRequestHandler } from 'express';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Db, openDatabase } from '../../db/database.ts';
import type { Ibox } from '../../ibox/ibox.ts';
import { inPieces, openTestRoom, testPerson } from '../../ibox/test-room.ts';
import type { Actor } from '../../identity/actor.ts';
import { problemOf } from '../errors.ts';
import { archiveRouter } from './archive.ts';

let db: Db;
let room: Awaited<ReturnType<typeof openTestRoom>>;
let amina: Actor;
let server: Server;
let port: number;
let root: string;
const failures: unknown[] = [];
let reading = 0;

beforeAll(async () => {
  db = await openDatabase(':memory:');
  room = await openTestRoom(db);
  amina = await testPerson(db, 'Amina');
  root = (await room.ibox.listSpaces(amina))[0]?.rootId as string;
  const app = express();
  app.use((req, _res, next) => {
    req.actor = amina;
    next();
  });
  const counted: Pick<Ibox, 'openArchive'> = {
    async openArchive(...input) {
      const archive = await room.ibox.openArchive(...input);
      async function* read() {
        reading++;
        try {
          yield* archive.read();
        } finally {
          reading--;
        }
      }
      return { ...archive, read };
    },
  };
  app.use(express.json(), archiveRouter({ ibox: counted }));
  const answerProblem: ErrorRequestHandler = (error, _req, res, next) => {
    failures.push(error);
    if (res.headersSent) return next(error);
    const problem = problemOf(error, 'en');
    res.status(problem.status).json(problem);
  };
  app.use(answerProblem);
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await room.close();
  await db.destroy();
});

const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
const put = (parentId: string, name: string, bytes: Uint8Array) =>
  room.ibox.putFile(amina, { parentId, name, onConflict: 'replace' }, inPieces(bytes), { maxBytes: 1e9 });

it('R-40 one node, several by address, by form and by JSON are the same ZIP with its length told before', async () => {
  const folder = await room.ibox.createFolder(amina, { parentId: root, name: 'Été' });
  const one = await put(folder.id, 'un.txt', Buffer.from('un'));
  const two = await put(folder.id, 'deux.bin', randomBytes(200_000));
  const single = await ask(`/nodes/${folder.id}/archive`);
  expect(single.headers.get('content-disposition')).toContain("filename*=UTF-8''%C3%89t%C3%A9.zip");
  expect(single.headers.get('content-type')).toBe('application/zip');
  const ids = [one.id, two.id];
  const form = { method: 'POST', body: new URLSearchParams({ ids: ids.join() }) };
  const json = {
    method: 'POST',
    body: JSON.stringify({ ids }),
    headers: { 'content-type': 'application/json' },
  };
  const answers = [await ask(`/archive?ids=${ids}`), await ask('/archive', form), await ask('/archive', json)];
  const bodies = await Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));
  for (const [i, body] of bodies.entries()) {
    expect(answers[i]?.headers.get('content-length')).toBe(String(body.length));
    expect(body.equals(bodies[0] as Buffer)).toBe(true);
  }
  expect((await ask(`/nodes/${folder.id}/archive`, { method: 'HEAD' })).headers.get('content-length')).toBe(
    single.headers.get('content-length'),
  );
  await single.arrayBuffer();
  for (const path of ['/archive', '/archive?ids=', '/archive?ids=a,,b']) expect((await ask(path)).status).toBe(400);
  const tooMany = new URLSearchParams({ ids: String(Array(1001).fill(one.id)) });
  expect((await ask('/archive', { method: 'POST', body: tooMany })).status).toBe(400);
  expect((await ask(`/archive?ids=${one.id},${'0'.repeat(36)}`)).status).toBe(404);
});

it('R-41 a damaged file cuts the archive short of the length it was told with', async () => {
  const folder = await room.ibox.createFolder(amina, { parentId: root, name: 'damaged' });
  await put(folder.id, 'a.bin', randomBytes(3_000_000));
  const objects = (await readdir(room.folder, { recursive: true, withFileTypes: true })).filter((f) => f.isFile());
  for (const { parentPath, name } of objects) {
    const path = join(parentPath, name);
    const bytes = await readFile(path);
    if (bytes.length < 2_900_000) continue;
    bytes.writeUInt8(bytes.readUInt8(2_000_000) ^ 1, 2_000_000);
    await writeFile(path, bytes);
  }
  const answer = await ask(`/nodes/${folder.id}/archive`);
  expect(answer.status).toBe(200);
  await expect(answer.arrayBuffer()).rejects.toThrow();
  expect(failures.at(-1)).toMatchObject({ code: 'content_corrupt' });
});

it('R-40 a client that leaves ends the reading', async () => {
  const folder = await room.ibox.createFolder(amina, { parentId: root, name: 'left' });
  for (let i = 0; i < 8; i++) await put(folder.id, `${i}.bin`, randomBytes(8_000_000));
  const before = failures.length;
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET /nodes/${folder.id}/archive HTTP/1.1\r\nHost: x\r\n\r\n`);
  await once(socket, 'data');
  socket.pause();
  expect(reading).toBe(1);
  socket.destroy();
  await vi.waitFor(() => expect(reading).toBe(0));
  expect(failures.length).toBe(before);
});
