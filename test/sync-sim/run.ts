import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seeded } from '../sim/turns.ts';
import { checkAtRest, checkSynced, checkVisible } from './checks.ts';
import { createFakeDisk, type Inode } from './fake-disk.ts';
import { openHub } from './hub.ts';
import { createLedger, sha256 } from './ledger.ts';
import { createLine } from './line.ts';
import { createSimAgent, type SimAgent } from './machine.ts';
import { personAt, personOnWeb, ROOT, visible } from './people.ts';
import { createScheduler } from './scheduler.ts';
import { seedProcess } from './world-clock.ts';

export interface Storm {
  seed: number;
  agents: number;
  /** Edits by people. */
  edits: number;
  /** How often something fails, 0 to 1 for each edit. */
  faults: number;
  /** Only the first machine's files are edited, and nothing is forgotten: nothing can conflict. */
  isCalm: boolean;
  /** Happenings left out, by their names: how a broken seed is made shorter. */
  without?: ReadonlySet<string>;
}

const happenings = ['steps', 'fault', 'heal', 'edit'] as const;
/** Everything that can be left out of a storm. */
export const happeningsOf = ({ edits }: Storm): string[] =>
  Array.from({ length: edits }, (_, moment) => happenings.map((what) => `${moment} ${what}`)).flat();

export interface Run {
  /** Steps of agents: accesses to a disk, and requests. */
  operations: number;
  edits: number;
  faults: number;
  conflicts: number;
  contents: number;
  trace: string[];
}

/** What a seed stands for: its number of agents, edits and faults. */
export function stormOf(seed: number): Storm {
  const random = seeded(seed ^ 0x5eed);
  const isCalm = seed % 5 === 0;
  return {
    ...{ seed, isCalm },
    agents: random() < 0.6 ? 2 : random() < 0.6 ? 3 : 1,
    edits: 6 + Math.floor(random() * 34),
    faults: random() < 0.2 ? 0 : random() * 0.6,
  };
}

