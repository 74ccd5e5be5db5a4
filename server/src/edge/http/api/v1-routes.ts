import { ApiKey, ApiKeyCreate, NewApiKey } from '@diwan/protocol/api-keys.ts';
import {
  JoinLinkCreateV1,
  JoinLinkV1,
  PastMeetingsV1,
  PastQueryV1,
  PlannedV1,
  PlanV1,
  RoomCreateV1,
  RoomsQueryV1,
  RoomsV1,
  RoomV1,
} from '@diwan/protocol/api-v1.ts';
import { z } from 'zod';
import type { ApiRoute } from './routes.ts';

const key = {
  id: '1c0e',
  name: 'CRM',
  scopes: ['meetings:read', 'meetings:write'],
  ...{ createdAt: 1795000000000, createdBy: 'Amina', expiresAt: null, lastUsedAt: 1795000060000 },
} as const;
const room = {
  id: 'kq3v-7xw',
  kind: 'instant',
  title: 'Rendez-vous client',
  ...{ ownerId: '0b6f', ownerName: 'Amina', createdAt: 1795000000000, present: 1 },
  settings: {
    ...{ lobby: true, password: false, guests: false, locked: false },
    ...{ encrypted: false, share: true, chat: true, unmute: true, notes: true },
  },
  link: 'https://hub.example.dz/meet/kq3v-7xw',
  meeting: {
    id: '5f0c',
    startedAt: 1795000060000,
    people: [{ id: '9a1', accountId: null, name: 'Yasmine', role: 'guest', since: 1795000060000, away: false }],
    waiting: 0,
  },
} as const;
const plan = {
  title: 'Cours 3',
  description: '',
  start: '2026-11-30T10:30',
  timeZone: 'Africa/Algiers',
  minutes: 45,
  repeat: null,
  invitees: ['karim@example.dz'],
} as const;
const byKey = { open: 'key' } as const;

/** What other systems call with a key, and where an admin makes one. */
export const v1Routes: readonly ApiRoute[] = [
  {
    method: 'get',
    path: '/admin/api-keys',
    does: 'Keys of other systems that are not revoked, with when each was last used.',
    answer: z.array(ApiKey),
    errors: ['forbidden'],
    example: { answer: [key] },
  },
  {
    method: 'post',
    path: '/admin/api-keys',
    does: 'Makes one; it is shown this once.',
    request: ApiKeyCreate,
    answer: NewApiKey,
    status: 201,
    errors: ['forbidden', 'conflict'],
    example: {
      request: { name: key.name, scopes: key.scopes, expiresAt: null },
      answer: { key: { ...key, lastUsedAt: null }, token: 'dwn_5Zk…' },
    },
  },
  {
    method: 'delete',
    path: '/admin/api-keys/:id',
    does: 'Revokes it for good, with the join links that were made with it.',
    errors: ['forbidden', 'not_found'],
  },
  {
    method: 'get',
    path: '/v1/rooms',
    does: 'Rooms that have not ended, the newest first, with who is in them now; `live=1`: only those with people. Scope meetings:read.',
    ...byKey,
    query: RoomsQueryV1,
    answer: RoomsV1,
    errors: ['not_found'],
    example: { answer: { rooms: [room], next: null } },
  },
  {
    method: 'post',
    path: '/v1/rooms',
    does: 'Makes a room, for the account with that address or for the admin who made the key. Scope meetings:write.',
    ...byKey,
    request: RoomCreateV1,
    answer: RoomV1,
    status: 201,
    errors: ['not_found'],
    example: {
      request: { title: room.title, owner: 'amina@example.dz', settings: { lobby: true } },
      answer: { ...room, present: 0, meeting: null },
    },
  },
  {
    method: 'get',
    path: '/v1/rooms/:id',
    does: 'One room, with who is in it since when. Scope meetings:read.',
    ...byKey,
    answer: RoomV1,
    errors: ['room_not_found'],
    example: { answer: room },
  },
  {
    method: 'delete',
    path: '/v1/rooms/:id',
    does: 'Ends its meeting for all; the link of an instant room ends too. Scope meetings:write.',
    ...byKey,
    errors: ['room_not_found'],
  },
  {
    method: 'post',
    path: '/v1/rooms/:id/join-links',
    does: 'A link by which somebody without an account comes in under this name, past the lobby. Scope meetings:write.',
    ...byKey,
    request: JoinLinkCreateV1,
    answer: JoinLinkV1,
    status: 201,
    errors: ['room_not_found'],
    example: {
      request: { name: 'Yasmine', role: 'participant', minutes: 120 },
      answer: {
        ...{ name: 'Yasmine', role: 'participant', expiresAt: 1795007200000 },
        url: 'https://hub.example.dz/meet/kq3v-7xw#join=eyJhbGciOiJFUzI1NiJ9…',
      },
    },
  },
  {
    method: 'post',
    path: '/v1/meetings',
    does: 'Plans a meeting, and invites by mail in its owner’s name. Scope meetings:write.',
    ...byKey,
    request: PlanV1,
    answer: PlannedV1,
    status: 201,
    errors: ['not_found', 'meeting_past'],
    example: {
      request: { owner: 'amina@example.dz', meeting: plan },
      answer: {
        ...plan,
        ...{ id: 'w2mB-4kd', ownerId: '0b6f', ownerName: 'Amina', invited: 1, present: 0 },
        encrypted: false,
        upcoming: [{ date: '2026-11-30', startsAt: 1796031000000, endsAt: 1796033700000 }],
        link: 'https://hub.example.dz/meet/w2mB-4kd',
      },
    },
  },
  {
    method: 'delete',
    path: '/v1/meetings/:id',
    does: 'Cancels a planned meeting, the whole series; who is invited is told by mail. Scope meetings:write.',
    ...byKey,
    errors: ['room_not_found', 'not_found'],
  },
  {
    method: 'get',
    path: '/v1/meetings/past',
    does: 'Past meetings with each coming and going, the latest first. Scope meetings:read.',
    ...byKey,
    query: PastQueryV1,
    answer: PastMeetingsV1,
    example: {
      answer: {
        meetings: [
          {
            ...{ id: '5f0c', roomId: room.id, title: room.title, ownerId: '0b6f', ownerName: 'Amina' },
            ...{ startedAt: 1795000060000, endedAt: 1795002760000 },
            attendance: [{ accountId: null, name: 'Yasmine', joinedAt: 1795000060000, leftAt: 1795002760000 }],
          },
        ],
        next: null,
      },
    },
  },
];
