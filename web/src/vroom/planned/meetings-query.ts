import { Room } from '@diwan/protocol/vroom.ts';
import {
  Meeting,
  MeetingDraft,
  NewMeeting,
  PastBoard,
  PastMeetings,
  PastNotes,
} from '@diwan/protocol/vroom-meetings.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { get, send, tell } from '../../wire/http.ts';
import { queryClient } from '../../wire/queries.ts';
import { onEvent, onOpen } from '../../wire/socket.ts';
import { roomsQuery } from '../rooms-query.ts';

const path = (id: string) => `/api/meetings/${encodeURIComponent(id)}`;

/** What one organises or is invited to and is not over. */
export const meetingsQuery = queryOptions({
  queryKey: ['meetings', 'coming'],
  queryFn: ({ signal }) => get('/api/meetings', z.array(Meeting), signal),
  // Changes are told; what is over goes by itself, and who is present changes without a word.
  refetchInterval: 300_000,
});

export const pastQuery = infiniteQueryOptions({
  queryKey: ['meetings', 'past'],
  queryFn: ({ signal, pageParam }) =>
    get(`/api/meetings/past${pageParam === null ? '' : `?before=${pageParam}`}`, PastMeetings, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
});

export const personalRoomQuery = queryOptions({
  queryKey: ['rooms', 'personal'],
  queryFn: ({ signal }) => get('/api/rooms/personal', Room, signal),
  refetchInterval: 10_000,
  staleTime: 0,
});

export const pastNotesQuery = (id: string) =>
  queryOptions({
    queryKey: ['meetings', 'notes', id],
    queryFn: ({ signal }) => get(`/api/meetings/past/notes/${encodeURIComponent(id)}`, PastNotes, signal),
  });

export const pastBoardQuery = (id: string) =>
  queryOptions({
    queryKey: ['meetings', 'board', id],
    queryFn: ({ signal }) => get(`/api/meetings/past/boards/${encodeURIComponent(id)}`, PastBoard, signal),
  });

const refresh = () =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: ['meetings'] }),
    queryClient.invalidateQueries({ queryKey: roomsQuery.queryKey, exact: true }),
    queryClient.invalidateQueries(personalRoomQuery),
  ]);

/** Keeps what is planned live: told as it changes, asked again after a lost connection. Answers the function that stops it. */
export function followMeetings(): () => void {
  const stops = [onEvent('meetings:changed', () => void refresh()), onOpen(() => void refresh())];
  return () => {
    for (const stop of stops) stop();
  };
}

export const planMeeting = (body: z.input<typeof NewMeeting>): Promise<Meeting> =>
  send('POST', '/api/meetings', { request: NewMeeting, body, answer: Meeting }).finally(refresh);

export const changeMeeting = (id: string, body: z.input<typeof MeetingDraft>): Promise<Meeting> =>
  send('PUT', path(id), { request: MeetingDraft, body, answer: Meeting }).finally(refresh);

/** @param date of the one occurrence; all of them without it */
export const cancelMeeting = (id: string, date?: string): Promise<void> =>
  tell('DELETE', date === undefined ? path(id) : `${path(id)}/occurrences/${date}`).finally(refresh);

export const calendarPath = (id: string): string => `${path(id)}/calendar`;
