import { NodePageQuery } from '@diwan/protocol/ibox.ts';
import {
  Link,
  LinkContentQuery,
  LinkCreate,
  LinkMail,
  LinkMailed,
  LinkNodes,
  LinkNodeView,
  LinkPage,
  LinkPatch,
  LinkUnlock,
  LinkUploaded,
} from '@diwan/protocol/ibox-links.ts';
import { PreviewQuery, TextPreview } from '@diwan/protocol/ibox-previews.ts';
import { z } from 'zod';
import type { ApiRoute } from './routes.ts';

const link = {
  id: '0f3e6c52-9f0e-4a63-8f0c-3f4b0a9d7c11',
  nodeId: '6a0f4c1e-0f52-4c55-9a39-0d1f6e6f2b11',
  nodeName: 'Rapports',
  nodeKind: 'folder',
  kind: 'read',
  label: 'Auditeurs',
  url: 'https://hub.example/l/Dz5sUp8OSmOPDD9LCp18EQ…',
  hasPassword: true,
  expiresAt: 1796000000000,
  downloadLimit: 20,
  downloads: 3,
  uploads: 0,
  state: 'open',
  createdAt: 1795000000000,
  createdBy: 'Amina',
} as const;
const folder = {
  id: link.nodeId,
  kind: 'folder',
  name: 'Rapports',
  size: 0,
  mediaType: null,
  changedAt: 1795000000000,
} as const;
const file = {
  ...folder,
  id: 'c6b1d2aa-50a4-4a0b-b6d4-8f3c4f3f9e77',
  kind: 'file',
  name: 'bilan.pdf',
  size: 183204,
  mediaType: 'application/pdf',
} as const;
const page = {
  needsPassword: false,
  kind: 'read',
  name: 'Rapports',
  ownerName: 'Amina',
  expiresAt: 1796000000000,
  node: folder,
  downloadsLeft: 17,
} as const;

const managing = ['not_found', 'forbidden'] as const;
const everyone = { open: 'everyone' } as const;
const visiting = ['not_found', 'link_gone', 'link_password', 'forbidden', 'too_many_attempts'] as const;

/** Sharing by link: what who manages a node calls, then what a visitor does. */
export const linkRoutes: readonly ApiRoute[] = [
  {
    method: 'post',
    path: '/ibox/nodes/:id/links',
    does: 'A link to a file or folder, for people without an account.',
    request: LinkCreate,
    answer: Link,
    status: 201,
    errors: [...managing, 'conflict'],
    example: {
      request: { kind: 'read', label: 'Auditeurs', password: 'figue de barbarie', downloadLimit: 20 },
      answer: link,
    },
  },
  {
    method: 'get',
    path: '/ibox/nodes/:id/links',
    does: 'The links to a file or folder, newest first.',
    answer: z.array(Link),
    errors: managing,
    example: { answer: [link] },
  },
  { method: 'get', path: '/ibox/links', does: 'The links one has made.', answer: z.array(Link), errors: ['forbidden'] },
  {
    method: 'patch',
    path: '/ibox/links/:id',
    does: 'Changes a link; null takes a password, a time or a limit away.',
    request: LinkPatch,
    answer: Link,
    errors: managing,
    example: { request: { expiresAt: 1797000000000, password: null }, answer: { ...link, hasPassword: false } },
  },
  { method: 'delete', path: '/ibox/links/:id', does: 'Revokes a link, at once and for good.', errors: managing },
  {
    method: 'post',
    path: '/ibox/links/:id/mail',
    does: 'Mails a link, one mail to each; 100 in an hour at most.',
    request: LinkMail,
    answer: LinkMailed,
    errors: [...managing, 'too_many_attempts'],
    example: {
      request: { to: ['samir@example.dz'], message: 'Bonne lecture.', language: 'fr' },
      answer: { sent: ['samir@example.dz'], failed: [] },
    },
  },

  {
    method: 'get',
    path: '/links/:token',
    does: 'What a link opens; nothing is told before its password.',
    ...everyone,
    answer: LinkPage,
    errors: ['not_found', 'link_gone', 'too_many_attempts'],
    example: { answer: page },
  },
  {
    method: 'post',
    path: '/links/:token/session',
    does: 'Gives the password; the answer sets a cookie for this link, for an hour from its last use.',
    ...everyone,
    request: LinkUnlock,
    answer: LinkPage,
    errors: ['not_found', 'link_gone', 'link_password', 'too_many_attempts'],
    example: { request: { password: 'figue de barbarie' }, answer: page },
  },
  {
    method: 'get',
    path: '/links/:token/nodes/:id',
    does: 'A file or folder within the link, and the way to it.',
    ...everyone,
    answer: LinkNodeView,
    errors: visiting,
    example: {
      answer: {
        node: file,
        path: [
          { id: folder.id, name: folder.name },
          { id: file.id, name: file.name },
        ],
      },
    },
  },
  {
    method: 'get',
    path: '/links/:token/nodes/:id/children',
    does: 'What is in a folder within the link.',
    ...everyone,
    query: NodePageQuery,
    answer: LinkNodes,
    errors: visiting,
    example: { answer: { nodes: [file], next: null } },
  },
  {
    method: 'get',
    path: '/links/:token/nodes/:id/content',
    does: 'The bytes of a file: one download, however many ranges of it a visitor asks for within 12 hours.',
    ...everyone,
    query: LinkContentQuery,
    answer: 'application/octet-stream',
    errors: [...visiting, 'range_invalid', 'content_corrupt', 'storage_unavailable'],
  },
  {
    method: 'get',
    path: '/links/:token/nodes/:id/text',
    does: 'The beginning of a file that is text; a download too.',
    ...everyone,
    answer: TextPreview,
    errors: [...visiting, 'preview_unavailable'],
    example: { answer: { text: '# Bilan', truncated: false } },
  },
  {
    method: 'get',
    path: '/links/:token/nodes/:id/archive',
    does: 'A folder or file as a ZIP: one download.',
    ...everyone,
    answer: 'application/zip',
    errors: [...visiting, 'too_large'],
  },
  {
    method: 'get',
    path: '/links/:token/nodes/:id/preview',
    does: 'The picture in a file; only the small one where downloads are limited.',
    ...everyone,
    query: PreviewQuery,
    answer: 'image/webp',
    errors: [...visiting, 'preview_unavailable', 'unavailable'],
  },
  {
    method: 'post',
    path: '/links/:token/files',
    does: 'Files as a form into the folder of a drop link. What is there already is neither told nor replaced.',
    ...everyone,
    request: 'multipart/form-data',
    answer: LinkUploaded,
    status: 201,
    errors: [...visiting, 'name_invalid', 'too_large', 'quota_exceeded', 'upload_incomplete', 'storage_full'],
    example: { answer: { files: [{ name: 'devis.pdf', size: 48213 }] } },
  },
];
