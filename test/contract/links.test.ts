import { Problem } from '@diwan/protocol/errors.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../services/hub.ts';
import { type MailSink, startMailSink } from '../services/mail-sink.ts';
import { type Answer, type Client, createClient, signedInAdmin, signedInPerson } from './client.ts';

const password = 'figue de barbarie';

let hub: Hub;
let mails: MailSink;
let admin: Client;
let lina: Client;
let karim: Client;
let rootId: string;
let nodes: Record<'top' | 'inner' | 'report' | 'drawing' | 'page' | 'beside', { id: string }>;

beforeAll(async () => {
  mails = await startMailSink();
  // One proxy is trusted, so that each test can come from an address of its own.
  hub = await startHub({ SMTP_URL: mails.url, HUB_TRUST_PROXY: '1', HUB_QUOTA_BYTES: '1000000' });
  admin = await signedInAdmin(hub);
  lina = await signedInPerson(hub, admin, 'lina@example.dz', 'Lina');
  karim = await signedInPerson(hub, admin, 'karim@example.dz', 'Karim');
  rootId = (await lina.get('/api/ibox/spaces')).body[0].rootId;
  const top = await folder('Dossier', rootId);
  const inner = await folder('Annexes', top.id);
  nodes = {
    top,
    inner,
    report: await file('rapport.txt', 'le rapport', inner.id),
    drawing: await file(
      'dessin.svg',
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
      top.id,
    ),
    page: await file('page.html', '<script>alert(document.cookie)</script>', top.id),
    beside: await file('privé.txt', 'rien pour vous', rootId),
  };
});
afterAll(async () => {
  await hub?.stop();
  await mails?.stop();
});

const folder = async (name: string, parentId: string): Promise<{ id: string }> =>
  (await lina.post('/api/ibox/folders', { parentId, name })).body;
const file = async (name: string, bytes: string, parentId: string): Promise<{ id: string }> =>
  (
    await lina.request('PUT', `/api/ibox/nodes/${parentId}/files/${encodeURIComponent(name)}`, bytes, {
      'content-type': 'application/octet-stream',
    })
  ).body;
const made: string[] = [];
async function link(nodeId: string, input: object = {}): Promise<{ id: string; at: string; url: string }> {
  const { status, body } = await lina.post(`/api/ibox/nodes/${nodeId}/links`, input);
  expect([status, body.code]).toEqual([201, undefined]);
  const token = new URL(body.url).pathname.split('/').at(-1) as string;
  made.push(token);
  return { id: body.id, url: body.url, at: `/api/links/${token}` };
}
const form = (name: string, bytes: string): FormData => {
  const body = new FormData();
  body.append('file', new Blob([bytes]), name);
  return body;
};
let visitors = 0;
/** Somebody without an account, at an address of their own. */
function visitor() {
  const client = createClient(hub);
  const from = { 'x-forwarded-for': `198.51.100.${++visitors}` };
  const get = (path: string, headers = {}) => client.get(path, { ...from, ...headers });
  const post = (path: string, body?: unknown, headers = {}) => client.post(path, body, { ...from, ...headers });
  return { jar: client.jar, get, post };
}
const textOf = ({ body }: Answer): string => (typeof body === 'string' ? body : Buffer.from(body).toString());

/** Every public call, for a node. */
const calls = (at: string, id: string) => ({
  page: (who: ReturnType<typeof visitor>) => who.get(at),
  node: (who: ReturnType<typeof visitor>) => who.get(`${at}/nodes/${id}`),
  children: (who: ReturnType<typeof visitor>) => who.get(`${at}/nodes/${id}/children`),
  content: (who: ReturnType<typeof visitor>) => who.get(`${at}/nodes/${id}/content`),
  text: (who: ReturnType<typeof visitor>) => who.get(`${at}/nodes/${id}/text`),
  archive: (who: ReturnType<typeof visitor>) => who.get(`${at}/nodes/${id}/archive`),
  preview: (who: ReturnType<typeof visitor>) => who.get(`${at}/nodes/${id}/preview?size=256`),
  files: (who: ReturnType<typeof visitor>) => who.post(`${at}/files`, form('x.txt', 'x')),
});
type Outcome = Record<keyof ReturnType<typeof calls>, number | string>;
async function outcome(at: string, id: string, who = visitor()): Promise<Outcome> {
  const seen: Partial<Outcome> = {};
  for (const [name, ask] of Object.entries(calls(at, id))) {
    const { status, body } = await ask(who);
    if (status >= 400) Problem.parse(body);
    seen[name as keyof Outcome] = status < 400 ? status : body.code;
  }
  return seen as Outcome;
}
const all = (result: number | string): Outcome => {
  const names = ['page', 'node', 'children', 'content', 'text', 'archive', 'preview', 'files'];
  return Object.fromEntries(names.map((name) => [name, result])) as Outcome;
};

