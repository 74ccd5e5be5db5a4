import { HubError } from '@diwan/protocol/errors.ts';

/** A person joining a big meeting makes a few calls per participant in a burst; nobody makes hundreds a second for long. */
const burst = 600;
const perSecond = 100;

/** A token bucket for one connection. @returns a function that throws HubError too_many_attempts when the bucket is empty */
export function eventBudget(now: () => number = () => performance.now()): () => void {
  let tokens = burst;
  let at = now();
  return () => {
    const elapsed = now() - at;
    at += elapsed;
    tokens = Math.min(burst, tokens + (elapsed / 1000) * perSecond);
    if (tokens < 1) throw new HubError('too_many_attempts', undefined, 1);
    tokens -= 1;
  };
}
