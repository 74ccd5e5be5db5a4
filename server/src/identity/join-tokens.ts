import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { GuestPower } from './actor.ts';
import type { Secrets } from './secrets.ts';

const audience = 'join';
const issuer = 'diwan';
const Claims = z.object({
  room: z.string(),
  name: z.string(),
  role: z.enum(['host', 'participant']),
  key: z.string(),
});

/** What a join link says. */
export interface JoinClaims {
  roomId: string;
  name: string;
  role: GuestPower;
  /** The API key with which it was made: it ends with it. */
  keyId: string;
}

/** A JWT (ES256) of an audience of its own: nothing but the door of that room takes it. @param expiresAt ms */
export function signJoin(secrets: Secrets, { roomId, name, role, keyId }: JoinClaims, expiresAt: number): string {
  const key = secrets.keys[0] as Secrets['keys'][number];
  return jwt.sign({ room: roomId, name, role, key: keyId, exp: Math.floor(expiresAt / 1000) }, key.privateKey, {
    ...{ algorithm: 'ES256', keyid: key.kid, issuer, audience },
  });
}

/** What a join link says, or nothing for what is no such link, or no longer. */
export function readJoin(secrets: Secrets, token: string): JoinClaims | undefined {
  try {
    const kid = jwt.decode(token, { complete: true })?.header.kid;
    const key = secrets.keys.find((k) => k.kid === kid);
    if (!key) return undefined;
    const claims = Claims.parse(jwt.verify(token, key.publicKey, { algorithms: ['ES256'], issuer, audience }));
    return { roomId: claims.room, name: claims.name, role: claims.role, keyId: claims.key };
  } catch {
    return undefined;
  }
}
