import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkedName, longestName, nameKey, numberedName } from './names.ts';

const isRefused = (name: string) => {
  try {
    checkedName(name);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'name_invalid' });
    return true;
  }
};
const anyText = fc.string({ unit: 'binary', minLength: 0, maxLength: 300 });

it('R-40 refuses names that could lead elsewhere, and names that no disk takes', () => {
  const refused = ['', '.', '..', '../x', 'a/b', 'a\\b', '/etc', 'a\0', 'a\nb', '\u007f', '\ud800', 'é'.repeat(128)];
  expect(refused.filter((name) => !isRefused(name))).toEqual([]);
  const accepted = ['...', '.env', 'a b', 'é'.repeat(127), 'CON', 'dot.', 'a:b', 'تقرير.pdf', '👩🏽‍💻', ' ', 'a%2fb'];
  expect(accepted.filter(isRefused)).toEqual([]);
});

it('what is accepted stays as it is when it is given again, and has no separator and at most 255 bytes', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      if (isRefused(text)) return;
      const name = checkedName(text);
      expect(checkedName(name)).toBe(name);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(longestName);
      expect(name).not.toMatch(/[/\\\0]/);
    }),
  );
});

it('composed and decomposed letters are one name', () => {
  expect(checkedName('e\u0301te\u0301')).toBe('été');
});

it('names that differ in case only share their key', () => {
  const twins = [
    ['README', 'readme'],
    ['Été', 'éTÉ'],
    ['ΟΔΟΣ', 'οδος'],
    ['οδοσ', 'οδος'],
    ['Straße', 'STRASSE'],
    ['e\u0301', 'É'],
  ];
  for (const [one, other] of twins) expect(nameKey(one as string)).toBe(nameKey(other as string));
  expect(nameKey('resume')).not.toBe(nameKey('résumé'));
  fc.assert(
    fc.property(anyText, (text) => {
      expect(nameKey(text.toUpperCase())).toBe(nameKey(text.toUpperCase().toLowerCase()));
      expect(nameKey(nameKey(text))).toBe(nameKey(text));
    }),
  );
});

it('a numbered name is a name, ends as the original does, and differs from it', () => {
  expect(numberedName('rapport.pdf', 2)).toBe('rapport (2).pdf');
  expect(numberedName('.env', 3)).toBe('.env (3)');
  expect(numberedName('archive', 2)).toBe('archive (2)');
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 1000 }), (text, number) => {
      if (isRefused(text)) return;
      const numbered = numberedName(checkedName(text), number);
      expect(isRefused(numbered)).toBe(false);
      expect(numbered).not.toBe(checkedName(text));
    }),
  );
});
