import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Agent } from './model.ts';
import { Space } from './model.ts';
import { type Edit, editDisk, editSpace, edits, live, runs, started } from './model-edits.ts';

/** Every content that the hub ever held: versions and the trash keep them. */
function keepingAll(space: Space): Set<string> {
  const kept = new Set<string>();
  const write = space.write.bind(space);
  const keep = () => {
    for (const { sha256 } of space.nodes.values()) if (sha256 !== null) kept.add(sha256);
  };
  space.write = (...args) => {
    keep();
    write(...args);
    keep();
  };
  keep();
  return kept;
}

/** Both sides edited, the agent at rest in its mode. */
function storm(
  mode: 'upload' | 'download',
  [before, here, there]: Parameters<typeof started>[1][],
  after: (agent: Agent, was: Was) => void,
) {
  const agent = started(new Space(), before ?? [], mode);
  const agreed = new Set(live(agent.disk.picture()));
  for (const change of here ?? []) editDisk(agent.disk, change);
  for (const change of there ?? []) editSpace(agent.space, change);
  const kept = keepingAll(agent.space);
  const was = { agreed, kept, disk: agent.disk.picture(), space: agent.space.picture() };
  const told = agent.rest().filter((action) => action.do === 'upload' && action.over !== undefined).length;
  after(agent, { ...was, told });
  expect(agent.plan().plan.actions).toEqual([]);
}
interface Was {
  agreed: Set<string | undefined>;
  kept: Set<string>;
  disk: string[];
  space: string[];
  /** How often a version of the hub was covered unseen. */
  told: number;
}
const bare = (content: string | undefined) => content?.replace('*', '');
const some = fc.tuple(edits(10), edits(8), edits(8));

describe('modes', () => {
  it('R-45 upload only: nothing here is ever changed; what is here is on the hub, or told; what the hub had is kept there', () => {
    fc.assert(
      fc.property(some, (changes) => {
        storm('upload', changes, (agent, was) => {
          expect(agent.disk.picture()).toEqual(was.disk);
          const { plan, found } = agent.plan();
          const told = new Set(plan.waiting.map(({ key }) => found.local.get(key)?.sha256 ?? key));
          const there = new Set(live(agent.space.picture()).map(bare));
          const lacking = [...found.local.values()].filter(({ sha256 }) => sha256 !== null && !there.has(sha256));
          const inBlocked = lacking.filter(
            ({ sha256 }) => !told.has(sha256 as string) && !isUnderTold(sha256 as string),
          );
          expect(inBlocked).toEqual([]);

          /** In a folder that could not be made. */
          function isUnderTold(sha256: string) {
            const blocked = new Set(plan.waiting.map(({ key }) => key));
            const start = [...found.local.values()].find((node) => node.sha256 === sha256);
            for (let at = start; at; at = found.local.get(at.parent ?? '')) if (blocked.has(at.key)) return true;
            return false;
          }
        });
      }),
      runs,
    );
  });

  it('R-45 upload only: what others wrote on the hub is live there, or a version beneath what was written here', () => {
    fc.assert(
      fc.property(some, (changes) => {
        storm('upload', changes, (agent, was) => {
          const after = new Set(live(agent.space.picture()).map(bare));
          const fresh = live(was.space).filter((content) => !was.agreed.has(content));
          for (const content of fresh)
            expect(after.has(bare(content)) || was.kept.has(bare(content) as string)).toBe(true);
          // Where it is a version beneath, that was told.
          const beneath = fresh.filter((content) => !after.has(bare(content)));
          expect(was.told).toBeGreaterThanOrEqual(beneath.length);
        });
      }),
      runs,
    );
  });

  it('R-45 download only: nothing on the hub is ever changed; all of it is here; what was written here is kept here', () => {
    fc.assert(
      fc.property(some, (changes) => {
        storm('download', changes, (agent, was) => {
          expect(agent.space.picture()).toEqual(was.space);
          const here = new Set(agent.disk.picture());
          expect(was.space.filter((line) => !here.has(line))).toEqual([]);
          const contents = new Set(live(agent.disk.picture()).map(bare));
          const written = live(was.disk).filter((content) => !was.agreed.has(content));
          expect(written.filter((content) => !contents.has(bare(content)))).toEqual([]);
        });
      }),
      runs,
    );
  });

  it('R-45 upload only: a folder that stays where the hub has it, since its name is taken, makes no ring of folders', () => {
    const before: Edit[] = [
      { do: 'folder', at: 0, name: 'a' },
      { do: 'move', at: 13, to: 0, name: 'b' },
      { do: 'folder', at: 0, name: 'c' },
    ];
    const here: Edit[] = [
      { do: 'move', at: 8, to: 0, name: 'a' },
      { do: 'move', at: 4, to: 11, name: 'a' },
      { do: 'add', at: 10, name: 'a' },
    ];
    const there: Edit[] = [
      { do: 'move', at: 11, to: 4, name: 'b' },
      { do: 'add', at: 0, name: 'a' },
    ];
    storm('upload', [before, here, there], (agent, was) => {
      expect(agent.disk.picture()).toEqual(was.disk);
      expect(agent.space.picture()).toEqual(expect.arrayContaining(was.space));
      expect(live(agent.space.picture())).toEqual(expect.arrayContaining(live(was.disk)));
    });
  });
});
