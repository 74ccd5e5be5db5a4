import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, isCopy, type Live, type Machine, openHouse, paths, rest, until } from './house.ts';

let house: House;
let a: Machine;
let b: Machine;
let agents: Live[];
beforeAll(async () => {
  house = await openHouse();
  [a, b] = await Promise.all([house.machine('Alger'), house.machine('Bejaia')]);
  agents = await Promise.all([a.live(), b.live()]);
});
afterAll(() => house?.close());

const text = (machine: Machine, path: string) => readFileSync(machine.path(path), 'utf8');
const problemsOf = (machine: Machine) => machine.status()?.problems ?? [];

describe('names, on two machines with a real hub', { timeout: 120_000 }, () => {
  it('R-45 case: two spellings of one name (NFC, NFD): one is synchronised, the other told and kept until it is renamed', async () => {
    const [nfc, nfd] = ['twins/\u00e9t\u00e9', 'twins/e\u0301te\u0301'];
    mkdirSync(a.path('twins'));
    writeFileSync(a.path(nfc), 'composed');
    writeFileSync(a.path(nfd), 'decomposed');
    await until(() => problemsOf(a).some(({ path, why }) => path === nfd && why === 'name_in_use'));
    await until(() => existsSync(b.path(nfc)));
    expect(text(b, nfc)).toBe('composed');
    expect(text(a, nfd)).toBe('decomposed');
    renameSync(a.path(nfd), a.path('twins/other'));
    await rest(house, a, b);
    expect(paths(b, 'twins')).toEqual(['twins/other', nfc]);
    expect(text(b, 'twins/other')).toBe('decomposed');
  });

  it('R-45 case: a name spelled in NFD is one name with its NFC form on the other machine, edits of both included', async () => {
    const [nfc, nfd] = ['spelling/\u00e0 lire', 'spelling/a\u0300 lire'];
    mkdirSync(a.path('spelling'));
    writeFileSync(a.path(nfd), 'one');
    await until(() => existsSync(b.path(nfc)));
    writeFileSync(b.path(nfc), 'two');
    await until(() => text(a, nfd) === 'two');
    writeFileSync(a.path(nfd), 'three');
    await until(() => text(b, nfc) === 'three');
    expect([readdirSync(a.path('spelling')), readdirSync(b.path('spelling'))].map(({ length }) => length)).toEqual([
      1, 1,
    ]);
    rmSync(a.path('spelling'), { recursive: true });
    await rest(house, a, b);
  });

  it('R-45 case: CON, a trailing dot, a colon, a name of 255 bytes, a path of far more than 260 characters', async () => {
    const long = 'é'.repeat(127);
    const deep = Array.from({ length: 12 }, (_, n) => `${n} ${'d'.repeat(60)}`).join('/');
    mkdirSync(a.path('odd', deep), { recursive: true });
    const odd = [
      'CON',
      'aux.txt',
      'dot.',
      'space ',
      'ten:thirty',
      'what?',
      '"quoted"',
      '-rf',
      '%41',
      '.hidden',
      `${long}x`,
    ];
    for (const name of odd) writeFileSync(a.path('odd', name), name);
    writeFileSync(a.path('odd', deep, 'at the end'), 'deep');
    await rest(house, a, b);
    for (const name of odd) expect(text(b, `odd/${name}`)).toBe(name);
    expect(Buffer.byteLength(`${long}x`)).toBe(255);
    expect(`odd/${deep}/at the end`.length).toBeGreaterThan(700);
    expect(text(b, `odd/${deep}/at the end`)).toBe('deep');
  });

  it('R-45 case: both edited a file whose name has 255 bytes: the name of the copy fits too', async () => {
    const name = `${'n'.repeat(251)}.txt`;
    writeFileSync(a.path(name), 'one');
    await rest(house, a, b);
    for (const agent of agents) agent.sleep();
    writeFileSync(a.path(name), 'from A');
    writeFileSync(b.path(name), 'from B');
    agents[0]?.wake();
    await rest(house, a);
    agents[1]?.wake();
    await rest(house, a, b);
    const [copy] = paths(a).filter(isCopy);
    expect(text(a, copy ?? '')).toBe('from B');
    expect(copy).toMatch(/\.txt$/);
    expect(text(b, name)).toBe('from A');
  });

  it('R-45 case: names that the hub refuses are told, and the rest goes on', async () => {
    const refused = ['back\\slash', 'two\nlines'];
    mkdirSync(a.path('refused'));
    for (const name of [...refused, 'fine']) writeFileSync(a.path('refused', name), name);
    await until(() => existsSync(b.path('refused/fine')));
    await until(() => refused.every((name) => problemsOf(a).some(({ path }) => path === `refused/${name}`)));
    expect(problemsOf(a).map(({ why }) => why)).toEqual(['name_invalid', 'name_invalid']);
    for (const name of refused) rmSync(a.path('refused', name));
    await rest(house, a, b);
  });

  it('R-45 case: a path that is too long for this disk is told, and the rest goes on', async () => {
    let parentId = house.rootId;
    const made: string[] = [];
    for (let n = 0; n < 22; n++) {
      const { status, body } = await house.client.post('/api/ibox/folders', {
        parentId,
        name: `${n} ${'f'.repeat(200)}`,
      });
      expect(status).toBe(201);
      parentId = body.id;
      made.push(body.id);
    }
    const type = { 'content-type': 'application/octet-stream' };
    await house.client.request('PUT', `/api/ibox/nodes/${parentId}/files/far`, Buffer.from('far'), type);
    await house.client.request('PUT', `/api/ibox/nodes/${house.rootId}/files/near`, Buffer.from('near'), type);
    for (const machine of [a, b]) {
      await until(() => existsSync(machine.path('near')));
      await until(() => problemsOf(machine).length > 0 && machine.status()?.phase === 'incomplete');
    }
    await house.client.request('DELETE', `/api/ibox/nodes/${made[0]}`);
    await rest(house, a, b);
    expect(existsSync(join(b.root, `0 ${'f'.repeat(200)}`))).toBe(false);
  });
});
