import type { Node } from '@diwan/protocol/ibox.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useLanguage } from '../locales/i18n.ts';
import { arranged, type Order } from './arrange.ts';
import type { Marks } from './node-actions.ts';
import { childrenQuery } from './queries.ts';

/** More than these are not all fetched, and stay in the hub's order. */
export const mostArranged = 20_000;

/** A folder's nodes in order, and how far they have come. An order is that of the whole folder: until it is there, it is the hub's. */
export function useFolder(id: string, order: Order) {
  const language = useLanguage();
  const query = useInfiniteQuery(childrenQuery(id));
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query;
  const fetched = useMemo(() => unique(data?.pages.flatMap((page) => page.nodes) ?? []), [data]);
  const tooMany = hasNextPage && fetched.length >= mostArranged;
  const complete = data !== undefined && !hasNextPage;

  useEffect(() => {
    if (hasNextPage && !isFetching && !isError && !tooMany) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, tooMany, fetchNextPage]);

  const nodes = useMemo(
    () => (complete ? arranged(fetched, order, language) : fetched),
    [complete, fetched, order, language],
  );
  const last = data?.pages.at(-1);
  const marks = useMemo(
    (): Marks => ({ favourites: new Set(last?.favourites), locked: new Set(last?.locked) }),
    [last],
  );
  return { query, nodes, marks, complete, tooMany };
}

/** What was renamed between two pages comes twice. */
const unique = (nodes: readonly Node[]): Node[] => [...new Map(nodes.map((node) => [node.id, node])).values()];
