import type { Node } from '@diwan/protocol/ibox.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arranged, nextOrder, type Order, orders } from './arrange.ts';

const file = (name: string, size = 0, changedAt = 0, mediaType = 'text/plain') =>
  ({ kind: 'file', name, size, changedAt, mediaType }) as Node;
const folder = (name: string, changedAt = 0) => ({ kind: 'folder', name, size: 0, changedAt, mediaType: null }) as Node;
const names = (nodes: readonly Node[]) => nodes.map(({ name }) => name);
const up = (by: Order['by']): Order => ({ by, descending: false });
const down = (by: Order['by']): Order => ({ by, descending: true });

describe('the order of a folder', () => {
  it('R-40 by name, as people count and read: accents beside their letters, 2 before 10', () => {
    const nodes = [file('page 10'), file('étude'), file('zoo'), file('page 2'), file('Etat'), folder('z')];
    expect(names(arranged(nodes, up('name'), 'fr'))).toEqual(['z', 'Etat', 'étude', 'page 2', 'page 10', 'zoo']);
    expect(names(arranged(nodes, down('name'), 'fr'))).toEqual(['z', 'zoo', 'page 10', 'page 2', 'étude', 'Etat']);
    expect(names(arranged([file('ياسمين'), file('أمل'), file('باب')], up('name'), 'ar'))).toEqual([
      'أمل',
      'باب',
      'ياسمين',
    ]);
  });

  it('R-40 by size, date and type; folders first, and what is equal by name', () => {
    const nodes = [file('b', 5, 30), file('a', 5, 10), file('c', 9, 20, 'image/png'), folder('y', 50), folder('x', 60)];
    expect(names(arranged(nodes, down('size'), 'fr'))).toEqual(['x', 'y', 'c', 'a', 'b']);
    expect(names(arranged(nodes, down('changed'), 'fr'))).toEqual(['x', 'y', 'b', 'c', 'a']);
    expect(names(arranged(nodes, up('type'), 'fr'))).toEqual(['x', 'y', 'c', 'a', 'b']);
  });

  it('R-40 loses nothing and depends on nothing but the nodes', () => {
    const node = fc.record({
      kind: fc.constantFrom<Node['kind']>('file', 'folder'),
      name: fc.string({ minLength: 1, maxLength: 3 }),
      size: fc.nat(3),
      changedAt: fc.nat(3),
      mediaType: fc.constantFrom('text/plain', 'image/png', 'application/pdf'),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(node, { selector: ({ name }) => name }),
        fc.record({ by: fc.constantFrom(...orders), descending: fc.boolean() }),
        (nodes, order) => {
          const one = arranged(nodes, order, 'fr');
          expect(one).toHaveLength(nodes.length);
          expect(arranged(nodes.toReversed(), order, 'fr')).toEqual(one);
          const kinds = one.map(({ kind }) => kind);
          expect(kinds).toEqual(kinds.toSorted((a, b) => (a === b ? 0 : a === 'folder' ? -1 : 1)));
        },
      ),
    );
  });

  it('R-40 a second click turns the order round; sizes and dates begin with the most', () => {
    expect(nextOrder(up('name'), 'name')).toEqual(down('name'));
    expect(nextOrder(up('name'), 'size')).toEqual(down('size'));
    expect(nextOrder(down('size'), 'type')).toEqual(up('type'));
  });
});
