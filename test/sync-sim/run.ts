import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seeded } from '../sim/turns.ts';
import { Broken, checkAtRest, checkSynced, checkVisible, openHiddenCheck } from './checks.ts';
import { createFakeDisk } from './fake-disk.ts';
import { openFaults } from './faults.ts';
import { fillDatabases, timesFull } from './full-state.ts';
import { openHub } from './hub.ts';
import { createLedger } from './ledger.ts';
import { createLine, troubles } from './line.ts';
import { conflictKinds, createSimAgent, type SimAgent } from './machine.ts';
import { personAt, personOnWeb, ROOT } from './people.ts';
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
  /** A shared space, in which every second machine is that of somebody who may do no more than its owner lets them. */
  isShared: boolean;
  /** Happenings left out, by their names: how a broken seed is made shorter. */
  without?: ReadonlySet<string>;
}

const happenings = ['steps', 'fault', 'heal', 'edit'] as const;
/** Everything that can be left out of a storm. */
export const happeningsOf = ({ edits }: Storm): string[] =>
  Array.from({ length: edits }, (_, moment) => happenings.map((what) => `${moment} ${what}`)).flat();

/** How often each kind of it occurred. */
export type Kinds = Record<string, number>;

export interface Run {
  /** Steps of agents: accesses to a disk, and requests. */
  operations: number;
  contents: number;
  edits: Kinds;
  faults: Kinds;
  conflicts: Kinds;
  trace: string[];
}

/** What a seed stands for: its number of agents, edits and faults. */
export function stormOf(seed: number): Storm {
  const random = seeded(seed ^ 0x5eed);
  const isCalm = seed % 5 === 0;
  const agents = random() < 0.6 ? 2 : random() < 0.6 ? 3 : 1;
  return {
    ...{ seed, isCalm, agents, isShared: agents > 1 && seed % 4 === 1 },
    edits: 6 + Math.floor(random() * 34),
    faults: random() < 0.2 ? 0 : random() * 0.6,
  };
}

const MOST_STEPS = 40_000;
const scratch = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** One storm, and the calm after it, in which all that was promised is checked. @throws {Error} the broken promise */
export async function runStorm(storm: Storm, watch: (line: string) => void = () => {}): Promise<Run> {
  const { seed, isCalm, isShared } = storm;
  const counts = { edits: counter(), faults: counter(), conflicts: counter() };
  let chance = seeded(seed);
  const random = () => chance();
  const scheduler = createScheduler(seeded(seed + 1e9), watch);
  const restoreProcess = seedProcess(seeded(seed + 2e9), scheduler.now);
  const folder = mkdtempSync(join(scratch, 'diwan-sync-sim-'));
  const restoreDatabases = fillDatabases();
  const hub = await openHub(isShared);
  const ledger = createLedger();
  const line = createLine(hub, ledger, scheduler, seeded(seed + 3e9), (kind) => counts.faults.add(`line: ${kind}`));
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
    const account = isShared && index % 2 === 1 ? 'bilal' : 'amina';
    const world = { scheduler, hub, line, disk, folder, random, account, conflict: counts.conflicts.add } as const;
    return createSimAgent(index, world, checkSynced);
  }
  const people = agents.map(({ disk, name }) => personAt(disk, ledger, random, name, isCalm));
  const web = personOnWeb(hub, ledger, random, isCalm);
  const faults = openFaults({ agents, hub, line, ledger, random, isCalm, isShared });
  const checkHidden = openHiddenCheck({ hub, agents, ledger });
  if (random() < storm.faults) line.trouble = random() * 0.4;
  counts.edits.know([...people.flatMap(({ kinds }) => kinds), ...web.kinds]);
  counts.faults.know([...faults.kinds, 'state disk full: not written', ...troubles.map((kind) => `line: ${kind}`)]);
  counts.conflicts.know(conflictKinds);

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
        throw new Broken(
          1,
          `no rest: ${JSON.stringify(agents.map(({ last }) => last))} ${agents.map(({ last }) => (last && 'failed' in last ? String((last.failed as Error)?.stack) : ''))}`,
        );
    }
  }
  async function drain() {
    while (await scheduler.next()) {
      if (scheduler.trace.length > MOST_STEPS) throw new Broken(1, 'no rest: too many steps');
    }
    line.check();
  }

  async function edit(): Promise<void> {
    if (!isCalm && random() < 0.2) {
      const done = await web.edit();
      counts.edits.add(done.kind);
      return tell(`-- ${done.did}`);
    }
    const index = isCalm ? 0 : Math.floor(random() * agents.length);
    const agent = agents[index] as SimAgent;
    const { did, hints, kind } = (people[index] as (typeof people)[number]).edit();
    counts.edits.add(kind);
    agent.touched++;
    tell(`-- ${agent.name} ${did}`);
    // A hint that comes late or never is what watches do.
    if (random() < 0.8) agent.wake(hints);
    else agent.hasMissed = true;
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
      await happens('fault', async () => {
        if (random() < storm.faults) counts.faults.add(await faults.happen(tell));
      });
      await happens('heal', () => {
        for (const agent of agents) {
          if (random() < 0.15) agent.heal();
          if (!agent.isAlive() && random() < 0.2) agent.start();
          // As the hub's messages do.
          if (random() < 0.4) agent.wake([]);
        }
        if (random() < 0.1) for (const agent of agents) agent.wake('all', random() < 0.5);
      });
      await happens('edit', edit);
      for (const agent of agents) checkVisible(agent, ledger);
      await checkHidden();
    }
    tell('-- the storm is over');
    await faults.end();
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
    for (let times = timesFull(); times > 0; times--) counts.faults.add('state disk full: not written');
    return {
      operations: scheduler.trace.filter((step) => !step.startsWith('--')).length,
      contents: ledger.contents.size,
      ...{ edits: counts.edits.kinds, faults: counts.faults.kinds, conflicts: counts.conflicts.kinds },
      trace: scheduler.trace,
    };
  } finally {
    for (const agent of agents) await agent.kill();
    restoreProcess();
    restoreDatabases();
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Kinds that never occur are told as well, as 0. */
function counter() {
  const kinds: Kinds = {};
  return {
    kinds,
    know(names: readonly string[]) {
      for (const name of names) kinds[name] ??= 0;
    },
    add(kind: string | undefined) {
      if (kind !== undefined) kinds[kind] = (kinds[kind] ?? 0) + 1;
    },
  };
}
