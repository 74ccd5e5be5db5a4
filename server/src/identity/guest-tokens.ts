import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { Secrets } from './secrets.ts';

/** Seconds for which a guest's token opens the door of its room; who is in stays in. */
export const guestSeconds = 3600;
const audience = 'guest';
const issuer = 'diwan';

const Claims = z.object({ sub: z.string(), room: z.string(), name: z.string(), terms: z.int(), exp: z.int() });

export interface GuestClaims {
  guestId: string;
  roomId: string;
  name: string;
  /** The version of the terms that was ticked. */
  termsVersion: number;
  /** ms */
  expiresAt: number;
}

/** A JWT (ES256) for one room, of an audience of its own: nothing but that room's socket takes it. */
export function signGuest(
  secrets: Secrets,
  { guestId, roomId, name, termsVersion }: Omit<GuestClaims, 'expiresAt'>,
): { token: string; expiresAt: number } {
  const key = secrets.keys[0] as Secrets['keys'][number];
  const token = jwt.sign({ room: roomId, name, terms: termsVersion }, key.privateKey, {
    ...{ algorithm: 'ES256', keyid: key.kid, issuer, audience, subject: guestId, expiresIn: guestSeconds },
  });
  return { token, expiresAt: Date.now() + guestSeconds * 1000 };
}

/** What a guest's token says, or nothing for what is no such token, or no longer. */
export function readGuest(secrets: Secrets, token: string | undefined): GuestClaims | undefined {
  if (!token) return undefined;
  try {
    const kid = jwt.decode(token, { complete: true })?.header.kid;
    const key = secrets.keys.find((k) => k.kid === kid);
    if (!key) return undefined;
    const claims = Claims.parse(jwt.verify(token, key.publicKey, { algorithms: ['ES256'], issuer, audience }));
    const { sub: guestId, room: roomId, name, terms: termsVersion, exp } = claims;
    return { guestId, roomId, name, termsVersion, expiresAt: exp * 1000 };
  } catch {
    return undefined;
  }
}
