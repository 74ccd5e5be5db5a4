import { Link, LinkCreate, LinkMail, LinkMailed, LinkPatch } from '@diwan/protocol/ibox-links.ts';
import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { Links } from '../../ibox/links/links.ts';
import { actorOf } from './actor-of.ts';
import { answer, parse } from './parse.ts';
import { rateLimit } from './rate-limit.ts';

/** Mails of one person in an hour. */
const mailLimit = { points: 100, seconds: 3600 };

/** Links as those have them who manage the node: the account's routes of protocol/ibox-links.ts. An agent makes none. */
export function linksRouter({ links, person }: { links: Links; person: RequestHandler }): Router {
  const router = Router();
  const mails = rateLimit(mailLimit);

  router.post('/nodes/:id/links', person, async (req, res) => {
    const input = parse(LinkCreate, req.body);
    answer(res, Link, await links.create(actorOf(req), req.params.id as string, input), 201);
  });
  router.get('/nodes/:id/links', person, async (req, res) => {
    answer(res, z.array(Link), await links.list(actorOf(req), req.params.id as string));
  });
  router.get('/links', person, async (req, res) => {
    answer(res, z.array(Link), await links.listOwn(actorOf(req)));
  });
  router.patch('/links/:id', person, async (req, res) => {
    answer(res, Link, await links.patch(actorOf(req), req.params.id as string, parse(LinkPatch, req.body)));
  });
  router.delete('/links/:id', person, async (req, res) => {
    await links.revoke(actorOf(req), req.params.id as string);
    res.status(204).end();
  });
  router.post('/links/:id/mail', person, async (req, res) => {
    const input = parse(LinkMail, req.body);
    const actor = actorOf(req);
    await mails.take(actor.accountId, input.to.length);
    answer(res, LinkMailed, await links.mail(actor, req.params.id as string, input));
  });
  return router;
}
