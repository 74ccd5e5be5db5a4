import { HubError } from '@diwan/protocol/errors.ts';
import type { Request } from 'express';
import type { Actor } from '../../identity/actor.ts';

declare global {
  namespace Express {
    interface Request {
      actor?: Actor;
    }
  }
}

/** The signed-in person of a request behind the session gate. */
export function actorOf(req: Request): Actor {
  if (!req.actor) throw new HubError('unauthenticated');
  return req.actor;
}
