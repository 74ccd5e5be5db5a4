import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { available } from '../services/available.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { runLitmus } from '../services/litmus.ts';
import { type Client, signedInAdmin, signedInPerson, testPassword } from './client.ts';

const quota = 2 * 1024 ** 3;
let hub: Hub;
let admin: Client;
let amina: Client;
let karim: Client;
const passwords = new Map<string, string>();

beforeAll(async () => {
  hub = await startHub({ HUB_QUOTA_BYTES: String(quota) });
  admin = await signedInAdmin(hub);
  amina = await signedInPerson(hub, admin, 'amina@example.dz', 'Amina');
  karim = await signedInPerson(hub, admin, 'karim@example.dz', 'Karim');
  passwords.set('amina', (await newPassword(amina, 'Bureau')).password);
  passwords.set('karim', (await newPassword(karim, 'Bureau')).password);
});
afterAll(() => hub?.stop());

async function newPassword(client: Client, label: string): Promise<{ id: string; password: string }> {
  const { status, body } = await client.post('/api/me/app-passwords', { label });
  expect(status).toBe(201);
  return body;
}

interface Told {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}
type Body = string | Uint8Array | AsyncIterable<Uint8Array>;

/** As it is written: fetch would tidy the path. */
async function dav(
  method: string,
  path: string,
  { headers = {}, body, as = 'amina' }: { headers?: Record<string, string>; body?: Body; as?: string } = {},
): Promise<Told> {
  const auth = as && `${as}@example.dz:${passwords.get(as)}`;
  const sent = request({
    ...{ host: '127.0.0.1', port: hub.port, method, path, headers, agent: false },
    ...(auth ? { auth } : {}),
  });
  const answered = once(sent, 'response');
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) sent.end(body);
  // A connection that is cut is told by the request itself.
  else pipeline(body, sent).catch(() => {});
  const [response] = await answered;
  return {
    status: response.statusCode,
    headers: response.headers,
    body: Buffer.concat(await Array.fromAsync(response as AsyncIterable<Buffer>)).toString('utf8'),
  };
}

const lockInfo = (scope: string) =>
  `<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:${scope}/></D:lockscope><D:locktype><D:write/></D:locktype><D:owner>Amina</D:owner></D:lockinfo>`;

describe.skipIf(!available('litmus'))('R-46 litmus, the WebDAV test suite', () => {
  it('passes with no failure and no warning', async () => {
    const { output, suites } = await runLitmus(`${hub.url}/dav/`, 'amina@example.dz', passwords.get('amina') as string);
    expect(Object.keys(suites).sort(), output).toEqual(['basic', 'copymove', 'http', 'locks', 'props']);
    for (const { run, failed } of Object.values(suites)) {
      expect(run).toBeGreaterThan(3);
      expect(failed, output).toBe(0);
    }
    expect(output).not.toMatch(/warning|FAIL\b/);
  });
});

