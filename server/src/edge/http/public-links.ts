import { randomBytes } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import { NodePageQuery } from '@diwan/protocol/ibox.ts';
import {
  LinkContentQuery,
  LinkNodes,
  LinkNodeView,
  LinkPage,
  LinkUnlock,
  LinkUploaded,
} from '@diwan/protocol/ibox-links.ts';
import { PreviewQuery, TextPreview } from '@diwan/protocol/ibox-previews.ts';
import { stringifySetCookie } from 'cookie';
import { type Request, type Response, Router } from 'express';
import type { Drop } from '../../ibox/links/drop-files.ts';
import type { Links } from '../../ibox/links/links.ts';
import type { Visitor } from '../../ibox/links/open-link.ts';
import type { Guesses } from '../../ibox/links/unlock-link.ts';
import type { Secrets } from '../../identity/secrets.ts';
import { linkSeconds, readLinkKey, signLinkKey } from '../../identity/tokens.ts';
import { sendArchive } from './archive.ts';
import { answer, parse } from './parse.ts';
import { sendPicture } from './previews.ts';
import { rateLimit } from './rate-limit.ts';
import { sendContent } from './send-content.ts';
import { readCookies } from './session.ts';
import { receiveForm } from './upload-form.ts';

interface Deps {
  links: Links;
  secrets: Secrets;
  guesses: Guesses;
  secureCookies: boolean;
  maxUploadBytes: number;
}

/** Tokens that lead nowhere, and forms of uploads, from one address. */
const missLimit = { points: 60, seconds: 60 };
const uploadLimit = { points: 600, seconds: 600 };

const keyCookie = 'diwan_link';
const visitCookie = 'diwan_visit';
const visitSeconds = 12 * 3600;

/** What a link opens, without an account: the visitor's routes of protocol/ibox-links.ts. */
export function publicLinksRouter({ links, secrets, guesses, secureCookies, maxUploadBytes }: Deps): Router {
  const router = Router();
  const misses = rateLimit(missLimit);
  const uploads = rateLimit(uploadLimit);

  /** Only for this link: neither another link nor the rest of the API is sent it. */
  function setCookie(req: Request, res: Response, name: string, value: string, maxAge: number): void {
    const path = `/api/links/${encodeURIComponent(String(req.params.token))}`;
    const cookie = { name, value, path, maxAge, httpOnly: true, secure: secureCookies, sameSite: 'strict' } as const;
    res.append('Set-Cookie', stringifySetCookie(cookie));
  }

  /** Who asks; a key in use that is half-way through its hour is renewed. */
  function visitorOf(req: Request, res: Response): Visitor {
    const cookies = readCookies(req.headers.cookie);
    const [, bearer] = /^Bearer (.+)$/.exec(req.headers.authorization ?? '') ?? [];
    const key = readLinkKey(secrets, bearer ?? cookies[keyCookie]);
    if (key && !bearer && key.expiresAt - Date.now() < (linkSeconds * 1000) / 2)
      setCookie(req, res, keyCookie, signLinkKey(secrets, key), linkSeconds);
    const known = cookies[visitCookie];
    const isVisit = known !== undefined && /^[\w-]{22}$/.test(known);
    return { key, visit: isVisit ? known : '' };
  }

  /** A visitor who can be known again: ranges of a download are not counted anew. */
  function returningVisitor(req: Request, res: Response): Visitor {
    const visitor = visitorOf(req, res);
    if (visitor.visit !== '') return visitor;
    const visit = randomBytes(16).toString('base64url');
    setCookie(req, res, visitCookie, visit, visitSeconds);
    return { ...visitor, visit };
  }

  router.use('/:token', async (req, res, next) => {
    res.set('X-Robots-Tag', 'noindex, nofollow');
    await misses.check(req.ip ?? '');
    next();
  });

  /** Who looks for links by trying has few tries. */
  async function found<T>(req: Request, asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof HubError && error.code === 'not_found') await misses.take(req.ip ?? '');
      throw error;
    }
  }

  router.get('/:token', async (req, res) => {
    answer(res, LinkPage, await found(req, links.view(req.params.token, visitorOf(req, res))));
  });
  router.post('/:token/session', async (req, res) => {
    const { password } = parse(LinkUnlock, req.body);
    const { page, key } = await found(req, links.unlock(req.params.token, password, guesses, req.ip ?? ''));
    setCookie(req, res, keyCookie, signLinkKey(secrets, key), linkSeconds);
    answer(res, LinkPage, page);
  });

  router.get('/:token/nodes/:id', async (req, res) => {
    const { token, id } = req.params;
    answer(res, LinkNodeView, await found(req, links.viewNode(token, visitorOf(req, res), id)));
  });
  router.get('/:token/nodes/:id/children', async (req, res) => {
    const { token, id } = req.params;
    const page = parse(NodePageQuery, req.query);
    answer(res, LinkNodes, await found(req, links.listChildren(token, visitorOf(req, res), id, page)));
  });
  router.get('/:token/nodes/:id/content', async (req, res) => {
    const { token, id } = req.params;
    const { download } = parse(LinkContentQuery, req.query);
    const content = await found(req, links.openContent(token, returningVisitor(req, res), id));
    await sendContent(req, res, content, download === '1');
  });
  router.get('/:token/nodes/:id/text', async (req, res) => {
    const { token, id } = req.params;
    answer(res, TextPreview, await found(req, links.readText(token, returningVisitor(req, res), id)));
  });
  router.get('/:token/nodes/:id/archive', async (req, res) => {
    const { token, id } = req.params;
    const counts = req.method !== 'HEAD';
    await sendArchive(req, res, await found(req, links.openArchive(token, returningVisitor(req, res), id, counts)));
  });
  router.get('/:token/nodes/:id/preview', async (req, res) => {
    const { token, id } = req.params;
    const { size } = parse(PreviewQuery, req.query);
    await sendPicture(req, res, await found(req, links.openPicture(token, visitorOf(req, res), id, Number(size))));
  });

  router.post('/:token/files', async (req, res) => {
    if (!req.is('multipart/form-data')) throw new HubError('bad_request', 'multipart/form-data is expected');
    const declared = Number(req.headers['content-length'] ?? 0);
    let drop: Drop | undefined;
    try {
      await uploads.take(req.ip ?? '');
      drop = await found(req, links.drop(req.params.token, visitorOf(req, res), declared));
      await receiveForm(req, res, drop, maxUploadBytes);
      answer(res, LinkUploaded, await drop.commit(), 201);
    } finally {
      await drop?.close();
    }
  });
  return router;
}
