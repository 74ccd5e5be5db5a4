import { NodeLock } from '@diwan/protocol/ibox.ts';
import { ActivityPage, ActivityPageQuery } from '@diwan/protocol/ibox-activity.ts';
import {
  Comment,
  CommentPage,
  CommentPageQuery,
  CommentWrite,
  Favourites,
  NodeLockRequest,
} from '@diwan/protocol/ibox-social.ts';
import { json, Router } from 'express';
import { z } from 'zod';
import type { Social } from '../../ibox/social/social.ts';
import { actorOf } from './actor-of.ts';
import { answer, parse } from './parse.ts';
import { rateLimit } from './rate-limit.ts';

/** Comments of one person in a minute: each is told to all who may read it. */
const commentLimit = { points: 30, seconds: 60 };
const CommentId = z.coerce.number().int().positive();

/** Activity, comments, favourites and locks over HTTP: protocol/ibox-activity.ts and ibox-social.ts, behind the gates. */
export function iboxSocialRouter({ social }: { social: Social }): Router {
  const router = Router();
  const comments = rateLimit(commentLimit);

  router.get('/nodes/:id/activity', async (req, res) => {
    const page = parse(ActivityPageQuery, req.query);
    answer(res, ActivityPage, await social.nodeActivity(actorOf(req), req.params.id, page));
  });
  router.get('/spaces/:id/activity', async (req, res) => {
    const page = parse(ActivityPageQuery, req.query);
    answer(res, ActivityPage, await social.spaceActivity(actorOf(req), req.params.id, page));
  });

  router.get('/nodes/:id/comments', async (req, res) => {
    const page = parse(CommentPageQuery, req.query);
    answer(res, CommentPage, await social.listComments(actorOf(req), req.params.id, page));
  });
  router.post('/nodes/:id/comments', async (req, res) => {
    const actor = actorOf(req);
    const comment = parse(CommentWrite, req.body);
    await comments.take(actor.accountId);
    answer(res, Comment, await social.addComment(actor, req.params.id, comment), 201);
  });
  router.patch('/comments/:id', async (req, res) => {
    const comment = parse(CommentWrite, req.body);
    answer(res, Comment, await social.editComment(actorOf(req), parse(CommentId, req.params.id), comment));
  });
  router.delete('/comments/:id', async (req, res) => {
    await social.deleteComment(actorOf(req), parse(CommentId, req.params.id));
    res.status(204).end();
  });

  router.get('/favourites', async (req, res) => {
    answer(res, Favourites, await social.listFavourites(actorOf(req)));
  });
  router.put('/nodes/:id/favourite', async (req, res) => {
    await social.addFavourite(actorOf(req), req.params.id);
    res.status(204).end();
  });
  router.delete('/nodes/:id/favourite', async (req, res) => {
    await social.removeFavourite(actorOf(req), req.params.id);
    res.status(204).end();
  });

  // A PUT is a file's bytes elsewhere: JSON is read where it is asked for.
  router.put('/nodes/:id/lock', json(), async (req, res) => {
    const wanted = parse(NodeLockRequest, req.body);
    answer(res, NodeLock, await social.lock(actorOf(req), req.params.id, wanted));
  });
  router.delete('/nodes/:id/lock', async (req, res) => {
    await social.unlock(actorOf(req), req.params.id);
    res.status(204).end();
  });
  return router;
}
