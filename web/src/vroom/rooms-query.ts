import { Room, RoomCreate } from '@diwan/protocol/vroom.ts';
import { queryOptions, useMutation } from '@tanstack/react-query';
import { z } from 'zod';
import { get, send, tell } from '../wire/http.ts';
import { queryClient } from '../wire/queries.ts';

export const roomsQuery = queryOptions({
  queryKey: ['rooms'],
  queryFn: ({ signal }) => get('/api/rooms', z.array(Room), signal),
  // Who is present changes without a word from the hub.
  refetchInterval: 10_000,
  staleTime: 0,
});

export const roomQuery = (roomId: string) =>
  queryOptions({
    queryKey: ['rooms', roomId],
    queryFn: ({ signal }) => get(`/api/rooms/${encodeURIComponent(roomId)}`, Room, signal),
    staleTime: 0,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: roomsQuery.queryKey, exact: true });

export const useCreateRoom = () =>
  useMutation({
    mutationFn: (title: string) => send('POST', '/api/rooms', { request: RoomCreate, body: { title }, answer: Room }),
    onSuccess: refresh,
  });

export const useEndRoom = () =>
  useMutation({
    mutationFn: (roomId: string) => tell('DELETE', `/api/rooms/${encodeURIComponent(roomId)}`),
    onSuccess: refresh,
  });

export const meetPath = (roomId: string) => `/meet/${encodeURIComponent(roomId)}`;
export const meetLink = (roomId: string) => new URL(meetPath(roomId), window.location.origin).href;
