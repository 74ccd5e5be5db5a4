import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../services/hub.ts';
import { type Client, connected, createClient, next, signedInAdmin, signedInPerson, testPassword } from './client.ts';

const everyone = ['owner', 'manager', 'writer', 'reader', 'ex', 'invited', 'stranger', 'anonymous'] as const;
type Who = (typeof everyone)[number];
type Request = { path: string; body?: unknown; headers?: Record<string, string> };

let hub: Hub;
const clients = {} as Record<Who, Client>;
const accountIds = {} as Record<Who, string>;
const emailOf = (who: Who) => `${who}@example.dz`;
/** The shared space that most of the matrix is about. */
let space: { id: string; rootId: string };

beforeAll(async () => {
  hub = await startHub();
  const admin = await signedInAdmin(hub);
  for (const who of everyone) {
    clients[who] = who === 'anonymous' ? createClient(hub) : await signedInPerson(hub, admin, emailOf(who), who);
    if (who !== 'anonymous') accountIds[who] = (await clients[who].get('/api/me')).body.account.id;
  }
  space = await sharedSpace();
}, 120_000);
afterAll(() => hub?.stop());

const raw = { 'content-type': 'application/octet-stream' };
const rootOf = async (client: Client): Promise<string> => (await client.get('/api/ibox/spaces')).body[0].rootId;

async function made(answer: Promise<{ status: number; body: { id: string } }>): Promise<string> {
  const { status, body } = await answer;
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body.id;
}
const folderIn = (parentId: string) => made(clients.owner.post('/api/ibox/folders', { parentId, name: randomUUID() }));
const fileIn = (parentId: string) =>
  made(clients.owner.request('PUT', `/api/ibox/nodes/${parentId}/files/${randomUUID()}.txt`, 'texte', raw));

async function invitationOf(who: Who, name: string): Promise<string> {
  const { body } = await clients[who].get('/api/ibox/invitations');
  return body.find((invitation: { name: string }) => invitation.name === name).id;
}

/** A folder of the owner's that everyone has the part in that they are named after. */
async function sharedSpace(): Promise<{ id: string; rootId: string }> {
  const name = randomUUID();
  const parentId = await rootOf(clients.owner);
  const rootId = await made(clients.owner.post('/api/ibox/folders', { parentId, name }));
  const people = (['manager', 'writer', 'reader', 'ex', 'invited'] as const).map((who) => ({
    email: emailOf(who),
    role: who === 'ex' || who === 'invited' ? 'manager' : who,
  }));
  const { body } = await clients.owner.post(`/api/ibox/nodes/${rootId}/share`, { people });
  for (const who of ['manager', 'writer', 'reader', 'ex'] as const)
    await made(clients[who].post(`/api/ibox/invitations/${await invitationOf(who, name)}/accept`));
  const left = await clients.owner.request('DELETE', `/api/ibox/spaces/${body.spaceId}/members/${accountIds.ex}`);
  expect(left.status).toBe(204);
  return { id: body.spaceId, rootId };
}

const statuses = (ok: number, ...allowed: Who[]) =>
  everyone.map((who) => {
    if (who === 'anonymous') return 401;
    if (allowed.includes(who)) return ok;
    return ['owner', 'manager', 'writer', 'reader'].includes(who) ? 403 : 404;
  });
const reads = (ok = 200) => statuses(ok, 'owner', 'manager', 'writer', 'reader');
const writes = (ok = 200) => statuses(ok, 'owner', 'manager', 'writer');
const manages = (ok = 200) => statuses(ok, 'owner', 'manager');

/** For each call that takes an id: what is asked, made anew for each person, and the statuses in the order of `everyone`. */
const matrix: Record<string, { ask: (who: Who) => Promise<Request>; expected: number[] }> = {};
const row = (call: string, expected: number[], ask: (who: Who) => Promise<Request>) => {
  matrix[call] = { ask, expected };
};
/** `:id` is a new file or folder in the shared folder, or the shared space. */
const on = (
  call: string,
  kind: 'file' | 'folder' | 'space' | 'trash',
  expected: number[],
  rest: Omit<Request, 'path'> = {},
) =>
  row(call, expected, async () => {
    const path = call.split(' ')[1] as string;
    if (kind === 'space') return { path: path.replace('{id}', space.id), ...rest };
    const id = kind === 'folder' ? await folderIn(space.rootId) : await fileIn(space.rootId);
    if (kind === 'trash') await clients.owner.request('DELETE', `/api/ibox/nodes/${id}`);
    return { path: path.replace('{id}', id).replace('{name}', `${randomUUID()}.txt`), ...rest };
  });