const MOST_STEPS = 40_000;
const DAY_MS = 86_400_000;
const scratch = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** One storm, and the calm after it, in which all that was promised is checked. @throws {Error} the broken promise */
export async function runStorm(storm: Storm, watch: (line: string) => void = () => {}): Promise<Run> {
  const { seed, isCalm } = storm;
  let chance = seeded(seed);
  const random = () => chance();
  const scheduler = createScheduler(seeded(seed + 1e9), watch);
  const restoreProcess = seedProcess(seeded(seed + 2e9), scheduler.now);
  const folder = mkdtempSync(join(scratch, 'diwan-sync-sim-'));
  const hub = await openHub();
  const ledger = createLedger();
  const line = createLine(hub, ledger, seeded(seed + 3e9));
  let faults = 0;
  let edits = 0;
  let backup: { file: string; known: Set<string> } | undefined;
  const tell = (text: string) => {
    scheduler.trace.push(text);
    watch(text);
  };

  const agents: SimAgent[] = [];
  for (let index = 0; index < storm.agents; index++) agents.push(newAgent(index));
  function newAgent(index: number): SimAgent {
    const clock = () => scheduler.now() + (agents[index]?.ahead ?? 0);
    const disk = createFakeDisk(seeded(seed + 4e9 + index), clock, {
      caseInsensitive: !isCalm && random() < 0.2,
      keepsBirthTimes: random() < 0.7,
      tick: [1, 4, 10][Math.floor(random() * 3)] as number,
    });
    const world = { scheduler, hub, line, disk, folder, random };
    return createSimAgent(index, world, checkSynced);
  }
  const people = agents.map(({ disk, name }) => personAt(disk, ledger, random, name, isCalm));
  const web = personOnWeb(hub, ledger, random, isCalm);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  async function settleDown(rounds = 40): Promise<void> {
    for (let round = 0; ; round++) {
      const before = agents.map(({ disk }) => disk.changes());
      const seq = Math.max(...(await hub.tree()).map((node) => node.seq));
      for (const agent of agents) {
        agent.wake('all', true);
        await drain();
      }
      const isStill =
        agents.every(({ disk, last }, i) => disk.changes() === before[i] && last && 'synced' in last && last.synced) &&
        Math.max(...(await hub.tree()).map((node) => node.seq)) === seq;
      if (isStill) return;
      if (round >= rounds)
        throw new Error(
          `no rest: ${JSON.stringify(agents.map(({ last }) => last))} ${agents.map(({ last }) => (last && 'failed' in last ? String((last.failed as Error)?.stack) : ''))}`,
        );
    }
  }
  async function drain() {
    while (await scheduler.next()) {
      if (scheduler.trace.length > MOST_STEPS) throw new Error('no rest: too many steps');
    }
    line.check();
  }

  async function fault(): Promise<void> {
    faults++;
    const agent = pick(agents);
    const { disk } = agent;
    agent.touched++;
    const kinds: [string, () => void | Promise<void>][] = [
      ['kill', () => agent.kill()],
      ['kill', () => agent.kill()],
      ['start', () => (agent.isAlive() ? undefined : agent.start())],
      ['line', () => void Object.assign(line, { trouble: random() < 0.5 ? 0 : random() * 0.7 })],
      ['full', () => void Object.assign(disk.faults, { full: true })],
      ['lists', () => void Object.assign(disk.faults, { failingLists: 1 + Math.floor(random() * 4) })],
      ['unmount', () => void Object.assign(disk.faults, { unmounted: true })],
      [
        'denied',
        () => {
          const spots = visible(disk);
          const folders = spots.filter(({ inode }) => inode.kind === 'folder');
          const spot = pick(random() < 0.7 ? folders : spots);
          if (spot && spot.inode.kind !== 'symlink') spot.inode.denied = !spot.inode.denied;
        },
      ],
      ['clock', () => void Object.assign(agent, { ahead: agent.ahead + pick([-DAY_MS, DAY_MS, -3000, 3000]) })],
      [
        'power',
        async () => {
          if (isCalm) return;
          await agent.powerCut();
          agent.start();
        },
      ],
      ['records', () => (random() < 0.5 ? agent.keepRecords() : undefined)],
      [
        'backup',
        async () => {
          if (!isCalm) backup = { file: await hub.backup(), known: await hub.recoverable() };
        },
      ],
      [
        'restore',
        async () => {
          if (!backup || isCalm) return;
          await hub.restore(backup.file);
          const onDisks = new Set(agents.flatMap(({ disk: one }) => contentsOf(one)));
          for (const [key, written] of ledger.contents) {
            if (backup.known.has(key)) continue;
            written.acknowledged = false;
            if (!onDisks.has(key)) written.lostWithHub = true;
          }
        },
      ],
    ];
    const [name, work] = pick(kinds);
    tell(`-- ${agent.name} ${name}`);
    await work();
    if (random() < 0.4) agent.wake('all', random() < 0.5);
  }

  async function edit(): Promise<void> {
    edits++;
    if (!isCalm && random() < 0.2) return tell(`-- ${await web.edit()}`);
    const index = isCalm ? 0 : Math.floor(random() * agents.length);
    const agent = agents[index] as SimAgent;
    const { did, hints } = (people[index] as (typeof people)[number]).edit();
    agent.touched++;
    tell(`-- ${agent.name} ${did}`);
    // A hint that comes late or never is what watches do.
    if (random() < 0.8) agent.wake(hints);
  }

  try {
    for (const agent of agents) {
      agent.disk.verbs.mkdir(`${ROOT}/.diwan`);
      agent.disk.verbs.mkdir(`${ROOT}/.diwan/tmp`);
      agent.disk.settleAll();
      if (random() < 0.9) agent.start();
    }
    for (let moment = 0; moment < storm.edits; moment++) {
      /** Each has chance of its own, so that the others stay what they are without it. */
      const happens = async (what: (typeof happenings)[number], work: () => void | Promise<void>) => {
        chance = seeded(seeded(seed + moment * 7919)() * 1e9 + happenings.indexOf(what));
        if (!storm.without?.has(`${moment} ${what}`)) await work();
      };
      await happens('steps', async () => {
        const steps = Math.floor(random() < 0.5 ? random() * 8 : random() ** 2 * 160);
        for (let step = 0; step < steps && (await scheduler.next()); step++);
      });
      await scheduler.rest();
      line.check();
      await happens('fault', () => (random() < storm.faults ? fault() : undefined));
      await happens('heal', () => {
        for (const agent of agents) {
          if (random() < 0.15) heal(agent);
          if (!agent.isAlive() && random() < 0.2) agent.start();
          // As the hub's messages do.
          if (random() < 0.4) agent.wake([]);
        }
        if (random() < 0.1) for (const agent of agents) agent.wake('all', random() < 0.5);
      });
      await happens('edit', edit);
      for (const agent of agents) checkVisible(agent, ledger);
    }
    tell('-- the storm is over');
    line.trouble = 0;
    for (const agent of agents) {
      heal(agent);
      if (!agent.isAlive()) agent.start();
    }
    await drain();
    for (const person of people) person.tidy();
    await settleDown();
    for (const person of people) person.tidy();
    await settleDown();
    for (const agent of agents) checkVisible(agent, ledger);
    await checkAtRest({ hub, agents, ledger, isCalm }, async (what) => {
      for (const agent of agents) {
        if (what === 'anew') {
          await agent.kill();
          agent.forgetAll();
          agent.deeds = [];
          agent.start();
        } else {
          agent.deeds = [];
          agent.wake('all');
        }
        await drain();
      }
    });
    return {
      operations: scheduler.trace.filter((step) => !step.startsWith('--')).length,
      ...{ edits, faults: faults + line.troubles },
      conflicts: agents.reduce((sum, agent) => sum + agent.conflicts(), 0),
      contents: ledger.contents.size,
      trace: scheduler.trace,
    };
  } finally {
    for (const agent of agents) await agent.kill();
    restoreProcess();
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function heal({ disk }: SimAgent) {
  Object.assign(disk.faults, { full: false, unmounted: false, failingLists: 0 });
  allow(disk.root);
}
function allow(folder: Inode) {
  delete folder.denied;
  for (const child of folder.entries.values()) allow(child);
}

const contentsOf = (disk: ReturnType<typeof createFakeDisk>) =>
  visible(disk).flatMap(({ inode }) => (inode.kind === 'file' ? [sha256(inode.bytes)] : []));
