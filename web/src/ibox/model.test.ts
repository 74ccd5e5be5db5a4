import type { Node } from '@diwan/protocol/ibox.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clashes,
  daysUntil,
  fullness,
  nextUpload,
  nothingSelected,
  pruned,
  type Selection,
  type SelectionStep,
  select,
  stemLength,
} from './model.ts';

const order = ['a', 'b', 'c', 'd', 'e'];
const run = (...steps: SelectionStep[]) =>
  steps.reduce((selection: Selection, step) => select(selection, step, order), nothingSelected);
const chosen = (selection: Selection) => [...selection.chosen].sort().join('');

describe('selecting in a list of files', () => {
  it('R-40 walks with the arrows without selecting, and stops at the ends', () => {
    const walked = run({ go: 1, extend: false }, { go: 1, extend: false }, { go: -1, extend: false });
    expect(walked.active).toBe('a');
    expect(run({ go: 'last', extend: false }, { go: 1, extend: false }).active).toBe('e');
    expect(chosen(walked)).toBe('');
  });

  it('R-40 draws a range with Shift, forwards and back over its start', () => {
    const start: SelectionStep = { pick: 'c', how: 'only' };
    const down: SelectionStep = { go: 1, extend: true };
    const up: SelectionStep = { go: -1, extend: true };
    expect(chosen(run(start, down, down))).toBe('cde');
    expect(chosen(run(start, down, up, up))).toBe('bc');
    expect(chosen(run({ pick: 'b', how: 'only' }, { pick: 'd', how: 'range' }))).toBe('bcd');
  });

  it('R-40 toggles one by one, takes all and lets go', () => {
    expect(chosen(run({ pick: 'a', how: 'toggle' }, { pick: 'c', how: 'toggle' }, { pick: 'a', how: 'toggle' }))).toBe(
      'c',
    );
    expect(chosen(run('all'))).toBe('abcde');
    expect(chosen(run('all', 'none'))).toBe('');
    expect(chosen(run({ go: 1, extend: false }, 'toggle-active'))).toBe('a');
  });

  it('R-40 never holds what is no longer in the list', () => {
    const step: fc.Arbitrary<SelectionStep> = fc.oneof(
      fc.record({ go: fc.constantFrom<-1 | 1 | 'first' | 'last'>(-1, 1, 'first', 'last'), extend: fc.boolean() }),
      fc.record({
        pick: fc.constantFrom(...order),
        how: fc.constantFrom<'only' | 'toggle' | 'range'>('only', 'toggle', 'range'),
      }),
      fc.constantFrom<SelectionStep>('toggle-active', 'all', 'none'),
    );
    fc.assert(
      fc.property(fc.array(step), fc.subarray(order), (steps, left) => {
        const kept = pruned(run(...steps), left);
        expect([...kept.chosen].every((id) => left.includes(id))).toBe(true);
        expect(kept.active === null || left.includes(kept.active)).toBe(true);
      }),
    );
  });
});

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
