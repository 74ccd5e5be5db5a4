import type { Node } from '@diwan/protocol/ibox.ts';
import { fileKind } from './file-kind.ts';

export const orders = ['name', 'size', 'changed', 'type'] as const;
export type Order = { by: (typeof orders)[number]; descending: boolean };
type Arranged = Pick<Node, 'kind' | 'name' | 'size' | 'changedAt' | 'mediaType'>;

/** A folder's nodes in order: folders first whichever way it goes; what is equal goes by name. Folders have no size and no type. */
export function arranged<N extends Arranged>(nodes: readonly N[], { by, descending }: Order, language: string): N[] {
  // "page 2" before "page 10", as people count.
  const { compare } = new Intl.Collator(language, { numeric: true });
  const byName = (a: N, b: N) => compare(a.name, b.name) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const first = (a: N, b: N): number => {
    switch (by) {
      case 'size':
        return a.kind === 'folder' ? 0 : a.size - b.size;
      case 'changed':
        return a.changedAt - b.changedAt;
      case 'type':
        return compare(fileKind(a), fileKind(b)) || compare(extensionOf(a), extensionOf(b));
      case 'name':
        return byName(a, b);
    }
  };
  const way = descending ? -1 : 1;
  return nodes.toSorted(
    (a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || way * first(a, b) || byName(a, b),
  );
}

/** What a click on a column asks for: the other way round, or a new order the way people expect it first. */
export const nextOrder = (order: Order, by: Order['by']): Order =>
  order.by === by ? { by, descending: !order.descending } : { by, descending: by === 'size' || by === 'changed' };

const extensionOf = ({ kind, name }: Pick<Node, 'kind' | 'name'>): string =>
  kind === 'file' && name.lastIndexOf('.') > 0 ? name.slice(name.lastIndexOf('.') + 1) : '';
