import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Go, nothingSelected, pruned, type Selection, type SelectionStep, select } from './selection.ts';

const order = ['a', 'b', 'c', 'd', 'e'];
const run = (...steps: SelectionStep[]) =>
  steps.reduce((selection: Selection, step) => select(selection, step, order), nothingSelected);
const chosen = (selection: Selection) => [...selection.chosen].sort().join('');

const step: fc.Arbitrary<SelectionStep> = fc.oneof(
  fc.record({
    go: fc.oneof<fc.Arbitrary<Go>[]>(fc.integer({ min: -7, max: 7 }), fc.constantFrom<Go>('first', 'last')),
    how: fc.constantFrom<'take' | 'walk' | 'extend'>('take', 'walk', 'extend'),
  }),
  fc.record({
    pick: fc.constantFrom(...order),
    how: fc.constantFrom<'only' | 'toggle' | 'range'>('only', 'toggle', 'range'),
  }),
  fc.constantFrom<SelectionStep>('toggle-active', 'all', 'none'),
);

describe('selecting in a list of files', () => {
  it('R-40 takes what the arrows reach, and stops at the ends', () => {
    const walked = run({ go: 1, how: 'take' }, { go: 1, how: 'take' }, { go: -1, how: 'take' });
    expect([walked.active, chosen(walked)]).toEqual(['a', 'a']);
    expect(run({ go: 'last', how: 'take' }, { go: 1, how: 'take' }).active).toBe('e');
    expect(run({ go: 'first', how: 'take' }, { go: 3, how: 'take' }, { go: 3, how: 'take' }).active).toBe('e');
  });

  it('R-40 walks past what is selected and adds to it', () => {
    const walked = run({ pick: 'a', how: 'only' }, { go: 1, how: 'walk' }, { go: 1, how: 'walk' });
    expect([walked.active, chosen(walked)]).toEqual(['c', 'a']);
    expect(chosen(select(walked, 'toggle-active', order))).toBe('ac');
  });

  it('R-40 draws a range with Shift, forwards and back over its start', () => {
    const start: SelectionStep = { pick: 'c', how: 'only' };
    const down: SelectionStep = { go: 1, how: 'extend' };
    const up: SelectionStep = { go: -1, how: 'extend' };
    expect(chosen(run(start, down, down))).toBe('cde');
    expect(chosen(run(start, down, up, up))).toBe('bc');
    expect(chosen(run({ pick: 'b', how: 'only' }, { pick: 'd', how: 'range' }))).toBe('bcd');
  });

  it('R-40 toggles one by one, takes all and lets go', () => {
    const toggle = (pick: string): SelectionStep => ({ pick, how: 'toggle' });
    expect(chosen(run(toggle('a'), toggle('c'), toggle('a')))).toBe('c');
    expect(chosen(run('all'))).toBe('abcde');
    expect(chosen(run('all', 'none'))).toBe('');
  });

  it('R-40 never holds what is no longer in the list, whatever was done before and after', () => {
    fc.assert(
      fc.property(fc.array(step), fc.subarray(order), fc.array(step), (before, left, after) => {
        const kept = pruned(run(...before), left);
        const ids = (selection: Selection) => [...selection.chosen, selection.active, selection.anchor];
        const inside = (id: string | null) => id === null || left.includes(id);
        expect(ids(kept).every(inside)).toBe(true);
        const moves = after.filter((one) => typeof one !== 'object' || !('pick' in one) || left.includes(one.pick));
        expect(ids(moves.reduce((selection, one) => select(selection, one, left), kept)).every(inside)).toBe(true);
      }),
    );
  });

  it('R-40 a range has no gap, and begins or ends where it was begun', () => {
    fc.assert(
      fc.property(fc.array(step), fc.constantFrom(...order), (before, to) => {
        const ranged = select(run(...before), { pick: to, how: 'range' }, order);
        const places = [...ranged.chosen].map((id) => order.indexOf(id)).sort((a, b) => a - b);
        expect(places).toEqual(places.map((_, index) => (places[0] as number) + index));
        for (const end of [ranged.anchor as string, to]) expect([...ranged.chosen]).toContain(end);
      }),
    );
  });
});
