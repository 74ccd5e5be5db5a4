import { Node } from '@diwan/protocol/ibox.ts';
import { MemberPatch, ReceivedInvitation, ShareRequest, Sharing } from '@diwan/protocol/ibox-shares.ts';
import { z } from 'zod';
import type { ApiRoute } from './routes.ts';

const sharing = {
  spaceId: '7c1e5f0a-2b7d-4d4e-9a65-3f0c8f1b6e21',
  rootId: '6a0f4c1e-0f52-4c55-9a39-0d1f6e6f2b11',
  name: 'Rapports',
  members: [
    {
      accountId: '0b6f1c52-3a86-4f0e-8a10-5f2f4b0c7d3e',
      name: 'Amina',
      email: 'amina@example.dz',
      role: 'manager',
      isOwner: true,
      since: 1795000000000,
    },
  ],
  invitations: [
    {
      id: 'c2a5d0be-7f0b-4a7c-8f5d-1d9a3f1d1c44',
      email: 'karim@example.dz',
      role: 'writer',
      invitedAt: 1795000000000,
      expiresAt: 1797592000000,
    },
  ],
} as const;
const received = {
  id: sharing.invitations[0].id,
  name: sharing.name,
  from: 'Amina',
  role: 'writer',
  message: 'Pour lundi.',
  invitedAt: 1795000000000,
  expiresAt: 1797592000000,
} as const;

/** Folders shared with persons. */
export const sharesRoutes: readonly ApiRoute[] = [
  {
    method: 'post',
    path: '/ibox/nodes/:id/share',
    does: 'Shares a folder with persons, by mail address; whether anybody has it is never told.',
    request: ShareRequest,
    answer: Sharing,
    errors: ['not_found', 'forbidden', 'share_nested', 'too_many_attempts'],
    example: {
      request: { people: [{ email: 'karim@example.dz', role: 'writer' }], message: 'Pour lundi.' },
      answer: sharing,
    },
  },
  {
    method: 'get',
    path: '/ibox/spaces/:id/sharing',
    does: 'The members of a shared space, and who is invited; for its managers.',
    answer: Sharing,
    errors: ['not_found', 'forbidden'],
    example: { answer: sharing },
  },
  {
    method: 'delete',
    path: '/ibox/spaces/:id/sharing',
    does: 'Stops sharing: all goes back into the owner’s own space.',
    errors: ['not_found', 'forbidden'],
  },
  {
    method: 'patch',
    path: '/ibox/spaces/:id/members/:accountId',
    does: 'Gives a member another role.',
    request: MemberPatch,
    errors: ['not_found', 'forbidden'],
    example: { request: { role: 'reader' } },
  },
  {
    method: 'delete',
    path: '/ibox/spaces/:id/members/:accountId',
    does: 'Ends a member’s access at once; of oneself: leaves.',
    errors: ['not_found', 'forbidden'],
  },
  {
    method: 'delete',
    path: '/ibox/spaces/:id/invitations/:invitationId',
    does: 'Withdraws an invitation.',
    errors: ['not_found', 'forbidden'],
  },
  {
    method: 'get',
    path: '/ibox/invitations',
    does: 'What one is invited to.',
    answer: z.array(ReceivedInvitation),
    example: { answer: [received] },
  },
  {
    method: 'post',
    path: '/ibox/invitations/:id/accept',
    does: 'Accepts: the folder in which the shared space shows now.',
    answer: Node,
    errors: ['not_found'],
  },
  { method: 'post', path: '/ibox/invitations/:id/decline', does: 'Declines.', errors: ['not_found'] },
];
