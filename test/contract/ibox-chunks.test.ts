import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Hub, startHub } from '../services/hub.ts';
import { type Client, signedInAdmin } from './client.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
function frame(bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(36);
  head.writeUInt32BE(bytes.length);
  createHash('sha256').update(bytes).digest().copy(head, 4);
  return Buffer.concat([head, bytes]);
}

let hub: Hub;
let client: Client;
let space: { id: string; rootId: string };
beforeAll(async () => {
  hub = await startHub();
  client = await signedInAdmin(hub);
  space = (await client.get('/api/ibox/spaces')).body[0];
});
afterAll(() => hub?.stop());

const send = (body: Uint8Array, type = 'application/vnd.diwan.chunks') =>
  client.request('POST', '/api/ibox/chunks', body, { 'content-type': type });
const missing = async (hashes: string[]) =>
  (await client.post('/api/ibox/chunks/missing', { hashes })).body.missing as string[];
const commit = (key: string, operations: unknown[]) =>
  client.request('PUT', `/api/ibox/spaces/${space.id}/commits/${key}`, { operations });

it('R-41 an upload by chunks goes on where it was after SIGKILL of the hub, and is committed once', async () => {
  const chunks = Array.from({ length: 6 }, () => randomBytes(500_000));
  const hashes = chunks.map(sha256);
  const [first, second] = [chunks.slice(0, 3), chunks.slice(3)];
  expect((await send(Buffer.concat(first.map(frame)))).body).toEqual({ chunks: 3 });
  const cut = send(Buffer.concat(second.map(frame))).catch(() => undefined);
  await hub.kill();
  await cut;
  await hub.restart();
  const still = await missing(hashes);
  // What was answered for is there; what was on its way may be.
  expect(still.filter((hash) => first.map(sha256).includes(hash))).toEqual([]);
  const rest = chunks.filter((chunk) => still.includes(sha256(chunk)));
  if (rest.length > 0) expect((await send(Buffer.concat(rest.map(frame)))).status).toBe(200);
  const key = randomUUID();
  const content = { sha256: sha256(Buffer.concat(chunks)), chunks: hashes };
  const operations = [{ op: 'file', parentId: space.rootId, name: 'resumed.bin', content }];
  const { status, body } = await commit(key, operations);
  expect([status, body.outcomes[0].ok]).toEqual([200, true]);
  await hub.kill();
  await hub.restart();
  expect((await commit(key, operations)).body).toEqual(body);
  const bytes = Buffer.from((await client.get(`/api/ibox/nodes/${body.outcomes[0].node.id}/content`)).body);
  expect(sha256(bytes)).toBe(content.sha256);
});

it('what does not keep to the contract is refused, and the hub goes on', async () => {
  expect((await send(frame(randomBytes(10)), 'text/plain')).body.code).toBe('bad_request');
  expect((await send(frame(randomBytes(10)).subarray(0, 20))).body.code).toBe('upload_incomplete');
  expect((await commit('short', [])).status).toBe(400);
  expect((await commit(randomUUID(), [{ op: 'steal' }])).status).toBe(400);
  expect((await client.post('/api/ibox/chunks/missing', { hashes: ['x'] })).status).toBe(400);
  expect((await client.post('/api/ibox/fetch', { items: [] })).status).toBe(400);
  const away = await client.post('/api/ibox/fetch', { items: [{ id: randomUUID() }] });
  expect(Buffer.from(away.body).toString()).toContain('"not_found"');
});
