import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../../sync-agent/src/exit-codes.ts';
import { type Client, signedInPerson } from '../contract/client.ts';
import { type House, isCopy, type Machine, openHouse, paths, picture, until } from './house.ts';

let house: House;
let writer: Client;
let reader: Client;
let spaceId = '';
let folderId = '';
/** Of the owner, of one who may write and of one who may only read. */
let a: Machine;
let b: Machine;
let c: Machine;

const person = (name: string) => signedInPerson(house.hub, house.client, `${name}@example.dz`, name);
const accept = async (client: Client) => {
  const [invitation] = (await client.get('/api/ibox/invitations')).body;
  expect((await client.post(`/api/ibox/invitations/${invitation.id}/accept`)).status).toBeLessThan(300);
};
const idOf = async (client: Client) => (await client.get('/api/me')).body.account.id;
const text = (machine: Machine, path: string) => readFileSync(machine.path(path), 'utf8');
const has = (machine: Machine, path: string, content: string) =>
  until(() => existsSync(machine.path(path)) && text(machine, path) === content);
const why = (machine: Machine) => (machine.status()?.problems ?? []).map((problem) => `${problem.why} ${problem.path}`);

beforeAll(async () => {
  house = await openHouse();
  writer = await person('writer');
  reader = await person('reader');
  const { rootId: parentId } = house;
  folderId = (await house.client.post('/api/ibox/folders', { parentId, name: 'Équipe' })).body.id;
  await house.client.post('/api/ibox/folders', { parentId, name: 'Privé' });
  const people = ['writer', 'reader'].map((role) => ({ email: `${role}@example.dz`, role }));
  spaceId = (await house.client.post(`/api/ibox/nodes/${folderId}/share`, { people })).body.spaceId;
  for (const client of [writer, reader]) await accept(client);
  const add = ['--folder', 'équipe'];
  a = await house.machine('Alger', {}, { add });
  b = await house.machine('Bejaia', {}, { client: writer, add });
  c = await house.machine('Constantine', {}, { client: reader, add });
}, 120_000);
afterAll(() => house?.close());

describe('a shared folder as a pair, on the machines of three persons with a real hub', { timeout: 120_000 }, () => {
  it('R-43 R-45 case: what one writes comes to the others, both edited are both kept; who only reads changes nothing there', async () => {
    const agents = await Promise.all([a, b, c].map((machine) => machine.live()));
    mkdirSync(a.path('Plans'));
    writeFileSync(a.path('Plans/p'), 'one');
    for (const machine of [b, c]) await has(machine, 'Plans/p', 'one');
    writeFileSync(b.path('Plans/p'), 'two');
    renameSync(b.path('Plans'), b.path('Projets'));
    for (const machine of [a, c]) await has(machine, 'Projets/p', 'two');

    // The reader's own.
    writeFileSync(c.path('mine'), 'mine');
    writeFileSync(c.path('Projets/p'), 'scribbled');
    await until(() => paths(c).some(isCopy));
    await has(c, 'Projets/p', 'two');
    for (const agent of agents) agent.sleep();
    writeFileSync(a.path('Projets/p'), 'from A');
    writeFileSync(b.path('Projets/p'), 'from B');
    for (const agent of agents) agent.wake();
    const both = (machine: Machine) => {
      const contents = paths(machine, 'Projets').filter((path) => !path.endsWith('/'));
      return ['from A', 'from B'].every((content) => contents.some((path) => text(machine, path) === content));
    };
    for (const machine of [a, b, c]) await until(() => both(machine));
    await until(() => [a, b].every((machine) => machine.status()?.phase === 'synced'));
    expect(picture(b.root)).toEqual(picture(a.root));
    expect(paths(a)).not.toContain('mine');
    expect(text(c, 'mine')).toBe('mine');
    expect(paths(c, 'Projets').filter((path) => isCopy(path) && text(c, path) === 'scribbled')).toHaveLength(1);
    for (const agent of agents) await agent.stop();
  });

  it('R-43 R-45 case: one who only reads may pair it for receiving only', async () => {
    const [taken] = (await c.run('mode', c.root)).said;
    expect(taken).toMatchObject({ mode: 'download-only' });
    expect((await c.run('mode', c.root, 'two-way')).code).toBe(exitCodes.usage);
    const second = `${house.dir}/second`;
    expect((await c.run('add', second, '--folder', 'Équipe', '--mode', 'upload-only')).code).toBe(exitCodes.usage);
    expect(existsSync(`${second}/.diwan`)).toBe(false);
    expect((await b.run('add', second, '--folder', 'Privé')).code).toBe(exitCodes.usage);
  });

  it('R-43 R-45 case: a right to write that ends is told for what was to be sent; access that ends pauses: nothing is lost here', async () => {
    const agent = await b.live();
    const member = `/api/ibox/spaces/${spaceId}/members/${await idOf(writer)}`;
    expect((await house.client.request('PATCH', member, { role: 'reader' })).status).toBeLessThan(300);
    writeFileSync(b.path('late'), 'late');
    await until(() => why(b).includes('forbidden late'));
    expect(text(b, 'late')).toBe('late');
    const before = picture(b.root);
    expect((await house.client.request('DELETE', member)).status).toBe(204);
    await until(() => b.status()?.pause?.why === 'root_gone');
    expect(picture(b.root)).toEqual(before);
    await agent.stop();
    // Invited anew, it goes on where it was.
    const people = [{ email: 'writer@example.dz', role: 'writer' }];
    await house.client.post(`/api/ibox/nodes/${folderId}/share`, { people });
    await accept(writer);
    await b.sync();
    await a.sync();
    expect(text(a, 'late')).toBe('late');
    rmSync(a.path('late'));
  });
});
