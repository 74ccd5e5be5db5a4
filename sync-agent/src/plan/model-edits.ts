import fc from 'fast-check';
import { expect } from 'vitest';
import type { Mode } from './merge.ts';
import { Agent, type Disk, type Space } from './model.ts';
import { hubNameKey } from './names.ts';
import type { Key, RemoteNode } from './tree.ts';

// Random edits of the two models, for the planner's properties.

const name = fc.constantFrom('a', 'b', 'c', 'A');
const edit = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const), at: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), at: fc.nat(20), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('folder' as const), at: fc.nat(20), name }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('move' as const), at: fc.nat(20), to: fc.nat(20), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('chmod' as const), at: fc.nat(20), bit: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), at: fc.nat(20) }) },
);
export type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

let contents = 0;
const freshContent = () => `c${++contents}`;

/** Does an edit on the disk if it is possible there; answers the content written, if any. */
export function editDisk(disk: Disk, change: Edit): string | undefined {
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

export function editSpace(space: Space, change: Edit): string | undefined {
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

export const live = (picture: string[]) => picture.map((line) => line.split('=')[1]).filter((c) => c !== '/');
export const edits = (max: number) => fc.array(edit, { maxLength: max });
export const runs = { numRuns: Number(process.env.DIWAN_FUZZ_RUNS ?? 1500) };

/** Pictures are compared without the names that only a swap cut short could leave. */
export function started(space: Space, before: Edit[], mode?: Mode): Agent {
  const agent = new Agent(space);
  for (const change of before) editDisk(agent.disk, change);
  agent.rest();
  if (mode) agent.mode = mode;
  expect(agent.disk.picture()).toEqual(space.picture());
  return agent;
}
