import { HubError } from '@diwan/protocol/errors.ts';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/**
 * Lets each person do something only so often, on all their devices together.
 * @returns what may `cost` more than one time; throws HubError too_many_attempts with the seconds to wait
 */
export function pace(limit: { times: number; seconds: number }): (personId: string, cost?: number) => Promise<void> {
  const done = new RateLimiterMemory({ points: limit.times, duration: limit.seconds });
  return async (personId, cost = 1) => {
    try {
      await done.consume(personId, cost);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new HubError('too_many_attempts', undefined, Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)));
    }
  };
}
