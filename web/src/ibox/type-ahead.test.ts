import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isTyping, nothingTyped, placeTyped, withLetter } from './type-ahead.ts';

const names = ['Bilan', 'bon de commande', 'Étude', 'étage', 'Photos', 'أمل'];

it('R-40 a letter goes to the next name with it and round; a word stays where it fits', () => {
  expect(placeTyped(names, -1, 'b')).toBe(0);
  expect(placeTyped(names, 0, 'b')).toBe(1);
  expect(placeTyped(names, 1, 'B')).toBe(0);
  expect(placeTyped(names, 0, 'bb')).toBe(1);
  expect(placeTyped(names, 2, 'et')).toBe(2);
  expect(placeTyped(names, 2, 'eta')).toBe(3);
  expect(placeTyped(names, 4, 'ا')).toBe(5);
  expect(placeTyped(names, 0, 'zz')).toBe(-1);
  expect(placeTyped([], -1, 'z')).toBe(-1);
});

it('R-40 finds a name from wherever it begins, when there is one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 3 })),
      fc.integer({ min: -1, max: 5 }),
      fc.string({ minLength: 1 }),
      (all, at, typed) => {
        const place = placeTyped(all, Math.min(at, all.length - 1), typed);
        expect(place === -1 || place < all.length).toBe(true);
        if (all.includes(typed)) expect(place).not.toBe(-1);
      },
    ),
  );
});

it('R-40 letters typed soon after one another are one word', () => {
  const one = withLetter(withLetter(nothingTyped, 'b', 0), 'o', 500);
  expect(one).toEqual({ letters: 'bo', at: 500 });
  expect(withLetter(one, 'n', 2000).letters).toBe('n');
  expect([isTyping(nothingTyped, 0), isTyping(one, 900), isTyping(one, 2000)]).toEqual([false, true, false]);
});
