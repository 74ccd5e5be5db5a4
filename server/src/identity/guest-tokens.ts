import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { GuestPower } from './actor.ts';
import type { Secrets } from './secrets.ts';

/** Seconds for which a guest's token opens the door of its room; who is in stays in. */
export const guestSeconds = 3600;
const audience = 'guest';
const issuer = 'diwan';

const Claims = z.object({
  ...{ sub: z.string(), room: z.string(), name: z.string(), terms: z.int(), exp: z.int() },
  power: z.enum(['host', 'participant']).optional(),
  key: z.string().optional(),
});

export interface GuestClaims {
  guestId: string;
  roomId: string;
  name: string;
  /** The version of the terms that was ticked. */
  termsVersion: number;
  /** Of who came by a join link: what they may be, and the API key by which it was made. */
  sent?: { power: GuestPower; keyId: string } | undefined;
  /** ms */
  expiresAt: number;
}

/** A JWT (ES256) for one room, of an audience of its own: nothing but that room's socket takes it. */
export function signGuest(
  secrets: Secrets,
  { guestId, roomId, name, termsVersion, sent }: Omit<GuestClaims, 'expiresAt'>,
): { token: string; expiresAt: number } {
  const key = secrets.keys[0] as Secrets['keys'][number];
  const token = jwt.sign(
    { room: roomId, name, terms: termsVersion, ...(sent && { power: sent.power, key: sent.keyId }) },
    key.privateKey,
    {
      ...{ algorithm: 'ES256', keyid: key.kid, issuer, audience, subject: guestId, expiresIn: guestSeconds },
    },
  );
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
    const { sub: guestId, room: roomId, name, terms: termsVersion, exp, power, key: keyId } = claims;
    const sent = power && keyId !== undefined ? { power, keyId } : undefined;
    return { guestId, roomId, name, termsVersion, expiresAt: exp * 1000, sent };
  } catch {
    return undefined;
  }
}
