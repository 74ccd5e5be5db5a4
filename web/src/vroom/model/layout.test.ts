import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridFor, pageSize, pagesOf, tileIn } from './layout.ts';

const stages = fc.record({ width: fc.integer({ min: 200, max: 4000 }), height: fc.integer({ min: 200, max: 3000 }) });
const counts = fc.integer({ min: 1, max: 49 });
const gap = 8;

describe('R-34 the grid', () => {
  it('holds every tile and lets none overflow the stage', () => {
    fc.assert(
      fc.property(counts, stages, (count, stage) => {
        const { columns, rows, tile } = gridFor(count, stage, gap);
        expect(columns * rows).toBeGreaterThanOrEqual(count);
        expect(columns * (rows - 1)).toBeLessThan(count);
        expect(columns * tile.width + (columns - 1) * gap).toBeLessThanOrEqual(stage.width + 1e-6);
        expect(rows * tile.height + (rows - 1) * gap).toBeLessThanOrEqual(stage.height + 1e-6);
      }),
    );
  });

  it('has the largest tiles of all ways to arrange them', () => {
    fc.assert(
      fc.property(counts, stages, (count, stage) => {
        const { tile } = gridFor(count, stage, gap);
        for (let columns = 1; columns <= count; columns++) {
          const other = tileIn(stage, columns, Math.ceil(count / columns), gap);
          expect(tile.width * tile.height).toBeGreaterThanOrEqual(other.width * other.height);
        }
      }),
    );
  });

  it('keeps tiles between upright and 16:9, whatever the stage', () => {
    fc.assert(
      fc.property(counts, stages, (count, stage) => {
        const { tile } = gridFor(count, stage, gap);
        expect(tile.width / tile.height).toBeLessThanOrEqual(16 / 9 + 1e-6);
        expect(tile.width / tile.height).toBeGreaterThanOrEqual(4 / 5 - 1e-6);
      }),
    );
  });

  it('puts two people side by side on a desk and one above the other on a phone', () => {
    expect(gridFor(2, { width: 1440, height: 780 }, gap)).toMatchObject({ columns: 2, rows: 1 });
    expect(gridFor(2, { width: 390, height: 700 }, gap)).toMatchObject({ columns: 1, rows: 2 });
  });
});

describe('R-35 pages', () => {
  it('keep everybody, in order, and none is longer than the size', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 200 }), fc.integer({ min: 1, max: 25 }), (people, size) => {
        const pages = pagesOf(people, size);
        expect(pages.flat()).toEqual(people);
        const lengths = pages.map(({ length }) => length);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(size);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('are short on a phone and never above 25', () => {
    expect(pageSize({ width: 390, height: 700 })).toBeLessThanOrEqual(8);
    expect(pageSize({ width: 3840, height: 2160 })).toBe(25);
    expect(pageSize({ width: 10, height: 10 })).toBeGreaterThanOrEqual(2);
  });
});
