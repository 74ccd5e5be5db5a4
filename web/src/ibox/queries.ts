import { NodeView, Space, WholeNodePage } from '@diwan/protocol/ibox.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { get } from '../wire/http.ts';
import { queryClient } from '../wire/queries.ts';
import { onEvent, onOpen } from '../wire/socket.ts';

/** The first page comes at once; the others are few. */
const pageSizes = { first: 200, other: 5000 };

export const spacesQuery = queryOptions({
  queryKey: ['ibox', 'spaces'],
  queryFn: ({ signal }) => get('/api/ibox/spaces', z.array(Space), signal),
});

export const nodeQuery = (id: string) =>
  queryOptions({
    queryKey: ['ibox', 'node', id],
    queryFn: ({ signal }) => get(`/api/ibox/nodes/${encodeURIComponent(id)}`, NodeView, signal),
  });

export const childrenQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['ibox', 'children', id],
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === '' ? { limit: pageSizes.first } : { limit: pageSizes.other, after: pageParam };
      const query = new URLSearchParams(Object.entries(page).map(([name, value]) => [name, String(value)]));
      return get(`/api/ibox/nodes/${encodeURIComponent(id)}/children?${query}`, WholeNodePage, signal);
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

/** Asks again for what the hub says has changed, a burst of changes at a time. Answers the function that stops it. */
export function followSpaces(): () => void {
  let pending: ReturnType<typeof setTimeout> | undefined;
  const refresh = () => {
    pending ??= setTimeout(() => {
      pending = undefined;
      void queryClient.invalidateQueries({ queryKey: ['ibox'] });
    }, 250);
  };
  const stops = [
    onEvent('space:changed', refresh),
    onEvent('node:touched', ({ nodeId, what }) => (what === 'comments' ? refreshComments(nodeId) : refresh())),
    onOpen((recovered) => !recovered && refresh()),
  ];
  return () => {
    clearTimeout(pending);
    for (const stop of stops) stop();
  };
}

/** A comment changes no list: what shows it is asked for again, and nothing else. */
function refreshComments(nodeId: string): void {
  for (const what of ['comments', 'activity', 'node'])
    void queryClient.invalidateQueries({ queryKey: ['ibox', what, nodeId] });
}
