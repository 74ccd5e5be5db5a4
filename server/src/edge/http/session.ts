import { randomBytes } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import type { Tokens } from '@diwan/protocol/identity.ts';
import { parseCookie, stringifySetCookie } from 'cookie';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { deviceKept } from '../../identity/known-devices.ts';
import { sessionIdle } from '../../identity/sessions.ts';
import { type Gates, sameOrigin } from '../gates.ts';

export const accessCookie = 'diwan_access';
export const refreshCookie = 'diwan_refresh';
const deviceCookie = 'diwan_device';
const refreshPath = '/api/auth';

/** The cookies of a raw Cookie header. */
export const readCookies = (header: string | undefined) => parseCookie(header ?? '');

/** The cookie outlives the token in it, so that an expired one is told apart from none (token_expired). */
export function setSession(res: Response, tokens: Tokens, secure: boolean): void {
  const common = { httpOnly: true, secure, maxAge: sessionIdle / 1000 } as const;
  res.append(
    'Set-Cookie',
    stringifySetCookie({ name: accessCookie, value: tokens.accessToken, ...common, sameSite: 'lax', path: '/' }),
  );
  res.append(
    'Set-Cookie',
    stringifySetCookie({
      name: refreshCookie,
      value: tokens.refreshToken,
      ...common,
      sameSite: 'strict',
      path: refreshPath,
    }),
  );
}

/** What a browser is known again by: random, of no use for signing in, and kept when somebody signs out. */
export function deviceOf(req: Request): string {
  const kept = readCookies(req.headers.cookie)[deviceCookie];
  return kept && /^[\w-]{43}$/.test(kept) ? kept : randomBytes(32).toString('base64url');
}

export function setDevice(res: Response, device: string, secure: boolean): void {
  const cookie = { name: deviceCookie, value: device, httpOnly: true, secure, sameSite: 'strict' } as const;
  res.append('Set-Cookie', stringifySetCookie({ ...cookie, path: refreshPath, maxAge: deviceKept / 1000 }));
}

export function clearSession(res: Response): void {
  res.append('Set-Cookie', stringifySetCookie({ name: accessCookie, value: '', httpOnly: true, maxAge: 0, path: '/' }));
  res.append(
    'Set-Cookie',
    stringifySetCookie({ name: refreshCookie, value: '', httpOnly: true, maxAge: 0, path: refreshPath }),
  );
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What a browser sends by itself (a cookie) is believed on an unsafe method only from our own pages (CSRF). */
export function requireSameOrigin(publicUrl: string | undefined): RequestHandler {
  return (req, _res, next) => {
    const byCookie = !req.headers.authorization && Boolean(req.headers.cookie);
    const foreign = req.headers.origin !== undefined && !sameOrigin(req.headers, publicUrl);
    if (!safeMethods.has(req.method) && (foreign || (byCookie && !sameOrigin(req.headers, publicUrl))))
      throw new HubError('origin_refused');
    next();
  };
}

/** The access token of a request: Bearer (agents) or cookie (browsers). */
function accessToken(req: Request): string | undefined {
  const header = req.headers.authorization;
  if (header) return header.startsWith('Bearer ') ? header.slice(7) : undefined;
  return readCookies(req.headers.cookie)[accessCookie];
}

/** Puts the actor on the request. */
export const sessionGate =
  (gates: Gates): RequestHandler =>
  async (req, _res, next) => {
    req.actor = await gates.session(accessToken(req));
    next();
  };

/** Behind sessionGate. */
export const termsGate =
  (gates: Gates): RequestHandler =>
  async (req, _res, next) => {
    if (!req.actor) throw new HubError('unauthenticated');
    await gates.terms(req.actor);
    next();
  };

/** Behind sessionGate: not for agents. */
export const personGate =
  (gates: Gates): RequestHandler =>
  (req, _res, next) => {
    if (!req.actor) throw new HubError('unauthenticated');
    gates.person(req.actor);
    next();
  };

/** Behind sessionGate. */
export const adminGate =
  (gates: Gates): RequestHandler =>
  (req, _res, next) => {
    if (!req.actor) throw new HubError('unauthenticated');
    gates.admin(req.actor);
    next();
  };

/** Where a request came from: behind a proxy only as far as HUB_TRUST_PROXY allows. */
export const originOf = (req: Request) => ({ ip: req.ip ?? '', userAgent: req.headers['user-agent'] ?? '' });

/** A room's router behind both gates: signed in, terms accepted; and further ones of its own. */
export const behindGates = (gates: Gates, router: Router, ...further: RequestHandler[]): Router =>
  Router().use(sessionGate(gates), ...further, termsGate(gates), router);
