import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agent, type Disk, Space } from './model.ts';
import { hubNameKey } from './names.ts';
import type { Key, RemoteNode } from './tree.ts';

const name = fc.constantFrom('a', 'b', 'c', 'A');
const edit = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const), at: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), at: fc.nat(20), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('folder' as const), at: fc.nat(20), name }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('move' as const), at: fc.nat(20), to: fc.nat(20), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('chmod' as const), at: fc.nat(20), bit: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), at: fc.nat(20) }) },
);
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

let contents = 0;
const freshContent = () => `c${++contents}`;

/** Does an edit on the disk if it is possible there; answers the content written, if any. */
function editDisk(disk: Disk, change: Edit): string | undefined {
  const all = [...disk.objects.keys()];
  const pick = (n: number) => all[n % all.length] as number;
  const isFolder = (ino: number) => disk.objects.get(ino)?.content === null;
  const target = pick(change.at);
  const content = freshContent();
  if (change.do === 'write' && !isFolder(target)) {
    disk.write(target, content);
    return content;
  }
  if (change.do === 'add' || change.do === 'folder') {
    if (!isFolder(target) || disk.child(target, change.name)) return;
    disk.add(target, change.name, change.do === 'add' ? content : null);
    return change.do === 'add' ? content : undefined;
  }
  if (change.do === 'move' && target !== 1) {
    const to = pick(change.to);
    if (isFolder(to) && !disk.isUnder(to, target) && !disk.child(to, change.name)) disk.move(target, to, change.name);
  }
  if (change.do === 'chmod' && !isFolder(target)) disk.setExecutable(target, change.bit);
  if (change.do === 'remove' && target !== 1) {
    const remove = (ino: number): void => {
      for (const [child, { parent }] of [...disk.objects]) if (parent === ino) remove(child);
      disk.remove(ino);
    };
    remove(target);
  }
  return;
}

function editSpace(space: Space, change: Edit): string | undefined {
  const all = [...space.nodes.values()];
  const pick = (n: number) => all[n % all.length] as RemoteNode;
  const target = pick(change.at);
  const isFree = (parent: Key, wanted: string) =>
    !all.some((n) => n.parent === parent && hubNameKey(n.name) === hubNameKey(wanted) && n !== target);
  const content = freshContent();
  if (change.do === 'write' && target.kind === 'file') {
    space.write(target.key, content);
    return content;
  }
  if (change.do === 'add' || change.do === 'folder') {
    if (target.kind !== 'folder' || !isFree(target.key, change.name)) return;
    space.add(target.key, change.name, change.do === 'add' ? content : null);
    return change.do === 'add' ? content : undefined;
  }
  if (change.do === 'move' && target.parent !== null) {
    const to = pick(change.to);
    if (to.kind === 'folder' && !space.isUnder(to.key, target.key) && isFree(to.key, change.name))
      space.move(target.key, to.key, change.name);
  }
  if (change.do === 'chmod' && target.kind === 'file') space.setExecutable(target.key, change.bit);
  if (change.do === 'remove' && target.parent !== null) space.remove(target.key);
  return;
}

const live = (picture: string[]) => picture.map((line) => line.split('=')[1]).filter((c) => c !== '/');
const edits = (max: number) => fc.array(edit, { maxLength: max });
const runs = { numRuns: Number(process.env.DIWAN_FUZZ_RUNS ?? 1500) };

/** Pictures are compared without the names that only a swap cut short could leave. */
function started(space: Space, before: Edit[]): Agent {
  const agent = new Agent(space);
  for (const change of before) editDisk(agent.disk, change);
  agent.rest();
  expect(agent.disk.picture()).toEqual(space.picture());
  return agent;
}

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
