import { SearchResult, TrashPage, Usage, VersionPage } from '@diwan/protocol/ibox-history.ts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from '../wire/http.ts';

const pageSize = 50;
type Before = number | null;
const pageOf = (before: Before) =>
  new URLSearchParams({ limit: String(pageSize), ...(before === null ? {} : { before: String(before) }) });

export const versionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['ibox', 'versions', id],
    queryFn: ({ pageParam, signal }) =>
      get(`/api/ibox/nodes/${encodeURIComponent(id)}/versions?${pageOf(pageParam)}`, VersionPage, signal),
    initialPageParam: null as Before,
    getNextPageParam: (page) => page.next,
  });

export const trashQuery = (spaceId: string) =>
  infiniteQueryOptions({
    queryKey: ['ibox', 'trash', spaceId],
    queryFn: ({ pageParam, signal }) =>
      get(`/api/ibox/spaces/${encodeURIComponent(spaceId)}/trash?${pageOf(pageParam)}`, TrashPage, signal),
    initialPageParam: null as Before,
    getNextPageParam: (page) => page.next,
  });

export const usageQuery = queryOptions({
  queryKey: ['ibox', 'usage'],
  queryFn: ({ signal }) => get('/api/ibox/usage', Usage, signal),
});

export const searchQuery = (question: string) =>
  queryOptions({
    queryKey: ['ibox', 'search', question],
    queryFn: ({ signal }) => get(`/api/ibox/search?${new URLSearchParams({ q: question })}`, SearchResult, signal),
    enabled: question !== '',
    // What was found stays on the screen while the next letters are asked for.
    placeholderData: keepPreviousData,
  });