describe('R-43 who gets what by a link: each link x each public call', () => {
  it('a valid one, for what is within it', async () => {
    const { at } = await link(nodes.top.id);
    const nothing = { preview: 'preview_unavailable', files: 'forbidden' };
    expect(await outcome(at, nodes.report.id)).toEqual({ ...all(200), ...nothing, children: 'not_found' });
    expect(await outcome(at, nodes.inner.id)).toEqual({
      ...all(200),
      ...{ files: 'forbidden', content: 'not_found', text: 'not_found', preview: 'not_found' },
    });
    expect(await outcome(at, nodes.drawing.id)).toMatchObject({ preview: 200, content: 200 });
  });

  it('a valid one, for what is beside it or above, or is nothing', async () => {
    const { at } = await link(nodes.top.id);
    for (const id of [nodes.beside.id, rootId, '00000000-0000-0000-0000-000000000000', 'x', '%00'])
      expect(await outcome(at, id)).toEqual({ ...all('not_found'), page: 200, files: 'forbidden' });
  });

  it('none, by a token that was made up or changed', async () => {
    const { at } = await link(nodes.top.id);
    const other = at.slice(0, -1) + (at.endsWith('A') ? 'B' : 'A');
    for (const address of [other, '/api/links/x', '/api/links/%3B', `/api/links/${'A'.repeat(54)}`])
      expect(await outcome(address, nodes.report.id)).toEqual(all('not_found'));
  });

  it('one that is expired, revoked or used up', async () => {
    const timed = await link(nodes.top.id, { expiresAt: Date.now() + 1500 });
    expect(await outcome(timed.at, nodes.report.id)).toMatchObject({ content: 200 });
    const revoked = await link(nodes.top.id);
    const who = visitor();
    expect(await outcome(revoked.at, nodes.report.id, who)).toMatchObject({ content: 200 });
    expect((await lina.request('DELETE', `/api/ibox/links/${revoked.id}`)).status).toBe(204);
    expect(await outcome(revoked.at, nodes.report.id, who)).toEqual(all('link_gone'));
    const used = await link(nodes.top.id, { downloadLimit: 1 });
    expect((await visitor().get(`${used.at}/nodes/${nodes.report.id}/content`)).status).toBe(200);
    expect(await outcome(used.at, nodes.report.id)).toEqual(all('link_gone'));
    await expect.poll(async () => (await visitor().get(timed.at)).status, { timeout: 5000 }).toBe(410);
    expect(await outcome(timed.at, nodes.report.id)).toEqual(all('link_gone'));
  });

  it('one with a password: without it, with a wrong one, with the right one, after it was changed', async () => {
    const { id, at } = await link(nodes.top.id, { password });
    const locked = { ...all('link_password'), page: 200 };
    const who = visitor();
    expect(await outcome(at, nodes.report.id, who)).toEqual(locked);
    expect((await who.get(at)).body).toEqual({ needsPassword: true });
    const wrong = await who.post(`${at}/session`, { password: 'figue de mer' });
    expect([wrong.status, wrong.body.code, who.jar.has('diwan_link')]).toEqual([401, 'link_password', false]);
    const right = await who.post(`${at}/session`, { password });
    expect([right.status, right.body.name]).toEqual([200, 'Dossier']);
    const [cookie] = right.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).toContain(`Path=${at}`);
    expect(await outcome(at, nodes.report.id, who)).toMatchObject({ page: 200, content: 200, archive: 200 });
    // The key opens this link alone, and nothing of the account's.
    const other = await link(nodes.top.id, { password });
    expect(await outcome(other.at, nodes.report.id, who)).toEqual(locked);
    const key = who.jar.get('diwan_link') as string;
    for (const authorization of [`Bearer ${key}`, 'Bearer x'])
      expect((await who.get('/api/ibox/spaces', { authorization })).status).toBe(401);
    await lina.request('PATCH', `/api/ibox/links/${id}`, { password: 'grenade et menthe' });
    expect(await outcome(at, nodes.report.id, who)).toEqual(locked);
    // A person's own sign-in opens no link.
    expect((await karim.get(`${at}/nodes/${nodes.report.id}`)).body.code).toBe('link_password');
  });

  it('one to drop files: nothing is listed or read; one to read takes no files', async () => {
    const box = await folder('Boîte', rootId);
    const inside = await file('devis.txt', 'le mien', box.id);
    const { at } = await link(box.id, { kind: 'drop', label: 'Fournisseurs' });
    expect(await outcome(at, inside.id)).toEqual({ ...all('forbidden'), page: 200, files: 201 });
    const { body } = await visitor().get(at);
    expect(JSON.stringify(body)).not.toMatch(/devis|x\.txt/);
    const dropped = await visitor().post(`${at}/files`, form('devis.txt', 'le leur'));
    expect(dropped.body).toEqual({ files: [{ name: 'devis.txt', size: 7 }] });
    const listed = await lina.children(box.id);
    expect(listed.map(({ name, changedBy, viaLink }) => [name, changedBy, viaLink])).toEqual([
      ['devis (2).txt', 'Fournisseurs', true],
      ['devis.txt', 'Lina', undefined],
      ['x.txt', 'Fournisseurs', true],
    ]);
    const full = await visitor().post(`${at}/files`, form('gros.bin', 'x'.repeat(1_100_000)));
    expect([full.status, full.body.code, full.body.detail]).toEqual([507, 'quota_exceeded', 'gros.bin']);
    const bad = await visitor().post(`${at}/files`, form('../../x', 'x'));
    expect([bad.status, bad.body.code]).toEqual([422, 'name_invalid']);
    const foreign = await visitor().post(`${at}/files`, undefined, { origin: 'https://evil.example' });
    expect([foreign.status, foreign.body.code]).toEqual([403, 'origin_refused']);
  });

  it('one whose maker lost the account, or whose folder went to the trash; and back', async () => {
    const gone = await folder('Éphémère', rootId);
    const node = await file('e.txt', 'éphémère', gone.id);
    const { at } = await link(gone.id);
    await lina.request('DELETE', `/api/ibox/nodes/${gone.id}`);
    expect(await outcome(at, node.id)).toEqual(all('link_gone'));
    await lina.post(`/api/ibox/trash/${gone.id}/restore`, {});
    expect(await outcome(at, node.id)).toMatchObject({ page: 200, content: 200 });
    const samir = await signedInPerson(hub, admin, 'samir@example.dz', 'Samir');
    const root = (await samir.get('/api/ibox/spaces')).body[0].rootId;
    const his = (await samir.post(`/api/ibox/nodes/${root}/links`, { password: undefined })).body;
    const hisAt = `/api/links/${new URL(his.url).pathname.split('/').at(-1)}`;
    expect((await visitor().get(hisAt)).body.ownerName).toBe('Samir');
    const accounts = (await admin.get('/api/admin/accounts')).body;
    const { id } = accounts.find(({ email }: { email: string }) => email === 'samir@example.dz');
    await admin.request('PATCH', `/api/admin/accounts/${id}`, { suspended: true });
    expect(await outcome(hisAt, root)).toEqual(all('link_gone'));
    await admin.request('PATCH', `/api/admin/accounts/${id}`, { suspended: false });
    expect((await visitor().get(hisAt)).status).toBe(200);
  });

  it('one whose maker may no longer manage what it opens: as reader of a shared folder', async () => {
    const shared = await folder('Partagé', rootId);
    const node = await file('p.txt', 'partagé', shared.id);
    const invited = await lina.post(`/api/ibox/nodes/${shared.id}/share`, {
      people: [{ email: 'karim@example.dz', role: 'manager' }],
    });
    const { spaceId, rootId: sharedRoot } = invited.body;
    const [invitation] = (await karim.get('/api/ibox/invitations')).body;
    const mount = (await karim.post(`/api/ibox/invitations/${invitation.id}/accept`, {})).body;
    // A link to where it shows is one to the shared folder itself.
    const his = await karim.post(`/api/ibox/nodes/${mount.id}/links`, {});
    expect([his.status, his.body.nodeId]).toEqual([201, sharedRoot]);
    const at = `/api/links/${new URL(his.body.url).pathname.split('/').at(-1)}`;
    expect(await outcome(at, node.id)).toMatchObject({ page: 200, content: 200 });
    // What shows in a folder is not given along with it.
    const above = (await karim.get('/api/ibox/spaces')).body.find(({ kind }: never) => kind === 'personal').rootId;
    const root = await karim.post(`/api/ibox/nodes/${above}/links`, {});
    const rootAt = `/api/links/${new URL(root.body.url).pathname.split('/').at(-1)}`;
    expect((await visitor().get(`${rootAt}/nodes/${above}/children`)).body.nodes).toEqual([]);
    expect(await outcome(rootAt, mount.id)).toEqual({ ...all('not_found'), page: 200, files: 'forbidden' });
    expect(await outcome(rootAt, node.id)).toEqual({ ...all('not_found'), page: 200, files: 'forbidden' });
    const archive = await visitor().get(`${rootAt}/nodes/${above}/archive`);
    expect([archive.status, textOf(archive).includes('Partagé')]).toEqual([200, false]);
    const { accountId } = (await lina.get(`/api/ibox/spaces/${spaceId}/sharing`)).body.members.find(
      ({ email }: never) => email === 'karim@example.dz',
    );
    await lina.request('PATCH', `/api/ibox/spaces/${spaceId}/members/${accountId}`, { role: 'writer' });
    expect(await outcome(at, node.id)).toEqual(all('link_gone'));
    expect((await karim.post(`/api/ibox/nodes/${mount.id}/links`, {})).body.code).toBe('forbidden');
    expect((await karim.get(`/api/ibox/nodes/${sharedRoot}/links`)).body.code).toBe('forbidden');
    expect((await lina.get(`/api/ibox/nodes/${sharedRoot}/links`)).body).toHaveLength(1);
    await lina.request('DELETE', `/api/ibox/spaces/${spaceId}/members/${accountId}`);
    expect(await outcome(at, node.id)).toEqual(all('link_gone'));
  });

  it('others neither see nor change one’s links; an agent makes none', async () => {
    const { id } = await link(nodes.top.id);
    for (const refused of [
      await karim.post(`/api/ibox/nodes/${nodes.top.id}/links`, {}),
      await karim.get(`/api/ibox/nodes/${nodes.top.id}/links`),
      await karim.request('PATCH', `/api/ibox/links/${id}`, { password: null }),
      await karim.request('DELETE', `/api/ibox/links/${id}`),
      await karim.post(`/api/ibox/links/${id}/mail`, { to: ['k@example.dz'] }),
    ])
      expect([refused.status, refused.body.code]).toEqual([404, 'not_found']);
    expect(JSON.stringify((await karim.get('/api/ibox/links')).body)).not.toContain(id);
    for (const extra of [{ makerId: 'x' }, { downloads: 0 }, { kind: 'write' }, { __proto__x: 1 }])
      expect((await lina.post(`/api/ibox/nodes/${nodes.top.id}/links`, extra)).status).toBe(400);
    expect((await visitor().get('/api/ibox/links')).status).toBe(401);
  });
});

