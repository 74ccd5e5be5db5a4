import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { syncPass } from './pass.ts';
import { openTestPair, type TestPair } from './test-pair.ts';

let pair: TestPair;
beforeEach(async () => {
  pair = await openTestPair();
});
afterEach(() => pair.close());

describe('names', () => {
  it('R-45 that differ by case only are one name to the hub: the second is named as a copy, sent too, and told as a conflict', async () => {
    pair.write('Photos/Plage', 'one');
    await pair.sync();
    pair.write('Photos/plage', 'two');
    pair.write('photos/other', 'three');
    expect(await pair.sync()).toMatchObject({ synced: true, problems: [] });
    const copies = readdirSync(pair.at(''), { recursive: true, encoding: 'utf8' }).filter((path) =>
      /conflicted copy of M, [\d-]+\)$/.test(path),
    );
    expect(copies.map((path) => path.replace(/ \(conflicted.*/, '')).sort()).toEqual(['Photos/plage', 'photos']);
    expect(pair.here().map((line) => line.split('=')[1])).toEqual(expect.arrayContaining(['one', 'two', 'three']));
    expect(pair.there()).toEqual(pair.here());
    const open = await pair.open();
    const told = open.state.conflicts().map(({ path, copy }) => [path, copy.replace(/ \(conflicted.*/, '')]);
    open.close();
    expect(told.sort()).toEqual([
      ['Photos/plage', 'plage'],
      ['photos', 'photos'],
    ]);
  });

  it('R-45 that Windows cannot hold are told there and stay on the hub as they are, with all that is in them; renamed, they come', async () => {
    const odd = ['CON', 'a:b', 'dot.', 'aux.txt'];
    for (const name of odd) pair.hub.put(name, name);
    const folder = pair.hub.put('what?', null);
    pair.hub.put('inside', 'i', folder);
    pair.hub.put('fine', 'f');
    const running = await pair.open();
    running.rules = { platform: 'win32', caseInsensitive: true };
    try {
      const { problems, synced } = await syncPass(running);
      expect(synced).toBe(false);
      expect(problems.map(({ path, why }) => `${why} ${path}`).sort()).toEqual(
        [...odd, 'what?'].map((path) => `name_not_possible ${path}`).sort(),
      );
      expect(pair.here()).toEqual(['fine=f']);
      expect(pair.there()).toHaveLength(7);
      pair.hub.rename(folder, 'what');
      await syncPass(running);
      expect(pair.here()).toEqual(['fine=f', 'what/', 'what/inside=i']);
    } finally {
      running.close();
    }
  });
});
