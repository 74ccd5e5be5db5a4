import { expect, it } from 'vitest';
import { directionOf } from './direction.ts';

it('R-34 a line has the direction of its first letter, whatever stands before it', () => {
  expect(['# Ordre du jour', '- لغة', '1. מזכר', '* 12 — Conseil لغة', 'لغة Conseil'].map(directionOf)).toEqual([
    ...['ltr', 'rtl', 'rtl', 'ltr', 'rtl'],
  ]);
  expect(['', '---', '1. 2027'].map(directionOf)).toEqual([undefined, undefined, undefined]);
});