describe('R-46 app passwords', () => {
  it('open /dav and nothing else; the account’s own password does not', async () => {
    expect((await dav('PROPFIND', '/dav/', { headers: { depth: '0' } })).status).toBe(207);
    const none = await dav('PROPFIND', '/dav/', { as: '' });
    expect(none).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="Diwan", charset="UTF-8"' },
    });
    const own = Buffer.from(`amina@example.dz:${testPassword}`).toString('base64');
    expect((await dav('OPTIONS', '/dav/', { as: '', headers: { authorization: `Basic ${own}` } })).status).toBe(401);
    const cookie = [...amina.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    expect((await dav('OPTIONS', '/dav/', { as: '', headers: { cookie } })).status).toBe(401);
    const app = Buffer.from(`amina@example.dz:${passwords.get('amina')}`).toString('base64');
    expect((await dav('GET', '/api/me', { as: '', headers: { authorization: `Basic ${app}` } })).status).toBe(401);
    const foreign = Buffer.from(`karim@example.dz:${passwords.get('amina')}`).toString('base64');
    expect((await dav('OPTIONS', '/dav/', { as: '', headers: { authorization: `Basic ${foreign}` } })).status).toBe(
      401,
    );
  });

  it('are listed with their last use and never shown again; a revoked one is refused at once, also in the middle', async () => {
    const { id, password } = await newPassword(amina, 'Téléphone');
    expect(password.replaceAll('-', '')).toMatch(/^[a-z2-9]{32}$/);
    passwords.set('phone', password);
    const authorization = `Basic ${Buffer.from(`AMINA@example.dz:${password.toUpperCase()}`).toString('base64')}`;
    const call = (method: string) => dav(method, '/dav/', { as: '', headers: { authorization } });
    expect((await call('OPTIONS')).status).toBe(200);
    const listed = (await amina.get('/api/me/app-passwords')).body;
    expect(listed.find((one: { id: string }) => one.id === id)).toEqual({
      id,
      label: 'Téléphone',
      createdAt: expect.any(Number),
      lastUsedAt: expect.any(Number),
    });
    expect((await karim.request('DELETE', `/api/me/app-passwords/${id}`)).status).toBe(404);

    async function* slowly() {
      // More than two sockets can hold: the hub has let the password in and reads.
      for (let mebibytes = 0; mebibytes < 48; mebibytes++) yield Buffer.alloc(2 ** 20, 1);
      await amina.request('DELETE', `/api/me/app-passwords/${id}`);
      yield Buffer.alloc(100_000, 2);
    }
    const cut = dav('PUT', '/dav/coupe.bin', { as: '', headers: { authorization }, body: slowly() });
    await expect(cut).rejects.toThrow(/socket hang up|ECONNRESET|EPIPE/);
    expect((await call('OPTIONS')).status).toBe(401);
    expect((await dav('GET', '/dav/coupe.bin')).status).toBe(404);
  });

  it('end with a suspended account', async () => {
    const samir = await signedInPerson(hub, admin, 'samir@example.dz', 'Samir');
    passwords.set('samir', (await newPassword(samir, 'Bureau')).password);
    expect((await dav('OPTIONS', '/dav/', { as: 'samir' })).status).toBe(200);
    const accounts = (await admin.get('/api/admin/accounts')).body;
    const { id } = accounts.find((account: { email: string }) => account.email === 'samir@example.dz');
    expect((await admin.request('PATCH', `/api/admin/accounts/${id}`, { suspended: true })).status).toBe(200);
    const refused = await dav('OPTIONS', '/dav/', { as: 'samir' });
    expect([refused.status, JSON.parse(refused.body).code]).toEqual([403, 'account_suspended']);
  });
});

describe('R-46 addresses', () => {
  it('lead nowhere but into the own space', async () => {
    await dav('PUT', '/dav/un.txt', { body: 'un' });
    for (const path of [
      '/dav/../etc/passwd',
      '/dav/a/../../etc/passwd',
      '/dav/%2e%2e/%2e%2e/etc/passwd',
      '/dav/%2e%2e%2fetc%2fpasswd',
      '/dav/..%5c..%5cetc',
      '/dav/a%00b',
      '/dav/a%0ab',
      '/dav/%ff',
      '/dav/a%2fb',
    ]) {
      for (const method of ['GET', 'PUT', 'MKCOL', 'DELETE', 'PROPFIND'])
        expect([path, method, (await dav(method, path, { headers: { depth: '0' } })).status]).toEqual([
          path,
          method,
          400,
        ]);
      const moved = await dav('MOVE', '/dav/un.txt', { headers: { destination: `${hub.url}${path}` } });
      expect([path, moved.status]).toEqual([path, 400]);
    }
    expect((await dav('GET', '/dav/un.txt')).body).toBe('un');
  });

  it('of a Destination are on this host and below /dav', async () => {
    const to = async (destination: string) => (await dav('COPY', '/dav/un.txt', { headers: { destination } })).status;
    expect(await to('http://elsewhere.example/dav/deux.txt')).toBe(502);
    expect(await to(`http://amina@127.0.0.1:${hub.port}/dav/deux.txt`)).toBe(502);
    expect(await to(`${hub.url}/api/me`)).toBe(403);
    expect(await to('deux.txt')).toBe(400);
    expect(await to('/dav/deux.txt')).toBe(201);
    expect((await dav('GET', '/dav/deux.txt')).body).toBe('un');
  });

  it('show one person nothing of another', async () => {
    await dav('PUT', '/dav/secret.txt', { body: 'à moi' });
    for (const method of ['GET', 'HEAD', 'DELETE', 'PROPFIND', 'LOCK', 'COPY', 'MOVE'])
      expect([
        method,
        (await dav(method, '/dav/secret.txt', { as: 'karim', headers: { depth: '0', destination: '/dav/x', if: '' } }))
          .status,
      ]).not.toEqual([method, 200]);
    expect((await dav('GET', '/dav/secret.txt', { as: 'karim' })).status).toBe(404);
    expect((await dav('DELETE', '/dav/secret.txt', { as: 'karim' })).status).toBe(404);
    expect((await dav('GET', '/dav/secret.txt')).body).toBe('à moi');
  });

  it('may hold any name: Arabic, spaces, signs that URLs and XML know', async () => {
    expect((await dav('MKCOL', '/dav/noms/')).status).toBe(201);
    const names = ['تقرير سنوي.txt', 'a & b <c>.txt', "l'été #1?.txt", '100%.txt', 'emoji 🗝.txt', '+plus;virgule,.txt'];
    for (const name of names) {
      const path = `/dav/noms/${encodeURIComponent(name)}`;
      expect((await dav('PUT', path, { body: name })).status).toBe(201);
      expect((await dav('GET', path)).body).toBe(name);
    }
    const { body } = await dav('PROPFIND', '/dav/noms', { headers: { depth: '1' } });
    const hrefs = [...body.matchAll(/<D:href>([^<]*)<\/D:href>/g)].map(([, href]) => href as string);
    expect(hrefs.map((href) => decodeURIComponent(href)).sort()).toEqual(
      ['/dav/noms/', ...names.map((name) => `/dav/noms/${name}`)].sort(),
    );
    expect(body).toContain('<D:displayname>a &amp; b &lt;c&gt;.txt</D:displayname>');
    const root = (await amina.get('/api/ibox/spaces')).body[0].rootId;
    const inHub = await amina.children(root);
    expect(inHub.map(({ name }) => name)).toContain('noms');
  });
});

