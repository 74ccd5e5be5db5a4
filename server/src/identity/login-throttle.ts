import { HubError } from '@diwan/protocol/errors.ts';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export interface LoginThrottle {
  /** Counts an attempt, where it has one against an account too. @throws HubError too_many_attempts with the seconds to wait */
  attempt(ip: string, identifier?: string): Promise<void>;
  /** Clears the account's count and gives the address its attempt back: many honest people may share one address. */
  succeeded(ip: string, identifier?: string): Promise<void>;
}

/** Slows guessing by address and by account; never a lasting lock. */
export function loginThrottle(limits = { perAddress: 60, perAccount: 10, seconds: 60 }): LoginThrottle {
  const byAddress = new RateLimiterMemory({ points: limits.perAddress, duration: limits.seconds });
  const byAccount = new RateLimiterMemory({ points: limits.perAccount, duration: limits.seconds });
  return {
    async attempt(ip, identifier) {
      try {
        await byAddress.consume(ip);
        if (identifier !== undefined) await byAccount.consume(identifier);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw new HubError('too_many_attempts', undefined, Math.ceil(refusal.msBeforeNext / 1000));
      }
    },
    async succeeded(ip, identifier) {
      await byAddress.reward(ip);
      if (identifier !== undefined) await byAccount.delete(identifier);
    },
  };
}
