import { pipeline } from 'node:stream/promises';
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
import { json, Router } from 'express';
import type { Ibox } from '../../ibox/ibox.ts';
import { actorOf } from './actor-of.ts';
import { bodyOf } from './body.ts';
import { answer, parse } from './parse.ts';

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
    const frames = transfer.fetch(actorOf(req), parse(FetchRequest, req.body));
    // What fails before the first byte can still be answered with an error.
    const first = await frames.next();
    res.type(contentsType);
    await pipeline(async function* () {
      if (!first.done) yield first.value;
      yield* frames;
    }, res);
  });
  return router;
}
