/** A pack, and how many of its bytes something refers to. */
export interface PackUse {
  id: string;
  size: number;
  live: number;
}

/** Less than half of it is referred to: rewriting writes less than it frees. A pack of which nothing is, is simply given up. */
export const isMostlyDead = ({ size, live }: PackUse): boolean => live > 0 && live * 2 < size;

/**
 * Which packs are rewritten, and which of them together into one new pack.
 * @param longest a new pack's length in bytes
 * @param mostBytes that are written in all
 */
export function planRewrites(packs: Iterable<PackUse>, longest: number, mostBytes: number): PackUse[][] {
  const groups: PackUse[][] = [];
  let group: PackUse[] = [];
  let inGroup = 0;
  let inAll = 0;
  for (const pack of packs) {
    if (!isMostlyDead(pack) || pack.live > longest || inAll + pack.live > mostBytes) continue;
    if (group.length === 0 || inGroup + pack.live > longest) {
      group = [];
      groups.push(group);
      inGroup = 0;
    }
    group.push(pack);
    inGroup += pack.live;
    inAll += pack.live;
  }
  return groups;
}
