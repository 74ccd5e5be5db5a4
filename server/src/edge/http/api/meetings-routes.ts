import { Room } from '@diwan/protocol/vroom.ts';
import {
  Meeting,
  MeetingDraft,
  NewMeeting,
  PastBoard,
  PastMeetings,
  PastNotes,
  PastQuery,
} from '@diwan/protocol/vroom-meetings.ts';
import { PastChat, PastChatQuery } from '@diwan/protocol/vroom-past.ts';
import { Poll } from '@diwan/protocol/vroom-polls.ts';
import { z } from 'zod';
import type { ApiRoute } from './routes.ts';

const draft = {
  title: 'Conseil du lundi',
  description: 'Ordre du jour : budget',
  start: '2026-11-30T10:30',
  timeZone: 'Africa/Algiers',
  minutes: 45,
  repeat: { frequency: 'weekly', every: 1, days: ['MO'], end: { count: 10 } },
  invitees: ['karim@example.dz'],
} as const;
const meeting = {
  ...draft,
  id: 'kq3v-7xw',
  ownerId: '0b6f',
  ownerName: 'Amina',
  invited: 1,
  encrypted: false,
  upcoming: [{ date: '2026-11-30', startsAt: 1796031000000, endsAt: 1796033700000 }],
  present: 0,
};

/** /api/meetings, and the personal room. */
export const meetingsRoutes: readonly ApiRoute[] = [
  {
    method: 'get',
    path: '/rooms/personal',
    does: 'One’s own room, whose link is for good.',
    answer: Room,
  },
  {
    method: 'get',
    path: '/meetings',
    does: 'What one organises or is invited to and is not over, the soonest first.',
    answer: z.array(Meeting),
    example: { answer: [meeting] },
  },
  {
    method: 'post',
    path: '/meetings',
    does: 'Plans a meeting, and invites by mail with a calendar file.',
    request: NewMeeting,
    answer: Meeting,
    status: 201,
    errors: ['meeting_past', 'too_many_attempts'],
    example: { request: draft, answer: meeting },
  },
  {
    method: 'get',
    path: '/meetings/past',
    does: 'Meetings that one organised, was invited to or was at, with who was there.',
    query: PastQuery,
    answer: PastMeetings,
    example: {
      answer: {
        meetings: [
          {
            id: '5f0c',
            roomId: 'kq3v-7xw',
            title: 'Conseil du lundi',
            ownerName: 'Amina',
            startedAt: 1795426200000,
            endedAt: 1795428900000,
            people: [{ name: 'Amina', ms: 2700000 }],
            said: true,
            notes: [{ id: '9d41', breakout: null }],
            boards: [],
          },
        ],
        next: null,
      },
    },
  },
  {
    method: 'get',
    path: '/meetings/past/:id/chat',
    does: 'What was written in a past meeting and is for one’s eyes, the last of it or that before a number.',
    query: PastChatQuery,
    answer: PastChat,
    errors: ['not_found'],
  },
  {
    method: 'get',
    path: '/meetings/past/:id/polls',
    does: 'What was asked in a past meeting, with the counts.',
    answer: z.array(Poll),
    errors: ['not_found'],
  },
  {
    method: 'get',
    path: '/meetings/past/notes/:id',
    does: 'What was written together in a meeting that is over, in Markdown.',
    answer: PastNotes,
    errors: ['not_found'],
  },
  {
    method: 'get',
    path: '/meetings/past/boards/:id',
    does: 'What was drawn together in a meeting that is over, as elements of Excalidraw.',
    answer: PastBoard,
    errors: ['not_found'],
  },
  { method: 'get', path: '/meetings/:id', does: 'A planned meeting.', answer: Meeting, errors: ['not_found'] },
  {
    method: 'get',
    path: '/meetings/:id/calendar',
    does: 'The same as a calendar file (RFC 5545).',
    answer: 'text/calendar',
    errors: ['not_found'],
  },
  {
    method: 'put',
    path: '/meetings/:id',
    does: 'Changes it, the whole series; who is invited is told by mail.',
    request: MeetingDraft,
    answer: Meeting,
    errors: ['not_found', 'forbidden', 'meeting_past', 'too_many_attempts'],
    example: { request: draft, answer: meeting },
  },
  {
    method: 'delete',
    path: '/meetings/:id',
    does: 'Cancels it, the whole series; its link ends.',
    errors: ['not_found', 'forbidden', 'too_many_attempts'],
  },
  {
    method: 'delete',
    path: '/meetings/:id/occurrences/:date',
    does: 'Cancels one occurrence of a series.',
    errors: ['not_found', 'forbidden', 'too_many_attempts'],
  },
];
