import { Security } from '@diwan/protocol/second-factor.ts';
import { queryOptions } from '@tanstack/react-query';
import { get } from '../../wire/http.ts';

export const securityAddress = '/api/me/security';

export const securityQuery = queryOptions({
  queryKey: ['security'],
  queryFn: ({ signal }) => get(securityAddress, Security, signal),
});
