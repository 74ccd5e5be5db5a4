import type { Node } from '@diwan/protocol/ibox.ts';
import { describe, expect, it } from 'vitest';
import { clashes, daysUntil, fullness, nextUpload, stemLength } from './model.ts';

describe('uploads', () => {
  const node = (name: string, kind: Node['kind']) => ({ name, kind }) as Node;

  it('R-42 asks before a file of the same name is given a new version, whatever its case and the make of its accents', () => {
    const files = [{ name: 'e\u0301tat.pdf' }, { name: 'plan.pdf' }];
    expect(clashes(files, [node('\u00c9TAT.pdf', 'file'), node('plan.pdf', 'folder')])).toEqual([files[0]]);
  });

  it('R-40 sends in order and never more than the limit at once', () => {
    expect(nextUpload([{ state: 'done' }, { state: 'sending' }, { state: 'waiting' }], 2)).toEqual({
      state: 'waiting',
    });
    expect(nextUpload([{ state: 'storing' }, { state: 'sending' }, { state: 'waiting' }], 2)).toBeUndefined();
    expect(nextUpload([{ state: 'failed' }, { state: 'cancelled' }], 2)).toBeUndefined();
  });

  it('R-40 preselects a name without its extension', () => {
    expect(['plan.v2.pdf', 'LISEZMOI', '.env'].map(stemLength)).toEqual([7, 8, 4]);
  });
});

it('R-42 says when an account is nearly full, and how many days are left in the trash', () => {
  expect([0, 899, 900, 999, 1000, 2000].map((used) => fullness(used, 1000).level)).toEqual([
    ...['fine', 'fine', 'nearly', 'nearly', 'full', 'full'],
  ]);
  expect(fullness(2000, 1000).ratio).toBe(1);
  const day = 24 * 3600 * 1000;
  expect([30 * day, day + 1, 1, 0, -5].map((left) => daysUntil(1000 + left, 1000))).toEqual([30, 2, 1, 0, 0]);
});
