import { Room, RoomCreate } from '@diwan/protocol/vroom.ts';
import { RoomSettingsChange } from '@diwan/protocol/vroom-roles.ts';
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
    mutationFn: (body: RoomCreate) => send('POST', '/api/rooms', { request: RoomCreate, body, answer: Room }),
    onSuccess: refresh,
  });

/** Seals what is said and shown in a room from end to end, or no longer. Refused while a meeting lasts, if it is to end. */
export const encryptRoom = (roomId: string, encrypted: boolean): Promise<Room> =>
  send('PATCH', `/api/rooms/${encodeURIComponent(roomId)}/settings`, {
    request: RoomSettingsChange,
    body: { encrypted },
    answer: Room,
  });

export const useEndRoom = () =>
  useMutation({
    mutationFn: (roomId: string) => tell('DELETE', `/api/rooms/${encodeURIComponent(roomId)}`),
    onSuccess: refresh,
  });

export const meetPath = (roomId: string) => `/meet/${encodeURIComponent(roomId)}`;
export const meetLink = (roomId: string) => new URL(meetPath(roomId), window.location.origin).href;
