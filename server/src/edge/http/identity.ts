import { AppPassword, AppPasswordCreate, NewAppPassword } from '@diwan/protocol/app-passwords.ts';
import { HubError } from '@diwan/protocol/errors.ts';
import {
  Account,
  DeviceApprove,
  DeviceCode,
  DeviceRequest,
  DeviceStart,
  DeviceToken,
  Invitation,
  InvitationAccept,
  LoginRequest,
  Me,
  MePatch,
  PasswordChange,
  RefreshRequest,
  Session,
  Tokens,
} from '@diwan/protocol/identity.ts';
import { Disclosed, ForgottenPassword, PasswordReset, PasswordResetUse } from '@diwan/protocol/password-reset.ts';
import { SecondFactorLogin, SecondStep } from '@diwan/protocol/second-factor.ts';
import { type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { patchMe, viewAccount } from '../../identity/accounts.ts';
import type { Actor } from '../../identity/actor.ts';
import { createAppPassword, listAppPasswords, revokeAppPassword } from '../../identity/app-passwords.ts';
import { changePassword, disclosed } from '../../identity/change-password.ts';
import {
  approveDeviceLogin,
  finishDeviceLogin,
  startDeviceLogin,
  viewDeviceLogin,
} from '../../identity/device-login.ts';
import type { Identity } from '../../identity/identity.ts';
import { acceptInvitation, viewInvitation } from '../../identity/invitations.ts';
import { finishLogin, login } from '../../identity/login.ts';
import { mailPasswordReset, usePasswordReset, viewPasswordReset } from '../../identity/password-reset.ts';
import { endSessions, endSessionsOf, listSessions, refreshSession, revokeSession } from '../../identity/sessions.ts';
import type { TermsGate } from '../../terms/gate.ts';
import type { Gates } from '../gates.ts';
import { actorOf } from './actor-of.ts';
import { answer, parse } from './parse.ts';
import { securityRouter } from './second-factor.ts';
import {
  clearSession,
  deviceOf,
  originOf,
  personGate,
  readCookies,
  refreshCookie,
  sessionGate,
  setDevice,
  setSession,
  termsGate,
} from './session.ts';

interface Deps {
  identity: Identity;
  gates: Gates;
  terms: TermsGate;
  secureCookies: boolean;
}

/** Signing in and out: /api/auth. Open to people without a session, so every verb here is throttled or holds a secret. */
export function authRouter({ identity, gates, terms, secureCookies }: Deps): Router {
  const router = Router();
  const signedIn = sessionGate(gates);

  async function sendMe(res: Response, actor: Actor) {
    const [account, termsAccepted, termsVersion] = await Promise.all([
      viewAccount(identity, actor.accountId),
      terms.accepted(actor.accountId),
      terms.version(),
    ]);
    answer(res, Me, { account, sessionId: actor.sessionId, termsAccepted, termsVersion });
  }

  async function letIn(res: Response, tokens: Tokens, device?: string) {
    setSession(res, tokens, secureCookies);
    if (device !== undefined) setDevice(res, device, secureCookies);
    await sendMe(res, await gates.session(tokens.accessToken));
  }

  router.post('/login', async (req, res) => {
    const device = deviceOf(req);
    const outcome = await login(identity, parse(LoginRequest, req.body), { ...originOf(req), device });
    if ('secondStep' in outcome) answer(res, SecondStep, outcome.secondStep);
    else await letIn(res, outcome.tokens, device);
  });
  router.post('/second-factor', async (req, res) => {
    const device = deviceOf(req);
    const step = parse(SecondFactorLogin, req.body);
    const { tokens } = await finishLogin(identity, step, { ...originOf(req), device });
    await letIn(res, tokens, device);
  });

  router.post('/refresh', async (req, res) => {
    const given = parse(RefreshRequest, req.body ?? {}).refreshToken;
    const token = given ?? readCookies(req.headers.cookie)[refreshCookie];
    if (!token) throw new HubError('unauthenticated');
    const tokens = await refreshSession(identity, token);
    if (given) return answer(res, Tokens, tokens);
    await letIn(res, tokens);
  });

  // Logging out works with an expired token too: the cookies go whatever happens.
  const ifSignedIn: RequestHandler = async (req, res, next) => {
    try {
      await signedIn(req, res, () => {});
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
    }
    next();
  };
  router.post('/logout', ifSignedIn, async (req, res) => {
    clearSession(res);
    if (req.actor) await endSessions(identity, [req.actor.sessionId], 'logout');
    res.status(204).end();
  });

  router.get('/invitations/:token', async (req, res) => {
    const { ip } = originOf(req);
    await identity.throttle.attempt(ip);
    const invitation = await viewInvitation(identity, req.params.token);
    await identity.throttle.succeeded(ip);
    answer(res, Invitation, invitation);
  });
  router.post('/invitations/:token', async (req, res) => {
    const { ip } = originOf(req);
    await identity.throttle.attempt(ip);
    await acceptInvitation(identity, req.params.token, parse(InvitationAccept, req.body).password);
    await identity.throttle.succeeded(ip);
    res.status(204).end();
  });

  router.post('/forgotten', async (req, res) => {
    const { email } = parse(ForgottenPassword, req.body);
    await identity.throttle.attempt(originOf(req).ip, `forgotten ${email}`);
    // Answered first: how long it takes would tell whether there is such an account.
    res.once('finish', () => {
      mailPasswordReset(identity, email).catch((error: unknown) =>
        identity.log.error({ err: error }, 'a link to a new password was not made'),
      );
    });
    res.status(202).end();
  });
  router.get('/resets/:token', async (req, res) => {
    const { ip } = originOf(req);
    await identity.throttle.attempt(ip);
    const reset = await viewPasswordReset(identity, req.params.token);
    await identity.throttle.succeeded(ip);
    answer(res, PasswordReset, reset);
  });
  router.post('/resets/:token', async (req, res) => {
    const { ip } = originOf(req);
    await identity.throttle.attempt(ip);
    await usePasswordReset(identity, req.params.token, parse(PasswordResetUse, req.body).password);
    await identity.throttle.succeeded(ip);
    res.status(204).end();
  });

  router.post('/device', async (req, res) => {
    answer(res, DeviceCode, await startDeviceLogin(identity, parse(DeviceStart, req.body).machine, originOf(req)), 201);
  });
  router.post('/device/token', async (req, res) => {
    answer(res, Tokens, await finishDeviceLogin(identity, parse(DeviceToken, req.body).deviceCode));
  });
  router.post('/device/approve', signedIn, personGate(gates), termsGate(gates), async (req, res) => {
    await approveDeviceLogin(identity, actorOf(req), parse(DeviceApprove, req.body).userCode);
    res.status(204).end();
  });
  router.get('/device/:userCode', signedIn, personGate(gates), termsGate(gates), async (req, res) => {
    answer(res, DeviceRequest, await viewDeviceLogin(identity, actorOf(req), String(req.params.userCode)));
  });
  return router;
}

/** One's own account: /api/me. Reading it and choosing the language stay open before the terms are accepted. */
export function meRouter({ identity, gates, terms }: Deps): Router {
  const router = Router();
  router.use(sessionGate(gates));
  router.get('/', async (req, res) => {
    const actor = actorOf(req);
    answer(res, Me, {
      account: await viewAccount(identity, actor.accountId),
      sessionId: actor.sessionId,
      termsAccepted: await terms.accepted(actor.accountId),
      termsVersion: await terms.version(),
    });
  });
  router.use(personGate(gates));
  router.patch('/', async (req, res) => {
    const patch = parse(MePatch, req.body);
    // The language may be chosen before the terms are accepted; nothing else.
    if (patch.name !== undefined) await gates.terms(actorOf(req));
    answer(res, Account, await patchMe(identity, actorOf(req), patch));
  });
  router.use(termsGate(gates));
  router.post('/password', async (req, res) => {
    await changePassword(identity, actorOf(req), parse(PasswordChange, req.body), originOf(req));
    res.status(204).end();
  });
  router.use('/security', securityRouter({ identity }));
  router.post('/disclosed', async (req, res) => {
    await disclosed(identity, actorOf(req), parse(Disclosed, req.body), originOf(req));
    clearSession(res);
    res.status(204).end();
  });
  router.delete('/sessions', async (req, res) => {
    const { accountId, sessionId } = actorOf(req);
    await endSessionsOf(identity, accountId, 'revoked', sessionId);
    res.status(204).end();
  });
  router.get('/sessions', async (req, res) => {
    answer(res, z.array(Session), await listSessions(identity, actorOf(req)));
  });
  router.delete('/sessions/:id', async (req, res) => {
    await revokeSession(identity, actorOf(req), String(req.params.id));
    res.status(204).end();
  });
  router.get('/app-passwords', async (req, res) => {
    answer(res, z.array(AppPassword), await listAppPasswords(identity, actorOf(req)));
  });
  router.post('/app-passwords', async (req, res) => {
    const { label } = parse(AppPasswordCreate, req.body);
    answer(res, NewAppPassword, await createAppPassword(identity, actorOf(req), label), 201);
  });
  router.delete('/app-passwords/:id', async (req, res) => {
    await revokeAppPassword(identity, actorOf(req), String(req.params.id));
    res.status(204).end();
  });
  return router;
}