describe('R-46 files', () => {
  it('of 0 bytes, and parts of files, come as they are; tags guard against overwriting', async () => {
    expect((await dav('PUT', '/dav/vide.txt', { body: '' })).status).toBe(201);
    expect(await dav('GET', '/dav/vide.txt')).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '0' },
    });
    const made = await dav('PUT', '/dav/page.txt', { body: '0123456789', headers: { 'x-oc-mtime': '1700000000' } });
    expect(made.status).toBe(201);
    const etag = made.headers.etag as string;
    expect(await dav('GET', '/dav/page.txt', { headers: { range: 'bytes=2-4' } })).toMatchObject({
      status: 206,
      body: '234',
      headers: { etag, 'content-range': 'bytes 2-4/10', 'last-modified': new Date(1_700_000_000_000).toUTCString() },
    });
    const put = (headers: Record<string, string>) => dav('PUT', '/dav/page.txt', { body: 'autre', headers });
    expect((await dav('GET', '/dav/page.txt', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await put({ 'if-none-match': '*' })).status).toBe(412);
    expect((await put({ 'if-match': '"other"' })).status).toBe(412);
    expect((await put({ 'content-range': 'bytes 0-4/10' })).status).toBe(400);
    expect((await put({ 'if-match': etag })).status).toBe(204);
    expect((await put({ 'if-match': etag })).status).toBe(412);
    expect((await dav('PUT', '/dav/nulle-part/x.txt', { body: 'x' })).status).toBe(409);
    expect((await dav('PUT', '/dav/noms', { body: 'x' })).status).toBe(405);
  });

  it('stream in constant memory', async () => {
    const rss = async () =>
      Number(/^diwan_process_resident_memory_bytes (\S+)$/m.exec((await dav('GET', '/metrics', { as: '' })).body)?.[1]);
    const size = 256 * 1024 * 1024;
    const whole = createHash('sha256');
    async function* bytes() {
      for (let sent = 0; sent < size; sent += 1024 * 1024) {
        const piece = Buffer.alloc(1024 * 1024, createHash('sha256').update(String(sent)).digest());
        whole.update(piece);
        yield piece;
      }
    }
    await dav('PUT', '/dav/chaud.bin', { body: Buffer.alloc(40 * 1024 * 1024, 'abc') });
    const before = await rss();
    const { status, headers } = await dav('PUT', '/dav/grand.bin', { body: bytes() });
    expect(status).toBe(201);
    expect((await rss()) - before).toBeLessThan(150 * 1024 * 1024);
    expect(headers.etag).toBe(`"${whole.digest('base64url')}"`);
  });

  it('keep their dead properties when they are copied and moved', async () => {
    await dav('PUT', '/dav/marque.txt', { body: 'x' });
    const set =
      '<D:propertyupdate xmlns:D="DAV:" xml:lang="ar"><D:set><D:prop><c:couleur xmlns:c="urn:test">أحمر <b>&amp;</b></c:couleur></D:prop></D:set></D:propertyupdate>';
    expect((await dav('PROPPATCH', '/dav/marque.txt', { body: set })).body).toContain('200 OK');
    expect((await dav('COPY', '/dav/marque.txt', { headers: { destination: '/dav/copie.txt' } })).status).toBe(201);
    expect((await dav('MOVE', '/dav/copie.txt', { headers: { destination: '/dav/Copie.txt' } })).status).toBe(201);
    const ask = '<propfind xmlns="DAV:"><prop><couleur xmlns="urn:test"/><absent xmlns="urn:test"/></prop></propfind>';
    const { body } = await dav('PROPFIND', '/dav/Copie.txt', { body: ask, headers: { depth: '0' } });
    expect(body).toContain('<couleur xmlns="urn:test" xml:lang="ar">أحمر <b xmlns="">&amp;</b></couleur>');
    expect(body).toMatch(/<absent xmlns="urn:test"\/><\/D:prop><D:status>HTTP\/1\.1 404/);
    const live =
      '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:getetag>x</D:getetag><y xmlns="urn:test"/></D:prop></D:set></D:propertyupdate>';
    const refused = (await dav('PROPPATCH', '/dav/Copie.txt', { body: live })).body;
    expect(refused).toContain('403 Forbidden');
    expect(refused).toContain('424 Failed Dependency');
  });

  it('a folder never moves into itself or over what it is in', async () => {
    for (const path of ['/dav/p', '/dav/p/q']) await dav('MKCOL', path);
    await dav('PUT', '/dav/p/q/f.txt', { body: 'f' });
    const to = (method: string, path: string, destination: string) => dav(method, path, { headers: { destination } });
    for (const method of ['COPY', 'MOVE']) {
      expect((await to(method, '/dav/p', '/dav/p/q/r')).status).toBe(409);
      expect((await to(method, '/dav/p/q', '/dav/p')).status).toBe(409);
      expect((await to(method, '/dav/p', '/dav/p')).status).toBe(403);
      expect((await to(method, '/dav/p', '/dav/')).status).toBe(403);
    }
    expect((await dav('DELETE', '/dav/')).status).toBe(403);
    expect((await to('COPY', '/dav/p', '/dav/p2')).status).toBe(201);
    expect((await dav('GET', '/dav/p2/q/f.txt')).body).toBe('f');
  });
});

