import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pair } from './pair.ts';
import type { Scan } from './plan/identify.ts';
import { ignoreRules } from './plan/ignore.ts';
import { Agent, rules, Space } from './plan/model.ts';
import {
  change,
  changedFolders,
  changedNodes,
  edit,
  growth,
  look,
  picture,
  surfaceOf,
  told,
} from './plan/model-look.ts';
import { identityOf, inFolders, type Key, type Stat } from './plan/tree.ts';
import { createPlanner } from './planner.ts';

const texts = ['', 'b', 'c/', '/a/b', 'd\n!/a/d', '/*\n!a', 'a/**/b'];
const turn = fc.record({
  edits: fc.array(edit, { maxLength: 3 }),
  steps: fc.oneof(fc.constant(50), fc.nat(3)),
  /** What cannot be read at this look. */
  denied: fc.option(fc.nat(40), { freq: 8 }),
  /** A person writes other rules. */
  text: fc.option(fc.constantFrom(...texts), { freq: 3 }),
  /** A person wants a folder no longer, or again. */
  choice: fc.option(fc.nat(40), { freq: 3 }),
});

/** A pair as the planner knows it, of the models. */
function pairOf(agent: Agent) {
  const excluded = new Set<Key>();
  let ignoring: Pair['ignoring'] = { rules: ignoreRules(''), stat: null, isApplied: false };
  let scan: Scan = { seen: [], unknown: new Map() };
  const memory = () => {
    let [base, remote, seen] = [new Map(agent.base), new Map(agent.space.nodes), scan];
    return {
      touched() {
        const keys = changedNodes(base, agent.base).union(changedNodes(remote, agent.space.nodes));
        [base, remote] = [new Map(agent.base), new Map(agent.space.nodes)];
        return keys;
      },
      folders() {
        const folders = changedFolders(seen, scan);
        seen = scan;
        return folders;
      },
    };
  };
  return {
    excluded,
    obey(text: string) {
      ignoring = { rules: ignoreRules(text), stat: null, isApplied: false };
    },
    look(denied?: number) {
      const paths = agent.disk.scan().seen.map(({ path }) => path);
      scan = look(agent.disk, denied === undefined ? undefined : paths[denied % (paths.length || 1)], ignoring.rules);
    },
    /** Its plans, each of a part, are compared with those of the whole. */
    plans() {
      const planner = createPlanner((part, whole) => expect(told(part)).toEqual(told(whole)));
      const known = memory();
      let isFirst = true;
      return () => {
        const state = {
          base: inFolders(agent.base),
          remote: inFolders(agent.space.nodes),
          shared: [],
          byObject: (stat: Stat) =>
            [...agent.base.values()].filter((node) => node.stat && identityOf(node.stat) === identityOf(stat)),
          countFiles: () => [...agent.base.values()].filter(({ kind }) => kind === 'file').length,
          differing: () => [...changedNodes(picture(agent.base), picture(agent.space.nodes))],
          takeTouched: () => (isFirst ? 'all' : known.touched()),
          together: (work: () => void) => work(),
          reading: <T>(work: () => T) => work(),
          forget(key: Key) {
            agent.base.delete(key);
            state.base = inFolders(agent.base);
          },
          setStat(stats: ReadonlyMap<Key, Stat>) {
            for (const [key, stat] of stats) {
              const node = agent.base.get(key);
              if (node) agent.base.set(key, { ...node, stat });
            }
          },
        };
        const pair = {
          saved: { id: 'p', accountId: 'a', root: '/', spaceId: 's', rootId: agent.root, mode: agent.mode },
          observer: {
            surface: surfaceOf(scan),
            scan: () => scan,
            takeChanged: known.folders,
            failing: () => new Set([...scan.unknown].filter(([, stat]) => stat === null).map(([path]) => path)),
          },
          ...{ state, rules, machine: 'M', ignoring, excluded },
        };
        const made = planner.plan(pair as unknown as Pair);
        isFirst = false;
        return made;
      };
    },
  };
}

describe('planner', () => {
  it('R-45 with rules of what is ignored, folders that are not wanted, and in each mode, a plan of what changed is the plan of the whole', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('two-way' as const, 'two-way' as const, 'upload' as const, 'download' as const),
        fc.boolean(),
        fc.array(growth, { minLength: 20, maxLength: 50 }),
        fc.array(turn, { minLength: 2, maxLength: 8 }),
        (mode, isWhole, first, turns) => {
          const agent = new Agent(new Space());
          if (!isWhole) agent.root = agent.space.add('root', 'top', null).key;
          agent.leavesOut = true;
          for (const one of first) change(agent, { ...one, to: 0, side: 'disk' });
          const pair = pairOf(agent);
          pair.look();
          let plan = pair.plans();
          for (let n = 0; n < 6; n++) {
            agent.round(undefined, false, plan());
            pair.look();
          }
          agent.mode = mode;
          plan = pair.plans();
          for (const { edits, steps, denied, text, choice } of turns) {
            for (const one of edits) change(agent, one);
            if (!agent.space.nodes.has(agent.root)) return;
            if (text !== null) pair.obey(text);
            if (choice !== null && mode !== 'upload') {
              const folders = [...agent.space.nodes.values()].filter(
                ({ kind, key, parent }) => kind === 'folder' && parent !== null && key !== agent.root,
              );
              const chosen = folders[choice % (folders.length || 1)]?.key;
              if (chosen !== undefined && !pair.excluded.delete(chosen)) pair.excluded.add(chosen);
              plan = pair.plans();
            }
            pair.look(denied ?? undefined);
            const made = plan();
            // As for an agent that starts: nothing is remembered.
            if (denied === null) expect(told(pair.plans()().plan)).toEqual(told(made.plan));
            if (denied === null) agent.round(steps, false, made);
          }
        },
      ),
      { numRuns: Number(process.env.DIWAN_FUZZ_RUNS ?? 500) },
    );
  });
});