const invite = () => ({ people: [{ email: `${randomUUID()}@example.dz`, role: 'reader' }] });

on('GET /api/ibox/spaces/{id}/changes', 'space', reads());
on('GET /api/ibox/spaces/{id}/trash', 'space', reads());
on('GET /api/ibox/spaces/{id}/activity', 'space', reads());
on('DELETE /api/ibox/spaces/{id}/trash', 'space', manages(204));
on('GET /api/ibox/spaces/{id}/sharing', 'space', manages());
on('GET /api/ibox/nodes/{id}', 'file', reads());
on('GET /api/ibox/nodes/{id}/children', 'folder', reads());
on('GET /api/ibox/nodes/{id}/content', 'file', reads());
row('GET /api/ibox/nodes/{id}/delta', reads(), async () => ({
  path: `/api/ibox/nodes/${await fileIn(space.rootId)}/delta?from=1&to=1`,
}));
on('GET /api/ibox/nodes/{id}/archive', 'folder', reads());
on('GET /api/ibox/nodes/{id}/text', 'file', reads());
// A text has no picture: told to who may read it.
on('GET /api/ibox/nodes/{id}/preview', 'file', reads(422));
on('GET /api/ibox/nodes/{id}/versions', 'file', reads());
on('GET /api/ibox/nodes/{id}/activity', 'file', reads());
on('GET /api/ibox/nodes/{id}/comments', 'file', reads());
on('POST /api/ibox/nodes/{id}/comments', 'file', reads(201), { body: { text: 'Bien.' } });
on('PUT /api/ibox/nodes/{id}/favourite', 'file', reads(204));
on('DELETE /api/ibox/nodes/{id}/favourite', 'file', reads(204));
row('PATCH /api/ibox/nodes/{id}', writes(), async () => ({
  path: `/api/ibox/nodes/${await fileIn(space.rootId)}`,
  body: { name: randomUUID() },
}));
on('DELETE /api/ibox/nodes/{id}', 'folder', writes(204));
on('PUT /api/ibox/nodes/{id}/content', 'file', writes(), { body: 'neuf', headers: raw });
on('PUT /api/ibox/nodes/{id}/files/{name}', 'folder', writes(201), { body: 'neuf', headers: raw });
row('POST /api/ibox/nodes/{id}/files', writes(), async () => {
  const body = new FormData();
  body.append('files', new Blob(['texte']), 'form.txt');
  return { path: `/api/ibox/nodes/${await folderIn(space.rootId)}/files`, body };
});
row('POST /api/ibox/folders', writes(201), async () => ({
  path: '/api/ibox/folders',
  body: { parentId: space.rootId, name: randomUUID() },
}));
row('POST /api/ibox/nodes/{id}/versions/{version}/restore', writes(), async () => {
  const id = await fileIn(space.rootId);
  await clients.owner.request('PUT', `/api/ibox/nodes/${id}/content`, 'deux', raw);
  return { path: `/api/ibox/nodes/${id}/versions/1/restore`, body: {} };
});
on('POST /api/ibox/trash/{id}/restore', 'trash', writes());
on('DELETE /api/ibox/trash/{id}', 'trash', manages(204));
on('PUT /api/ibox/nodes/{id}/lock', 'file', writes(), { body: { minutes: 5, note: '' } });
row('DELETE /api/ibox/nodes/{id}/lock', manages(204), async () => {
  const id = await fileIn(space.rootId);
  await clients.owner.request('PUT', `/api/ibox/nodes/${id}/lock`, { minutes: 5, note: '' });
  return { path: `/api/ibox/nodes/${id}/lock` };
});
// Into a folder of one's own: reading is enough. Into the shared one: below.
row('POST /api/ibox/nodes/{id}/copy', reads(201), async (who) => ({
  path: `/api/ibox/nodes/${await fileIn(space.rootId)}/copy`,
  body: { parentId: who === 'anonymous' ? space.rootId : await rootOf(clients[who]) },
}));
row('GET /api/ibox/archive', reads(), async () => ({ path: `/api/ibox/archive?ids=${await fileIn(space.rootId)}` }));
row('POST /api/ibox/archive', reads(), async () => ({
  path: '/api/ibox/archive',
  body: { ids: [await fileIn(space.rootId)] },
}));
row('PUT /api/ibox/spaces/{id}/commits/{key}', writes(), async () => ({
  path: `/api/ibox/spaces/${space.id}/commits/${randomUUID()}`,
  body: { operations: [{ op: 'folder', parentId: space.rootId, name: randomUUID() }] },
}));
// Refused in the frame of the item, which is looked at below.
row('POST /api/ibox/fetch', [...Array(7).fill(200), 401], async () => ({
  path: '/api/ibox/fetch',
  body: { items: [{ id: await fileIn(space.rootId) }] },
}));
const commented = async (call: string) => {
  const id = await made(
    clients.owner.post(`/api/ibox/nodes/${await fileIn(space.rootId)}/comments`, { text: 'Du propriétaire.' }),
  );
  return call.replace('{id}', id);
};
row('PATCH /api/ibox/comments/{id}', statuses(200, 'owner'), async () => ({
  path: await commented('/api/ibox/comments/{id}'),
  body: { text: 'Autre.' },
}));
row('DELETE /api/ibox/comments/{id}', manages(204), async () => ({ path: await commented('/api/ibox/comments/{id}') }));

