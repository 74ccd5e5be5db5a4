import { describe, expect, it } from 'vitest';
import { sortAddresses } from './addresses.ts';

describe('addresses as people type them', () => {
  it('R-43 each once, whatever the case, and what is none is said', () => {
    expect(sortAddresses(['Bilal@Example.dz', ' bilal@example.dz', 'nadia@example.dz', 'nadia', ''])).toEqual({
      good: ['bilal@example.dz', 'nadia@example.dz'],
      bad: ['nadia'],
    });
  });
});
