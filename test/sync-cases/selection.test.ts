import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type House, type Machine, openHouse, paths, sha256 } from './house.ts';

let house: House;
let a: Machine;
beforeAll(async () => {
  house = await openHouse();
  a = await house.machine('Alger');
});
afterAll(() => house?.close());
afterEach(async () => {
  for (const path of paths(a)) rmSync(a.path(path), { recursive: true, force: true });
  await a.run('sync', '--once', '--force');
});

const there = async () => new Map([...(await house.tree())].map(([path, { sha256: sum }]) => [path, sum]));
const choose = async (...words: string[]) => {
  const { code, errors } = await a.run('folders', a.root, ...words);
  expect(code, errors).toBe(0);
};

describe('a folder that is not wanted here any more, with a real hub', { timeout: 120_000 }, () => {
  it('R-45 case: while it has changes that cannot be sent it stays; it goes once they are sent, and comes back with them', async () => {
    mkdirSync(a.path('big/deep'), { recursive: true });
    for (const path of ['big/a', 'big/deep/b', 'small']) writeFileSync(a.path(path), path);
    await a.sync();
    await choose('--exclude', 'big');
    writeFileSync(a.path('big/a'), 'edited');
    writeFileSync(a.path('big/new'), 'new');
    writeFileSync(a.path('big/back\\slash'), 'never sent');
    const first = await a.run('sync', '--once');
    expect(first.said.at(-1)?.problems).toEqual(
      expect.arrayContaining([expect.objectContaining({ why: 'name_invalid', path: 'big/back\\slash' })]),
    );
    expect(readFileSync(a.path('big/back\\slash'), 'utf8')).toBe('never sent');
    rmSync(a.path('big/back\\slash'));
    await a.sync();
    expect(paths(a)).toEqual(['small']);
    const sums = await there();
    expect([sums.get('big/a'), sums.get('big/new'), sums.get('big/deep/b')]).toEqual(
      ['edited', 'new', 'big/deep/b'].map(sha256),
    );
    await choose('--include', 'big');
    await a.sync();
    expect(readFileSync(a.path('big/new'), 'utf8')).toBe('new');
    expect(paths(a)).toHaveLength(6);
  });

  for (const failpoint of ['here.removed', 'here.removed:2', 'file.held', 'here.synced', 'records.open', 'here.noted'])
    it(`R-45 case: killed at ${failpoint} while it goes, then wanted again: nothing counts as deleted`, async () => {
      mkdirSync(a.path('big'));
      for (const path of ['big/a', 'big/b', 'small']) writeFileSync(a.path(path), path);
      await a.sync();
      await choose('--exclude', 'big');
      expect((await a.dying(failpoint, 'sync', '--once')).signal).toBe('SIGKILL');
      await choose('--include', 'big');
      await a.sync();
      expect(paths(a)).toEqual(['big/', 'big/a', 'big/b', 'small']);
      expect([...(await there()).keys()].sort()).toEqual(['big', 'big/a', 'big/b', 'small']);
    });
});
