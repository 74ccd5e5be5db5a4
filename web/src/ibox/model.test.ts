import { expect, it } from 'vitest';
import { daysUntil, fullness, stemLength } from './model.ts';

it('R-40 preselects a name without its extension', () => {
  expect(['plan.v2.pdf', 'LISEZMOI', '.env'].map(stemLength)).toEqual([7, 8, 4]);
});

it('R-42 says when an account is nearly full, and how many days are left in the trash', () => {
  expect([0, 899, 900, 999, 1000, 2000].map((used) => fullness(used, 1000).level)).toEqual([
    ...['fine', 'fine', 'nearly', 'nearly', 'full', 'full'],
  ]);
  expect(fullness(2000, 1000).ratio).toBe(1);
  const day = 24 * 3600 * 1000;
  expect([30 * day, day + 1, 1, 0, -5].map((left) => daysUntil(1000 + left, 1000))).toEqual([30, 2, 1, 0, 0]);
});