on('POST /api/ibox/nodes/{id}/links', 'file', manages(201), { body: {} });
on('GET /api/ibox/nodes/{id}/links', 'file', manages());
const linked = async () => made(clients.owner.post(`/api/ibox/nodes/${await fileIn(space.rootId)}/links`, {}));
row('PATCH /api/ibox/links/{id}', manages(), async () => ({
  path: `/api/ibox/links/${await linked()}`,
  body: { label: 'x' },
}));
row('DELETE /api/ibox/links/{id}', manages(204), async () => ({ path: `/api/ibox/links/${await linked()}` }));
row('POST /api/ibox/links/{id}/mail', manages(), async () => ({
  path: `/api/ibox/links/${await linked()}/mail`,
  body: { to: ['samir@example.dz'] },
}));

on('GET /api/ibox/nodes/{id}/meetings', 'file', manages());
// The file was sent to no meeting: told to who may take it back.
row('DELETE /api/ibox/nodes/{id}/meetings/{roomId}/{number}', statuses(404, 'owner', 'manager'), async () => ({
  path: `/api/ibox/nodes/${await fileIn(space.rootId)}/meetings/nowhere/1`,
}));

row('POST /api/ibox/nodes/{id}/share', manages(), async () => ({
  path: `/api/ibox/nodes/${space.rootId}/share`,
  body: invite(),
}));
row('PATCH /api/ibox/spaces/{id}/members/{accountId}', manages(204), async () => ({
  path: `/api/ibox/spaces/${space.id}/members/${accountIds.reader}`,
  body: { role: 'reader' },
}));
row('DELETE /api/ibox/spaces/{id}/invitations/{invitationId}', manages(204), async () => {
  const { body } = await clients.owner.post(`/api/ibox/nodes/${space.rootId}/share`, invite());
  return { path: `/api/ibox/spaces/${space.id}/invitations/${body.invitations.at(-1).id}` };
});
// The reader is removed: by the managers, or leaving.
row(
  'DELETE /api/ibox/spaces/{id}/members/{accountId}',
  manages(204).with(everyone.indexOf('reader'), 204),
  async () => ({
    path: `/api/ibox/spaces/${(await sharedSpace()).id}/members/${accountIds.reader}`,
  }),
);
row('DELETE /api/ibox/spaces/{id}/sharing', statuses(204, 'owner'), async () => ({
  path: `/api/ibox/spaces/${(await sharedSpace()).id}/sharing`,
}));
const invited = async (answer: string) => {
  const name = randomUUID();
  const parentId = await rootOf(clients.owner);
  const id = await made(clients.owner.post('/api/ibox/folders', { parentId, name }));
  await clients.owner.post(`/api/ibox/nodes/${id}/share`, {
    people: [{ email: emailOf('invited'), role: 'reader' }],
  });
  return { path: `/api/ibox/invitations/${await invitationOf('invited', name)}/${answer}` };
};
const invitedAlone = (ok: number) => everyone.map((who) => (who === 'anonymous' ? 401 : who === 'invited' ? ok : 404));
row('POST /api/ibox/invitations/{id}/accept', invitedAlone(200), () => invited('accept'));
row('POST /api/ibox/invitations/{id}/decline', invitedAlone(204), () => invited('decline'));

