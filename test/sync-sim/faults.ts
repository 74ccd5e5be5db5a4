import type { Hub } from './hub.ts';
import { type Ledger, sha256 } from './ledger.ts';
import type { Line } from './line.ts';
import type { SimAgent } from './machine.ts';
import { visible } from './people.ts';

interface World {
  agents: readonly SimAgent[];
  hub: Hub;
  line: Line;
  ledger: Ledger;
  random: () => number;
  /** Nothing is forgotten. */
  isCalm: boolean;
  isShared: boolean;
}

const DAY_MS = 86_400_000;

/** What fails around people and agents: machines, disks, clocks, the network, the hub, and what its other people decide. */
export function openFaults({ agents, hub, line, ledger, random, isCalm, isShared }: World) {
  let backup: { file: string; known: Set<string> } | undefined;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  /** @returns false when nothing came of it */
  type Fault = [weight: number, kind: string, work: (agent: SimAgent) => unknown];
  const kinds: Fault[] = [
    [
      2,
      'kill',
      async (agent) => {
        if (!agent.isAlive()) return false;
        await agent.kill();
      },
    ],
    [1, 'start', (agent) => (agent.isAlive() ? false : agent.start())],
    [
      1.5,
      'line',
      () => {
        line.trouble = random() < 0.4 ? 0 : random() * 0.7;
        return line.trouble > 0;
      },
    ],
    [1, 'disk full', ({ disk }) => void Object.assign(disk.faults, { full: true })],
    [1, 'state disk full', (agent) => agent.fillState(true)],
    [1, 'lists', ({ disk }) => void Object.assign(disk.faults, { failingLists: 1 + Math.floor(random() * 4) })],
    [1, 'unmount', ({ disk }) => void Object.assign(disk.faults, { unmounted: true })],
    [
      1,
      'denied',
      ({ disk }) => {
        const spots = visible(disk);
        const folders = spots.filter(({ inode }) => inode.kind === 'folder');
        const spot = pick(random() < 0.7 ? folders : spots);
        if (!spot || spot.inode.kind === 'symlink') return false;
        spot.inode.denied = !spot.inode.denied;
        disk.touched(spot.inode);
      },
    ],
    [1, 'clock', (agent) => void Object.assign(agent, { ahead: agent.ahead + pick([-DAY_MS, DAY_MS, -3000, 3000]) })],
    [
      isCalm ? 0 : 1,
      'power',
      async (agent) => {
        await agent.powerCut();
        agent.start();
      },
    ],
    [0.5, 'records kept', (agent) => agent.keepRecords()],
    [
      isCalm ? 0 : 1,
      'backup',
      async () => {
        backup = { file: await hub.backup(), known: await hub.recoverable() };
      },
    ],
    [
      isCalm ? 0 : 1,
      'restore',
      async () => {
        if (!backup) return false;
        await hub.restore(backup.file);
        const onDisks = new Set(agents.flatMap(({ disk }) => visible(disk).map(({ inode }) => sha256(inode.bytes))));
        for (const [key, written] of ledger.contents) {
          if (backup.known.has(key)) continue;
          written.acknowledged = false;
          if (!onDisks.has(key)) written.lostWithHub = true;
        }
      },
    ],
    [isShared ? 2 : 0, 'may only read', () => hub.letBilal('reader')],
    [isShared ? 1 : 0, 'share revoked', () => hub.letBilal(undefined)],
    [isShared ? 1.5 : 0, 'may write again', () => hub.letBilal('writer')],
  ];
  const total = kinds.reduce((sum, [weight]) => sum + weight, 0);

  return {
    kinds: kinds.map(([, kind]) => kind),
    /** Lets one thing fail. @returns its kind; undefined when nothing came of it */
    async happen(tell: (text: string) => void): Promise<string | undefined> {
      const agent = pick(agents);
      agent.touched++;
      let left = random() * total;
      const [, kind, work] = kinds.find(([weight]) => {
        left -= weight;
        return left <= 0;
      }) as Fault;
      tell(`-- ${agent.name} ${kind}`);
      const isNothing = (await work(agent)) === false;
      if (random() < 0.4) agent.wake('all', random() < 0.5);
      return isNothing ? undefined : kind;
    },
    /** Nothing fails any more. */
    async end(): Promise<void> {
      line.trouble = 0;
      if (isShared) await hub.letBilal('writer');
      for (const agent of agents) {
        agent.heal();
        if (!agent.isAlive()) agent.start();
      }
    },
  };
}