describe('R-43 what is sent', () => {
  it('SVG and HTML run nowhere: attachment, sandbox, nosniff', async () => {
    const { at } = await link(nodes.top.id);
    for (const { id } of [nodes.drawing, nodes.page]) {
      const { headers } = await visitor().get(`${at}/nodes/${id}/content`);
      expect(headers.get('content-disposition')).toMatch(/^attachment/);
      expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-robots-tag')).toContain('noindex');
    }
    const picture = await visitor().get(`${at}/nodes/${nodes.drawing.id}/preview`);
    expect(picture.headers.get('content-type')).toBe('image/webp');
  });

  it('ranges of one download count once by the cookie; each without it is one more', async () => {
    const { at } = await link(nodes.report.id, { downloadLimit: 3 });
    const content = `${at}/nodes/${nodes.report.id}/content?download=1`;
    const who = visitor();
    const parts = [];
    for (const range of ['bytes=0-2', 'bytes=3-']) parts.push(await who.get(content, { range }));
    expect([parts.map(textOf).join(''), ...parts.map(({ status }) => status)]).toEqual(['le rapport', 206, 206]);
    expect((await who.get(at)).body.downloadsLeft).toBe(2);
    const etag = parts[0]?.headers.get('etag') as string;
    expect((await visitor().get(content, { 'if-none-match': etag })).status).toBe(304);
    expect((await visitor().get(content, { range: 'bytes=99-' })).status).toBe(416);
    expect((await visitor().get(at)).body.downloadsLeft).toBe(2);
    for (let left = 2; left > 0; left--) expect((await visitor().get(content)).status).toBe(200);
    expect((await visitor().get(content)).body.code).toBe('link_gone');
    expect(textOf(await who.get(content))).toBe('le rapport');
  });

  it('of 50 at once exactly as many as may get the file', async () => {
    const { at } = await link(nodes.report.id, { downloadLimit: 5 });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => visitor().get(`${at}/nodes/${nodes.report.id}/content`)),
    );
    expect(answers.filter(({ status }) => status === 200).map(textOf)).toEqual(Array(5).fill('le rapport'));
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(45);
  });

  it('the page of a link is served to everyone', async () => {
    const { url } = await link(nodes.top.id);
    const answer = await fetch(url);
    // Where the web application is not built there is no page at all.
    if (answer.status === 200) expect(await answer.text()).toContain('<div id="root">');
  });
});