describe('R-46 locks', () => {
  const lock = (path: string, scope = 'exclusive', headers = {}) =>
    dav('LOCK', path, { body: lockInfo(scope), headers: { timeout: 'Second-300', ...headers } });

  it('of eight programs that ask at once, one gets it', async () => {
    await dav('PUT', '/dav/course.txt', { body: 'x' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => lock('/dav/course.txt')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 423, 423, 423, 423, 423, 423, 423]);
    const token = answers.find(({ status }) => status === 200)?.headers['lock-token'] as string;
    expect((await dav('PUT', '/dav/course.txt', { body: 'y' })).status).toBe(423);
    expect((await dav('DELETE', '/dav/course.txt')).status).toBe(423);
    expect((await dav('PUT', '/dav/course.txt', { body: 'y', headers: { if: `(${token})` } })).status).toBe(204);
    expect((await dav('UNLOCK', '/dav/course.txt', { headers: { 'lock-token': token } })).status).toBe(204);
    expect((await dav('PUT', '/dav/course.txt', { body: 'z' })).status).toBe(204);
  });

  it('of a folder hold for what is in it, and for what is put in it', async () => {
    await dav('MKCOL', '/dav/tenu');
    await dav('PUT', '/dav/tenu/a.txt', { body: 'a' });
    const token = (await lock('/dav/tenu', 'exclusive')).headers['lock-token'] as string;
    for (const [method, path] of [
      ['PUT', '/dav/tenu/a.txt'],
      ['PUT', '/dav/tenu/b.txt'],
      ['MKCOL', '/dav/tenu/c'],
      ['DELETE', '/dav/tenu/a.txt'],
      ['DELETE', '/dav/tenu'],
    ] as const)
      expect([path, (await dav(method, path)).status]).toEqual([path, 423]);
    expect((await lock('/dav/tenu/a.txt')).status).toBe(423);
    const moved = await dav('MOVE', '/dav/tenu', {
      headers: { destination: '/dav/ailleurs', if: `</dav/tenu> (${token})` },
    });
    expect(moved.status).toBe(201);
    expect((await dav('PUT', '/dav/ailleurs/a.txt', { body: 'libre' })).status).toBe(204);
    const below = (await lock('/dav/ailleurs/a.txt')).headers['lock-token'] as string;
    const whole = await lock('/dav/ailleurs');
    expect([whole.status, whole.body.includes('423 Locked'), whole.body.includes('424')]).toEqual([207, true, true]);
    expect((await dav('UNLOCK', '/dav/ailleurs/a.txt', { headers: { 'lock-token': below } })).status).toBe(204);
  });
});

