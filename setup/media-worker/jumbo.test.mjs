import fc from 'fast-check';
import { expect, it } from 'vitest';
import { group, localNames } from './jumbo.mjs';

it('sees every way in which a C++ source keeps a name to itself', () => {
  const source = `
#define MS_CLASS "Every file has its own"
#define LIMIT 3
static int count{ 0 };
enum { First = 1, Second };
namespace {
constexpr double kGain = 4.0;
struct Sample {
  int notMine = 1;
};
int helper(int x) {
  return x;
}
}  // namespace
int shared(int x) {
  return x;
}
`;
  expect(localNames(source).sort()).toEqual(['First', 'LIMIT', 'Sample', 'Second', 'count', 'helper', 'kGain']);
});

it('never puts two files with the same local name together, and loses none', () => {
  const file = fc.record({
    names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 3 }),
    padding: fc.integer({ min: 0, max: 250_000 }),
  });
  fc.assert(
    fc.property(fc.array(file, { maxLength: 20 }), (files) => {
      const sources = files.map(({ names, padding }, i) => ({
        file: String(i),
        source: names.map((name) => `static int ${name};\n`).join('') + ' '.repeat(padding),
      }));
      const groups = group(sources);
      expect(
        groups
          .flat()
          .map(Number)
          .sort((a, b) => a - b),
      ).toEqual(files.map((_, i) => i));
      for (const members of groups) {
        const names = members.flatMap((member) => files[Number(member)].names);
        expect(new Set(names).size).toBe(names.length);
      }
    }),
  );
});