describe('R-43 guessing', () => {
  it('passwords: slowed down by the link, whatever the address; tokens: by the address', async () => {
    const { at } = await link(nodes.top.id, { password });
    const codes = [];
    for (let i = 0; i < 11; i++) codes.push((await visitor().post(`${at}/session`, { password: `no ${i}` })).body.code);
    expect(codes.slice(0, 10)).toEqual(Array(10).fill('link_password'));
    expect(codes[10]).toBe('too_many_attempts');
    const { status, headers } = await visitor().post(`${at}/session`, { password });
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true]);
    const guesser = visitor();
    let last = 0;
    for (let i = 0; i < 62; i++) last = (await guesser.get(`/api/links/${i}`)).status;
    expect(last).toBe(429);
    expect((await visitor().get(at)).status).toBe(200);
  });
});

describe('R-43 mailing', () => {
  it('the address in the mail is the configured one, whatever host is asked for', async () => {
    const { id, url } = await link(nodes.top.id, { password });
    const evil = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    const answer = await lina.post(
      `/api/ibox/links/${id}/mail`,
      { to: ['Samia@Example.dz'], message: 'Bonne lecture', language: 'en' },
      evil,
    );
    expect(answer.body).toEqual({ sent: ['samia@example.dz'], failed: [] });
    const mail = await mails.mailWhere(({ subject }) => subject === 'Lina shares “Dossier” with you');
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain(url);
      expect(part).not.toContain('evil.example');
      expect(part).not.toContain(password);
    }
    expect((await lina.post(`/api/ibox/links/${id}/mail`, { to: Array(21).fill('a@b.dz') })).status).toBe(400);
    expect((await lina.post(`/api/ibox/links/${id}/mail`, { to: ['a@b.dz\r\nBcc: c@d.dz'] })).status).toBe(400);
  });
});

it('R-43 the log names no link’s secret', async () => {
  for (const token of made) {
    await visitor().get(`/api/links/${token}/nodes/x`);
    await visitor().get(`/API/Links/${token}/nodes/x?a=${token}`);
    await visitor().get(`/api/elsewhere/${token}`);
  }
  const log = hub.output();
  expect(log).toContain('/api/links/…/nodes/');
  for (const token of made) expect(log).not.toContain(token.slice(22));
  expect(log).not.toContain(password);
});
