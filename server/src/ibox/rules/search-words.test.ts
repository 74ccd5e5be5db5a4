import fc from 'fast-check';
import { expect, it } from 'vitest';
import { afterPrefix, questionWords, searchWords } from './search-words.ts';

const finds = (question: string, name: string) => {
  const words = searchWords(name);
  return questionWords(question).every((asked) => words.some((word) => word.startsWith(asked)));
};

it('R-44 a name is found by the beginnings of its words, whatever case, accents and Arabic spelling', () => {
  const pairs: [string, string][] = [
    ['ete', 'Bilan d’ÉTÉ.xlsx'],
    ['xls bilan', 'Bilan d’ÉTÉ.xlsx'],
    ['STRASSE', 'straße.txt'],
    ['تقرير', 'التَّقْرِير.pdf'],
    ['الى', 'إلي'],
    ['مدرسه', 'مدرســة'],
    ['2024', 'scan2024.png'],
    ['دجنبر', 'دجنبر ٢٠٢٤'],
    ['مـدرسة', 'مدرسة'],
  ];
  expect(pairs.filter(([question, name]) => !finds(question, name))).toEqual([]);
  expect(finds('port', 'rapport')).toBe(false);
});

it('every name is found by each of its own words, and by itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
      expect(finds(name, name)).toBe(true);
      for (const word of questionWords(name)) expect(searchWords(name)).toContain(word);
    }),
  );
});

it('words sort before the end of their prefix, and mean nothing to LIKE', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (name) => {
      for (const word of searchWords(name)) {
        expect(word).toMatch(/^[\p{L}\p{N}]+$/u);
        const end = Buffer.from(afterPrefix(word.slice(0, 1 + Number((word.codePointAt(0) as number) > 0xffff))));
        expect(Buffer.compare(Buffer.from(word), end)).toBe(-1);
      }
    }),
  );
});
