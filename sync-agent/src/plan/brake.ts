import type { Trees } from './merge.ts';
import type { Side } from './reconcile.ts';
import type { Key } from './tree.ts';

/** A plan that removes most of a tree is more often a mishap (a disk, a server, a script) than a wish. */
export interface Brake {
  side: Side;
  removes: number;
  of: number;
}

/** Pulled when more than half of over 100 files, or all of more than 10, are to be removed from one side. */
export function brakeOf(dead: Iterable<Key>, { base, local }: Trees): Brake | null {
  let of = 0;
  for (const node of base.values()) if (node.kind === 'file') of++;
  const removed = { local: 0, remote: 0 };
  for (const key of dead) if (base.get(key)?.kind === 'file') removed[local.has(key) ? 'local' : 'remote']++;
  for (const side of ['local', 'remote'] as const) {
    const removes = removed[side];
    if ((of > 100 && removes * 2 > of) || (of > 10 && removes >= of)) return { side, removes, of };
  }
  return null;
}
