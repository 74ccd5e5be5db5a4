import { HubError } from '@diwan/protocol/errors.ts';
import { type ErrorRequestHandler, type Request, Router } from 'express';
import type { Conditions } from '../../ibox/dav/conditions.ts';
import type { Ibox } from '../../ibox/ibox.ts';
import type { Actor } from '../../identity/actor.ts';
import { authenticateAppPassword } from '../../identity/app-passwords.ts';
import type { Identity } from '../../identity/identity.ts';
import type { Gates } from '../gates.ts';
import { hearOut } from '../hear-out.ts';
import type { Exchange } from './exchange.ts';
import { parseIf, parseTags } from './if-header.ts';
import { lock, unlock } from './lock.ts';
import { copyOrMove, get, mkcol, put, remove } from './methods.ts';
import { hrefOf, namesOf, referenceOf } from './paths.ts';
import { propfind } from './propfind.ts';
import { proppatch } from './proppatch.ts';
import { DavRefusal, sendRefusal } from './refusal.ts';
import { hrefXml } from './write-xml.ts';

interface Deps {
  identity: Identity;
  gates: Gates;
  ibox: Ibox;
  publicUrl: string;
  maxUploadBytes: number;
}

const methods: Record<string, (exchange: Exchange) => Promise<void>> = {
  GET: get,
  HEAD: get,
  PUT: put,
  DELETE: remove,
  MKCOL: mkcol,
  COPY: copyOrMove,
  MOVE: copyOrMove,
  PROPFIND: propfind,
  PROPPATCH: proppatch,
  LOCK: lock,
  UNLOCK: unlock,
};
const allowed = ['OPTIONS', ...Object.keys(methods)].join(', ');

/**
 * The actor's personal space by WebDAV (RFC 4918), classes 1, 2 and 3, for the file managers that people have. HTTP Basic with an app
 * password on every request, and no cookie: nothing here is believed because a browser sent it by itself.
 */
export function webdavRouter({ identity, gates, ibox, publicUrl, maxUploadBytes }: Deps): Router {
  const router = Router();
  const running = runningRequests(identity);

  router.use(async (req, res) => {
    res.set('Cache-Control', 'private, no-cache');
    const actor = await signIn(req).catch((error) => {
      if (error instanceof HubError && (error.code === 'unauthenticated' || error.code === 'bad_credentials'))
        res.set('WWW-Authenticate', 'Basic realm="Diwan", charset="UTF-8"');
      throw error;
    });
    req.actor = actor;
    running.add(actor, req);
    await gates.terms(actor);
    if (req.method === 'OPTIONS') {
      res.set({ DAV: '1, 2, 3', 'MS-Author-Via': 'DAV', Allow: allowed }).status(200).end();
      return;
    }
    const method = Object.hasOwn(methods, req.method) ? methods[req.method] : undefined;
    if (!method) throw new DavRefusal(405, `one of ${allowed}`);
    const names = namesOf(req.originalUrl);
    const hosts = new Set([(req.get('host') ?? '').toLowerCase(), new URL(publicUrl).host]);
    await method({
      req,
      res,
      actor,
      ibox,
      hosts,
      maxUploadBytes,
      endsWithSlash: /\/(\?|$)/.test(req.originalUrl),
      place: await ibox.dav.find(actor, names),
      given: conditionsOf(req, hosts),
    });
  });

  async function signIn(req: Request): Promise<Actor> {
    const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(req.headers.authorization ?? '') ?? [];
    if (encoded === undefined) throw new HubError('unauthenticated');
    const pair = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = pair.indexOf(':');
    const [identifier, password] = [pair.slice(0, Math.max(colon, 0)), pair.slice(colon + 1)];
    return authenticateAppPassword(identity, { identifier, password }, req.ip ?? '');
  }

  const onError: ErrorRequestHandler = async (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const refusal = refusalOf(error);
    if (!refusal) return next(error);
    await hearOut(req, res);
    if (refusal.status === 405) res.set('Allow', allowed);
    sendRefusal(res, refusal);
  };
  router.use(onError);
  return router;
}

/** What programs understand better in WebDAV's own words; the rest is a problem (RFC 9457) as everywhere. */
function refusalOf(error: unknown): DavRefusal | undefined {
  if (error instanceof DavRefusal) return error;
  if (!(error instanceof HubError) || error.code !== 'locked') return undefined;
  const href = hrefXml(hrefOf((error.detail ?? '').split('/').filter(Boolean), false));
  return new DavRefusal(423, 'locked', `<D:lock-token-submitted>${href}</D:lock-token-submitted>`);
}

/** @throws {HubError} bad_request */
function conditionsOf(req: Request, hosts: ReadonlySet<string>): Conditions {
  const resourceOf = (address: string) => referenceOf(address, hosts)?.names ?? 'elsewhere';
  const header = req.get('if');
  return {
    lists: header === undefined ? undefined : parseIf(header, resourceOf),
    ifMatch: parseTags(req.headers['if-match']),
    ifNoneMatch: parseTags(req.headers['if-none-match']),
  };
}

/** A withdrawn app password cuts what is being sent under it, too. */
function runningRequests({ bus }: Identity) {
  const running = new Map<string, Set<Request>>();
  bus.subscribe('session:ended', ({ sessionIds }) => {
    for (const id of sessionIds) for (const req of running.get(id) ?? []) req.socket.destroy();
  });
  return {
    add({ sessionId }: Actor, req: Request): void {
      const requests = running.get(sessionId) ?? new Set();
      running.set(sessionId, requests.add(req));
      req.res?.once('close', () => {
        requests.delete(req);
        if (requests.size === 0) running.delete(sessionId);
      });
    },
  };
}
