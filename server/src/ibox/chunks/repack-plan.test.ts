import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isMostlyDead, planRewrites } from './repack-plan.ts';

const anyPacks = fc
  .uniqueArray(fc.record({ id: fc.uuid(), size: fc.integer({ min: 1, max: 20_000 }), share: fc.nat(100) }), {
    selector: ({ id }) => id,
  })
  .map((packs) => packs.map(({ id, size, share }) => ({ id, size, live: Math.floor((size * share) / 100) })));
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

it('only packs of which less than half lives are rewritten, each once, into packs that are not too long', () => {
  fc.assert(
    fc.property(anyPacks, fc.integer({ min: 1, max: 20_000 }), fc.nat(200_000), (packs, longest, mostBytes) => {
      const groups = planRewrites(packs, longest, mostBytes);
      const chosen = groups.flat();
      expect(new Set(chosen).size).toBe(chosen.length);
      for (const { size, live } of chosen) {
        expect(live).toBeGreaterThan(0);
        expect(live).toBeLessThan(size / 2);
      }
      for (const group of groups) expect(sum(group.map(({ live }) => live))).toBeLessThanOrEqual(longest);
      const written = sum(chosen.map(({ live }) => live));
      expect(written).toBeLessThanOrEqual(mostBytes);
      // More is freed than written, so rewriting comes to an end.
      if (chosen.length > 0) expect(sum(chosen.map(({ size, live }) => size - live))).toBeGreaterThan(written);
    }),
  );
});

it('with room enough nothing that is mostly dead stays, and few new packs take it', () => {
  fc.assert(
    fc.property(anyPacks, (packs) => {
      const groups = planRewrites(packs, 10_000, Number.MAX_SAFE_INTEGER);
      const due = packs.filter(isMostlyDead);
      expect(groups.flat()).toEqual(due);
      // Two neighbours always hold more than one pack's length together.
      expect(groups.length).toBeLessThanOrEqual(1 + (2 * sum(due.map(({ live }) => live))) / 10_000);
      // What a rewrite makes is all alive.
      for (const group of groups) {
        const live = sum(group.map((pack) => pack.live));
        expect(isMostlyDead({ id: 'new', size: live, live })).toBe(false);
      }
    }),
  );
});
