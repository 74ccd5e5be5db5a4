import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agent, Space } from './model.ts';
import { editDisk, editSpace, edits, live, runs, started } from './model-edits.ts';
import { hubNameKey } from './names.ts';

describe('reconcile', () => {
  it('R-45 both sides become equal, and then there is nothing to do', () => {
    fc.assert(
      fc.property(edits(12), edits(8), edits(8), (before, here, there) => {
        const agent = started(new Space(), before);
        for (const change of here) editDisk(agent.disk, change);
        for (const change of there) editSpace(agent.space, change);
        agent.rest();
        expect(agent.disk.picture()).toEqual(agent.space.picture());
        expect(agent.disk.picture().join()).not.toContain('.diwan-swap');
        expect([...agent.base.keys()].sort()).toEqual([...agent.space.nodes.keys()].filter((k) => k !== 'root').sort());
      }),
      runs,
    );
  });

  it('R-45 no content is lost: what either side wrote is live, and what neither side deleted', () => {
    fc.assert(
      fc.property(edits(12), edits(8), edits(8), (before, here, there) => {
        const agent = started(new Space(), before);
        const old = new Set(live(agent.disk.picture()));
        for (const change of here) editDisk(agent.disk, change);
        for (const change of there) editSpace(agent.space, change);
        const [disk, space] = [live(agent.disk.picture()), live(agent.space.picture())];
        const fresh = [...disk, ...space].filter((content) => !old.has(content));
        const untouched = disk.filter((content) => space.includes(content));
        agent.rest();
        const after = new Set(live(agent.space.picture()));
        expect([...fresh, ...untouched].filter((content) => !after.has(content))).toEqual([]);
      }),
      runs,
    );
  });

  it('R-45 a change on one side only is carried over as it is: no conflict copy', () => {
    fc.assert(
      fc.property(edits(12), edits(10), fc.boolean(), (before, changes, isLocal) => {
        const agent = started(new Space(), before);
        for (const change of changes)
          if (isLocal) editDisk(agent.disk, change);
          else editSpace(agent.space, change);
        // The hub cannot hold two names that differ by case only: one of them is named anew.
        const places = agent.disk.picture().map((line) => hubNameKey((line.split('=')[0] as string).replace('*', '')));
        fc.pre(new Set(places).size === places.length);
        const wanted = isLocal ? agent.disk.picture() : agent.space.picture();
        agent.rest();
        expect(agent.disk.picture()).toEqual(wanted);
        expect(agent.space.picture()).toEqual(wanted);
      }),
      runs,
    );
  });

  it('R-45 stopped after any step, its note lost or not, the next run converges without conflict copies of equal content', () => {
    fc.assert(
      fc.property(
        edits(12),
        edits(6),
        edits(6),
        fc.array(fc.tuple(fc.nat(6), fc.boolean()), { maxLength: 4 }),
        (before, here, there, crashes) => {
          const agent = started(new Space(), before);
          for (const change of here) editDisk(agent.disk, change);
          for (const change of there) editSpace(agent.space, change);
          const contentsBefore = [...live(agent.disk.picture()), ...live(agent.space.picture())];
          for (const [steps, unrecorded] of crashes) agent.round(steps, unrecorded);
          agent.rest();
          expect(agent.disk.picture()).toEqual(agent.space.picture());
          const after = live(agent.space.picture());
          expect(new Set(after).size).toBe(after.length);
          expect(after.length).toBeLessThanOrEqual(new Set(contentsBefore).size);
        },
      ),
      runs,
    );
  });

  it('R-45 three machines with one space: all equal at rest', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), edits(5)), { maxLength: 8 }), (turns) => {
        const space = new Space();
        const agents = [new Agent(space), new Agent(space), new Agent(space)];
        for (const [who, changes] of turns) {
          const agent = agents[who] as Agent;
          for (const change of changes) editDisk(agent.disk, change);
          agent.rest();
        }
        for (const agent of [...agents, ...agents]) agent.rest();
        for (const agent of agents) expect(agent.disk.picture()).toEqual(space.picture());
      }),
      runs,
    );
  });
});
