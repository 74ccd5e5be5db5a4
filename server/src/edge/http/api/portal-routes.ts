import {
  AccountCreate,
  AccountCreated,
  AccountPatch,
  AccountQuota,
  AdminAccount,
  AdminQuotas,
  QuotaPatch,
} from '@diwan/protocol/admin.ts';
import { AppPassword, AppPasswordCreate, NewAppPassword } from '@diwan/protocol/app-passwords.ts';
import { Language } from '@diwan/protocol/errors.ts';
import {
  Account,
  DeviceApprove,
  DeviceCode,
  DeviceRequest,
  DeviceStart,
  DeviceToken,
  Invitation,
  InvitationAccept,
  LoginRequest,
  Me,
  MePatch,
  PasswordChange,
  RefreshRequest,
  Session,
  Tokens,
} from '@diwan/protocol/identity.ts';
import { Notice, NoticePublish } from '@diwan/protocol/notices.ts';
import { LoginAnswer } from '@diwan/protocol/second-factor.ts';
import { Terms, TermsAccept, TermsAcceptance, TermsPublish, TermsVersion } from '@diwan/protocol/terms.ts';
import { HubInfo } from '@diwan/protocol/version.ts';
import { Room, RoomCreate } from '@diwan/protocol/vroom.ts';
import { GuestDoor, GuestEnter, GuestKnock, GuestPass } from '@diwan/protocol/vroom-guests.ts';
import { LiveMeetings } from '@diwan/protocol/vroom-live.ts';
import { RoomSettingsChange } from '@diwan/protocol/vroom-roles.ts';
import { z } from 'zod';
import type { ApiRoute } from './routes.ts';

const account = { id: '0b6f', email: 'amina@example.dz', name: 'Amina', role: 'client', language: 'fr' } as const;
const me = { account, sessionId: '7c1d', termsAccepted: true, termsVersion: 3 };
const tokens = { accessToken: 'eyJhbGciOiJFUzI1NiJ9…', refreshToken: 'r_5Zk…', expiresIn: 600 };
const room = {
  id: 'kq3v-7xw',
  kind: 'instant',
  title: 'Conseil',
  ownerId: '0b6f',
  ownerName: 'Amina',
  createdAt: 1795000000000,
  present: 0,
  settings: {
    ...{ lobby: true, password: false, guests: false, locked: false, encrypted: false },
    ...{ share: true, chat: true, unmute: true, notes: true },
  },
} as const;
const adminAccount = {
  ...account,
  status: 'invited',
  createdAt: 1795000000000,
  lastLoginAt: null,
  termsVersion: null,
} as const;
const everyone = { open: 'everyone' } as const;
const signedIn = { open: 'signed-in' } as const;
const loginErrors = ['bad_credentials', 'too_many_attempts', 'account_suspended'] as const;

