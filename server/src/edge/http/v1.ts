import type { ApiScope } from '@diwan/protocol/api-keys.ts';
import {
  JoinLinkCreateV1,
  JoinLinkV1,
  PastMeetingsV1,
  PastQueryV1,
  PlannedV1,
  PlanV1,
  RoomCreateV1,
  RoomsQueryV1,
  RoomsV1,
  RoomV1,
} from '@diwan/protocol/api-v1.ts';
import { HubError } from '@diwan/protocol/errors.ts';
import { type Request, type RequestHandler, Router } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { ApiKeys, HeldKey } from '../../api-keys/api-keys.ts';
import type { Db } from '../../db/database.ts';
import { actingFor } from '../../identity/acting-for.ts';
import { signJoin } from '../../identity/join-tokens.ts';
import type { Secrets } from '../../identity/secrets.ts';
import type { Meetings } from '../../vroom/meetings/meetings.ts';
import type { OperatedRoom } from '../../vroom/rooms/operate.ts';
import type { Vroom } from '../../vroom/vroom.ts';
import { answer, parse } from './parse.ts';
import { rateLimit } from './rate-limit.ts';

interface Deps {
  keys: ApiKeys;
  db: Db;
  vroom: Vroom;
  meetings: Meetings;
  secrets: Secrets;
  /** Where the pages are, for links. */
  publicUrl: string;
  log: Logger;
}

/** Calls of one key, and keys that are none from one address. */
const callLimit = { points: 600, seconds: 60 };
const missLimit = { points: 30, seconds: 60 };
const RoomId = z.string().min(1).max(64);

/** /api/v1: what other systems call with a key (protocol/api-v1.ts). No session opens it, and a key opens nothing else. */
export function v1Router({ keys, db, vroom, meetings, secrets, publicUrl, log }: Deps): Router {
  const router = Router();
  const calls = rateLimit(callLimit);
  const misses = rateLimit(missLimit);
  const held = new WeakMap<Request, HeldKey>();

  router.use(async (req, _res, next) => {
    const [, token] = /^Bearer (\S{1,200})$/.exec(req.headers.authorization ?? '') ?? [];
    try {
      const key = await keys.check(token);
      held.set(req, key);
      await calls.take(key.id);
    } catch (error) {
      // A good key is never slowed down by a bad one from the same address.
      if (error instanceof HubError && error.code === 'unauthenticated') await misses.take(req.ip ?? '');
      throw error;
    }
    next();
  });

  function keyOf(req: Request): HeldKey {
    const key = held.get(req);
    if (!key) throw new HubError('unauthenticated');
    return key;
  }
  const needs =
    (scope: ApiScope): RequestHandler =>
    (req, _res, next) => {
      if (!keyOf(req).scopes.includes(scope)) throw new HubError('forbidden', `needs the scope ${scope}`);
      next();
    };
  const [reads, writes] = [needs('meetings:read'), needs('meetings:write')];

  const linkOf = (roomId: string) => new URL(`/meet/${roomId}`, publicUrl).href;
  const view = (room: OperatedRoom): z.input<typeof RoomV1> => ({ ...room, link: linkOf(room.id) });
  const idOf = (req: Request) => parse(RoomId, req.params.id);
  /** @throws HubError not_found for an address that nobody active has */
  function ownerFor(req: Request, email: string | undefined) {
    const { id, createdBy } = keyOf(req);
    return actingFor(db, email === undefined ? { accountId: createdBy } : { email }, `key ${id}`);
  }
  /** What is done with a key is told as what an admin does. */
  const done = (req: Request, what: string, about: object) =>
    log.info({ ...about, apiKeyId: keyOf(req).id, ip: req.ip }, `${what} by an API key`);

  router.get('/rooms', reads, async (req, res) => {
    const { owner, live, ...page } = parse(RoomsQueryV1, req.query);
    const ownerId = owner === undefined ? undefined : (await ownerFor(req, owner)).accountId;
    const { rooms, next } = await vroom.operatedAll({ ...page, ownerId, live: live === '1' });
    answer(res, RoomsV1, { rooms: rooms.map(view), next });
  });
  router.post('/rooms', writes, async (req, res) => {
    const { title, owner, settings } = parse(RoomCreateV1, req.body);
    const actor = await ownerFor(req, owner);
    const { id } = await vroom.createRoom(actor, { title });
    if (Object.keys(settings).length > 0) await vroom.configureRoom(actor, id, settings);
    done(req, 'room made', { roomId: id, ownerId: actor.accountId });
    answer(res, RoomV1, view(await vroom.operated(id)), 201);
  });
  router.get('/rooms/:id', reads, async (req, res) => {
    answer(res, RoomV1, view(await vroom.operated(idOf(req))));
  });
  router.delete('/rooms/:id', writes, async (req, res) => {
    const id = idOf(req);
    const { ownerId } = await vroom.operated(id);
    const { id: keyId } = keyOf(req);
    await vroom.endRoom({ ...nobody, accountId: ownerId, sessionId: `key ${keyId}` }, id);
    done(req, 'meeting ended', { roomId: id });
    res.status(204).end();
  });
  router.post('/rooms/:id/join-links', writes, async (req, res) => {
    const { name, role, minutes } = parse(JoinLinkCreateV1, req.body);
    const { id: roomId } = await vroom.operated(idOf(req));
    // To the second, as the token has it.
    const expiresAt = (Math.floor(Date.now() / 1000) + minutes * 60) * 1000;
    const token = signJoin(secrets, { roomId, name, role, keyId: keyOf(req).id }, expiresAt);
    done(req, 'join link made', { roomId, role });
    // Behind the #: browsers send it to nobody, so no log has it.
    answer(res, JoinLinkV1, { url: `${linkOf(roomId)}#join=${token}`, name, role, expiresAt }, 201);
  });

  router.post('/meetings', writes, async (req, res) => {
    const { owner, meeting } = parse(PlanV1, req.body);
    const actor = await ownerFor(req, owner);
    const planned = await meetings.schedule(actor, meeting);
    done(req, 'meeting planned', { roomId: planned.id, ownerId: actor.accountId });
    answer(res, PlannedV1, { ...planned, link: linkOf(planned.id) }, 201);
  });
  router.get('/meetings/past', reads, async (req, res) => {
    answer(res, PastMeetingsV1, await meetings.attended(parse(PastQueryV1, req.query)));
  });
  router.delete('/meetings/:id', writes, async (req, res) => {
    const { id, ownerId, kind } = await vroom.operated(idOf(req));
    if (kind !== 'scheduled') throw new HubError('not_found', 'not planned');
    await meetings.cancel(await actingFor(db, { accountId: ownerId }, `key ${keyOf(req).id}`), id);
    done(req, 'meeting cancelled', { roomId: id });
    res.status(204).end();
  });
  return router;
}

/** Whoever ends a room for its owner, whether the owner has access to the hub now or not. */
const nobody = { audience: 'web', name: '', email: '', role: 'client', language: 'fr' } as const;
