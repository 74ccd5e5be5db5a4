import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { syncPass } from './pass.ts';
import { openTestPair, type TestPair } from './test-pair.ts';

let pair: TestPair;
let outside: string;
beforeEach(async () => {
  pair = await openTestPair();
  outside = join(pair.dir, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret'), 'secret');
});
afterEach(() => pair.close());

const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
const isUntouched = () => {
  expect(readdirSync(outside)).toEqual(['secret']);
  expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret');
};

describe('symbolic links', () => {
  it('R-45 are told and never followed: out of the root, to a sibling, round in a loop, to nothing', async () => {
    pair.write('real/file', 'f');
    pair.write('deep/er/note', 'n');
    const links = {
      etc: '/etc',
      passwd: '/etc/passwd',
      out: outside,
      sibling: 'real',
      'deep/up': '..',
      'deep/er/self': 'self',
      'deep/er/nothing': 'nowhere',
    };
    for (const [at, to] of Object.entries(links)) symlinkSync(to, pair.at(at));
    const { problems } = await pair.sync();
    expect(problems.sort(byPath)).toEqual(
      Object.keys(links)
        .map((path) => ({ path, why: 'symlink' }))
        .sort(byPath),
    );
    expect(pair.there()).toEqual(['deep/', 'deep/er/', 'deep/er/note=n', 'real/', 'real/file=f']);
    // Nothing of the hub goes where a link leads, nor in the place of one.
    pair.hub.put('sibling', 'theirs');
    pair.hub.put('etc', null);
    const again = await pair.sync();
    expect(again.problems).toContainEqual({ path: 'sibling', why: 'name_in_use' });
    for (const [at, to] of Object.entries(links)) expect(readlinkSync(pair.at(at))).toBe(to);
    isUntouched();
  });

  it('R-45 in the place of a file or a folder are no deletion, and what the hub has goes not through them', async () => {
    pair.write('folder/a', 'a');
    pair.write('folder/sub/b', 'b');
    pair.write('file', 'f');
    await pair.sync();
    const there = pair.there();
    renameSync(pair.at('folder'), join(pair.dir, 'aside'));
    rmSync(pair.at('file'));
    symlinkSync(outside, pair.at('folder'));
    symlinkSync(join(outside, 'secret'), pair.at('file'));
    pair.hub.put('a', 'newer', pair.id('folder'));
    pair.hub.put('fresh', 'x', pair.id('folder'));
    pair.hub.put('file', 'newer');
    for (let n = 0; n < 2; n++) {
      const { synced, problems } = await pair.sync();
      expect(synced).toBe(false);
      expect(problems).toContainEqual({ path: 'folder', why: 'symlink' });
      expect(problems).toContainEqual({ path: 'file', why: 'symlink' });
    }
    isUntouched();
    expect(pair.there().length).toBe(there.length + 1);
    // The folder comes back in place of its link.
    unlinkSync(pair.at('folder'));
    unlinkSync(pair.at('file'));
    renameSync(join(pair.dir, 'aside'), pair.at('folder'));
    expect(await pair.sync()).toMatchObject({ synced: true, problems: [] });
    // Deleted here and edited there: the edit stays.
    const folder = ['folder/', 'folder/a=newer', 'folder/fresh=x', 'folder/sub/', 'folder/sub/b=b'];
    expect(pair.here()).toEqual(['file=newer', ...folder]);
    expect(pair.there()).toEqual(pair.here());
  });

  it('R-45 a folder in the place of a link is a folder like any other', async () => {
    symlinkSync(outside, pair.at('place'));
    await pair.sync();
    unlinkSync(pair.at('place'));
    pair.write('place/inside', 'i');
    expect(await pair.sync()).toMatchObject({ synced: true, problems: [] });
    expect(pair.there()).toEqual(['place/', 'place/inside=i']);
  });

  it('R-45 put in the place of a folder while its changes are under way: nothing is written, moved or removed where it leads', async () => {
    for (const name of ['replaced', 'moved', 'removed']) pair.write(`folder/${name}`, name);
    await pair.sync();
    const folder = pair.id('folder');
    pair.hub.put('replaced', 'newer', folder);
    pair.hub.rename(pair.id('folder/moved'), 'elsewhere');
    pair.hub.remove(pair.id('folder/removed'));
    pair.hub.put('fresh', 'x', folder);
    pair.hub.put('made', null, folder);
    // The very files that the plan is made for are where the link leads.
    const aside = join(pair.dir, 'aside');
    const swap = () => {
      if (lstatSync(pair.at('folder')).isSymbolicLink()) return;
      renameSync(pair.at('folder'), aside);
      symlinkSync(aside, pair.at('folder'));
    };
    const { problems } = await pair.sync({ step: swap });
    expect(problems).toContainEqual({ path: 'folder', why: 'symlink' });
    expect(readdirSync(aside).sort()).toEqual(['moved', 'removed', 'replaced']);
    expect(readFileSync(join(aside, 'replaced'), 'utf8')).toBe('replaced');
    isUntouched();
    unlinkSync(pair.at('folder'));
    renameSync(aside, pair.at('folder'));
    expect(await pair.sync()).toMatchObject({ synced: true, problems: [] });
    expect(pair.here()).toEqual(pair.there());
    expect(pair.read('folder/replaced')).toBe('newer');
  });
});

describe('pipes and sockets', () => {
  it('R-45 are told and not read, also in the place of a file', { timeout: 20_000 }, async () => {
    pair.write('file', 'f');
    await pair.sync();
    rmSync(pair.at('file'));
    for (const name of ['pipe', 'file']) execFileSync('mkfifo', [pair.at(name)]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(pair.at('socket'), resolve));
    const running = await pair.open();
    try {
      const { problems } = await syncPass(running);
      expect(problems.sort(byPath)).toEqual(['file', 'pipe', 'socket'].map((path) => ({ path, why: 'special' })));
      expect(pair.there()).toEqual(['file=f']);
    } finally {
      running.close();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
