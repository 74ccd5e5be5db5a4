import { HubError } from '@diwan/protocol/errors.ts';
import {
  ChunksAnswer,
  CommitAnswer,
  CommitKey,
  CommitRequest,
  chunksType,
  contentsType,
  Delta,
  DeltaQuery,
  FetchRequest,
  MissingAnswer,
  MissingRequest,
} from '@diwan/protocol/ibox-chunks.ts';
import { json, type Response, Router } from 'express';
import type { Ibox } from '../../ibox/ibox.ts';
import { actorOf } from './actor-of.ts';
import { bodyOf } from './body.ts';
import { answer, parse } from './parse.ts';
import { leftEarly, written } from './send-content.ts';

/** Resolves when more may be written, or when nobody reads any more. */
function drained(res: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
  });
}

/** Files by their chunks: the routes of protocol/ibox-chunks.ts, behind the gates. */
export function chunksRouter({ ibox }: { ibox: Pick<Ibox, 'transfer'> }): Router {
  const router = Router();
  const { transfer } = ibox;

  router.post('/chunks/missing', async (req, res) => {
    const { hashes } = parse(MissingRequest, req.body);
    answer(res, MissingAnswer, { missing: await transfer.missing(actorOf(req), hashes) });
  });
  router.post('/chunks', async (req, res) => {
    if (!req.is(chunksType)) throw new HubError('bad_request', `${chunksType} is expected`);
    const chunks = await transfer.receive(actorOf(req), bodyOf(req));
    answer(res, ChunksAnswer, { chunks });
  });
  // A chunk list of a file of 100 GB has some 8 MB.
  router.put('/spaces/:id/commits/:key', json({ limit: '32mb' }), async (req, res) => {
    const key = parse(CommitKey, req.params.key);
    const request = parse(CommitRequest, req.body);
    answer(res, CommitAnswer, await transfer.commit(actorOf(req), req.params.id as string, key, request));
  });
  router.get('/nodes/:id/delta', async (req, res) => {
    const { from, to } = parse(DeltaQuery, req.query);
    answer(res, Delta, await transfer.delta(actorOf(req), req.params.id as string, from, to));
  });
  router.post('/fetch', async (req, res) => {
    const request = parse(FetchRequest, req.body);
    const begin = () => void (res.headersSent || res.type(contentsType));
    try {
      await transfer.fetch(actorOf(req), request, {
        // Not each is waited for: of small files there are thousands.
        async give(bytes) {
          begin();
          if (res.destroyed) throw leftEarly();
          if (!res.write(bytes)) await drained(res);
        },
        lend: (bytes) => written(res, bytes),
      });
      begin();
      res.end();
    } catch (error) {
      // What fails before the first byte is answered with an error; after it the answer is cut short.
      if (res.headersSent) res.destroy();
      throw error;
    }
  });
  return router;
}
