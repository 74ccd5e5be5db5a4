import { expect, it } from 'vitest';
import { inGroups, isWholeCode } from './model.ts';

it('R-18 a code is sent once it is whole, as any keyboard types it', () => {
  for (const code of ['482913', ' 482 913 ', '٤٨٢٩١٣']) expect(isWholeCode('totp', code)).toBe(true);
  for (const code of ['', '48291', '4829130', '48291x']) expect(isWholeCode('totp', code)).toBe(false);
  for (const code of ['abcde-fghij', 'ABCDE FGHIJ', 'abcdefghij']) expect(isWholeCode('recovery', code)).toBe(true);
  for (const code of ['', 'abcde', 'abcde-fghi', 'abcde-fghijk']) expect(isWholeCode('recovery', code)).toBe(false);
});

it('R-18 a key is shown in groups, and nothing of it is lost', () => {
  expect(inGroups('ABCDEFGHIJ')).toBe('ABCD EFGH IJ');
  expect(inGroups('')).toBe('');
});
