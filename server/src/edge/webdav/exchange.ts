import type { Request, Response } from 'express';
import type { Conditions } from '../../ibox/dav/conditions.ts';
import type { Place } from '../../ibox/dav/place.ts';
import type { Ibox } from '../../ibox/ibox.ts';
import type { Actor } from '../../identity/actor.ts';

/** One request, with what every method needs. */
export interface Exchange {
  req: Request;
  res: Response;
  actor: Actor;
  ibox: Ibox;
  /** Where the request's address leads. */
  place: Place;
  /** The address was written as a folder's. */
  endsWithSlash: boolean;
  given: Conditions;
  /** What this server is called in addresses. */
  hosts: ReadonlySet<string>;
  maxUploadBytes: number;
}
