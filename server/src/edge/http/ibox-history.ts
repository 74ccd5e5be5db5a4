import { Node } from '@diwan/protocol/ibox.ts';
import {
  NodeCopy,
  SearchQuery,
  SearchResult,
  TrashEmptyQuery,
  TrashPage,
  TrashPageQuery,
  Usage,
  VersionPage,
  VersionPageQuery,
  VersionRestore,
} from '@diwan/protocol/ibox-history.ts';
import { Router } from 'express';
import { z } from 'zod';
import type { History } from '../../ibox/history.ts';
import { actorOf } from './actor-of.ts';
import { answer, parse } from './parse.ts';

const VersionNumber = z.coerce.number().int().positive();

/** Versions, trash, usage, search and copies over HTTP: the routes of protocol/ibox-history.ts, behind the gates. */
export function iboxHistoryRouter({ history }: { history: History }): Router {
  const router = Router();

  router.get('/nodes/:id/versions', async (req, res) => {
    const page = parse(VersionPageQuery, req.query);
    answer(res, VersionPage, await history.listVersions(actorOf(req), req.params.id, page));
  });
  router.post('/nodes/:id/versions/:version/restore', async (req, res) => {
    const version = parse(VersionNumber, req.params.version);
    const seen = parse(VersionRestore, req.body ?? {});
    answer(res, Node, await history.restoreVersion(actorOf(req), req.params.id, version, seen));
  });

  router.get('/spaces/:id/trash', async (req, res) => {
    const page = parse(TrashPageQuery, req.query);
    answer(res, TrashPage, await history.listTrash(actorOf(req), req.params.id, page));
  });
  router.delete('/spaces/:id/trash', async (req, res) => {
    await history.emptyTrash(actorOf(req), req.params.id, parse(TrashEmptyQuery, req.query));
    res.status(204).end();
  });
  router.post('/trash/:id/restore', async (req, res) => {
    answer(res, Node, await history.restoreFromTrash(actorOf(req), req.params.id));
  });
  router.delete('/trash/:id', async (req, res) => {
    await history.purgeFromTrash(actorOf(req), req.params.id);
    res.status(204).end();
  });

  router.get('/usage', async (req, res) => {
    answer(res, Usage, await history.readUsage(actorOf(req)));
  });
  router.get('/search', async (req, res) => {
    const { q, limit } = parse(SearchQuery, req.query);
    answer(res, SearchResult, await history.search(actorOf(req), q, limit));
  });
  router.post('/nodes/:id/copy', async (req, res) => {
    answer(res, Node, await history.copyNode(actorOf(req), req.params.id, parse(NodeCopy, req.body)), 201);
  });
  return router;
}
