import { randomUUID } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import { GuestDoor, GuestEnter, GuestPass } from '@diwan/protocol/vroom-guests.ts';
import { stringifySetCookie } from 'cookie';
import { type Request, Router } from 'express';
import type { ShownFiles } from '../../ibox/shown/shown-files.ts';
import { type GuestClaims, guestSeconds, readGuest, signGuest } from '../../identity/guest-tokens.ts';
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
export function guestsRouter({ vroom, gates, shown, terms, secrets, secureCookies }: Deps): Router {
  const router = Router();
  const who = ({ headers }: Request, roomId: string) =>
    gates.guest(guestOf(secrets, headers.cookie, roomId), preferredLanguage(headers['accept-language']));
  router.use(messageFilesRouter({ vroom, shown, who }));
  const misses = rateLimit(missLimit);
  const passes = rateLimit(passLimit);

  async function doorOf(ip: string, roomId: string) {
    await misses.check(ip);
    try {
      return await vroom.guestDoor(roomId);
    } catch (error) {
      if (error instanceof HubError && error.code === 'room_not_found') await misses.take(ip);
      throw error;
    }
  }

  router.get('/:roomId', async (req, res) => {
    const { roomId } = req.params;
    const door = await doorOf(req.ip ?? '', roomId);
    const known = guestOf(secrets, req.headers.cookie, roomId);
    answer(res, GuestDoor, { ...door, known: known ? { name: known.name, expiresAt: known.expiresAt } : null });
  });

  router.post('/:roomId', async (req, res) => {
    const { roomId } = req.params;
    const ip = req.ip ?? '';
    const { name, terms: ticked } = parse(GuestEnter, req.body);
    await doorOf(ip, roomId);
    await passes.take(ip);
    const { version, hash } = await currentTerms(terms);
    if (ticked.version !== version || ticked.hash !== hash) throw new HubError('cgu_required');
    const guestId = guestOf(secrets, req.headers.cookie, roomId)?.guestId ?? randomUUID();
    const { token, expiresAt } = signGuest(secrets, { guestId, roomId, name, termsVersion: version });
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
