import { HubError, type Language } from '@diwan/protocol/errors.ts';
import type { Actor, Guest } from '../identity/actor.ts';
import type { Authenticator } from '../identity/authenticate.ts';
import type { GuestClaims } from '../identity/guest-tokens.ts';
import type { TermsGate } from '../terms/gate.ts';

/** The same checks for every transport: HTTP, sockets, and what comes later. */
export interface Gates {
  /** A live session. @throws HubError unauthenticated, token_expired, account_suspended */
  session(accessToken: string | undefined): Promise<Actor>;
  /** A connection's session is still alive. @throws as above */
  stillOpen(actor: Actor): Promise<Actor>;
  /** @throws HubError cgu_required */
  terms(actor: Actor): Promise<void>;
  /** A guest of one room, by what their token says. @throws HubError unauthenticated (none), cgu_required (other terms since) */
  guest(claims: GuestClaims | undefined, language: Language): Promise<Guest>;
  /** A person at a browser: an agent's token is for files and notices only. @throws HubError forbidden */
  person(actor: Actor): void;
  /** @throws HubError forbidden */
  admin(actor: Actor): void;
}

export function createGates(authenticator: Authenticator, termsGate: TermsGate): Gates {
  return {
    session: (accessToken) => authenticator.authenticate(accessToken),
    stillOpen: (actor) => authenticator.stillValid(actor),
    async terms(actor) {
      if (!(await termsGate.accepted(actor.accountId))) throw new HubError('cgu_required');
    },
    async guest(claims, language) {
      if (!claims) throw new HubError('unauthenticated');
      if (claims.termsVersion !== (await termsGate.version())) throw new HubError('cgu_required');
      const { guestId, roomId, name, sent } = claims;
      return { audience: 'guest', guestId, roomId, name, language, power: sent?.power };
    },
    person(actor) {
      if (actor.audience !== 'web') throw new HubError('forbidden', 'not with the token of an agent');
    },
    admin(actor) {
      if (actor.role !== 'admin') throw new HubError('forbidden');
    },
  };
}

/**
 * Whether a browser's request comes from our own pages. The configured public address counts; without one, whatever
 * host the page was loaded from.
 */
export function sameOrigin(
  headers: { origin?: string | undefined; host?: string | undefined },
  publicUrl: string | undefined,
): boolean {
  if (!headers.origin) return false;
  try {
    const origin = new URL(headers.origin);
    return publicUrl ? origin.origin === new URL(publicUrl).origin : origin.host === headers.host;
  } catch {
    return false;
  }
}