describe('R-46 XML', () => {
  const propfind = async (body: string, headers: Record<string, string> = { depth: '0' }) =>
    dav('PROPFIND', '/dav/', { body, headers });

  it('with a document type, an unknown entity or a fault is refused, and a whole tree at once too', async () => {
    const entity =
      '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><propfind xmlns="DAV:"><prop><a>&x;</a></prop></propfind>';
    expect((await propfind(entity)).status).toBe(400);
    expect((await propfind('<propfind xmlns="DAV:"><prop><a>&x;</a></prop></propfind>')).status).toBe(400);
    expect((await propfind('<propfind xmlns="DAV:"><prop>')).status).toBe(400);
    expect((await propfind(`${'<a>'.repeat(200)}${'</a>'.repeat(200)}`)).status).toBe(400);
    expect((await propfind(`<!--${'x'.repeat(600_000)}--><propfind xmlns="DAV:"><allprop/></propfind>`)).status).toBe(
      413,
    );
    const deep = await propfind('', { depth: 'infinity' });
    expect([deep.status, deep.body.includes('<D:propfind-finite-depth/>')]).toEqual([403, true]);
  });

  it('tells the room that is left where there is a quota', async () => {
    const ask = '<propfind xmlns="DAV:"><prop><quota-used-bytes/><quota-available-bytes/></prop></propfind>';
    const { body } = await propfind(ask);
    const told = (name: string) => Number(new RegExp(`<D:${name}>(\\d+)</D:${name}>`).exec(body)?.[1]);
    expect(told('quota-used-bytes')).toBeGreaterThan(0);
    expect(told('quota-used-bytes') + told('quota-available-bytes')).toBe(quota);
  });
});

describe('R-46 what closes /dav for everyone', () => {
  it('new terms do, until they are accepted; the answer says so', async () => {
    const texts = { fr: 'Nouvelles CGU', ar: 'شروط جديدة', en: 'New terms' };
    expect((await admin.post('/api/admin/terms', { texts })).status).toBe(201);
    const refused = await dav('PROPFIND', '/dav/', { headers: { depth: '0' } });
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.body)).toMatchObject({
      code: 'cgu_required',
      title: expect.stringContaining('conditions générales'),
    });
    await amina.acceptTerms();
    expect((await dav('PROPFIND', '/dav/', { headers: { depth: '0' } })).status).toBe(207);
  });

  it('guessing slows the guesser, and nobody who knows a password', async () => {
    passwords.set('guess', 'abcd-efgh');
    const statuses = new Set<number>();
    for (let attempt = 0; attempt < 70; attempt++)
      statuses.add((await dav('OPTIONS', '/dav/', { as: 'guess' })).status);
    expect([...statuses]).toEqual([401, 429]);
    expect((await dav('OPTIONS', '/dav/', { as: 'guess' })).headers['retry-after']).toMatch(/^\d+$/);
    expect((await dav('OPTIONS', '/dav/')).status).toBe(200);
  });
});
