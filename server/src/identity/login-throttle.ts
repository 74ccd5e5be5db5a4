import { HubError } from '@diwan/protocol/errors.ts';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export interface LoginThrottle {
  /** Counts an attempt. @throws HubError too_many_attempts with the seconds to wait */
  attempt(ip: string, identifier: string): Promise<void>;
  /** A right password clears the account's count, not the address's. */
  succeeded(identifier: string): Promise<void>;
}

/** Slows guessing by address and by account; never a lasting lock. */
export function loginThrottle(limits = { perAddress: 60, perAccount: 10, seconds: 60 }): LoginThrottle {
  const byAddress = new RateLimiterMemory({ points: limits.perAddress, duration: limits.seconds });
  const byAccount = new RateLimiterMemory({ points: limits.perAccount, duration: limits.seconds });
  return {
    async attempt(ip, identifier) {
      try {
        await byAddress.consume(ip);
        await byAccount.consume(identifier);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw new HubError('too_many_attempts', undefined, Math.ceil(refusal.msBeforeNext / 1000));
      }
    },
    async succeeded(identifier) {
      await byAccount.delete(identifier);
    },
  };
}
