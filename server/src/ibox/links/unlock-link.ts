import { HubError } from '@diwan/protocol/errors.ts';
import type { LinkPage } from '@diwan/protocol/ibox-links.ts';
import type { LinkDeps } from './link-deps.ts';
import { findLink } from './open-link.ts';
import { presentLink } from './visit-link.ts';

/** Slows guessing down, by the link and by the visitor's address. */
export interface Guesses {
  /** @throws {HubError} too_many_attempts */
  attempt(address: string, linkId: string): Promise<void>;
  succeeded(address: string, linkId: string): Promise<void>;
}

/**
 * Tries a password. A link without one needs none.
 * @returns what the visitor sees now, and what the key to hand out is for
 * @throws {HubError} not_found, link_gone, link_password, too_many_attempts
 */
export async function unlockLink(
  deps: LinkDeps,
  token: string,
  password: string,
  guesses: Guesses,
  address: string,
): Promise<{ page: LinkPage; key: { id: string; generation: number } }> {
  const found = await findLink(deps, token, undefined);
  const { id, generation, passwordHash } = found.link;
  if (passwordHash !== null) {
    await guesses.attempt(address, id);
    if (!(await deps.passwordMatches(passwordHash, password))) throw new HubError('link_password');
    await guesses.succeeded(address, id);
  }
  return { page: presentLink({ ...found, isUnlocked: true }), key: { id, generation } };
}
