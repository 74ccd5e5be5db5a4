import { HubError } from '@diwan/protocol/errors.ts';
import { Node } from '@diwan/protocol/ibox.ts';
import { MemberPatch, ReceivedInvitation, ShareRequest, Sharing } from '@diwan/protocol/ibox-shares.ts';
import { type Request, Router } from 'express';
import { z } from 'zod';
import type { Shares } from '../../ibox/shares/shares.ts';
import type { Actor } from '../../identity/actor.ts';
import { actorOf } from './actor-of.ts';
import { answer, parse } from './parse.ts';

/** Folders shared with persons: the routes of protocol/ibox-shares.ts. */
export function iboxSharesRouter({ shares }: { shares: Shares }): Router {
  const router = Router();

  router.post('/nodes/:id/share', async (req, res) => {
    answer(res, Sharing, await shares.shareFolder(personOf(req), req.params.id, parse(ShareRequest, req.body)));
  });
  router.get('/spaces/:id/sharing', async (req, res) => {
    answer(res, Sharing, await shares.readSharing(personOf(req), req.params.id));
  });
  router.delete('/spaces/:id/sharing', async (req, res) => {
    await shares.stopSharing(personOf(req), req.params.id);
    res.status(204).end();
  });
  router.patch('/spaces/:id/members/:accountId', async (req, res) => {
    const { id, accountId } = req.params;
    await shares.setRole(personOf(req), id, accountId, parse(MemberPatch, req.body).role);
    res.status(204).end();
  });
  router.delete('/spaces/:id/members/:accountId', async (req, res) => {
    await shares.removeMember(personOf(req), req.params.id, req.params.accountId);
    res.status(204).end();
  });
  router.delete('/spaces/:id/invitations/:invitationId', async (req, res) => {
    await shares.withdrawInvitation(personOf(req), req.params.id, req.params.invitationId);
    res.status(204).end();
  });

  router.get('/invitations', async (req, res) => {
    answer(res, z.array(ReceivedInvitation), await shares.listInvitations(personOf(req)));
  });
  router.post('/invitations/:id/accept', async (req, res) => {
    answer(res, Node, await shares.acceptInvitation(personOf(req), req.params.id));
  });
  router.post('/invitations/:id/decline', async (req, res) => {
    await shares.declineInvitation(personOf(req), req.params.id);
    res.status(204).end();
  });
  return router;
}

/** Who has access is a person's to say, not a machine's. */
function personOf(req: Request): Actor {
  const actor = actorOf(req);
  if (actor.audience !== 'web') throw new HubError('forbidden', 'not with the token of an agent');
  return actor;
}
