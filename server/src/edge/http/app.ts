import { existsSync } from 'node:fs';
import path from 'node:path';
import { HubError, type Language } from '@diwan/protocol/errors.ts';
import { HubInfo, protocolVersion } from '@diwan/protocol/version.ts';
import express, { type ErrorRequestHandler, type Express, type Router } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { preferredLanguage, problemOf } from '../errors.ts';
import { hearOut } from '../hear-out.ts';
import { answer } from './parse.ts';
import { requireSameOrigin } from './session.ts';

interface Deps {
  log: Logger;
  publicUrl: string | undefined;
  trustProxy: number;
  webDir: string;
  info: Omit<HubInfo, 'product' | 'protocol'>;
  /** Routers by the path they are mounted at. */
  routers: Record<string, Router>;
  /** At /dav: outside of the API, with a sign-in of its own. */
  webdav: Router;
  /** @throws when the hub can't do its work (database gone) */
  ready: () => Promise<void>;
  metrics: () => Promise<string>;
}

/** The pages, the JSON API and the operator's probes on one Express application. */
export function createApp({
  log,
  publicUrl,
  trustProxy,
  webDir,
  info,
  routers,
  webdav,
  ready,
  metrics,
}: Deps): Express {
  const app = express();
  app.set('trust proxy', trustProxy);
  app.disable('x-powered-by');
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          // Noise suppression is WebAssembly; evaluating text as code stays forbidden.
          scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:', 'blob:'],
          mediaSrc: ["'self'", 'blob:'],
          connectSrc: ["'self'", 'ws:', 'wss:'],
          workerSrc: ["'self'", 'blob:'],
          objectSrc: ["'none'"],
          baseUri: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
      // Where the hub is reached by https, browsers are told to stay there.
      strictTransportSecurity: publicUrl?.startsWith('https:') ?? false,
      crossOriginOpenerPolicy: { policy: 'same-origin' },
    }),
  );
  app.use((_req, res, next) => {
    res.set('Permissions-Policy', 'camera=(self), microphone=(self), display-capture=(self), geolocation=()');
    next();
  });

  app.get('/healthz', (_req, res) => void res.json({ ok: true }));
  app.get('/readyz', async (_req, res) => {
    await ready();
    res.json({ ok: true });
  });
  app.get('/metrics', async (_req, res) => void res.type('text/plain; version=0.0.4').send(await metrics()));

  const api = express.Router();
  api.use(requireSameOrigin(publicUrl));
  api.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
  // Bodies are JSON and small; file bodies (multipart, raw) pass by untouched to the routes that stream them. The largest
  // JSON is a set of CGU texts.
  const json = express.json({ limit: '1mb', type: 'application/json' });
  // A PUT carries the bytes of a file, which may be JSON too.
  api.use((req, res, next) => (req.method === 'PUT' ? next() : json(req, res, next)));
  api.get('/version', (_req, res) => answer(res, HubInfo, { product: 'diwan', protocol: protocolVersion, ...info }));
  for (const [mount, router] of Object.entries(routers)) api.use(mount, router);
  api.use(() => {
    throw new HubError('not_found');
  });
  app.use('/api', api);
  app.use('/dav', webdav);

  if (existsSync(path.join(webDir, 'index.html'))) {
    // Vite names assets by their content; the page itself is asked for anew.
    app.use(
      '/assets',
      express.static(path.join(webDir, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false }),
    );
    app.use(express.static(webDir, { index: false, cacheControl: false }));
    app.get('/{*page}', (_req, res) => {
      res.set('Cache-Control', 'no-cache').sendFile(path.join(webDir, 'index.html'));
    });
  }

  const onError: ErrorRequestHandler = async (error, req, res, next) => {
    const language: Language = req.actor?.language ?? preferredLanguage(req.headers['accept-language']);
    const problem = problemOf(error, language);
    const where = loggedPath(req.originalUrl);
    const entry = {
      method: req.method,
      path: where,
      status: problem.status,
      code: problem.code,
      detail: problem.detail,
    };
    if (problem.status >= 500 && problem.code !== 'storage_full') log.error({ ...entry, err: error }, 'request failed');
    else log.info(entry, 'request refused');
    if (res.headersSent) return next(error);
    if (problem.retryAfter !== undefined) res.set('Retry-After', String(Math.ceil(problem.retryAfter)));
    await hearOut(req, res);
    res.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
  app.use(onError);
  return app;
}

/**
 * The path without its query, and without the secret in the address of an invitation or a link, even where it is not looked
 * for: each is longer than any id.
 */
export const loggedPath = (url: string): string =>
  (url.split('?', 1)[0] as string)
    .replace(/(\/(?:invitations|api\/links|l)\/)[^/]+/gi, '$1…')
    .replace(/[\w%-]{40,}/g, '…');
