import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf } from './delta.ts';

const listed = (contents: string[]) => {
  let start = 0;
  return contents.map((hash) => {
    const piece = { start, hash };
    start += hash.length;
    return piece;
  });
};

describe('delta', () => {
  it('R-45 names what is kept in runs, and what is new between them', () => {
    const before = listed(['aaaa', 'bb', 'ccc']);
    const now = listed(['aaaa', 'bb', 'x', 'yy', 'ccc']);
    expect(piecesOf(before, now, 12)).toEqual([
      { length: 6, from: 0 },
      { length: 3, from: null },
      { length: 3, from: 6 },
    ]);
  });

  it('R-45 any version is put together right from any other one and the new pieces', () => {
    const chunks = fc.array(fc.constantFrom('a', 'bb', 'ccc', 'dddd', 'ee'), { maxLength: 12 });
    fc.assert(
      fc.property(chunks, chunks, (before, now) => {
        const [old, wanted] = [before.join(''), now.join('')];
        const pieces = piecesOf(listed(before), listed(now), wanted.length);
        let at = 0;
        let made = '';
        for (const { length, from } of pieces) {
          made += from === null ? wanted.slice(at, at + length) : old.slice(from, from + length);
          at += length;
        }
        expect(made).toBe(wanted);
      }),
    );
  });
});
