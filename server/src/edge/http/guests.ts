import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import { GuestDoor, GuestEnter, GuestKnock, GuestPass } from '@diwan/protocol/vroom-guests.ts';
import { stringifySetCookie } from 'cookie';
import { type Request, Router } from 'express';
import type { ApiKeys } from '../../api-keys/api-keys.ts';
import type { ShownFiles } from '../../ibox/shown/shown-files.ts';
import { type GuestClaims, guestSeconds, readGuest, signGuest } from '../../identity/guest-tokens.ts';
import { readJoin } from '../../identity/join-tokens.ts';
import type { Secrets } from '../../identity/secrets.ts';
import { currentTerms, type TermsRoom } from '../../terms/terms.ts';
import type { Vroom } from '../../vroom/vroom.ts';
import { preferredLanguage } from '../errors.ts';
import type { Gates } from '../gates.ts';
import { messageFilesRouter } from './message-files.ts';
import { answer, parse } from './parse.ts';
import { rateLimit } from './rate-limit.ts';
import { readCookies } from './session.ts';

interface Deps {
  vroom: Vroom;
  gates: Gates;
  shown: ShownFiles;
  /** By which join links are made. */
  keys: ApiKeys;
  terms: TermsRoom;
  secrets: Secrets;
  secureCookies: boolean;
}

/** Rooms that don't exist, and passes handed out, to one address. */
const missLimit = { points: 60, seconds: 60 };
const passLimit = { points: 120, seconds: 60 };

/** One cookie a room: a guest of two meetings is two guests. */
export const guestCookie = (roomId: string) => `diwan_guest_${roomId}`;

/** What a browser's cookies say that it is in this room, if they do. */
export function guestOf(secrets: Secrets, cookies: string | undefined, roomId: string): GuestClaims | undefined {
  const claims = readGuest(secrets, readCookies(cookies)[guestCookie(roomId)]);
  return claims?.roomId === roomId ? claims : undefined;
}

/** /api/guests: the door of a meeting for people without an account. */
export function guestsRouter({ vroom, gates, shown, keys, terms, secrets, secureCookies }: Deps): Router {
  const router = Router();
  const who = ({ headers }: Request, roomId: string) =>
    gates.guest(guestOf(secrets, headers.cookie, roomId), preferredLanguage(headers['accept-language']));
  router.use(messageFilesRouter({ vroom, shown, who }));
  const misses = rateLimit(missLimit);
  const passes = rateLimit(passLimit);

  const ownSent = (known: GuestClaims | undefined) => known?.sent && { ...known.sent, name: known.name };
  /**
   * Whom a join link says that this is. Once it has expired, who came by it before stays who they are.
   * @throws HubError link_gone for what is no join link to this room, or no longer
   */
  async function sentBy(roomId: string, join: string, known: GuestClaims | undefined) {
    const claims = readJoin(secrets, join);
    if (claims?.roomId === roomId && (await keys.stands(claims.keyId)))
      return { name: claims.name, power: claims.role, keyId: claims.keyId };
    const before = ownSent(known);
    if (!before) throw new HubError('link_gone', 'join link');
    return before;
  }
  /** Who came by a join link stays so as long as the key by which it was made stands. */
  async function knownAt(req: Request, roomId: string): Promise<GuestClaims | undefined> {
    const known = guestOf(secrets, req.headers.cookie, roomId);
    return known?.sent && !(await keys.stands(known.sent.keyId)) ? undefined : known;
  }

  async function doorOf(ip: string, roomId: string, sent: boolean) {
    await misses.check(ip);
    try {
      return await vroom.guestDoor(roomId, sent);
    } catch (error) {
      if (error instanceof HubError && error.code === 'room_not_found') await misses.take(ip);
      throw error;
    }
  }
  const knownView = (known: GuestClaims | undefined) => known && { name: known.name, expiresAt: known.expiresAt };

  router.get('/:roomId', async (req, res) => {
    const { roomId } = req.params;
    const known = await knownAt(req, roomId);
    const door = await doorOf(req.ip ?? '', roomId, known?.sent !== undefined);
    const sent = known?.sent ? { name: known.name, role: known.sent.power } : null;
    answer(res, GuestDoor, { ...door, known: knownView(known) ?? null, sent });
  });

  router.post('/:roomId/door', async (req, res) => {
    const { roomId } = req.params;
    const { join } = parse(GuestKnock, req.body);
    await misses.check(req.ip ?? '');
    const known = await knownAt(req, roomId);
    const sent = await sentBy(roomId, join, known);
    const door = await doorOf(req.ip ?? '', roomId, true);
    answer(res, GuestDoor, { ...door, known: knownView(known) ?? null, sent: { name: sent.name, role: sent.power } });
  });

  router.post('/:roomId', async (req, res) => {
    const { roomId } = req.params;
    const ip = req.ip ?? '';
    const { name: typed, terms: ticked, join } = parse(GuestEnter, req.body);
    await misses.check(ip);
    const known = await knownAt(req, roomId);
    const sent = join === undefined ? ownSent(known) : await sentBy(roomId, join, known);
    await doorOf(ip, roomId, sent !== undefined);
    await passes.take(ip);
    const { version, hash } = await currentTerms(terms);
    if (ticked.version !== version || ticked.hash !== hash) throw new HubError('cgu_required');
    const guestId = known?.guestId ?? randomUUID();
    const name = sent?.name ?? typed;
    const { token, expiresAt } = signGuest(secrets, {
      guestId,
      roomId,
      name,
      termsVersion: version,
      sent: sent && { power: sent.power, keyId: sent.keyId },
    });
    res.append(
      'Set-Cookie',
      stringifySetCookie({
        ...{ name: guestCookie(roomId), value: token, path: '/', maxAge: guestSeconds },
        ...({ httpOnly: true, secure: secureCookies, sameSite: 'strict' } as const),
      }),
    );
    answer(res, GuestPass, { name, expiresAt }, 201);
  });
  return router;
}
