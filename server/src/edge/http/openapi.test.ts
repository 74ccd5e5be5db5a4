import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../../../test/services/service.ts';
import { compose } from '../../compose.ts';
import { readConfig } from '../../config.ts';
import { apiRoutes } from './api/routes.ts';

let folder: string;
let hub: Awaited<ReturnType<typeof compose>>;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diwan-openapi-'));
  const { MEDIASOUP_WORKER_BIN } = process.env;
  const mediaPort = String(await freePort());
  const settings = { HUB_DATA_DIR: folder, HUB_WORKERS: '1', HUB_MEDIA_IP: '127.0.0.1', HUB_MEDIA_PORT: mediaPort };
  hub = await compose(readConfig({ ...settings, MEDIASOUP_WORKER_BIN }), pino({ level: 'silent' }), '1.2.3');
  hub.http.listen(0, '127.0.0.1');
  await once(hub.http, 'listening');
  url = `http://127.0.0.1:${(hub.http.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await hub?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Layer {
  rawPath?: unknown;
  route?: { path: string; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
}

/** What Express serves, by its own list of layers. */
function served(layers: Layer[], below: string): string[] {
  return layers.flatMap(({ route, handle, rawPath }) => {
    if (route)
      return Object.keys(route.methods).map((method) => `${method} ${below}${route.path === '/' ? '' : route.path}`);
    if (!handle.stack) return [];
    expect(typeof rawPath).toBe('string');
    return served(handle.stack, below + (rawPath === '/' ? '' : rawPath));
  });
}

it('R-46 every call that is served is documented, and no other', () => {
  const layers = (hub.app.router as unknown as { stack: Layer[] }).stack;
  const inApi = served(layers, '').filter((call) => call.includes(' /api/'));
  const documented = apiRoutes.map(({ method, path }) => `${method} /api${path}`);
  expect(documented.toSorted()).toEqual(inApi.toSorted());
  expect(new Set(documented).size).toBe(documented.length);
});

it('R-46 the document is served, and what it refers to is in it', async () => {
  const text = await (await fetch(`${url}/api/openapi.json`)).text();
  const document = JSON.parse(text);
  expect(document.openapi).toBe('3.1.0');
  expect(document.info.version).toBe('1.2.3');
  const { post, get } = document.paths['/api/ibox/archive'];
  expect(post.requestBody.content['application/json'].schema.properties.ids.maxItems).toBe(1000);
  expect(get.parameters).toEqual([{ name: 'ids', in: 'query', required: true, schema: expect.anything() }]);
  const node = document.paths['/api/ibox/nodes/{id}'].patch.responses;
  expect(node[200].content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Node' });
  expect(node[409].description).toContain('name_taken');
  expect(document.components.schemas.Node.properties.kind.enum).toEqual(['file', 'folder']);
  const referred = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to as string);
  expect(referred.length).toBeGreaterThan(50);
  for (const to of new Set(referred)) {
    expect(to).toMatch(/^#\/components\/schemas\/\w+$/);
    expect(document.components.schemas).toHaveProperty(to.split('/').at(-1) as string);
  }
});

it('R-46 each example keeps its contract', () => {
  let examples = 0;
  for (const { method, path, request, answer, example } of apiRoutes)
    for (const [contract, value] of [
      [request, example?.request],
      [answer, example?.answer],
    ]) {
      if (value === undefined) continue;
      examples++;
      expect(contract, path).toBeInstanceOf(z.ZodType);
      const { error } = (contract as z.ZodType).safeParse(value);
      expect([method, path, error?.issues]).toEqual([method, path, undefined]);
    }
  expect(examples).toBeGreaterThan(30);
});

it('the page needs no script and nothing from elsewhere', async () => {
  const answer = await fetch(`${url}/api/docs`);
  expect(answer.headers.get('content-type')).toContain('text/html');
  const page = await answer.text();
  for (const { does } of apiRoutes) expect(page).toContain(does.replaceAll('&', '&amp;').replaceAll('"', '&quot;'));
  expect(page).not.toMatch(/<script|<link|src=|https?:\/\/(?!hub\.example|json-schema)/);
});
