import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import { Audience } from '@diwan/protocol/identity.ts';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { Secrets } from './secrets.ts';

/** Seconds an access token lives. */
export const accessSeconds = 600;
const issuer = 'diwan';

const Claims = z.object({ sub: z.string(), sid: z.string(), gen: z.int(), aud: Audience });
export type Claims = z.infer<typeof Claims>;

/** A JWT signed with ES256 (RFC 7518), for one audience. */
export function signAccess(secrets: Secrets, claims: Claims, expiresIn: number = accessSeconds): string {
  const key = secrets.keys[0] as Secrets['keys'][number];
  const { sub, aud, ...rest } = claims;
  return jwt.sign(rest, key.privateKey, {
    algorithm: 'ES256',
    keyid: key.kid,
    issuer,
    subject: sub,
    audience: aud,
    expiresIn,
  });
}

/** @throws HubError token_expired when only its time is over, unauthenticated for every other flaw */
export function verifyAccess(secrets: Secrets, token: string): Claims {
  try {
    // The key is ours, found by kid; nothing else in the header (alg, jwk, jku) is believed.
    const kid = jwt.decode(token, { complete: true })?.header.kid;
    const key = secrets.keys.find((k) => k.kid === kid);
    if (!key) throw new HubError('unauthenticated');
    return Claims.parse(jwt.verify(token, key.publicKey, { algorithms: ['ES256'], issuer }));
  } catch (error) {
    throw new HubError(error instanceof jwt.TokenExpiredError ? 'token_expired' : 'unauthenticated');
  }
}

/**
 * Refresh tokens are derived, not stored: the same generation always has the same token, so a lost reply is answered
 * again and a database dump holds none.
 */
export function refreshToken(secrets: Secrets, sessionId: string, generation: number): string {
  const body = `${sessionId}.${generation}`;
  return `${body}.${createHmac('sha256', secrets.refreshSecret).update(body).digest('base64url')}`;
}

/** @throws HubError unauthenticated */
export function readRefreshToken(secrets: Secrets, token: string): { sessionId: string; generation: number } {
  const [sessionId, generation] = token.split('.', 2);
  const expected = Buffer.from(refreshToken(secrets, sessionId ?? '', Number(generation)));
  const given = Buffer.from(token);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new HubError('unauthenticated');
  return { sessionId: sessionId as string, generation: Number(generation) };
}

/** A secret to hand out once (256 bits), and what the database keeps of it. */
export function oneTimeToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashToken(token) };
}
export const hashToken = (token: string) => createHash('sha256').update(token).digest('hex');

/**
 * The secret part of a link's address, 192 bits. Derived as refresh tokens are: it can be shown again to who manages the link, and a
 * database dump holds none.
 */
export const linkSeal = (secrets: Secrets, linkId: string): string =>
  createHmac('sha256', secrets.refreshSecret).update(`link ${linkId}`).digest().subarray(0, 24).toString('base64url');

/** The key that signs what goes to a webhook, 256 bits; derived for the same reasons. */
export const webhookKey = (secrets: Secrets, webhookId: string): Buffer =>
  createHmac('sha256', secrets.refreshSecret).update(`webhook ${webhookId}`).digest();

const LinkClaims = z.object({ sub: z.string(), gen: z.int(), exp: z.int() });

/** Seconds for which who has given a link's password stays in without using it. */
export const linkSeconds = 3600;

/** What a visitor gets for a link's password of that generation. */
export function signLinkKey(secrets: Secrets, link: { id: string; generation: number }): string {
  const key = secrets.keys[0] as Secrets['keys'][number];
  return jwt.sign({ gen: link.generation }, key.privateKey, {
    algorithm: 'ES256',
    keyid: key.kid,
    issuer,
    subject: link.id,
    audience: 'link',
    expiresIn: linkSeconds,
  });
}

/** The link and the password's generation that a visitor's key is for, or nothing for what is no key, or no longer. */
export function readLinkKey(
  secrets: Secrets,
  token: string | undefined,
): { id: string; generation: number; expiresAt: number } | undefined {
  if (!token) return undefined;
  try {
    const kid = jwt.decode(token, { complete: true })?.header.kid;
    const key = secrets.keys.find((k) => k.kid === kid);
    if (!key) return undefined;
    const claims = LinkClaims.parse(
      jwt.verify(token, key.publicKey, { algorithms: ['ES256'], issuer, audience: 'link' }),
    );
    return { id: claims.sub, generation: claims.gen, expiresAt: claims.exp * 1000 };
  } catch {
    return undefined;
  }
}
