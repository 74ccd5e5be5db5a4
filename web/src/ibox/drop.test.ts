import { expect, it } from 'vitest';
import { foldedPath, mayDrop } from './drop.ts';

it('R-40 nothing is dropped into itself, or where it is', () => {
  const dragged = [
    { id: 'a', parentId: 'p' },
    { id: 'b', parentId: 'p' },
  ];
  expect(['a', 'b', 'p', 'q'].map((folder) => mayDrop(dragged, folder))).toEqual([false, false, false, true]);
  expect(mayDrop([], 'q')).toBe(false);
});

it('a long path keeps its root and its end; on a phone its end', () => {
  const steps = [...'abcdef'];
  expect(foldedPath(steps, 'wide')).toEqual({ before: ['a'], folded: ['b', 'c'], after: ['d', 'e', 'f'] });
  expect(foldedPath(steps, 'narrow')).toEqual({ before: [], folded: ['a', 'b', 'c', 'd'], after: ['e', 'f'] });
  expect(foldedPath(steps.slice(0, 4), 'wide')).toEqual({ before: [], folded: [], after: ['a', 'b', 'c', 'd'] });
  expect(foldedPath(['a'], 'narrow').after).toEqual(['a']);
});
