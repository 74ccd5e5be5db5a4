import { createHash } from 'node:crypto';
import { Problem } from '@diwan/protocol/errors.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { available } from '../services/available.ts';
import { type Hub, startHub } from '../services/hub.ts';
import { type Postgres, startPostgres } from '../services/postgres.ts';
import { type Client, connected, next, signedInAdmin, signedInPerson } from './client.ts';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const quota = 100_000;
const limits = { HUB_QUOTA_BYTES: String(quota), HUB_VERSIONS_KEPT: '3' };

for (const database of ['SQLite', 'PostgreSQL'])
  describe.skipIf(database === 'PostgreSQL' && !available('postgres'))(`what is kept of files, on ${database}`, () => {
    let hub: Hub;
    let postgres: Postgres | undefined;
    let admin: Client;
    let lina: Client;
    let karim: Client;
    let space: { id: string; rootId: string };
    beforeAll(async () => {
      if (database === 'PostgreSQL') postgres = await startPostgres();
      hub = await startHub({ ...limits, ...(postgres ? { DATABASE_URL: postgres.url } : {}) });
      admin = await signedInAdmin(hub);
      lina = await signedInPerson(hub, admin, 'lina@example.dz', 'Lina');
      karim = await signedInPerson(hub, admin, 'karim@example.dz', 'Karim');
      [space] = (await lina.get('/api/ibox/spaces')).body;
    });
    afterAll(async () => {
      await hub?.stop();
      await postgres?.stop();
    });
    const raw = { 'content-type': 'application/octet-stream' };
    const put = (name: string, bytes: string, who = lina, root = space.rootId) =>
      who.request('PUT', `/api/ibox/nodes/${root}/files/${encodeURIComponent(name)}`, bytes, raw);
    const rewrite = (id: string, bytes: string) => lina.request('PUT', `/api/ibox/nodes/${id}/content`, bytes, raw);
    const text = async (id: string, query = '') => {
      const { body } = await lina.get(`/api/ibox/nodes/${id}/content${query}`);
      return typeof body === 'string' ? body : Buffer.from(body).toString();
    };

    it('R-42 versions: listed, downloaded, restored; as many as the operator keeps', async () => {
      const { body: node } = await put('notes.txt', 'un');
      for (const words of ['deux', 'trois', 'quatre']) await rewrite(node.id, words);
      const { body } = await lina.get(`/api/ibox/nodes/${node.id}/versions`);
      expect(body.versions.map(({ version, sha256: hash, createdBy }: never) => [version, hash, createdBy])).toEqual([
        [4, sha256('quatre'), 'Lina'],
        [3, sha256('trois'), 'Lina'],
        [2, sha256('deux'), 'Lina'],
      ]);
      expect(await text(node.id, '?version=2&download=1')).toBe('deux');
      expect((await lina.get(`/api/ibox/nodes/${node.id}/content?version=1`)).status).toBe(404);
      const restored = await lina.post(`/api/ibox/nodes/${node.id}/versions/2/restore`, { baseVersion: 4 });
      expect([restored.status, restored.body.version, await text(node.id)]).toEqual([200, 5, 'deux']);
      const late = await lina.post(`/api/ibox/nodes/${node.id}/versions/3/restore`, { baseVersion: 4 });
      expect([late.status, late.body.code]).toEqual([409, 'conflict']);
      for (const answer of [
        await karim.get(`/api/ibox/nodes/${node.id}/versions`),
        await karim.post(`/api/ibox/nodes/${node.id}/versions/4/restore`, {}),
        await karim.get(`/api/ibox/nodes/${node.id}/content?version=4`),
      ])
        expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      expect((await lina.post(`/api/ibox/nodes/${node.id}/versions/x/restore`, {})).status).toBe(400);
    });

    it('R-42 trash: listed, restored and told to who is connected, deleted for good, emptied; nobody else’s', async () => {
      const folder = (await lina.post('/api/ibox/folders', { parentId: space.rootId, name: 'Dossier' })).body;
      const file = (await put('a.txt', 'texte', lina, folder.id)).body;
      expect((await lina.request('DELETE', `/api/ibox/nodes/${folder.id}`)).status).toBe(204);
      const trash = async () => (await lina.get(`/api/ibox/spaces/${space.id}/trash`)).body.entries;
      expect(await trash()).toMatchObject([
        { node: { id: folder.id }, count: 2, size: 5, place: [], deletedBy: 'Lina' },
      ]);
      for (const answer of [
        await karim.get(`/api/ibox/spaces/${space.id}/trash`),
        await karim.post(`/api/ibox/trash/${folder.id}/restore`),
        await karim.request('DELETE', `/api/ibox/trash/${folder.id}`),
        await karim.request('DELETE', `/api/ibox/spaces/${space.id}/trash`),
      ])
        expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);

      const socket = lina.socket();
      await connected(socket);
      const told = next(socket, 'space:changed');
      const restored = await lina.post(`/api/ibox/trash/${folder.id}/restore`);
      expect([restored.status, restored.body.name]).toEqual([200, 'Dossier']);
      const { seq } = await told;
      socket.close();
      const { body } = await lina.get(`/api/ibox/spaces/${space.id}/changes?since=${seq - 2}`);
      expect(body.nodes.map(({ id, deleted }: never) => [id, deleted])).toEqual([
        [folder.id, false],
        [file.id, false],
      ]);
      expect(await text(file.id)).toBe('texte');
      expect((await lina.post(`/api/ibox/trash/${folder.id}/restore`)).body.code).toBe('not_found');

      await lina.request('DELETE', `/api/ibox/nodes/${file.id}`);
      await lina.request('DELETE', `/api/ibox/nodes/${folder.id}`);
      expect((await lina.request('DELETE', `/api/ibox/trash/${file.id}`)).status).toBe(204);
      expect((await lina.post(`/api/ibox/trash/${file.id}/restore`)).status).toBe(404);
      expect((await trash()).length).toBe(1);
      expect((await lina.request('DELETE', `/api/ibox/spaces/${space.id}/trash`)).status).toBe(204);
      expect(await trash()).toEqual([]);
    });

    it('R-42 an account is given a limit of its own by the operator, and loses it again; nobody else may', async () => {
      const { body: salima } = await admin.post('/api/admin/accounts', { email: 'salima@example.dz', name: 'Salima' });
      const { id } = salima.account;
      const change = (bytes: unknown, who = admin) =>
        who.request('PATCH', `/api/admin/accounts/${id}/quota`, { bytes });
      expect((await change(5)).body).toEqual({ accountId: id, usedBytes: 0, ownBytes: 5 });
      const { body } = await admin.get('/api/admin/quotas');
      expect(body.defaultBytes).toBe(quota);
      expect(body.accounts).toContainEqual({ accountId: id, usedBytes: 0, ownBytes: 5 });
      for (const wrong of [-1, 1.5, '5', undefined]) expect((await change(wrong)).status).toBe(400);
      const refused = [await change(7, lina), await lina.get('/api/admin/quotas')];
      expect(refused.map(({ status }) => status)).toEqual([403, 403]);
      expect((await admin.request('PATCH', '/api/admin/accounts/nobody/quota', { bytes: 5 })).status).toBe(404);
      expect((await change(null)).body.ownBytes).toBe(null);

      // It counts from the next file on; what is there already stays.
      const linas = (await lina.get('/api/me')).body.account.id;
      const limit = (bytes: number | null) => admin.request('PATCH', `/api/admin/accounts/${linas}/quota`, { bytes });
      const { usedBytes } = (await lina.get('/api/ibox/usage')).body;
      await limit(usedBytes + 2);
      expect((await lina.get('/api/ibox/usage')).body.quotaBytes).toBe(usedBytes + 2);
      expect((await put('trois octets', 'abc')).body.code).toBe('quota_exceeded');
      expect((await put('deux octets', 'ab')).status).toBe(201);
      await limit(0);
      expect((await lina.get('/api/ibox/usage')).body.quotaBytes).toBe(null);
      await limit(null);
      expect((await lina.get('/api/ibox/usage')).body.quotaBytes).toBe(quota);
    });

    it('R-42 quota: fifty uploads side by side where one fits, one lands; the others are told in the person’s language', async () => {
      const root = (await karim.get('/api/ibox/spaces')).body[0].rootId;
      const one = 1000;
      await put('full', 'x'.repeat(quota - one), karim, root);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => put(`f${i}`, String(i).padStart(one), karim, root)),
      );
      const landed = answers.filter(({ status }) => status === 201);
      expect(landed.length).toBe(1);
      for (const { status, body } of answers.filter((answer) => !landed.includes(answer))) {
        expect([status, body.code]).toEqual([507, 'quota_exceeded']);
        expect(Problem.parse(body).title).toMatch(/^Votre espace de stockage est plein/);
      }
      expect((await karim.get('/api/ibox/usage')).body).toEqual({ usedBytes: quota, quotaBytes: quota, trashBytes: 0 });
      const form = new FormData();
      form.append('files', new Blob(['y'.repeat(one)]), 'form.txt');
      expect((await karim.post(`/api/ibox/nodes/${root}/files`, form)).body.code).toBe('quota_exceeded');
      // What is in the trash does not count.
      await karim.request('DELETE', `/api/ibox/nodes/${landed[0]?.body.id}`);
      expect((await put('again', 'z'.repeat(one), karim, root)).status).toBe(201);
    });

    it('R-40 R-44 copy and search', async () => {
      const folder = (await lina.post('/api/ibox/folders', { parentId: space.rootId, name: 'Évaluations' })).body;
      await put('Synthèse.txt', 'bilan', lina, folder.id);
      const copy = await lina.post(`/api/ibox/nodes/${folder.id}/copy`, { parentId: space.rootId });
      expect([copy.status, copy.body.name]).toEqual([201, 'Évaluations (2)']);
      const refused = { parentId: space.rootId, name: 'évaluations', onConflict: 'refuse' };
      expect((await lina.post(`/api/ibox/nodes/${folder.id}/copy`, refused)).body.code).toBe('name_taken');
      const { body } = await lina.get(`/api/ibox/search?q=${encodeURIComponent('SYNTHESE')}`);
      expect(
        body.found.map(({ node, place }: never) => [(node as { name: string }).name, (place as []).length]),
      ).toEqual([
        ['Synthèse.txt', 2],
        ['Synthèse.txt', 2],
      ]);
      expect((await karim.get('/api/ibox/search?q=synthese')).body.found).toEqual([]);
      expect((await karim.post(`/api/ibox/nodes/${folder.id}/copy`, { parentId: folder.id })).status).toBe(404);
      expect((await lina.get('/api/ibox/search')).status).toBe(400);
    });
  });
