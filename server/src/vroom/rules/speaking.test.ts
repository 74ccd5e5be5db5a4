import type { Source } from '@diwan/protocol/vroom.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { videoPriority } from './media.ts';
import { loudness, whoSpeaks } from './speaking.ts';

const part = (current: string | null, levels: Record<string, number>) => ({
  current,
  levels: new Map(Object.entries(levels)),
});

it('R-34 of those who speak in the parts of a room the loudest is named, nobody when all are silent', () => {
  expect(whoSpeaks([part('a', { a: -30, b: -20 }), part('c', { c: -25 })], null)).toBe('c');
  expect(whoSpeaks([part(null, {}), part('c', { c: -50 })], null)).toBe('c');
  expect(whoSpeaks([part(null, {}), part(null, {})], 'a')).toBeNull();
});

it('R-34 whoever speaks stays so until somebody elsewhere is much louder', () => {
  const quieter = [part('a', { a: -30 }), part('c', { c: -22 })];
  expect(whoSpeaks(quieter, 'a')).toBe('a');
  expect(whoSpeaks([part('a', { a: -30 }), part('c', { c: -15 })], 'a')).toBe('c');
});

it('R-34 loudness is told in ten steps', () => {
  expect([-127, -60, -30, 0].map(loudness)).toEqual([1, 1, 5, 10]);
});

it('R-35 a screen comes before who has the attention, they before the others, larger tiles before smaller ones', () => {
  const layer = fc.integer({ min: 0, max: 3 });
  const priority = (source: Source, attention: boolean, of: number) => videoPriority({ source, attention, layer: of });
  fc.assert(
    fc.property(layer, layer, layer, fc.boolean(), (x, y, z, attention) => {
      expect(priority('screen', attention, x)).toBeGreaterThan(priority('camera', true, y));
      expect(priority('camera', true, y)).toBeGreaterThan(priority('camera', false, z));
      if (x > y) expect(priority('camera', attention, x)).toBeGreaterThan(priority('camera', attention, y));
      expect(priority('screen', attention, x)).toBeLessThanOrEqual(255);
    }),
  );
});
