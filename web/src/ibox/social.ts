import type { Node } from '@diwan/protocol/ibox.ts';
import { NodeLock } from '@diwan/protocol/ibox.ts';
import { ActivityPage } from '@diwan/protocol/ibox-activity.ts';
import { Comment, CommentPage, CommentWrite, Favourites, NodeLockRequest } from '@diwan/protocol/ibox-social.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { get, send, tell } from '../wire/http.ts';
import { queryClient } from '../wire/queries.ts';

const pathOf = (id: string) => `/api/ibox/nodes/${encodeURIComponent(id)}`;
const commentPath = (id: number) => `/api/ibox/comments/${id}`;
const refresh = () => queryClient.invalidateQueries({ queryKey: ['ibox'] });
type Before = number | null;
const pageOf = (before: Before) => new URLSearchParams(before === null ? {} : { before: String(before) });

export const activityQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['ibox', 'activity', id],
    queryFn: ({ pageParam, signal }) => get(`${pathOf(id)}/activity?${pageOf(pageParam)}`, ActivityPage, signal),
    initialPageParam: null as Before,
    getNextPageParam: (page) => page.next,
  });

export const commentsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['ibox', 'comments', id],
    queryFn: ({ pageParam, signal }) => get(`${pathOf(id)}/comments?${pageOf(pageParam)}`, CommentPage, signal),
    initialPageParam: null as Before,
    getNextPageParam: (page) => page.next,
  });

export const favouritesQuery = queryOptions({
  queryKey: ['ibox', 'favourites'],
  queryFn: ({ signal }) => get('/api/ibox/favourites', Favourites, signal),
});

export const addComment = (nodeId: string, text: string): Promise<Comment> =>
  send('POST', `${pathOf(nodeId)}/comments`, { request: CommentWrite, body: { text }, answer: Comment }).finally(
    refresh,
  );

export const editComment = (id: number, text: string): Promise<Comment> =>
  send('PATCH', commentPath(id), { request: CommentWrite, body: { text }, answer: Comment }).finally(refresh);

export const deleteComment = (id: number): Promise<void> => tell('DELETE', commentPath(id)).finally(refresh);

/** Makes all of them favourites, or none. */
export const setFavourites = (nodes: readonly Node[], on: boolean): Promise<unknown> =>
  Promise.all(nodes.map(({ id }) => tell(on ? 'PUT' : 'DELETE', `${pathOf(id)}/favourite`))).finally(refresh);

/** How long a lock lasts that is not given up, in minutes. */
const lockMinutes = 8 * 60;

export const lockNode = (id: string): Promise<NodeLock> =>
  send('PUT', `${pathOf(id)}/lock`, {
    request: NodeLockRequest,
    body: { minutes: lockMinutes },
    answer: NodeLock,
  }).finally(refresh);

export const unlockNode = (id: string): Promise<void> => tell('DELETE', `${pathOf(id)}/lock`).finally(refresh);
