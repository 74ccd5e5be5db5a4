import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../../sync-agent/src/exit-codes.ts';
import { type House, type Live, type Machine, openHouse, paths, picture, rest, until } from './house.ts';

const MiB = 1024 * 1024;
let house: House;
/** Has an agent that runs all the time. */
let a: Machine;
beforeAll(async () => {
  house = await openHouse();
  a = await house.machine('Alger');
  await a.live();
});
afterAll(() => house?.close());

const text = (machine: Machine, path: string) => readFileSync(machine.path(path), 'utf8');
const pausesOf = ({ said }: Live) =>
  said.flatMap(({ event, pause }) => (event === 'paused' ? [(pause as { why: string }).why] : []));

/** Whether the machine can do what a case needs; says loudly when it cannot. */
function can(what: string, command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    const line = `SKIPPED: ${what}`;
    if (process.env.DIWAN_NO_SKIP) throw new Error(line);
    console.error(`\n!!! ${line}\n`);
    return false;
  }
}

/** A small disk of its own. */
function mountDisk(size: string) {
  const folder = mkdtempSync(join(tmpdir(), 'diwan-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  return {
    folder,
    grow: (to: string) => execFileSync('mount', ['-o', `remount,size=${to}`, folder]),
    close() {
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true });
    },
  };
}
const disks = can(
  'full disks, which need root to mount small ones',
  'sh',
  '-c',
  'd=$(mktemp -d) && mount -t tmpfs tmpfs $d && umount $d && rmdir $d',
);
/** Root reads whatever it likes; without these two capabilities it does not. */
const asOwner = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : [];
const owner =
  asOwner.length === 0 ||
  can('folders without rights, which need setpriv', ...(asOwner as ['setpriv', string]), 'true');
/** A user namespace has limits of its own. */
const withWatches = (limit: number) => {
  const script = `echo ${limit} > /proc/sys/user/max_inotify_watches && exec "$@"`;
  return ['unshare', '--user', '--map-root-user', 'sh', '-c', script, 'sh'];
};
const namespaces = can('the limit of watches, which needs user namespaces', ...(withWatches(9) as ['unshare']), 'true');