/** They take no id: what they answer is the person's own. */
const withoutId = [
  'GET /api/ibox/spaces',
  'GET /api/ibox/usage',
  'GET /api/ibox/search',
  'GET /api/ibox/favourites',
  'GET /api/ibox/links',
  'GET /api/ibox/invitations',
  'POST /api/ibox/chunks',
  'POST /api/ibox/chunks/missing',
];

describe('R-41 R-43 who may do what to what is shared (IDOR)', () => {
  it('every call of Ibox is in the matrix', async () => {
    const { paths } = (await createClient(hub).get('/api/openapi.json')).body;
    const calls = Object.entries(paths as Record<string, object>)
      .filter(([path]) => path.startsWith('/api/ibox/'))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect([...Object.keys(matrix), ...withoutId].sort()).toEqual(calls.sort());
  });

  for (const [call, { ask, expected }] of Object.entries(matrix))
    it(call, { timeout: 60_000 }, async () => {
      const found: [Who, number][] = [];
      for (const who of everyone) {
        const { path, body, headers } = await ask(who);
        const answer = await clients[who].request(call.split(' ')[0] as string, path, body, headers);
        found.push([who, answer.status]);
        if (call.endsWith('/fetch') && answer.status === 200) {
          const frame = Buffer.from(answer.body);
          const head = JSON.parse(frame.subarray(4, 4 + frame.readUInt32BE()).toString());
          expect([who, head.ok]).toEqual([who, ['owner', 'manager', 'writer', 'reader'].includes(who)]);
          if (!head.ok) expect(head).toMatchObject({ code: 'not_found', length: 0 });
        }
      }
      expect(found).toEqual(everyone.map((who, place) => [who, expected[place]]));
    });

  it('moving and copying ask both sides', async () => {
    for (const who of ['manager', 'writer', 'reader', 'ex', 'stranger'] as const) {
      const mayWrite = who === 'manager' || who === 'writer';
      const isIn = mayWrite || who === 'reader';
      const own = await rootOf(clients[who]);
      const mine = await made(clients[who].post('/api/ibox/folders', { parentId: own, name: randomUUID() }));
      const into = (parentId: string) => ({ parentId, name: randomUUID() });
      const refused = isIn ? 403 : 404;
      const theirs = await fileIn(space.rootId);
      const answers = [
        await clients[who].post(`/api/ibox/nodes/${mine}/copy`, into(space.rootId)),
        await clients[who].request('PATCH', `/api/ibox/nodes/${mine}`, into(space.rootId)),
        await clients[who].request('PATCH', `/api/ibox/nodes/${theirs}`, into(own)),
      ].map(({ status }) => status);
      expect([who, ...answers]).toEqual([who, ...(mayWrite ? [201, 200, 200] : [refused, refused, refused])]);
    }
  });

  it('an agent’s token shares nothing, and answers no invitation', async () => {
    const device = (await createClient(hub).post('/api/auth/device', { machine: 'laptop' })).body;
    await clients.owner.post('/api/auth/device/approve', { userCode: device.userCode });
    const { accessToken } = (await createClient(hub).post('/api/auth/device/token', { deviceCode: device.deviceCode }))
      .body;
    const bearer = { authorization: `Bearer ${accessToken}` };
    const agent = createClient(hub);
    expect((await agent.get(`/api/ibox/nodes/${space.rootId}`, bearer)).status).toBe(200);
    expect((await agent.get('/api/ibox/invitations', bearer)).status).toBe(403);
    expect((await agent.get(`/api/ibox/spaces/${space.id}/sharing`, bearer)).status).toBe(403);
    expect((await agent.post(`/api/ibox/nodes/${space.rootId}/share`, invite(), bearer)).status).toBe(403);
  });
});

