import { LinkNodes, LinkNodeView, LinkPage, LinkUnlock } from '@diwan/protocol/ibox-links.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { get, send } from '../wire/http.ts';
import { queryClient } from '../wire/queries.ts';

/** What a visitor asks of the hub: nothing of the app's session, whether they have one or not. */
const linkPath = (token: string) => `/api/links/${encodeURIComponent(token)}`;
const nodePath = (token: string, id: string) => `${linkPath(token)}/nodes/${encodeURIComponent(id)}`;

export const pageQuery = (token: string) =>
  queryOptions({
    queryKey: ['link', token],
    queryFn: ({ signal }) => get(linkPath(token), LinkPage, signal),
    // What was opened stays open while it is looked at; each further call is judged anew.
    staleTime: Number.POSITIVE_INFINITY,
  });

export async function unlock(token: string, password: string): Promise<void> {
  const path = `${linkPath(token)}/session`;
  const page = await send('POST', path, { request: LinkUnlock, body: { password }, answer: LinkPage });
  queryClient.setQueryData(pageQuery(token).queryKey, page);
}

export const nodeQuery = (token: string, id: string) =>
  queryOptions({
    queryKey: ['link', token, 'node', id],
    queryFn: ({ signal }) => get(nodePath(token, id), LinkNodeView, signal),
  });

const pageSize = 200;

export const childrenQuery = (token: string, id: string) =>
  infiniteQueryOptions({
    queryKey: ['link', token, 'children', id],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(pageSize), ...(pageParam === '' ? {} : { after: pageParam }) });
      return get(`${nodePath(token, id)}/children?${query}`, LinkNodes, signal);
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

/** Where the browser fetches what it shows. */
export const contentOf = (token: string, id: string) => `${nodePath(token, id)}/content`;
export const textOf = (token: string, id: string) => `${nodePath(token, id)}/text`;
export const previewOf = (token: string, id: string, edge: 256 | 1600) => `${nodePath(token, id)}/preview?size=${edge}`;
export const filesOf = (token: string) => `${linkPath(token)}/files`;

/**
 * Has the browser fetch a file, or a folder as ZIP. The hub is asked first whether the link still stands: a refusal would be saved
 * as the file. Throws ProblemError.
 */
export async function download(token: string, { id, kind }: { id: string; kind: 'file' | 'folder' }): Promise<void> {
  await get(linkPath(token), LinkPage);
  const link = document.createElement('a');
  link.href = kind === 'file' ? `${contentOf(token, id)}?download=1` : `${nodePath(token, id)}/archive`;
  link.download = '';
  link.click();
}
