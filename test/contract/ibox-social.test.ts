import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Hub, startHub } from '../services/hub.ts';
import { type Client, connected, next, signedInAdmin, signedInPerson } from './client.ts';

let hub: Hub;
let lina: Client;
let karim: Client;
let space: { id: string; rootId: string };
const raw = { 'content-type': 'application/octet-stream' };
const put = async (name: string) =>
  (await lina.request('PUT', `/api/ibox/nodes/${space.rootId}/files/${encodeURIComponent(name)}`, 'texte', raw)).body;
const patch = (who: Client, path: string, body: object) => who.request('PATCH', path, body);
const drop = (who: Client, path: string) => who.request('DELETE', path);

beforeAll(async () => {
  hub = await startHub();
  const admin = await signedInAdmin(hub);
  lina = await signedInPerson(hub, admin, 'lina@example.dz', 'Lina');
  karim = await signedInPerson(hub, admin, 'karim@example.dz', 'Karim');
  [space] = (await lina.get('/api/ibox/spaces')).body;
});
afterAll(() => hub?.stop());

it('R-44 activity, comments, favourites and locks, told to who is connected', async () => {
  const file = await put('bilan.txt');
  await patch(lina, `/api/ibox/nodes/${file.id}`, { name: 'bilan 2026.txt' });
  const socket = lina.socket();
  await connected(socket);
  const said = next(socket, 'node:touched');
  const comment = await lina.post(`/api/ibox/nodes/${file.id}/comments`, { text: '  La page 3 ?  ' });
  expect([comment.status, comment.body]).toMatchObject([201, { text: 'La page 3 ?', by: 'Lina', isOwn: true }]);
  expect(await said).toEqual({ spaceId: space.id, nodeId: file.id, what: 'comments' });
  const edited = await patch(lina, `/api/ibox/comments/${comment.body.id}`, { text: 'La page 4 ?' });
  expect([edited.status, edited.body.text]).toEqual([200, 'La page 4 ?']);

  const marked = next(socket, 'node:touched');
  expect((await lina.request('PUT', `/api/ibox/nodes/${file.id}/favourite`)).status).toBe(204);
  expect((await marked).what).toBe('favourite');
  const locked = next(socket, 'node:touched');
  const lock = await lina.request('PUT', `/api/ibox/nodes/${file.id}/lock`, { minutes: 10, note: 'midi' });
  expect([lock.status, lock.body]).toMatchObject([200, { by: 'Lina', kind: 'person', note: 'midi' }]);
  expect((await locked).what).toBe('lock');
  socket.close();

  const { body: view } = await lina.get(`/api/ibox/nodes/${file.id}`);
  expect(view).toMatchObject({ comments: 1, favourite: true, lock: { nodeId: file.id, isOwn: true } });
  const { body: page } = await lina.get(`/api/ibox/nodes/${space.rootId}/children`);
  expect([page.favourites, page.locked]).toEqual([[file.id], [file.id]]);
  expect((await lina.get('/api/ibox/favourites')).body.favourites).toMatchObject([
    { node: { id: file.id, name: 'bilan 2026.txt' }, place: [{ id: space.rootId }] },
  ]);
  const { body: activity } = await lina.get(`/api/ibox/nodes/${file.id}/activity?limit=2`);
  expect(activity.entries).toMatchObject([
    { verb: 'commented', by: 'Lina', name: 'bilan 2026.txt' },
    { verb: 'renamed', by: 'Lina', name: 'bilan 2026.txt', fromName: 'bilan.txt' },
  ]);
  const before = `/api/ibox/spaces/${space.id}/activity?before=${activity.next}`;
  expect((await lina.get(before)).body).toMatchObject({
    entries: [{ verb: 'created', name: 'bilan.txt' }],
    next: null,
  });

  for (const path of [`nodes/${file.id}/lock`, `nodes/${file.id}/favourite`, `comments/${comment.body.id}`])
    expect([path, (await drop(lina, `/api/ibox/${path}`)).status]).toEqual([path, 204]);
  expect((await lina.get(`/api/ibox/nodes/${file.id}`)).body).toMatchObject({
    comments: 0,
    favourite: false,
    lock: null,
  });
});

