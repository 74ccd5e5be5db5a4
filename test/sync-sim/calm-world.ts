import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seeded } from '../sim/turns.ts';
import { checkSynced } from './checks.ts';
import { createFakeDisk } from './fake-disk.ts';
import { openHub } from './hub.ts';
import { createLedger } from './ledger.ts';
import { createLine } from './line.ts';
import { createSimAgent } from './machine.ts';
import { visible } from './people.ts';
import { createScheduler } from './scheduler.ts';
import { seedProcess } from './world-clock.ts';

/** Agents and a hub, and nothing that happens by itself: for cases that are told step by step. */
export async function calmWorld(count: number) {
  const random = seeded(1);
  const scheduler = createScheduler(seeded(2), () => {});
  const restoreProcess = seedProcess(seeded(3), scheduler.now);
  const folder = mkdtempSync(join(tmpdir(), 'diwan-sync-sim-'));
  const hub = await openHub();
  const ledger = createLedger();
  const line = createLine(hub, ledger, scheduler, random);
  const traits = { caseInsensitive: false, keepsBirthTimes: true, tick: 1 };
  const agents = Array.from({ length: count }, (_, index) => {
    const disk = createFakeDisk(random, scheduler.now, traits);
    disk.verbs.mkdir('/m/.diwan');
    disk.verbs.mkdir('/m/.diwan/tmp');
    const agent = createSimAgent(index, { scheduler, hub, line, disk, folder, random }, checkSynced);
    agent.start();
    return agent;
  });
  const diskOf = (at: number) => (agents[at] as (typeof agents)[number]).disk;
  async function drain() {
    while (await scheduler.next());
    line.check();
  }
  return {
    ...{ agents, hub, line, scheduler, drain },
    /** Whole passes of each agent in turn, until all know of all. */
    async sync() {
      for (let round = 0; round < 3; round++)
        for (const agent of agents) {
          agent.wake('all');
          await drain();
        }
    },
    /** Writes a file, in one go; makes its folder. */
    write(path: string, text: string, at = 0) {
      const { verbs, find } = diskOf(at);
      const parent = path.slice(0, path.lastIndexOf('/'));
      if (!find(parent)) verbs.mkdir(parent);
      const file = find(path) ?? verbs.create(path);
      file.bytes = Buffer.alloc(0);
      verbs.write(file, 0, Buffer.from(text), path);
      delete file.durable;
      (agents[at] as (typeof agents)[number]).touched++;
    },
    read: (path: string, at = 0) => diskOf(at).find(path)?.bytes.toString(),
    /** Contents of all files of a machine. */
    contents: (at = 0) =>
      visible(diskOf(at)).flatMap(({ inode }) => (inode.kind === 'file' ? [inode.bytes.toString()] : [])),
    /** A call of a signed-in browser. */
    web: (method: string, path: string, json?: unknown) =>
      hub.ask({
        ...{ method, path: `/api/ibox${path}` },
        headers: { Authorization: 'Bearer amina', 'Content-Type': 'application/json' },
        body: json === undefined ? undefined : Buffer.from(JSON.stringify(json)),
      }),
    async close() {
      for (const agent of agents) await agent.kill();
      restoreProcess();
      await hub.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
