import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pair } from './pair.ts';
import type { Scan } from './plan/identify.ts';
import { ignoreRules } from './plan/ignore.ts';
import { Agent, rules, Space } from './plan/model.ts';
import { live } from './plan/model-edits.ts';
import { change, changedNodes, changesOf, edit, growth, look, picture, surfaceOf, told } from './plan/model-look.ts';
import { identityOf, inFolders, type Key, type Stat } from './plan/tree.ts';
import { viewOf } from './plan/view.ts';
import { createPlanner } from './planner.ts';

const texts = ['', 'b', 'c/', '/a/b', 'd\n!/a/d', '/*\n!a', 'a/**/b'];
const turn = fc.record({
  edits: fc.array(edit, { maxLength: 3 }),
  steps: fc.oneof(fc.constant(50), fc.nat(3)),
  /** What cannot be read at this look. */
  denied: fc.option(fc.nat(40), { freq: 8 }),
  /** A person writes other rules, at the root or in a folder. */
  text: fc.option(fc.tuple(fc.constantFrom('', '', 'a', 'c'), fc.constantFrom(...texts)), { freq: 3 }),
  /** A person wants a folder no longer, or again. */
  choice: fc.option(fc.nat(40), { freq: 3 }),
});

/** A pair as the planner knows it, of the models. */
function pairOf(agent: Agent) {
  const excluded = new Set<Key>();
  let ignoring = ignoreRules(new Map());
  let scan: Scan = { seen: [], unknown: new Map() };
  const memory = () => {
    let [base, remote, seen] = [new Map(agent.base), new Map(agent.space.nodes), scan];
    return {
      touched() {
        const keys = changedNodes(base, agent.base).union(changedNodes(remote, agent.space.nodes));
        [base, remote] = [new Map(agent.base), new Map(agent.space.nodes)];
        return keys;
      },
      changes() {
        const changes = changesOf(seen, scan);
        seen = scan;
        return changes;
      },
    };
  };
  return {
    excluded,
    write(folder: string, text: string) {
      const others = [...ignoring.texts].filter(([at]) => at !== folder);
      ignoring = ignoreRules(new Map(text === '' ? others : [...others, [folder, text]]));
    },
    /** What is not this pair's to change: nodes of the hub, and objects of the disk. */
    others() {
      const view = viewOf({ root: agent.root, rules: ignoring, excluded }, inFolders(agent.space.nodes), agent.base);
      const seen = new Set(scan.seen.map(({ stat }) => stat.ino));
      return {
        there: [...agent.space.nodes.values()].filter(({ key }) => !view.get(key)),
        here: [...agent.disk.objects]
          .filter(([ino]) => ino !== 1 && !seen.has(ino))
          .map(([ino, { content }]) => ({ ino, content })),
      };
    },
    look(denied?: number) {
      const paths = agent.disk.scan().seen.map(({ path }) => path);
      scan = look(agent.disk, denied === undefined ? undefined : paths[denied % (paths.length || 1)], ignoring);
    },
    /** Its plans, each of a part, are compared with those of the whole. */
    plans() {
      const planner = createPlanner((part, whole) => expect(told(part)).toEqual(told(whole)));
      const known = memory();
      let isFirst = true;
      return () => {
        const state = {
          base: Object.assign(agent.base, {
            childrenOf: (key: Key) => [...agent.base.values()].filter(({ parent }) => parent === key),
          }),
          remote: inFolders(agent.space.nodes),
          shared: [],
          agreedAt: (parent: Key, name: string) =>
            [...agent.base.values()].filter((node) => node.parent === parent && node.name === name),
          byObject: (stat: Stat) =>
            [...agent.base.values()].filter((node) => node.stat && identityOf(node.stat) === identityOf(stat)),
          countFiles: () => [...agent.base.values()].filter(({ kind }) => kind === 'file').length,
          differing: () => [...changedNodes(picture(agent.base), picture(agent.space.nodes))],
          takeTouched: () => (isFirst ? 'all' : known.touched()),
          together: (work: () => void) => work(),
          reading: <T>(work: () => T) => work(),
          forget: (key: Key) => void agent.base.delete(key),
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
            rules: ignoring,
            surface: surfaceOf(scan),
            scan: () => scan,
            takeChanged: known.changes,
            failing: () => new Set([...scan.unknown].filter(([, stat]) => stat === null).map(([path]) => path)),
          },
          ...{ state, rules, machine: 'M', excluded },
        };
        const made = planner.plan(pair as unknown as Pair);
        isFirst = false;
        return made;
      };
    },
  };
}

describe('planner', () => {
  it('R-45 with rules of what is ignored, folders that are not wanted, and in each mode: a plan of what changed is the plan of the whole, nothing is lost, and what is left out is left alone', () => {
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
          /** Every content that the hub ever had: versions and the trash keep them. */
          const ever = new Set<string | undefined>();
          const keep = () => {
            for (const content of live(agent.space.picture())) ever.add(content);
          };
          keep();
          plan = pair.plans();
          for (const { edits, steps, denied, text, choice } of turns) {
            for (const one of edits) {
              change(agent, one);
              keep();
            }
            if (!agent.space.nodes.has(agent.root)) return;
            if (text !== null) pair.write(...text);
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
            if (denied !== null) continue;
            const [disk, space, others] = [live(agent.disk.picture()), agent.space.picture(), pair.others()];
            agent.round(steps, false, made);
            keep();
            const here = new Set(live(agent.disk.picture()));
            expect(disk.filter((content) => !here.has(content) && !ever.has(content))).toEqual([]);
            for (const node of others.there) expect(agent.space.nodes.get(node.key)).toBe(node);
            for (const { ino, content } of others.here) expect(agent.disk.objects.get(ino)?.content).toBe(content);
            if (mode === 'upload') expect(live(agent.disk.picture())).toEqual(disk);
            if (mode === 'download') expect(agent.space.picture()).toEqual(space);
          }
        },
      ),
      { numRuns: Number(process.env.DIWAN_FUZZ_RUNS ?? 500) },
    );
  });
});
