import { nameWarnings } from '@diwan/protocol/ibox-names.ts';
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

it('R-40 tells what is trouble on Windows, and accepts it', () => {
  const told: [string, string[]][] = [
    ['CON', ['windows_reserved']],
    ['con.txt', ['windows_reserved']],
    ['nul.tar.gz', ['windows_reserved']],
    ['Lpt1', ['windows_reserved']],
    ['COM¹.log', ['windows_reserved']],
    ['CONIN$', ['windows_reserved']],
    ['AUX ', ['windows_reserved', 'windows_ending']],
    ['10:30 réunion?', ['windows_characters']],
    ['a<b', ['windows_characters']],
    ['fin.', ['windows_ending']],
    ['fin ', ['windows_ending']],
    ['...', ['windows_ending']],
    ...['console', 'com', 'com10', 'lpt', 'nul_', 'xcon', 'con-1', '.con', 'a.b', 'تقرير (2).pdf', 'prénom'].map(
      (name): [string, string[]] => [name, []],
    ),
  ];
  expect(told.map(([name]) => [checkedName(name), nameWarnings(name)])).toEqual(told);
});

it('a name that is accepted without a warning keeps to what Windows asks of one', () => {
  // Written anew from the rules of Microsoft, not from ours.
  const devices = ['CON', 'PRN', 'AUX', 'NUL', ...['COM', 'LPT'].flatMap((d) => [...'123456789'].map((n) => d + n))];
  const isFine = (name: string) =>
    ![...name].some((c) => '<>:"/\\|?*'.includes(c) || c < ' ') &&
    !name.endsWith('.') &&
    !name.endsWith(' ') &&
    !devices.includes((name.split('.')[0] as string).trimEnd().toUpperCase()) &&
    name.length <= 255;
  const piece = fc.constantFrom(
    'con',
    'NUL',
    'lpt',
    'COM',
    '1',
    '9',
    '.',
    ' ',
    '?',
    ':',
    'x',
    'é',
    'ن',
    '\u0301',
    'txt',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
      ),
      (text) => {
        if (isRefused(text)) return;
        const name = checkedName(text);
        if (nameWarnings(name).length === 0) expect([name, isFine(name)]).toEqual([name, true]);
      },
    ),
    { numRuns: 2000 },
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
