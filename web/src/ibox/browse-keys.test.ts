import { expect, it } from 'vitest';
import { type Key, keyCommand } from './browse-keys.ts';

const list = { columns: 1, rows: 8, rtl: false };
const grid = { columns: 4, rows: 3, rtl: false };
const press = (key: string, held: Partial<Key> = {}, layout = list, typing = false) =>
  keyCommand({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held }, layout, typing);

it('R-40 arrows go by rows and, in a grid, beside one another, the way the text runs', () => {
  expect(press('ArrowDown')).toEqual({ select: { go: 1, how: 'take' } });
  expect(press('ArrowDown', { shiftKey: true })).toEqual({ select: { go: 1, how: 'extend' } });
  expect(press('ArrowUp', { ctrlKey: true }, grid)).toEqual({ select: { go: -4, how: 'walk' } });
  expect(press('ArrowRight')).toBeUndefined();
  expect(press('ArrowRight', {}, grid)).toEqual({ select: { go: 1, how: 'take' } });
  expect(press('ArrowRight', {}, { ...grid, rtl: true })).toEqual({ select: { go: -1, how: 'take' } });
  expect(press('PageDown', {}, grid)).toEqual({ select: { go: 12, how: 'take' } });
});

it('R-40 keys act as in a file manager; a space belongs to a name that is being typed', () => {
  expect(press('Enter')).toEqual({ act: 'open' });
  expect(press('F2')).toEqual({ act: 'rename' });
  expect(press('Delete')).toEqual({ act: 'delete' });
  expect(press(' ')).toEqual({ act: 'preview' });
  expect(press(' ', {}, list, true)).toEqual({ type: ' ' });
  expect(press(' ', { ctrlKey: true })).toEqual({ select: 'toggle-active' });
  expect(press('a', { metaKey: true })).toEqual({ select: 'all' });
  expect(press('z', { ctrlKey: true })).toBe('undo');
  expect(press('F10', { shiftKey: true })).toBe('menu');
  expect(press('أ')).toEqual({ type: 'أ' });
});

it('R-40 leaves the browser its own keys', () => {
  for (const [key, held] of [
    ['c', { ctrlKey: true }],
    ['ArrowLeft', { altKey: true }],
    ['F5', {}],
    ['Tab', {}],
    ['Shift', { shiftKey: true }],
  ] as const)
    expect(press(key, held)).toBeUndefined();
});
