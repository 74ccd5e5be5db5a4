import type { Mode, Trees } from './merge.ts';
import type { Side } from './reconcile.ts';
import type { Key, Tree } from './tree.ts';

/** A plan that removes most of a tree is more often a mishap (a disk, a server, a script) than a wish. */
export interface Brake {
  side: Side;
  removes: number;
  of: number;
}

const FEW = 10;

const filesIn = (tree: Tree): number => [...tree.values()].filter(({ kind }) => kind === 'file').length;

/** Pulled when more than half of over 100 files, or all of more than 10, are to be removed from one side. */
export function brakeOf(
  dead: Iterable<Key>,
  { base, local, countAgreed = () => filesIn(base) }: Trees,
  mode: Mode,
): Brake | null {
  const removed = { local: 0, remote: 0 };
  for (const key of dead) if (base.get(key)?.kind === 'file') removed[local.has(key) ? 'local' : 'remote']++;
  if (Math.max(removed.local, removed.remote) <= FEW) return null;
  const of = countAgreed();
  for (const side of ['local', 'remote'] as const) {
    if (mode === (side === 'local' ? 'upload' : 'download')) continue;
    const removes = removed[side];
    if ((of > 100 && removes * 2 > of) || (of > FEW && removes >= of)) return { side, removes, of };
  }
  return null;
}
