import { pipeline } from 'node:stream/promises';
import { ArchiveQuery, ArchiveRequest } from '@diwan/protocol/ibox-archive.ts';
import { type Request, type Response, Router, urlencoded } from 'express';
import type { Archive } from '../../ibox/archive/open-archive.ts';
import type { Ibox } from '../../ibox/ibox.ts';
import { actorOf } from './actor-of.ts';
import { parse } from './parse.ts';
import { disposition } from './send-content.ts';

/** Several files in one: the routes of protocol/ibox-archive.ts. */
export function archiveRouter({ ibox }: { ibox: Pick<Ibox, 'openArchive'> }): Router {
  const router = Router();

  const send = async (req: Request, res: Response, ids: string[]): Promise<void> =>
    sendArchive(req, res, await ibox.openArchive(actorOf(req), ids));

  router.get('/nodes/:id/archive', (req, res) => send(req, res, [req.params.id]));
  router.get('/archive', (req, res) => send(req, res, fromForm(req.query)));
  router.post('/archive', urlencoded({ extended: false, limit: '100kb' }), (req, res) =>
    send(
      req,
      res,
      req.is('application/x-www-form-urlencoded') ? fromForm(req.body) : parse(ArchiveRequest, req.body).ids,
    ),
  );
  return router;
}

/** The length is told before: who gets less knows that the archive is broken. */
export async function sendArchive(req: Request, res: Response, archive: Archive): Promise<void> {
  res.set({
    'Content-Type': 'application/zip',
    'Content-Length': String(archive.size),
    'Content-Disposition': disposition('attachment', archive.name),
    'X-Content-Type-Options': 'nosniff',
  });
  if (req.method === 'HEAD') res.end();
  else await pipeline(archive.read(), res).catch(unlessTheClientLeft);
}

const fromForm = (fields: unknown): string[] => parse(ArchiveRequest, parse(ArchiveQuery, fields)).ids;

function unlessTheClientLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