it('R-41 R-44 all of it is 404 for a stranger', async () => {
  const file = await put('secret.txt');
  const { body: comment } = await lina.post(`/api/ibox/nodes/${file.id}/comments`, { text: 'entre nous' });
  const asked = [
    karim.get(`/api/ibox/nodes/${file.id}/activity`),
    karim.get(`/api/ibox/spaces/${space.id}/activity`),
    karim.get(`/api/ibox/nodes/${file.id}/comments`),
    karim.post(`/api/ibox/nodes/${file.id}/comments`, { text: 'x' }),
    patch(karim, `/api/ibox/comments/${comment.id}`, { text: 'x' }),
    drop(karim, `/api/ibox/comments/${comment.id}`),
    karim.request('PUT', `/api/ibox/nodes/${file.id}/favourite`),
    drop(karim, `/api/ibox/nodes/${file.id}/favourite`),
    karim.request('PUT', `/api/ibox/nodes/${file.id}/lock`, { minutes: 1 }),
    drop(karim, `/api/ibox/nodes/${file.id}/lock`),
    karim.get('/api/ibox/nodes/not-an-id/activity'),
  ];
  for (const { status, body } of await Promise.all(asked)) expect([status, body.code]).toEqual([404, 'not_found']);
  expect((await karim.get('/api/ibox/favourites')).body).toEqual({ favourites: [] });
  expect((await lina.get(`/api/ibox/nodes/${file.id}/comments`)).body.comments).toHaveLength(1);
});

it('what does not keep to the contract is refused', async () => {
  const file = await put('contract.txt');
  const comments = `/api/ibox/nodes/${file.id}/comments`;
  const lock = `/api/ibox/nodes/${file.id}/lock`;
  const asked = [
    lina.post(comments, { text: ' ' }),
    lina.post(comments, { text: 'x'.repeat(4001) }),
    lina.post(comments, { text: 'a\0b' }),
    lina.post(comments, {}),
    lina.get(`${comments}?limit=1000`),
    lina.get(`/api/ibox/nodes/${file.id}/activity?before=x`),
    drop(lina, '/api/ibox/comments/x'),
    drop(lina, '/api/ibox/comments/9007199254740993'),
    lina.request('PUT', lock, { minutes: 0 }),
    lina.request('PUT', lock, { minutes: 7 * 24 * 60 + 1 }),
    lina.request('PUT', lock, { minutes: 5, note: 'x'.repeat(501) }),
  ];
  for (const [n, { status, body }] of (await Promise.all(asked)).entries())
    expect([n, status, body.code]).toEqual([n, 400, 'bad_request']);
});

it('R-44 R-46 a program’s lock is told to the web, and a person’s to the program, by 423', async () => {
  const file = await put('bureau.odt');
  const { body: app } = await lina.post('/api/me/app-passwords', { label: 'Bureau' });
  const authorization = `Basic ${Buffer.from(`lina@example.dz:${app.password}`).toString('base64')}`;
  const dav = (method: string, headers: Record<string, string> = {}, body?: string) =>
    fetch(`${hub.url}/dav/bureau.odt`, { method, headers: { authorization, ...headers }, ...(body ? { body } : {}) });
  const info =
    '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>';
  const taken = await dav('LOCK', { 'content-type': 'application/xml', timeout: 'Second-60' }, info);
  expect(taken.status).toBe(200);
  const write = await lina.request('PUT', `/api/ibox/nodes/${file.id}/content`, 'web', raw);
  expect([write.status, write.body]).toMatchObject([423, { code: 'locked', detail: 'Lina' }]);
  expect((await lina.get(`/api/ibox/nodes/${file.id}`)).body.lock).toMatchObject({ kind: 'program', by: 'Lina' });
  expect((await dav('UNLOCK', { 'lock-token': taken.headers.get('lock-token') ?? '' })).status).toBe(204);
  expect((await lina.request('PUT', `/api/ibox/nodes/${file.id}/content`, 'web', raw)).status).toBe(200);

  await lina.request('PUT', `/api/ibox/nodes/${file.id}/lock`, { minutes: 5 });
  const found = await dav('PROPFIND', { depth: '0' });
  expect(await found.text()).toMatch(/<D:activelock>.*Lina.*<\/D:activelock>/s);
});

it('R-40 a name that Windows has trouble with is accepted and told', async () => {
  const file = await put('CON.txt');
  expect(file.warnings).toEqual(['windows_reserved']);
  expect((await lina.get(`/api/ibox/nodes/${file.id}`)).body.node.warnings).toEqual(['windows_reserved']);
  expect((await put('sans souci.txt')).warnings).toBeUndefined();
});

it('R-44 who comments like a machine waits for the minute to end; others don’t wait for them', async () => {
  const file = await put('bavard.txt');
  const said = [];
  // More than one minute's worth, however the others of this file fall into it.
  for (let n = 0; n < 31; n++) said.push(await lina.post(`/api/ibox/nodes/${file.id}/comments`, { text: `n° ${n}` }));
  const refused = said.filter(({ status }) => status !== 201);
  expect(refused.length).toBeGreaterThan(0);
  for (const { status, body, headers } of refused) {
    expect([status, body.code]).toEqual([429, 'too_many_attempts']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  const { body: kept } = await lina.get(`/api/ibox/nodes/${file.id}/comments?limit=100`);
  expect(kept.comments).toHaveLength(said.length - refused.length);
  const own = (await karim.get('/api/ibox/spaces')).body[0].rootId;
  expect((await karim.post(`/api/ibox/nodes/${own}/comments`, { text: 'moi aussi' })).status).toBe(201);
});
