import { execFileSync } from 'node:child_process';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type Machine, openHouse, rest, until } from './house.ts';

let house: House;
let a: Machine;
beforeAll(async () => {
  house = await openHouse();
  a = await house.machine('Alger');
  await a.live();
});
afterAll(() => house?.close());

/** A disk in a file, whose bytes can be changed while it is not mounted: its times know nothing of that. */
function makeDisk() {
  const [image, folder] = [join(house.dir, 'image'), join(house.dir, 'disk')];
  writeFileSync(image, '');
  truncateSync(image, 16 * 1024 * 1024);
  execFileSync('mkfs.ext4', ['-q', image]);
  mkdirSync(folder);
  const mount = () => execFileSync('mount', ['-o', 'loop', image, folder]);
  const unmount = () => execFileSync('umount', [folder]);
  mount();
  return {
    folder,
    unmount,
    /** @param to as long as `from` */
    replace(from: string, to: string) {
      unmount();
      const at = readFileSync(image).indexOf(from);
      expect(at).toBeGreaterThan(0);
      const file = openSync(image, 'r+');
      writeSync(file, to, at);
      closeSync(file);
      mount();
    },
  };
}
function canMount(): boolean {
  try {
    execFileSync('sh', ['-c', 'test "$(id -u)" = 0 && command -v mkfs.ext4 && losetup -f'], { stdio: 'ignore' });
    return true;
  } catch {
    const line = 'SKIPPED: a disk in a file, which needs root, mkfs.ext4 and loop devices';
    if (process.env.DIWAN_NO_SKIP) throw new Error(line);
    console.error(`\n!!! ${line}\n`);
    return false;
  }
}

describe('the same size and time, another content', { timeout: 120_000 }, () => {
  it('R-45 case: a program puts the old time back: seen at once', async () => {
    const path = a.path('dated');
    writeFileSync(path, 'before');
    const { mtime } = lstatSync(path);
    await rest(house, a);
    await sleep(50);
    writeFileSync(path, 'after!');
    utimesSync(path, mtime, mtime);
    await until(async () => (await house.tree()).get('dated')?.version === 2);
    await rest(house, a);
  });

  it.skipIf(!canMount())(
    'R-45 case: a content changed beneath the file system: the deep scan finds it, and the old one stays a version',
    async () => {
      const disk = makeDisk();
      const b = await house.machine('Bejaia', {
        root: join(disk.folder, 'Bejaia'),
        env: { DIWAN_SYNC_DEEP_DAYS: String(2 / 24 / 3600) },
      });
      mkdirSync(b.path('deep/er'), { recursive: true });
      writeFileSync(b.path('deep/er/rotten'), 'a content that will rot');
      for (let n = 0; n < 20; n++) writeFileSync(b.path(`deep/sound ${n}`), `sound ${n}`);
      await b.sync();
      await sleep(100);
      await b.sync();
      const before = lstatSync(b.path('deep/er/rotten'));
      disk.replace('a content that will rot', 'a CONTENT that did rot.');
      expect(readFileSync(b.path('deep/er/rotten'), 'utf8')).toBe('a CONTENT that did rot.');
      const { size, mtimeMs, ctimeMs, ino } = lstatSync(b.path('deep/er/rotten'));
      expect({ size, mtimeMs, ctimeMs, ino }).toEqual({
        size: before.size,
        mtimeMs: before.mtimeMs,
        ctimeMs: before.ctimeMs,
        ino: before.ino,
      });
      // No ordinary look can tell.
      expect(await b.sync()).toMatchObject({ synced: true, done: 0 });

      const agent = await b.live();
      try {
        await until(async () => (await house.tree()).get('deep/er/rotten')?.version === 2);
        await rest(house, a, b);
        expect(readFileSync(a.path('deep/er/rotten'), 'utf8')).toBe('a CONTENT that did rot.');
        const there = await house.tree();
        const { id } = there.get('deep/er/rotten') ?? expect.fail();
        const old = await house.client.get(`/api/ibox/nodes/${id}/content?version=1`);
        expect(Buffer.from(old.body).toString()).toBe('a content that will rot');
        // Rounds that find nothing change nothing.
        await sleep(3000);
        for (const [path, { version }] of await house.tree())
          if (path.includes('sound') || path.endsWith('rotten'))
            expect(version, path).toBe(path.endsWith('rotten') ? 2 : 1);
      } finally {
        await agent.stop();
        disk.unmount();
      }
    },
  );
});
