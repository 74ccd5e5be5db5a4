import { describe, expect, it } from 'vitest';
import { sortAddresses, splitAddresses } from './addresses.ts';

describe('addresses as people type them', () => {
  it('R-43 together, with names as mail programs write them, or one by one', () => {
    expect(splitAddresses(['Lina Haddad <lina@example.dz>; bilal@example.dz,nadia@', 'x'])).toEqual([
      'lina@example.dz',
      'bilal@example.dz',
      'nadia@',
      'x',
    ]);
  });

  it('R-43 each once, whatever the case, and what is none is said', () => {
    expect(sortAddresses(['Bilal@Example.dz', ' bilal@example.dz', 'nadia@example.dz', 'nadia', ''])).toEqual({
      good: ['bilal@example.dz', 'nadia@example.dz'],
      bad: ['nadia'],
    });
  });
});