/** Everything but files: /api/auth, /api/me, /api/terms, /api/notices, /api/rooms, /api/admin. */
export const portalRoutes: readonly ApiRoute[] = [
  { method: 'get', path: '/version', does: 'What this hub is.', ...everyone, answer: HubInfo },
  { method: 'get', path: '/openapi.json', does: 'This document.', ...everyone, answer: 'application/json' },
  { method: 'get', path: '/docs', does: 'This document, to be read.', ...everyone, answer: 'text/html' },

  {
    method: 'post',
    path: '/auth/login',
    does: 'Signs a browser in: the answer sets its cookies. Where the account has a second factor, it is what the next call needs.',
    ...everyone,
    request: LoginRequest,
    answer: LoginAnswer,
    errors: loginErrors,
    example: { request: { identifier: 'amina@example.dz', password: 'a long sentence' }, answer: me },
  },
  {
    method: 'post',
    path: '/auth/refresh',
    does: 'A new access token: Tokens for an agent, which sends its refresh token; cookies and Me for a browser, which sends {}.',
    ...everyone,
    request: RefreshRequest,
    answer: z.union([Tokens, Me]),
    errors: ['unauthenticated', 'account_suspended'],
    example: { request: { refreshToken: 'r_5Zk…' }, answer: tokens },
  },
  { method: 'post', path: '/auth/logout', does: 'Ends this session.', ...everyone },
  {
    method: 'get',
    path: '/auth/invitations/:token',
    does: 'Who is invited.',
    ...everyone,
    answer: Invitation,
    errors: ['invitation_invalid', 'too_many_attempts'],
    example: { answer: { email: 'amina@example.dz', name: 'Amina', expiresAt: 1795000000000 } },
  },
  {
    method: 'post',
    path: '/auth/invitations/:token',
    does: 'Accepts an invitation with a first password.',
    ...everyone,
    request: InvitationAccept,
    errors: ['invitation_invalid', 'weak_password', 'too_many_attempts'],
    example: { request: { password: 'a long sentence' } },
  },
  {
    method: 'post',
    path: '/auth/device',
    does: 'Starts the sign-in of an agent (RFC 8628).',
    ...everyone,
    request: DeviceStart,
    answer: DeviceCode,
    status: 201,
    errors: ['too_many_attempts'],
    example: { request: { machine: 'amina-laptop' } },
  },
  {
    method: 'post',
    path: '/auth/device/token',
    does: 'The tokens of an approved agent, once.',
    ...everyone,
    request: DeviceToken,
    answer: Tokens,
    errors: ['authorization_pending', 'device_code_invalid'],
    example: { request: { deviceCode: 'd_9fX…' }, answer: tokens },
  },
  {
    method: 'post',
    path: '/auth/device/approve',
    does: 'A signed-in person approves an agent.',
    request: DeviceApprove,
    errors: ['device_code_invalid'],
    example: { request: { userCode: 'BCDF-GHJK' } },
  },
  {
    method: 'get',
    path: '/auth/device/:userCode',
    does: 'What is about to be approved.',
    answer: DeviceRequest,
    errors: ['device_code_invalid'],
  },

  { method: 'get', path: '/me', does: 'Who is signed in.', ...signedIn, answer: Me, example: { answer: me } },
  {
    method: 'patch',
    path: '/me',
    does: 'Changes one’s name or language.',
    ...signedIn,
    request: MePatch,
    answer: Account,
    example: { request: { language: 'ar' }, answer: { ...account, language: 'ar' } },
  },
  {
    method: 'post',
    path: '/me/password',
    does: 'Changes the password; other sessions can end in the same step.',
    request: PasswordChange,
    errors: ['bad_credentials', 'weak_password', 'too_many_attempts'],
    example: { request: { current: 'a long sentence', next: 'a longer sentence', closeOthers: true } },
  },
  { method: 'get', path: '/me/sessions', does: 'Where one is signed in.', answer: z.array(Session) },
  { method: 'delete', path: '/me/sessions/:id', does: 'Ends a session.', errors: ['not_found'] },
  { method: 'get', path: '/me/app-passwords', does: 'Passwords for WebDAV.', answer: z.array(AppPassword) },
  {
    method: 'post',
    path: '/me/app-passwords',
    does: 'A new password for one WebDAV program, shown once.',
    request: AppPasswordCreate,
    answer: NewAppPassword,
    status: 201,
    errors: ['conflict'],
    example: { request: { label: 'Nautilus' } },
  },
  { method: 'delete', path: '/me/app-passwords/:id', does: 'Withdraws it.', errors: ['not_found'] },

  { method: 'get', path: '/terms', does: 'The CGU in force.', ...everyone, answer: Terms },
  {
    method: 'get',
    path: '/terms/acceptances',
    does: 'What one has accepted.',
    ...signedIn,
    answer: z.array(TermsAcceptance),
  },
  {
    method: 'post',
    path: '/terms/accept',
    does: 'Accepts the version that was on the screen.',
    ...signedIn,
    request: TermsAccept,
    answer: TermsAcceptance,
    errors: ['conflict', 'not_found'],
    example: { request: { version: 3, hash: 'a'.repeat(64), language: 'fr', label: 'Accepter et valider' } },
  },
  {
    method: 'get',
    path: '/terms/:version',
    does: 'An earlier version.',
    ...everyone,
    answer: Terms,
    errors: ['not_found'],
  },
  {
    method: 'get',
    path: '/terms/:version/download',
    does: 'The same as a file.',
    ...everyone,
    query: z.object({ lang: Language.default('fr') }),
    answer: 'text/markdown',
    errors: ['not_found'],
  },

  {
    method: 'get',
    path: '/notices',
    does: 'Announcements that concern now or later.',
    ...signedIn,
    answer: z.array(Notice),
  },

  { method: 'get', path: '/rooms', does: 'One’s meetings.', answer: z.array(Room), example: { answer: [room] } },
  {
    method: 'post',
    path: '/rooms',
    does: 'A new meeting.',
    request: RoomCreate,
    answer: Room,
    status: 201,
    example: { request: { title: 'Conseil' }, answer: room },
  },
  { method: 'get', path: '/rooms/:id', does: 'A meeting by its link.', answer: Room, errors: ['room_not_found'] },
  {
    method: 'get',
    path: '/guests/:roomId',
    does: 'Whose meeting a link leads to, for somebody without an account.',
    ...everyone,
    answer: GuestDoor,
    errors: ['room_not_found', 'too_many_attempts'],
  },
  {
    method: 'post',
    path: '/guests/:roomId/door',
    does: 'Whose meeting a join link leads to, and whom it is for.',
    ...everyone,
    request: GuestKnock,
    answer: GuestDoor,
    errors: ['link_gone', 'room_not_found', 'too_many_attempts'],
    example: {
      request: { join: 'eyJhbGciOiJFUzI1NiJ9…' },
      answer: {
        ...{ title: 'Conseil', ownerName: 'Amina', lobby: true, password: false, encrypted: false, known: null },
        sent: { name: 'Yasmine', role: 'participant' },
      },
    },
  },
  {
    method: 'post',
    path: '/guests/:roomId',
    does: 'Lets a guest connect to that meeting for an hour (cookie); the terms in force are ticked. Asked again, it is prolonged.',
    ...everyone,
    request: GuestEnter,
    answer: GuestPass,
    status: 201,
    errors: ['room_not_found', 'link_gone', 'cgu_required', 'too_many_attempts'],
    example: {
      request: { name: 'Yasmine', terms: { version: 3, hash: '9f86d081…' } },
      answer: { name: 'Yasmine', expiresAt: 1795000000000 },
    },
  },
  {
    method: 'patch',
    path: '/rooms/:id/settings',
    does: 'Who comes in and what people may do there; for the owner and those in charge of the meeting. `locked` while it runs.',
    request: RoomSettingsChange,
    answer: Room,
    errors: ['room_not_found', 'forbidden', 'not_in_room'],
    example: { request: { lobby: true, password: null }, answer: room },
  },
  { method: 'delete', path: '/rooms/:id', does: 'Ends it for all.', errors: ['room_not_found', 'forbidden'] },

  {
    method: 'get',
    path: '/admin/accounts',
    does: 'All accounts.',
    answer: z.array(AdminAccount),
    errors: ['forbidden'],
  },
  {
    method: 'post',
    path: '/admin/accounts',
    does: 'Invites a person by mail.',
    request: AccountCreate,
    answer: AccountCreated,
    status: 201,
    errors: ['forbidden', 'conflict'],
    example: {
      request: { email: 'amina@example.dz', name: 'Amina' },
      answer: { account: adminAccount, invitationUrl: 'https://hub.example.dz/invitation/3fQ…' },
    },
  },
  {
    method: 'post',
    path: '/admin/accounts/:id/invitation',
    does: 'Invites again.',
    answer: AccountCreated,
    errors: ['forbidden', 'not_found', 'conflict'],
  },
  {
    method: 'patch',
    path: '/admin/accounts/:id',
    does: 'Changes name, role, or suspends: every session ends at once.',
    request: AccountPatch,
    answer: AdminAccount,
    errors: ['forbidden', 'not_found'],
    example: { request: { suspended: true } },
  },
  {
    method: 'get',
    path: '/admin/quotas',
    does: 'What each account takes of Ibox, and what it may take.',
    answer: AdminQuotas,
    errors: ['forbidden'],
    example: {
      answer: {
        defaultBytes: 10_737_418_240,
        accounts: [{ accountId: '0b6f', usedBytes: 52_428_800, ownBytes: null }],
      },
    },
  },
  {
    method: 'patch',
    path: '/admin/accounts/:id/quota',
    does: 'Gives an account a limit of its own: 0 for none, null for the one that all have. What is there already stays.',
    request: QuotaPatch,
    answer: AccountQuota,
    errors: ['forbidden', 'not_found'],
    example: { request: { bytes: 53_687_091_200 } },
  },
  {
    method: 'get',
    path: '/admin/meetings',
    does: 'Meetings in progress: who is there, how much comes and goes, what the media workers carry.',
    answer: LiveMeetings,
    errors: ['forbidden'],
  },
  { method: 'get', path: '/admin/notices', does: 'All announcements.', answer: z.array(Notice), errors: ['forbidden'] },
  {
    method: 'post',
    path: '/admin/notices',
    does: 'Publishes one: everybody connected has it at once.',
    request: NoticePublish,
    answer: Notice,
    status: 201,
    errors: ['forbidden'],
  },
  { method: 'delete', path: '/admin/notices/:id', does: 'Withdraws it.', errors: ['forbidden', 'not_found'] },
  {
    method: 'get',
    path: '/admin/terms',
    does: 'All versions of the CGU.',
    answer: z.array(TermsVersion),
    errors: ['forbidden'],
  },
  {
    method: 'post',
    path: '/admin/terms',
    does: 'Publishes a version: everybody has to accept it.',
    request: TermsPublish,
    answer: Terms,
    status: 201,
    errors: ['forbidden'],
  },
];