describe('trouble on a machine', { timeout: 240_000 }, () => {
  it('R-45 case: killed between download and rename: nothing half is seen, what came meanwhile is not overwritten', async () => {
    const b = await house.machine('Bejaia');
    writeFileSync(a.path('report'), 'from A');
    await rest(house, a);
    expect((await b.dying('download.synced', 'sync', '--once')).signal).toBe('SIGKILL');
    expect(paths(b)).toEqual([]);
    expect(readdirSync(b.path('.diwan/tmp')).length).toBe(1);
    writeFileSync(b.path('report'), 'written meanwhile');
    await b.sync();
    await until(() => paths(a).length === 2);
    expect(
      paths(a)
        .map((path) => text(a, path))
        .sort(),
    ).toEqual(['from A', 'written meanwhile']);
    expect(picture(b.root)).toEqual(picture(a.root));
    expect(readdirSync(b.path('.diwan/tmp'))).toEqual([]);
  });

  it.skipIf(!disks)(
    'R-45 case: the disk of the folder is full: told, nothing torn, and it heals by itself',
    async () => {
      const disk = mountDisk('6m');
      const b = await house.machine('Constantine', { root: join(disk.folder, 'Constantine') });
      const agent = await b.live();
      try {
        writeFileSync(a.path('small'), 'small');
        await rest(house, a, b);
        for (let n = 0; n < 10; n++) writeFileSync(a.path(`part ${n}`), randomBytes(MiB));
        writeFileSync(a.path('large'), randomBytes(9 * MiB));
        await until(() => b.status()?.pause?.why === 'disk_full');
        const [here, there] = [picture(b.root), picture(a.root)];
        for (const [path, what] of here) expect(there.get(path), path).toBe(what);
        // People go on deleting and editing, which makes no room here yet.
        writeFileSync(b.path('small'), 'SMALL');
        disk.grow('64m');
        await rest(house, a, b);
        expect(text(a, 'small')).toBe('SMALL');
        expect(pausesOf(agent)).toEqual(['disk_full']);
        for (let n = 0; n < 10; n++) rmSync(b.path(`part ${n}`));
        rmSync(b.path('large'));
        await rest(house, a, b);
      } finally {
        await agent.stop();
        disk.close();
      }
    },
  );

  it.skipIf(!disks)(
    'R-45 case: the disk of the agent’s records is full: told, nothing lost, and it heals by itself',
    async () => {
      const disk = mountDisk('8m');
      const b = await house.machine('Djelfa', { home: join(disk.folder, 'home') });
      const agent = await b.live();
      try {
        const filler = join(disk.folder, 'filler');
        fill(filler);
        for (let n = 0; n < 300; n++) writeFileSync(b.path(`here ${n}`), `here ${n}`);
        for (let n = 0; n < 300; n++) writeFileSync(a.path(`there ${n}`), `there ${n}`);
        await until(() => pausesOf(agent).includes('disk_full'));
        rmSync(filler);
        await rest(house, a, b);
        expect(paths(b).filter((path) => /^(here|there) \d+$/.test(path)).length).toBe(600);
        expect(paths(b).filter((path) => path.includes('conflicted') && !path.startsWith('report'))).toEqual([]);
        expect(new Set(pausesOf(agent))).toEqual(new Set(['disk_full']));
      } finally {
        await agent.stop();
        disk.close();
      }
    },
  );

  it.skipIf(!owner)(
    'R-45 case: a folder without rights: never taken for deleted, told, the rest goes on, and it follows once it may',
    async () => {
      const b = await house.machine('Eloued', { by: asOwner });
      mkdirSync(a.path('locked/deep'), { recursive: true });
      for (const name of ['locked/one', 'locked/deep/two', 'closed', 'open']) writeFileSync(a.path(name), name);
      mkdirSync(a.path('read only'));
      writeFileSync(a.path('read only/old'), 'old');
      const agent = await b.live();
      await rest(house, a, b);
      chmodSync(b.path('locked'), 0o000);
      chmodSync(b.path('closed'), 0o000);
      chmodSync(b.path('read only'), 0o555);
      writeFileSync(a.path('locked/one'), 'one, edited');
      writeFileSync(a.path('open'), 'open, edited');
      writeFileSync(a.path('read only/new'), 'new');
      await until(() => text(b, 'open') === 'open, edited');
      await until(() => {
        const told = b.status()?.problems.map(({ path, why }) => `${path} ${why}`) ?? [];
        return ['locked unreadable', 'closed unreadable', 'read only/new EACCES'].every((line) => told.includes(line));
      });
      expect(existsSync(a.path('locked/deep/two')) && existsSync(a.path('closed'))).toBe(true);
      expect((await b.run('sync', '--once')).code).toBe(exitCodes.busy);
      for (const name of ['locked', 'closed', 'read only']) chmodSync(b.path(name), 0o755);
      await rest(house, a, b);
      expect(text(b, 'locked/one')).toBe('one, edited');
      expect(pausesOf(agent)).toEqual([]);
      await agent.stop();
    },
  );

  it.skipIf(!namespaces)(
    'R-45 case: the limit of watches is reached: told, and changes are found all the same',
    async () => {
      const b = await house.machine('Faaa', { by: withWatches(4) });
      for (let n = 0; n < 12; n++) {
        mkdirSync(a.path(`folder ${n}`));
        writeFileSync(a.path(`folder ${n}/file`), 'first');
      }
      const agent = await b.live();
      await rest(house, a, b);
      await until(() => agent.said.some(({ event }) => event === 'watch_limited'));
      expect(b.status()?.watchLimited).toBe(true);
      for (let n = 0; n < 12; n++) writeFileSync(b.path(`folder ${n}/file`), 'second');
      await until(() =>
        Array.from({ length: 12 }, (_, n) => text(a, `folder ${n}/file`)).every((now) => now === 'second'),
      );
      await agent.stop();
    },
  );
});

/** Until there is no room for one byte more. */
function fill(path: string): void {
  try {
    for (let n = 0; ; n++) writeFileSync(path, Buffer.alloc(n % 2 === 0 ? 64 * 1024 : 1000), { flag: 'a' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
