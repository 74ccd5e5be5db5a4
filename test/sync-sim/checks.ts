import type { RemoteNode } from '../../sync-agent/src/plan/tree.ts';
import { remoteNode } from '../../sync-agent/src/remote/changes.ts';
import type { Inode } from './fake-disk.ts';
import type { Hub } from './hub.ts';
import { type Ledger, sha256 } from './ledger.ts';
import type { Said, SimAgent } from './machine.ts';
import { ROOT, visible } from './people.ts';

/** A promise of faults.md that does not hold. */
export class Broken extends Error {
  constructor(invariant: number, what: string) {
    super(`invariant ${invariant}: ${what}`);
  }
}

/** Path and content of all that a person sees on a machine. */
export const treeOf = ({ disk }: SimAgent): string[] =>
  visible(disk)
    .map(({ path, inode }) => {
      const content = inode.kind === 'file' ? sha256(inode.bytes).slice(0, 12) : inode.kind;
      const bit = inode.executable ? '*' : '';
      return `${path.slice(ROOT.length + 1).normalize('NFC')}${bit} = ${content}`;
    })
    .sort();

export function treeOfHub(nodes: readonly RemoteNode[]): string[] {
  const byId = new Map(nodes.map((node) => [node.key, node]));
  const pathOf = ({ parent: key, name }: RemoteNode): string => {
    const parent = key === null ? undefined : byId.get(key);
    return parent && parent.parent !== null ? `${pathOf(parent)}/${name}` : name;
  };
  return nodes
    .filter(({ parent }) => parent !== null)
    .map((node) => `${pathOf(node)}${node.executable ? '*' : ''} = ${node.sha256?.slice(0, 12) ?? 'folder'}`)
    .sort();
}

const difference = (one: string[], other: string[]) =>
  JSON.stringify({
    only: one.filter((line) => !other.includes(line)),
    missing: other.filter((line) => !one.includes(line)),
  });

/** 3: what a person sees is what a person wrote. */
export function checkVisible({ disk, name }: SimAgent, { contents }: Ledger): void {
  for (const { path, inode } of visible(disk))
    if (inode.kind === 'file' && !contents.has(sha256(inode.bytes)))
      throw new Broken(
        3,
        `${name} ${path} holds what nobody wrote: ${JSON.stringify(inode.bytes.toString('utf8', 0, 200))}`,
      );
}

/**
 * 7: what an agent could not look at, from one look of ours to the next, stays live on the hub, also when it would come back later. Where
 * a watch missed a move, half of it looks like a deletion until the next look at everything.
 */
export function openHiddenCheck({ hub, agents, ledger }: { hub: Hub; agents: readonly SimAgent[]; ledger: Ledger }) {
  let before = new Set<string>();
  return async () => {
    const [{ live, trashed }, hidden] = [await hub.contents(), new Set(agents.flatMap(hiddenAt))];
    for (const key of before) {
      const { by, removed, acknowledged, lostWithHub } = ledger.contents.get(key) ?? {};
      if (acknowledged && !removed && !lostWithHub && hidden.has(key) && trashed.has(key))
        throw new Broken(
          7,
          `${key.slice(0, 12)} written by ${by} was removed by nobody, cannot be read, and is deleted`,
        );
    }
    before = live.intersection(hidden);
  };
}

/** Contents of what is there and cannot be read. */
function hiddenAt({ disk, hasMissed }: SimAgent): string[] {
  if (hasMissed) return [];
  const hidden = new Set<Inode>(disk.faults.unmounted ? [disk.root] : []);
  return visible(disk).flatMap(({ folder, inode }) => {
    if (inode.denied || hidden.has(folder)) hidden.add(inode);
    return inode.kind === 'file' && hidden.has(inode) ? [sha256(inode.bytes)] : [];
  });
}

/** 8: synchronised is said only when folder and hub are equal. */
export function checkSynced({ agent, result, isWhole, remote }: Said): void {
  if (!result.synced || result.problems.length > 0 || !isWhole) return;
  const [here, there] = [treeOf(agent), treeOfHub([...remote.values()])];
  if (here.join('\n') !== there.join('\n'))
    throw new Broken(8, `${agent.name} is synchronised, it says: ${difference(here, there)}`);
}

export async function checkAtRest(
  { hub, agents, ledger, isCalm }: { hub: Hub; agents: SimAgent[]; ledger: Ledger; isCalm: boolean },
  again: (what: 'pass' | 'anew') => Promise<void>,
): Promise<void> {
  const nodes = await hub.tree();
  const there = treeOfHub(nodes.map(remoteNode));
  for (const agent of agents) {
    const here = treeOf(agent);
    if (here.join('\n') !== there.join('\n')) throw new Broken(1, `${agent.name} and hub: ${difference(here, there)}`);
  }

  const live = new Set(nodes.map((node) => node.sha256));
  const kept = await hub.recoverable();
  for (const [key, { by, removed, acknowledged, lostWithHub }] of ledger.contents) {
    const what = `${key.slice(0, 12)} written by ${by}`;
    if (!removed && !lostWithHub && !live.has(key))
      throw new Broken(
        kept.has(key) ? 7 : 2,
        `${what} was removed by nobody, and is ${kept.has(key) ? 'deleted' : 'lost'}`,
      );
    if (acknowledged && !kept.has(key)) throw new Broken(2, `${what} was acknowledged, and is lost`);
  }
  if (isCalm && there.some((line) => line.includes('conflicted copy')))
    throw new Broken(4, `one side only was changed: ${there.join(', ')}`);

  // Not the ctime: a start clears away what was cut off, and a second name that goes (of a file being replaced) changes it.
  const changes = () =>
    agents
      .flatMap((agent) => [
        ...visible(agent.disk).map(({ path, inode }) => [path, inode.ino, inode.mtimeMs]),
        ...treeOf(agent),
      ])
      .join();
  for (const [what, invariant] of [
    ['pass', 5],
    ['anew', 6],
  ] as const) {
    const before = changes();
    await again(what);
    const deeds = agents.flatMap(({ name, deeds: done }) => done.map((deed) => `${name} ${deed}`));
    const harmful = deeds.filter((deed) => !/ GET .*\/changes$/.test(deed));
    const allowed = harmful.length === 0 && (what === 'anew' || deeds.length <= agents.length);
    if (!allowed || before !== changes()) throw new Broken(invariant, `at rest, ${what}: ${deeds.join('; ')}`);
  }
}
