import {
  FactorAdded,
  FullyProved,
  PasswordGiven,
  RecoveryCodes,
  Security,
  TotpConfirm,
  TotpStarted,
} from '@diwan/protocol/second-factor.ts';
import { Router } from 'express';
import type { Identity } from '../../identity/identity.ts';
import {
  addTotp,
  confirmTotp,
  removeTotp,
  renewRecoveryCodes,
  viewSecurity,
} from '../../identity/second-factor/security.ts';
import { actorOf } from './actor-of.ts';
import { answer, parse } from './parse.ts';
import { originOf } from './session.ts';

/** What protects one's own account beside the password: /api/me/security. */
export function securityRouter({ identity }: { identity: Identity }): Router {
  const router = Router();
  router.get('/', async (req, res) => {
    answer(res, Security, await viewSecurity(identity, actorOf(req)));
  });
  router.post('/totp', async (req, res) => {
    const { password } = parse(PasswordGiven, req.body);
    answer(res, TotpStarted, await addTotp(identity, actorOf(req), password, originOf(req)), 201);
  });
  router.post('/totp/confirm', async (req, res) => {
    const { code } = parse(TotpConfirm, req.body);
    answer(res, FactorAdded, await confirmTotp(identity, actorOf(req), code, originOf(req)));
  });
  router.post('/totp/off', async (req, res) => {
    await removeTotp(identity, actorOf(req), parse(FullyProved, req.body), originOf(req));
    res.status(204).end();
  });
  router.post('/recovery-codes', async (req, res) => {
    const given = parse(FullyProved, req.body);
    answer(res, RecoveryCodes, await renewRecoveryCodes(identity, actorOf(req), given, originOf(req)));
  });
  return router;
}
