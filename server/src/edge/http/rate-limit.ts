import { HubError } from '@diwan/protocol/errors.ts';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** So many in so many seconds, for each key (an address, an account). */
export interface RateLimit {
  /** Counts some. @throws {HubError} too_many_attempts with the seconds to wait */
  take(key: string, count?: number): Promise<void>;
  /** Counts nothing. @throws {HubError} the same, once all are taken */
  check(key: string): Promise<void>;
}

export function rateLimit({ points, seconds }: { points: number; seconds: number }): RateLimit {
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  const refusal = ({ msBeforeNext }: RateLimiterRes) =>
    new HubError('too_many_attempts', undefined, Math.ceil(msBeforeNext / 1000));
  return {
    async take(key, count = 1) {
      try {
        await limiter.consume(key, count);
      } catch (refused) {
        throw refused instanceof RateLimiterRes ? refusal(refused) : refused;
      }
    },
    async check(key) {
      const taken = await limiter.get(key);
      if (taken && taken.consumedPoints >= points) throw refusal(taken);
    },
  };
}
