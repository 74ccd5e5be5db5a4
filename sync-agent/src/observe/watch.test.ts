import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDisk } from '../disk/node-disk.ts';
import { createObserver } from './scan.ts';
import { type Watch, watchFolders } from './watch.ts';
import { watchEach } from './watch-each.ts';
import { watchTree } from './watch-tree.ts';

describe.each([
  { how: 'each folder', watcher: watchEach },
  { how: 'the tree', watcher: watchTree },
])('watching $how', ({ watcher }) => {
  let root: string;
  let hints: Set<string>;
  let watch: Watch;
  let observer: ReturnType<typeof createObserver>;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'diwan-watch-'));
    for (const folder of ['a', 'a/deep', '.diwan']) mkdirSync(join(root, folder));
    hints = new Set();
    const standing = Promise.withResolvers<void>();
    watch = watchFolders(
      root,
      {
        hinted(folders) {
          if (folders === 'all') standing.resolve();
          else for (const folder of folders) hints.add(folder);
        },
        failed: (error) => expect.fail(String(error)),
        overflowed: () => expect.fail('nothing overflowed'),
      },
      watcher,
    );
    if (watcher === watchTree) await standing.promise;
    observer = createObserver(nodeDisk, root, () => []);
    observer.follow(watch);
    await observer.observe('all');
  });
  afterEach(async () => {
    await watch.close();
    rmSync(root, { recursive: true, force: true });
  });
  const write = (path: string) => writeFileSync(join(root, path), path);
  const hinted = async (...folders: string[]) => {
    while (!folders.every((folder) => hints.has(folder))) await sleep(5);
    hints.clear();
  };

  it('R-45 what changes in a folder that was looked at is hinted at, at any depth', async () => {
    write('x');
    await hinted('');
    write('a/deep/x');
    await hinted('a/deep');
  });

  it('R-45 a new folder is watched from before it was listed, and one that was moved at its new place', async () => {
    mkdirSync(join(root, 'new'));
    await hinted('');
    await observer.observe(new Set(['']));
    write('new/x');
    await hinted('new');
    renameSync(join(root, 'a'), join(root, 'b'));
    await hinted('');
    await observer.observe(new Set(['']));
    write('b/deep/x');
    await hinted('b/deep');
  });

  it('R-45 a folder that takes another one’s place is watched in its stead', async () => {
    mkdirSync(join(root, 'fresh'));
    renameSync(join(root, 'a'), join(root, 'old'));
    renameSync(join(root, 'fresh'), join(root, 'a'));
    await hinted('');
    await observer.observe(new Set(['']));
    write('a/x');
    await hinted('a');
  });

  it('R-45 the agent’s own folder hints at nothing', async () => {
    write('.diwan/x');
    write('a/x');
    await hinted('a');
    write('a/y');
    await hinted('a');
    expect(hints).toEqual(new Set());
    write('.diwan/y');
    await sleep(100);
    expect(hints).toEqual(new Set());
  });
});

describe('the queue of the kernel', () => {
  it('R-45 that overflows while nobody reads it is told, and all is looked at again', async () => {
    const root = mkdtempSync(join(tmpdir(), 'diwan-watch-'));
    for (const folder of ['flood', 'quiet']) mkdirSync(join(root, folder));
    const told: string[] = [];
    const watch = watchFolders(
      root,
      {
        hinted: (folders) => told.push(folders === 'all' ? 'all' : [...folders].sort().join()),
        failed: (error) => told.push(String(error)),
        overflowed: () => told.push('overflowed'),
      },
      watchEach,
    );
    for (const folder of ['', 'flood', 'quiet']) watch.add(folder);
    const longest = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
    try {
      // All in one turn: nothing is read meanwhile. Each file is an event of its own, and another when it goes.
      for (let i = 0; i <= longest / 2; i++) {
        writeFileSync(join(root, 'flood', String(i)), '');
        rmSync(join(root, 'flood', String(i)));
      }
      writeFileSync(join(root, 'quiet', 'x'), '');
      while (!told.includes('all')) await sleep(5);
      expect(told.filter((what) => what === 'overflowed')).toHaveLength(1);
      // That is why: what happened in there was lost.
      while (!told.includes('flood')) await sleep(5);
      expect(told.join()).not.toContain('quiet');
    } finally {
      await watch.close();
      rmSync(root, { recursive: true, force: true });
    }
  });
});
