import { Terms } from '@diwan/protocol/terms.ts';
import { queryOptions } from '@tanstack/react-query';
import { get } from '../wire/http.ts';

/** The version in force; always asked again, because what is accepted must be what is on the screen. */
export const termsQuery = queryOptions({
  queryKey: ['terms'],
  queryFn: ({ signal }) => get('/api/terms', Terms, signal),
  staleTime: 0,
});
