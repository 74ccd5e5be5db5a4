import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDifferences } from './differences.ts';
import { type Identified, identify } from './identify.ts';
import { Agent, context, rules, Space } from './model.ts';
import { change, changedNodes, changesOf, edit, growth, look, picture, surfaceOf, told } from './model-look.ts';
import { type Doubts, doubtsAfter, doubtsOf, type FolderPlaces, type Looked, narrow } from './narrow.ts';
import { reconcile } from './reconcile.ts';
import { identityOf, inFolders, type Key, type Stat } from './tree.ts';

/** Edits, then a look, of whose plan some steps are done. */
const turn = fc.record({
  edits: fc.array(edit, { maxLength: 2 }),
  steps: fc.oneof(fc.constant(50), fc.nat(3)),
  /** What cannot be read at this look. */
  denied: fc.option(fc.nat(40), { freq: 4 }),
});

function placesOf({ local, paths }: Identified): FolderPlaces {
  return placesFrom(
    new Map([...paths].filter(([key]) => local.get(key)?.kind === 'folder' && !key.startsWith('new:'))),
  );
}

function placesFrom(places: ReadonlyMap<Key, string>): FolderPlaces {
  const keys = new Map([...places].map(([key, path]) => [path, key]));
  return { pathOf: (key) => places.get(key), keyOf: (path) => keys.get(path) };
}

describe('narrow', () => {
  it('R-45 a plan of what changed is the plan of the whole, whatever happened and however much was done', () => {
    let looked = 0;
    let there = 0;
    fc.assert(
      fc.property(
        fc.array(growth, { minLength: 30, maxLength: 60 }),
        fc.array(turn, { minLength: 2, maxLength: 8 }),
        (first, turns) => {
          const agent = new Agent(new Space());
          for (const one of first) change(agent, { ...one, to: 0, side: 'disk' });
          agent.rest();
          let doubts: Doubts | undefined;
          let [scan, base, remote] = [look(agent.disk, undefined), new Map(agent.base), new Map(agent.space.nodes)];
          let places = placesOf(identify('root', base, scan, rules));
          for (const { edits, steps, denied } of turns) {
            for (const one of edits) change(agent, one);
            const paths = agent.disk.scan().seen.map(({ path }) => path);
            const now = look(agent.disk, denied === null ? undefined : paths[denied % (paths.length || 1)]);
            const found = identify('root', agent.base, now, rules);
            const whole = {
              ...{ root: 'root', rules, others: [], disk: surfaceOf(now) },
              ...{ base: inFolders(agent.base), remote: inFolders(agent.space.nodes) },
              byObject: (stat: Stat) =>
                [...agent.base.values()].filter((node) => node.stat && identityOf(node.stat) === identityOf(stat)),
            };
            const countAgreed = () => [...agent.base.values()].filter(({ kind }) => kind === 'file').length;
            const planOf = ({ base, remote, found: { local, obstacles } }: Looked) =>
              reconcile({ root: 'root', base, remote, local, obstacles, countAgreed }, context);
            const wanted = told(planOf({ ...whole, found, scan: now }));

            const keys = changedNodes(base, agent.base).union(changedNodes(remote, agent.space.nodes));
            const agreedAt = (parent: Key, name: string) =>
              [...agent.base.values()].filter((node) => node.parent === parent && node.name === name);
            const seen = doubtsOf(changesOf(scan, now), { root: 'root', rules, agreedAt }, places);
            const changed = {
              keys: keys.union(seen.keys).union(doubts?.keys ?? new Set<Key>()),
              folders: seen.folders.union(doubts?.folders ?? new Set<string>()),
            };
            // While a folder cannot be listed, and at the first plan after that, the planner looks at all.
            const cannotList = [scan, now].some(({ unknown }) => [...unknown.values()].includes(null));
            const part = cannotList ? { ...whole, found, scan: now } : narrow(whole, changed, places);
            const plan = planOf(part);
            expect(told(plan)).toEqual(wanted);
            if (!cannotList) {
              // As for an agent that starts: nothing is remembered.
              const folderOf = new Map<Key, string>();
              const differing = changedNodes(picture(agent.base), picture(agent.space.nodes));
              const differences = findDifferences(whole, differing, (key, path) => folderOf.set(key, path));
              expect(told(planOf(narrow(whole, differences, placesFrom(folderOf))))).toEqual(wanted);
            }
            looked += part.found.local.size;
            there += found.local.size;

            doubts = doubtsAfter(part, plan);
            [scan, base, remote, places] = [now, new Map(agent.base), new Map(agent.space.nodes), placesOf(found)];
            if (denied === null) agent.round(steps);
          }
        },
      ),
      { numRuns: Number(process.env.DIWAN_FUZZ_RUNS ?? 500) },
    );
    // It would be no news if each part were the whole.
    expect(looked).toBeLessThan(there * 0.8);
  });
});
