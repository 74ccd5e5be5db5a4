import {
  AccountCreate,
  AccountCreated,
  AccountPatch,
  AccountQuota,
  AdminAccount,
  AdminQuotas,
  QuotaPatch,
} from '@diwan/protocol/admin.ts';
import { ApiKey, ApiKeyCreate, NewApiKey } from '@diwan/protocol/api-keys.ts';
import { Notice, NoticePublish } from '@diwan/protocol/notices.ts';
import { Terms, TermsPublish, TermsVersion } from '@diwan/protocol/terms.ts';
import { LiveMeetings } from '@diwan/protocol/vroom-live.ts';
import { NewWebhook, Webhook, WebhookCreate, WebhookPatch } from '@diwan/protocol/webhooks.ts';
import { type Response, Router } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { ApiKeys } from '../../api-keys/api-keys.ts';
import type { Quotas } from '../../ibox/ibox.ts';
import { createAccount, listAccounts, patchAccount } from '../../identity/accounts.ts';
import type { Identity } from '../../identity/identity.ts';
import { invite } from '../../identity/invitations.ts';
import { listNotices, type NoticesRoom, publishNotice, withdrawNotice } from '../../notices/notices.ts';
import { listTermsVersions, publishTerms, type TermsRoom } from '../../terms/terms.ts';
import type { Vroom } from '../../vroom/vroom.ts';
import type { Webhooks } from '../../webhooks/webhooks.ts';
import type { Gates } from '../gates.ts';
import { actorOf } from './actor-of.ts';
import { answer, parse } from './parse.ts';
import { adminGate, personGate, sessionGate, termsGate } from './session.ts';

interface Deps {
  identity: Identity;
  terms: TermsRoom;
  notices: NoticesRoom;
  quotas: Quotas;
  webhooks: Webhooks;
  apiKeys: ApiKeys;
  meetings: Vroom['watchRooms'];
  gates: Gates;
  log: Logger;
}

/** The operator's desk: /api/admin. */
export function adminRouter({
  identity,
  terms,
  notices,
  quotas,
  webhooks,
  apiKeys,
  meetings,
  gates,
  log,
}: Deps): Router {
  const router = Router();
  router.use(sessionGate(gates), personGate(gates), termsGate(gates), adminGate(gates));

  // The admin has the link on the screen, so a mail server that is down delays nothing.
  async function sendInvitation(res: Response, account: AdminAccount, status: number) {
    const { url, mailed } = await invite(identity, account.id);
    mailed.catch((error: unknown) => log.error({ err: error, accountId: account.id }, 'invitation mail not sent'));
    answer(res, AccountCreated, { account, invitationUrl: url }, status);
  }

  router.get('/accounts', async (_req, res) => answer(res, z.array(AdminAccount), await listAccounts(identity)));
  router.post('/accounts', async (req, res) => {
    await sendInvitation(res, await createAccount(identity, parse(AccountCreate, req.body)), 201);
  });
  router.post('/accounts/:id/invitation', async (req, res) => {
    await sendInvitation(res, await patchAccount(identity, String(req.params.id), {}), 200);
  });
  router.patch('/accounts/:id', async (req, res) => {
    answer(res, AdminAccount, await patchAccount(identity, String(req.params.id), parse(AccountPatch, req.body)));
  });

  router.get('/quotas', async (_req, res) => answer(res, AdminQuotas, await quotas.list()));
  router.patch('/accounts/:id/quota', async (req, res) => {
    const quota = await quotas.set(String(req.params.id), parse(QuotaPatch, req.body).bytes);
    log.info({ accountId: quota.accountId, bytes: quota.ownBytes, by: actorOf(req).accountId }, 'quota changed');
    answer(res, AccountQuota, quota);
  });

  router.get('/notices', async (_req, res) => answer(res, z.array(Notice), await listNotices(notices)));
  router.post('/notices', async (req, res) => {
    answer(res, Notice, await publishNotice(notices, actorOf(req), parse(NoticePublish, req.body)), 201);
  });
  router.delete('/notices/:id', async (req, res) => {
    await withdrawNotice(notices, String(req.params.id));
    res.status(204).end();
  });

  router.get('/meetings', async (_req, res) => answer(res, LiveMeetings, await meetings()));

  router.get('/webhooks', async (_req, res) => answer(res, z.array(Webhook), await webhooks.list()));
  router.post('/webhooks', async (req, res) => {
    const made = await webhooks.create(actorOf(req), parse(WebhookCreate, req.body));
    const { id, url } = made.webhook;
    log.info({ webhookId: id, url, by: actorOf(req).accountId }, 'webhook made');
    answer(res, NewWebhook, made, 201);
  });
  router.patch('/webhooks/:id', async (req, res) => {
    answer(res, Webhook, await webhooks.patch(String(req.params.id), parse(WebhookPatch, req.body)));
  });
  router.delete('/webhooks/:id', async (req, res) => {
    await webhooks.remove(String(req.params.id));
    res.status(204).end();
  });
  router.post('/webhooks/:id/ping', async (req, res) => {
    await webhooks.ping(String(req.params.id));
    res.status(202).end();
  });

  router.get('/api-keys', async (_req, res) => answer(res, z.array(ApiKey), await apiKeys.list()));
  router.post('/api-keys', async (req, res) => {
    const made = await apiKeys.create(actorOf(req), parse(ApiKeyCreate, req.body));
    const { id, name, scopes, expiresAt } = made.key;
    log.info({ apiKeyId: id, name, scopes, expiresAt, by: actorOf(req).accountId }, 'API key made');
    answer(res, NewApiKey, made, 201);
  });
  router.delete('/api-keys/:id', async (req, res) => {
    await apiKeys.revoke(String(req.params.id));
    log.info({ apiKeyId: req.params.id, by: actorOf(req).accountId }, 'API key revoked');
    res.status(204).end();
  });

  router.get('/terms', async (_req, res) => answer(res, z.array(TermsVersion), await listTermsVersions(terms)));
  router.post('/terms', async (req, res) => {
    const { texts } = parse(TermsPublish, req.body);
    answer(res, Terms, await publishTerms(terms, actorOf(req).accountId, texts), 201);
  });
  return router;
}
