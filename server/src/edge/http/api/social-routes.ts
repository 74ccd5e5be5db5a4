import { NodeLock } from '@diwan/protocol/ibox.ts';
import { ActivityPage, ActivityPageQuery } from '@diwan/protocol/ibox-activity.ts';
import {
  Comment,
  CommentPage,
  CommentPageQuery,
  CommentWrite,
  Favourites,
  NodeLockRequest,
} from '@diwan/protocol/ibox-social.ts';
import type { ApiRoute } from './routes.ts';

const nodeId = 'c6b1d2aa-50a4-4a0b-b6d4-8f3c4f3f9e77';
const entry = {
  id: 812,
  at: 1795000000000,
  by: 'Amina',
  verb: 'renamed',
  spaceId: '1d7f9c52-3a86-4f0e-8a10-5f2f4b0c7d3e',
  nodeId,
  name: 'bilan 2026.pdf',
  count: 1,
  folder: { id: '6a0f4c1e-0f52-4c55-9a39-0d1f6e6f2b11', name: 'Rapports' },
  fromName: 'bilan.pdf',
  fromFolder: null,
  about: null,
} as const;
const comment = {
  id: 31,
  nodeId,
  by: 'Amina',
  isOwn: true,
  mayDelete: true,
  text: 'La page 3 est à revoir.',
  createdAt: 1795000000000,
  editedAt: null,
} as const;
const lock = {
  nodeId,
  by: 'Amina',
  isOwn: true,
  kind: 'person',
  note: 'Je corrige jusqu’à midi',
  until: 1795007200000,
} as const;

/** What stands beside the files: /api/ibox. */
export const socialRoutes: readonly ApiRoute[] = [
  {
    method: 'get',
    path: '/ibox/nodes/:id/activity',
    does: 'What was done to it, the latest first; of a folder also to what lay directly in it.',
    query: ActivityPageQuery,
    answer: ActivityPage,
    errors: ['not_found'],
    example: { answer: { entries: [entry], next: 812 } },
  },
  {
    method: 'get',
    path: '/ibox/spaces/:id/activity',
    does: 'What was done in a space, the latest first.',
    query: ActivityPageQuery,
    answer: ActivityPage,
    errors: ['not_found'],
    example: { answer: { entries: [entry], next: null } },
  },
  {
    method: 'get',
    path: '/ibox/nodes/:id/comments',
    does: 'What people say about it, the latest first.',
    query: CommentPageQuery,
    answer: CommentPage,
    errors: ['not_found'],
    example: { answer: { comments: [comment], next: null } },
  },
  {
    method: 'post',
    path: '/ibox/nodes/:id/comments',
    does: 'Says something about it, to all who may read it.',
    request: CommentWrite,
    answer: Comment,
    status: 201,
    errors: ['not_found', 'too_many_attempts'],
    example: { request: { text: comment.text }, answer: comment },
  },
  {
    method: 'patch',
    path: '/ibox/comments/:id',
    does: 'Changes one’s own comment.',
    request: CommentWrite,
    answer: Comment,
    errors: ['not_found', 'forbidden'],
    example: { request: { text: 'Revu.' }, answer: { ...comment, text: 'Revu.', editedAt: 1795000300000 } },
  },
  {
    method: 'delete',
    path: '/ibox/comments/:id',
    does: 'Takes a comment away: one’s own or, for who manages the space, any.',
    errors: ['bad_request', 'not_found', 'forbidden'],
  },
  { method: 'get', path: '/ibox/favourites', does: 'One’s favourites, the latest first.', answer: Favourites },
  {
    method: 'put',
    path: '/ibox/nodes/:id/favourite',
    does: 'Makes it a favourite of one’s own.',
    errors: ['not_found', 'forbidden'],
  },
  {
    method: 'delete',
    path: '/ibox/nodes/:id/favourite',
    does: 'Makes it a favourite no longer.',
    errors: ['not_found'],
  },
  {
    method: 'put',
    path: '/ibox/nodes/:id/lock',
    does: 'Keeps others from changing it, or what is in it, for some time. Again: the time counts anew.',
    request: NodeLockRequest,
    answer: NodeLock,
    errors: ['not_found', 'forbidden', 'locked'],
    example: { request: { minutes: 120, note: lock.note }, answer: lock },
  },
  {
    method: 'delete',
    path: '/ibox/nodes/:id/lock',
    does: 'Unlocks it: by who holds the lock, or manages the space.',
    errors: ['not_found', 'forbidden'],
  },
];