describe('R-43 sharing', () => {
  it('is told to who is connected: the invitation, then every change, until the access ends', async () => {
    const [owner, socket] = [clients.owner, clients.stranger.socket()];
    await connected(socket);
    const name = randomUUID();
    const parentId = await rootOf(owner);
    const id = await made(owner.post('/api/ibox/folders', { parentId, name }));
    const invitedNow = next(socket, 'shares:changed');
    const { body } = await owner.post(`/api/ibox/nodes/${id}/share`, {
      people: [{ email: emailOf('stranger').toUpperCase(), role: 'reader' }],
    });
    await invitedNow;
    await clients.stranger.post(`/api/ibox/invitations/${await invitationOf('stranger', name)}/accept`);
    const changes: { spaceId: string }[] = [];
    socket.on('space:changed', (change) => changes.push(change));
    const file = await made(owner.request('PUT', `/api/ibox/nodes/${id}/files/a.txt`, 'x', raw));
    // Their own space changes too: the shared one is mounted in it.
    await expect.poll(() => changes.map(({ spaceId }) => spaceId)).toContain(body.spaceId);
    expect((await clients.stranger.get(`/api/ibox/nodes/${file}/content`)).status).toBe(200);
    await owner.request('DELETE', `/api/ibox/spaces/${body.spaceId}/members/${accountIds.stranger}`);
    changes.length = 0;
    await owner.request('PUT', `/api/ibox/nodes/${id}/files/b.txt`, 'x', raw);
    const mine = next(socket, 'shares:changed');
    await owner.post(`/api/ibox/nodes/${id}/share`, { people: [{ email: emailOf('stranger'), role: 'reader' }] });
    await mine;
    expect(changes.filter(({ spaceId }) => spaceId === body.spaceId)).toEqual([]);
    expect((await clients.stranger.get(`/api/ibox/nodes/${file}/content`)).status).toBe(404);
    socket.close();
  });

  it('never tells whether anybody has an address: the same answer, as fast (enumeration)', {
    timeout: 120_000,
  }, async () => {
    const admin = await signedInAdmin(hub);
    const asking = await signedInPerson(hub, admin, 'asking@example.dz', 'Asking');
    for (let n = 0; n < 100; n++) await admin.post('/api/admin/accounts', { email: `p${n}@known.dz`, name: `P ${n}` });
    const id = await made(asking.post('/api/ibox/folders', { parentId: await rootOf(asking), name: 'Liste' }));
    const times: Record<'known' | 'other', number[]> = { known: [], other: [] };
    for (let n = 0; n < 100; n++)
      for (const domain of n % 2 ? (['known', 'other'] as const) : (['other', 'known'] as const)) {
        const email = `p${n}@${domain}.dz`;
        const begin = performance.now();
        const { status, body } = await asking.post(`/api/ibox/nodes/${id}/share`, {
          people: [{ email, role: 'reader' }],
        });
        times[domain].push(performance.now() - begin);
        expect(status).toBe(200);
        const told = body.invitations.find((invitation: { email: string }) => invitation.email === email);
        expect({ ...told, id: '', invitedAt: 0, expiresAt: 0 }).toEqual({
          ...{ id: '', email, role: 'reader', invitedAt: 0, expiresAt: 0 },
        });
        expect(body.members.length).toBe(1);
        // What one withdraws is no longer in the way of the next.
        await asking.request('DELETE', `/api/ibox/spaces/${body.spaceId}/invitations/${told.id}`);
      }
    const median = (all: number[]) => all.sort((a, b) => a - b)[all.length / 2] as number;
    const [known, other] = [median(times.known), median(times.other)];
    expect(Math.abs(known - other)).toBeLessThan(Math.max(5, 0.5 * Math.min(known, other)));
  });

  it('R-46 shows in WebDAV, with the part that one has in it', async () => {
    const auth = async (who: Who) => {
      const { body } = await clients[who].post('/api/me/app-passwords', { label: 'dav' });
      return { authorization: `Basic ${Buffer.from(`${emailOf(who)}:${body.password}`).toString('base64')}` };
    };
    const name = randomUUID();
    const id = await made(clients.owner.post('/api/ibox/folders', { parentId: await rootOf(clients.owner), name }));
    await clients.owner.request('PUT', `/api/ibox/nodes/${id}/files/a.txt`, 'bonjour', raw);
    await clients.owner.post(`/api/ibox/nodes/${id}/share`, {
      people: [
        { email: emailOf('reader'), role: 'reader' },
        { email: emailOf('writer'), role: 'writer' },
      ],
    });
    for (const who of ['reader', 'writer'] as const)
      await made(clients[who].post(`/api/ibox/invitations/${await invitationOf(who, name)}/accept`));
    const asked = { reader: await auth('reader'), writer: await auth('writer') };
    const dav = async (who: 'reader' | 'writer', method: string, path: string, headers = {}, body?: string) => {
      const answer = await fetch(`${hub.url}/dav/${path}`, {
        method,
        headers: { ...asked[who], ...headers },
        ...(body === undefined ? {} : { body }),
      });
      return { status: answer.status, text: await answer.text() };
    };
    const listed = await dav('reader', 'PROPFIND', `${name}/`, { depth: '1' });
    expect([listed.status, listed.text.includes(`/dav/${name}/a.txt`)]).toEqual([207, true]);
    expect(await dav('reader', 'GET', `${name}/a.txt`)).toEqual({ status: 200, text: 'bonjour' });
    const to = (path: string) => ({ destination: `${hub.url}/dav/${path}` });
    const attempts = async (who: 'reader' | 'writer') => [
      (await dav(who, 'PUT', `${name}/${who}.txt`, {}, 'x')).status,
      (await dav(who, 'PUT', `${name}/a.txt`, {}, 'salut')).status,
      (await dav(who, 'MKCOL', `${name}/${who}`)).status,
      (await dav(who, 'COPY', `${name}/a.txt`, to(`copie-${name}.txt`))).status,
      (await dav(who, 'COPY', `copie-${name}.txt`, to(`${name}/copie-${who}.txt`))).status,
      (await dav(who, 'MOVE', `copie-${name}.txt`, to(`${name}/déplacé-${who}.txt`.normalize()))).status,
      (await dav(who, 'DELETE', `${name}/a.txt`)).status,
    ];
    expect(await attempts('reader')).toEqual([403, 403, 403, 201, 403, 403, 403]);
    expect(await attempts('writer')).toEqual([201, 204, 201, 201, 201, 201, 204]);
    // The mount is one's own: renamed, and left by deleting it.
    expect((await dav('reader', 'MOVE', name, to(`mon-${name}`))).status).toBe(201);
    expect((await dav('reader', 'PROPFIND', `mon-${name}/`, { depth: '1' })).text).toContain('writer.txt');
    expect((await dav('reader', 'COPY', `copie-${name}.txt`, to(`mon-${name}`))).status).toBe(409);
    expect((await dav('reader', 'DELETE', `mon-${name}`)).status).toBe(204);
    expect((await clients.reader.get(`/api/ibox/nodes/${id}`)).status).toBe(404);
    expect((await dav('writer', 'PROPFIND', `${name}/`, { depth: '0' })).status).toBe(207);
  });

  it('ends with a suspension as all else does', async () => {
    const admin = await signedInAdmin(hub);
    const { status } = await admin.request('PATCH', `/api/admin/accounts/${accountIds.writer}`, { suspended: true });
    expect(status).toBe(200);
    expect((await clients.writer.get(`/api/ibox/nodes/${space.rootId}`)).status).toBe(401);
    const back = await admin.request('PATCH', `/api/admin/accounts/${accountIds.writer}`, { suspended: false });
    expect(back.status).toBe(200);
    await clients.writer.login(emailOf('writer'), testPassword);
    expect((await clients.writer.get(`/api/ibox/nodes/${space.rootId}`)).status).toBe(200);
  });
});
