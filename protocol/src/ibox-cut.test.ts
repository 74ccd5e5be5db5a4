import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CutLimits, findCut, gear, limitsAt, limitsOf, longestChunk, newSearch } from './ibox-cut.ts';

/** All chunk ends, the bytes coming in pieces of the given sizes (repeated as needed). */
function cutAll(bytes: Uint8Array, limits: (start: number) => CutLimits, pieces: number[]): number[] {
  const ends: number[] = [];
  let search = newSearch(limits(0));
  let at = 0;
  for (let piece = 0; at < bytes.length; piece++) {
    const to = Math.min(bytes.length, at + (pieces[piece % pieces.length] as number));
    while (at < to) {
      const end = findCut(search, bytes, at, to);
      if (end === -1) at = to;
      else {
        ends.push(end);
        at = end;
        search = newSearch(limits(end));
      }
    }
  }
  if (ends.at(-1) !== bytes.length && bytes.length > 0) ends.push(bytes.length);
  return ends;
}

const small = limitsOf(1024);
const cutSmall = (bytes: Uint8Array, pieces = [bytes.length || 1]) => cutAll(bytes, () => small, pieces);
/** Reproducible bytes without pattern. */
function noise(seed: number, length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(`${seed} ${i}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}
const anyNoise = fc.record({ seed: fc.nat(), length: fc.nat(60_000) }).map(({ seed, length }) => noise(seed, length));

it('cuts at the same places however the bytes come in', () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(anyNoise, pieces, (bytes, sizes) => {
      expect(cutSmall(bytes, sizes)).toEqual(cutSmall(bytes));
    }),
  );
});

it('chunks are within their limits and cover every byte once', () => {
  fc.assert(
    fc.property(anyNoise, (bytes) => {
      const ends = cutSmall(bytes);
      let start = 0;
      for (const [i, end] of ends.entries()) {
        expect(end - start).toBeLessThanOrEqual(small.max);
        if (i < ends.length - 1) expect(end - start).toBeGreaterThanOrEqual(small.min);
        start = end;
      }
      expect(start).toBe(bytes.length);
    }),
  );
});

it('bytes inserted or removed change the chunks around them only', () => {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    insert: fc.uint8Array({ maxLength: 300 }),
    remove: fc.nat(300),
  });
  const lengths: number[] = [];
  fc.assert(
    fc.property(fc.nat(), edit, (seed, { at, insert, remove }) => {
      const before = noise(seed, 60_000);
      const place = Math.floor(at * before.length);
      const after = Buffer.concat([before.subarray(0, place), insert, before.subarray(place + remove)]);
      const moved = after.length - before.length;
      const known = new Set(cutSmall(before).map((end) => (end <= place ? end : end + moved)));
      const fresh = cutSmall(after).filter((end) => !known.has(end));
      // A cut may come or go where the chunk before it began elsewhere; soon both meet again.
      lengths.push(fresh.length);
    }),
    { seed: 1 },
  );
  // How soon is a matter of chance: one in a thousand takes ten cuts.
  expect(Math.max(...lengths)).toBeLessThanOrEqual(16);
  expect(lengths.reduce((sum, length) => sum + length) / lengths.length).toBeLessThan(1);
});

it('a long run of one byte is cut at the maximum', () => {
  const ends = cutAll(new Uint8Array(10_000), () => small, [10_000]);
  expect(ends).toEqual([4096, 8192, 10_000]);
});

it('the average is near what the class says', () => {
  const ends = cutAll(noise(7, 4_000_000), () => small, [65_536]);
  const average = 4_000_000 / ends.length;
  expect(average).toBeGreaterThan(700);
  expect(average).toBeLessThan(1500);
});

it('chunking 1 never changes: the cuts of a known text of bytes', () => {
  const ends = cutAll(noise(1, 1_000_000), limitsAt, [65_536]);
  expect(createHash('sha256').update(ends.join()).digest('hex')).toMatchInlineSnapshot(
    `"32acc27b2783ff0d163605b5c3025f05442d710ff0a410667ff8d46150bb5125"`,
  );
});

it('classes go by the place, and no class passes the longest chunk', () => {
  const gib = 1024 ** 3;
  expect([0, 2 ** 24 - 1, 2 ** 24, 4 * gib - 1, 4 * gib, 900 * gib].map((at) => limitsAt(at).normal / 1024)).toEqual([
    64, 64, 256, 256, 1024, 1024,
  ]);
  expect(limitsAt(900 * gib).max).toBe(longestChunk);
});

it('the numbers of the bytes are what the rule says', () => {
  const rule = (byte: number) => createHash('sha256').update(`diwan gear 1 ${byte}`).digest().readInt32BE(0);
  expect([...gear]).toEqual(Array.from({ length: 256 }, (_, byte) => rule(byte)));
});
