import { Me } from '@diwan/protocol/identity.ts';
import { HubInfo } from '@diwan/protocol/version.ts';
import { QueryClient, queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { get } from './http.ts';
import { ProblemError } from './problem.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // A refusal stays a refusal; only silence and faults are worth another try.
      retry: (failures, error) => failures < 2 && passes(error),
      // what maintenance or a lost line kept back comes by itself afterwards.
      refetchInterval: ({ state }) => (state.status === 'error' && passes(state.error) ? 10_000 : false),
    },
  },
});

/** Whether waiting helps. */
function passes(error: unknown): boolean {
  return error instanceof ProblemError && (error.problem.status === 0 || error.problem.status >= 500);
}

/** Who is signed in; null when nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await get('/api/me', Me, signal);
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 401) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const hubInfoQuery = queryOptions({
  queryKey: ['hub'],
  queryFn: ({ signal }) => get('/api/version', HubInfo, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The person signed in; only for what stands behind the session gate. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(meQuery);
  if (data === null) throw new Error('nobody is signed in');
  return data;
}
