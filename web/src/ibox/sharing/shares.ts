import { Node, type SpaceRole } from '@diwan/protocol/ibox.ts';
import { Link, LinkCreate, LinkMail, LinkMailed, LinkPatch } from '@diwan/protocol/ibox-links.ts';
import { FileMeeting } from '@diwan/protocol/ibox-meetings.ts';
import { MemberPatch, ReceivedInvitation, ShareRequest, Sharing } from '@diwan/protocol/ibox-shares.ts';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { get, send, tell } from '../../wire/http.ts';
import { queryClient } from '../../wire/queries.ts';
import { onEvent } from '../../wire/socket.ts';

const spacePath = (id: string) => `/api/ibox/spaces/${encodeURIComponent(id)}`;
const nodePath = (id: string) => `/api/ibox/nodes/${encodeURIComponent(id)}`;
const linkPath = (id: string) => `/api/ibox/links/${encodeURIComponent(id)}`;
const invitationPath = (id: string) => `/api/ibox/invitations/${encodeURIComponent(id)}`;
const memberPath = (spaceId: string, accountId: string) =>
  `${spacePath(spaceId)}/members/${encodeURIComponent(accountId)}`;
const refresh = () => queryClient.invalidateQueries({ queryKey: ['ibox'] });

/** Who has part in a shared space; for its managers. */
export const sharingQuery = (spaceId: string) =>
  queryOptions({
    queryKey: ['ibox', 'sharing', spaceId],
    queryFn: ({ signal }) => get(`${spacePath(spaceId)}/sharing`, Sharing, signal),
  });

/** What the person is invited to. */
export const invitationsQuery = queryOptions({
  queryKey: ['ibox', 'invitations'],
  queryFn: ({ signal }) => get('/api/ibox/invitations', z.array(ReceivedInvitation), signal),
});

/** Nobody tells of a download: links are asked for whenever they are shown. */
export const linksQuery = (nodeId: string) =>
  queryOptions({
    queryKey: ['ibox', 'links', nodeId],
    queryFn: ({ signal }) => get(`${nodePath(nodeId)}/links`, z.array(Link), signal),
    staleTime: 0,
  });

export const ownLinksQuery = queryOptions({
  queryKey: ['ibox', 'links'],
  queryFn: ({ signal }) => get('/api/ibox/links', z.array(Link), signal),
  staleTime: 0,
});

/** The meetings to which a file was sent and where it opens still. */
export const fileMeetingsQuery = (nodeId: string) =>
  queryOptions({
    queryKey: ['ibox', 'meetings', nodeId],
    queryFn: ({ signal }) => get(`${nodePath(nodeId)}/meetings`, z.array(FileMeeting), signal),
    staleTime: 0,
  });

export const withdrawFromMeeting = (nodeId: string, { roomId, number }: FileMeeting): Promise<void> =>
  tell('DELETE', `${nodePath(nodeId)}/meetings/${encodeURIComponent(roomId)}/${number}`).finally(refresh);

/** Asks again when invitations or members are others than before. Answers the function that stops it. */
export const followShares = (): (() => void) => onEvent('shares:changed', () => void refresh());

/** Shares a folder, or invites more people to a shared one. */
export const shareFolder = (nodeId: string, request: ShareRequest): Promise<Sharing> =>
  send('POST', `${nodePath(nodeId)}/share`, { request: ShareRequest, body: request, answer: Sharing }).finally(refresh);

export const setRole = (spaceId: string, accountId: string, role: SpaceRole): Promise<void> =>
  tell('PATCH', memberPath(spaceId, accountId), { request: MemberPatch, body: { role } }).finally(refresh);

/** Of oneself: leaves. */
export const removeMember = (spaceId: string, accountId: string): Promise<void> =>
  tell('DELETE', memberPath(spaceId, accountId)).finally(refresh);

export const withdrawInvitation = (spaceId: string, id: string): Promise<void> =>
  tell('DELETE', `${spacePath(spaceId)}/invitations/${encodeURIComponent(id)}`).finally(refresh);

export const stopSharing = (spaceId: string): Promise<void> =>
  tell('DELETE', `${spacePath(spaceId)}/sharing`).finally(refresh);

export const acceptInvitation = (id: string): Promise<Node> =>
  send('POST', `${invitationPath(id)}/accept`, { answer: Node }).finally(refresh);

export const declineInvitation = (id: string): Promise<void> =>
  tell('POST', `${invitationPath(id)}/decline`).finally(refresh);

export const createLink = (nodeId: string, body: z.input<typeof LinkCreate>): Promise<Link> =>
  send('POST', `${nodePath(nodeId)}/links`, { request: LinkCreate, body, answer: Link }).finally(refresh);

export const patchLink = (id: string, body: LinkPatch): Promise<Link> =>
  send('PATCH', linkPath(id), { request: LinkPatch, body, answer: Link }).finally(refresh);

export const revokeLink = (id: string): Promise<void> => tell('DELETE', linkPath(id)).finally(refresh);

export const mailLink = (id: string, body: z.input<typeof LinkMail>): Promise<LinkMailed> =>
  send('POST', `${linkPath(id)}/mail`, { request: LinkMail, body, answer: LinkMailed });
